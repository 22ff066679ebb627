package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

/** Messages in parts, sent and received (RFC 6455 §5.4). */
class PartsPropertiesTest {
    /** Puts the parts together again. */
    private static class Parts implements ConnectionListener {
        final List<String> events = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        final ByteArrayOutputStream binary = new ByteArrayOutputStream();

        @Override
        public boolean takesParts() {
            return true;
        }

        @Override
        public void onTextPart(String part, boolean last) {
            assertTrue(last || !part.isEmpty(), "no empty part but the last");
            assertEquals(part, new String(Utf8.encode(part), StandardCharsets.UTF_8), "whole characters");
            text.append(part);
            if (last) {
                events.add("text " + text);
                text.setLength(0);
            }
        }

        @Override
        public void onBinaryPart(ByteBuffer part, boolean last) {
            binary.writeBytes(Hex.copy(part));
            if (last) {
                events.add("binary " + Hex.of(binary.toByteArray()));
                binary.reset();
            }
        }

        @Override
        public void onText(String whole) {
            throw new AssertionError("parts were asked for");
        }

        @Override
        public void onBinary(ByteBuffer whole) {
            throw new AssertionError("parts were asked for");
        }

        @Override
        public void onPing(ByteBuffer payload) {
            events.add("ping");
        }

        @Override
        public void onClose(ClosePayload close) {
            events.add("close " + close.code());
        }

        @Override
        public void onFail(ProtocolException violation) {
            events.add("fail " + violation.closeCode());
        }
    }

    private static byte[] drain(Connection connection) {
        ByteBuffer out = ByteBuffer.allocate((int) connection.outputSize());
        connection.consume(connection.peek(out));
        return out.array();
    }

    /** Sends a text in parts that may be cut inside of a surrogate pair. */
    private static void sendInParts(Connection from, String text, Random random) {
        int at = 0;
        while (random.nextInt(4) > 0) {
            int next = at + random.nextInt(text.length() - at + 1);
            assertTrue(from.sendTextPart(text.substring(at, next), false));
            at = next;
        }
        assertTrue(from.sendTextPart(text.substring(at), true));
    }

    @Property(tries = 1000)
    @Tag("6455-5.4-4")
    @Tag("6455-5.4-5")
    @Tag("6455-5.4-6")
    @Tag("6455-5.4-13")
    @Tag("6455-6.1-3")
    @Tag("6455-6.1-4")
    @Tag("6455-6.1-5")
    void whatIsSentInPartsArrivesWholeAndInOrder(@ForAll long seed, @ForAll Role sender, @ForAll boolean deflate) {
        Random random = new Random(seed);
        Workspace workspace = new Workspace();
        DeflateParameters agreed = deflate ? new DeflateParameters(false, true, 0, 0) : null;
        Role receiver = sender == Role.CLIENT ? Role.SERVER : Role.CLIENT;
        Parts parts = new Parts();
        Recorder whole = new Recorder();
        Deflate config = Deflate.DEFAULT.threshold(0);
        Connection from = new Connection(sender, 1 << 20, workspace, config, agreed, new Recorder());
        Connection toParts = new Connection(receiver, 0, workspace, config, agreed, parts);
        Connection toWhole = new Connection(receiver, 1 << 20, workspace, config, agreed, whole);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String text = new String(Utf8.encode(Texts.any(random)), StandardCharsets.UTF_8);
            byte[] bytes = new byte[random.nextInt(3000)];
            random.nextBytes(bytes);
            switch (random.nextInt(4)) {
                case 0 -> {
                    sendInParts(from, text, random);
                    expected.add("text " + text);
                }
                case 1 -> {
                    int cut = random.nextInt(bytes.length + 1);
                    from.sendBinaryPart(ByteBuffer.wrap(bytes, 0, cut), false);
                    from.sendText(text); // waits behind it
                    from.sendPing(ByteBuffer.allocate(0)); // does not
                    expected.add("ping");
                    from.sendBinaryPart(ByteBuffer.wrap(bytes, cut, bytes.length - cut), true);
                    expected.add("binary " + Hex.of(bytes));
                    expected.add("text " + text);
                }
                case 2 -> {
                    from.sendText(text);
                    expected.add("text " + text);
                }
                default -> {
                    from.sendBinary(ByteBuffer.wrap(bytes));
                    expected.add("binary " + Hex.of(bytes));
                }
            }
        }
        byte[] wire = drain(from);
        for (byte[] piece : Chunks.cut(wire, random)) {
            toParts.receive(ByteBuffer.wrap(piece));
        }
        toWhole.receive(ByteBuffer.wrap(wire));
        assertEquals(expected, parts.events);
        assertEquals(
                expected,
                whole.events.stream()
                        .map(e -> e.startsWith("ping") ? "ping" : e)
                        .toList());
    }

    @Property(tries = 1000)
    void textThatIsNotUtf8FailsInPartsAsItDoesWhole(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] text = Utf8.encode(Texts.any(random));
        for (int i = random.nextInt(3); i > 0 && text.length > 0; i--) {
            text[random.nextInt(text.length)] = (byte) random.nextInt(256);
        }
        byte[] wire = Frame.of(true, Opcode.TEXT, text).bytesTo(Role.SERVER);
        Parts parts = new Parts();
        Connection inParts = new Connection(Role.SERVER, 0, new Workspace(), parts);
        for (byte[] piece : Chunks.cut(wire, random)) {
            inParts.receive(ByteBuffer.wrap(piece));
        }
        assertEquals(Endpoint.of(Role.SERVER).receive(wire).recorder.events, parts.events);
    }

    @Property(tries = 20)
    void aMessageInPartsTakesNoMemory(@ForAll boolean text) {
        Connection server = new Connection(Role.SERVER, 0, new Workspace(), new Parts() {
            @Override
            public void onTextPart(String part, boolean last) {
                assertFalse(part.length() > 1024);
            }

            @Override
            public void onBinaryPart(ByteBuffer part, boolean last) {
                assertFalse(part.remaining() > 1024);
            }
        });
        long length = 1L << 40;
        server.receive(ByteBuffer.wrap(
                NaiveFrames.header(true, 0, text ? Opcode.TEXT : Opcode.BINARY, length, NaiveFrames.RFC_KEY)));
        byte[] piece = new byte[1024];
        for (int i = 0; i < 1000; i++) {
            // Zeros, masked
            Arrays.fill(piece, (byte) 0);
            Masking.apply(piece, 0, piece.length, NaiveFrames.RFC_KEY);
            server.receive(ByteBuffer.wrap(piece));
        }
        assertFalse(server.isFailed());
    }
}
