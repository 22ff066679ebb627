package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

class DeflatePropertiesTest {
    private static final int MAX_MESSAGE = 200_000;

    private static DeflateParameters parameters(Random random) {
        return new DeflateParameters(
                random.nextBoolean(), random.nextBoolean(), 8 + random.nextInt(8), 8 + random.nextInt(8));
    }

    private static Connection connection(Role role, Workspace workspace, DeflateParameters agreed, Recorder recorder) {
        Deflate config = Deflate.DEFAULT.threshold(0).level(1 + agreed.serverMaxWindowBits() % 9);
        return new Connection(role, MAX_MESSAGE, workspace, config, agreed, recorder);
    }

    /** JSON that repeats itself near and far, noise, or one byte over and over. */
    private static byte[] payload(Random random) {
        int size = random.nextInt(1 << random.nextInt(15));
        byte[] bytes = new byte[size];
        switch (random.nextInt(4)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> Arrays.fill(bytes, (byte) 'x');
            default -> {
                StringBuilder json = new StringBuilder();
                while (json.length() < size) {
                    json.append("{\"id\":").append(random.nextInt(99)).append(",\"name\":\"weft\",\"on\":true}");
                }
                bytes = json.substring(0, size).getBytes(StandardCharsets.US_ASCII);
            }
        }
        return bytes;
    }

    private static byte[] drain(Connection connection) {
        ByteBuffer out = ByteBuffer.allocate((int) connection.outputSize());
        connection.consume(connection.peek(out));
        return out.array();
    }

    @Property(tries = 300)
    @Tag("7692-5-4")
    @Tag("7692-6.1-1")
    @Tag("7692-6.2-1")
    @Tag("7692-7.2.1-5")
    @Tag("7692-7.2.1-6")
    @Tag("7692-7.2.1-7")
    @Tag("7692-7.2.1-8")
    @Tag("7692-7.2.2-1")
    @Tag("7692-7.2.2-2")
    void anyMessagesGoRoundWithAnyParameters(@ForAll long seed, @ForAll Role sender) {
        Random random = new Random(seed);
        DeflateParameters agreed = parameters(random);
        Workspace workspace = new Workspace();
        Recorder recorder = new Recorder();
        Connection from = connection(sender, workspace, agreed, new Recorder());
        Connection to = connection(sender == Role.CLIENT ? Role.SERVER : Role.CLIENT, workspace, agreed, recorder);
        List<String> expected = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            byte[] payload = payload(random);
            switch (random.nextInt(4)) {
                case 0 -> from.sendBinary(ByteBuffer.wrap(payload).asReadOnlyBuffer());
                case 1 -> from.send(PreparedMessage.binary(ByteBuffer.wrap(payload)));
                default -> from.sendBinary(ByteBuffer.wrap(payload));
            }
            expected.add("binary " + Hex.of(payload));
            String text = Texts.any(random);
            from.sendText(text);
            expected.add("text " + new String(Utf8.encode(text), StandardCharsets.UTF_8));
            if (random.nextInt(3) == 0) {
                from.releaseIdle();
                to.releaseIdle();
            }
        }
        byte[] wire = drain(from);
        if (random.nextBoolean()) {
            Chunks.read(to, wire, 1 + random.nextInt(1000));
        } else {
            for (byte[] piece : Chunks.cut(wire, random)) {
                to.receive(ByteBuffer.wrap(piece));
            }
        }
        assertEquals(expected, recorder.events);
        from.discard();
        to.discard();
        workspace.close();
        assertEquals(0, workspace.zlib.open(), "deflaters and inflaters that hold native memory");
    }

    @Property(tries = 200)
    @Tag("7692-7.2.1-9")
    @Tag("7692-7.2.1-10")
    void noDistanceIsBeyondTheAgreedWindow(@ForAll long seed, @ForAll Role sender, @ForAll boolean noTakeover) {
        Random random = new Random(seed);
        int bits = 8 + random.nextInt(8);
        Workspace workspace = new Workspace();
        DeflateParameters agreed = sender == Role.SERVER
                ? new DeflateParameters(noTakeover, false, bits, 15)
                : new DeflateParameters(false, noTakeover, 15, bits);
        Connection from = connection(sender, workspace, agreed, new Recorder());
        NaiveInflate oracle = new NaiveInflate();
        for (int i = 0; i < 4; i++) {
            byte[] payload = payload(random);
            from.sendBinary(ByteBuffer.wrap(payload));
            Frame frame = NaiveFrames.parse(drain(from)).get(0);
            byte[] sent = Hex.copy(frame.payload());
            if (frame.rsv() == 0) {
                assertArrayEquals(payload, sent);
                continue;
            }
            assertTrue(sent.length < payload.length, "compressed only where that is smaller");
            assertArrayEquals(payload, oracle.message(sent));
        }
        assertTrue(oracle.maxDistance <= 1 << bits, oracle.maxDistance + " is beyond 2^" + bits);
    }

    @Property(tries = 1000)
    void brokenDataEndsInDocumentedOutcomes(@ForAll long seed) {
        Random random = new Random(seed);
        DeflateParameters agreed = parameters(random);
        Workspace workspace = new Workspace();
        Connection client = connection(Role.CLIENT, workspace, agreed, new Recorder());
        for (int i = 0; i < 3; i++) {
            client.sendBinary(ByteBuffer.wrap(payload(random)));
            client.sendText(Texts.any(random));
        }
        ByteArrayOutputStream broken = new ByteArrayOutputStream();
        for (Frame frame : NaiveFrames.parse(drain(client))) {
            byte[] payload = Hex.copy(frame.payload());
            for (int i = random.nextInt(3); i > 0 && payload.length > 0; i--) {
                payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
            }
            broken.writeBytes(Frame.of(frame.fin(), frame.opcode(), payload)
                    .withRsv(frame.rsv())
                    .bytesTo(Role.SERVER));
        }
        Recorder recorder = new Recorder();
        Connection server = connection(Role.SERVER, workspace, agreed, recorder);
        for (byte[] piece : Chunks.cut(broken.toByteArray(), random)) {
            server.receive(ByteBuffer.wrap(piece));
        }
        if (server.isFailed()) {
            String last = recorder.events.get(recorder.events.size() - 1);
            assertTrue(Set.of("fail 1002", "fail 1007", "fail 1009").contains(last), last);
        }
        client.discard();
        server.discard();
        workspace.close();
        assertEquals(0, workspace.zlib.open(), "deflaters and inflaters that hold native memory");
    }

    @Property(tries = 300)
    void aWindowIsTheLastBytes(@ForAll long seed) {
        Random random = new Random(seed);
        Window window = new Window(8);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 10; i++) {
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            int from = random.nextInt(bytes.length + 1);
            window.add(bytes, from, bytes.length);
            all.write(bytes, from, bytes.length - from);
        }
        int count = random.nextInt(300);
        byte[] expected = all.toByteArray();
        int start = Math.max(0, expected.length - Math.min(count, 256));
        assertArrayEquals(Arrays.copyOfRange(expected, start, expected.length), window.last(count));
    }
}
