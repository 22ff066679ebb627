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
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

class ConnectionPropertiesTest {
    private static final int MAX_MESSAGE = 20_000;

    @Property(tries = 3000)
    @Tag("6455-5.4-1")
    @Tag("6455-6.2-1")
    void anyChunkingGivesTheSameEventsAndOutput(@ForAll long seed, @ForAll Role role) {
        Random random = new Random(seed);
        byte[] stream = stream(random, role);
        Endpoint whole = Endpoint.of(role, MAX_MESSAGE).receive(stream);
        Endpoint chunked = Endpoint.of(role, MAX_MESSAGE);
        for (byte[] piece : Chunks.cut(stream, random)) {
            chunked.receive(piece);
        }
        assertEquals(whole.recorder.events, chunked.recorder.events);
        assertEquals(whole.recorder.failMessages, chunked.recorder.failMessages);
        assertEquals(whole.sent(), chunked.sent());
        assertEquals(whole.connection.isDone(), chunked.connection.isDone());
    }

    @Property(tries = 2000)
    void readingIntoTheMessageGivesTheSameEventsAndOutput(@ForAll long seed, @ForAll Role role) {
        Random random = new Random(seed);
        byte[] stream = stream(random, role);
        Endpoint whole = Endpoint.of(role, MAX_MESSAGE).receive(stream);
        Endpoint reading = Endpoint.of(role, MAX_MESSAGE);
        Chunks.read(reading.connection, stream, 1 + random.nextInt(1 << random.nextInt(12)));
        assertEquals(whole.recorder.events, reading.recorder.events);
        assertEquals(whole.sent(), reading.sent());
    }

    @Property(tries = 3000)
    @Tag("6455-10.1-1")
    @Tag("6455-10.7-1")
    void anyBytesHaveDocumentedOutcomesOnly(@ForAll long seed, @ForAll Role role) {
        Random random = new Random(seed);
        Endpoint endpoint = Endpoint.of(role, MAX_MESSAGE);
        for (byte[] piece : Chunks.cut(stream(random, role), random)) {
            endpoint.receive(piece);
        }
        List<String> events = endpoint.recorder.events;
        for (int i = 0; i < events.size(); i++) {
            boolean ends = events.get(i).startsWith("close") || events.get(i).startsWith("fail");
            assertTrue(!ends || i == events.size() - 1, () -> "grammar of the events: " + events);
        }
        if (endpoint.connection.isFailed()) {
            String last = events.get(events.size() - 1);
            assertTrue(Set.of("fail 1002", "fail 1007", "fail 1009").contains(last), last);
            String reason = endpoint.recorder.failMessages.get(0);
            assertTrue(reason.getBytes(StandardCharsets.UTF_8).length <= 123, "fits a Close frame: " + reason);
        }
        List<Frame> sent = endpoint.sent();
        assertEquals(endpoint.connection.isCloseSent(), sent.stream().anyMatch(f -> f.opcode() == Opcode.CLOSE));
        assertEquals(
                sent.stream().filter(f -> f.opcode() != Opcode.CLOSE).count(),
                events.stream().filter(e -> e.startsWith("ping")).count(),
                "one pong for each ping");
    }

    @Property(tries = 2000)
    void pausingAnywhereChangesNothing(@ForAll long seed, @ForAll Role role) {
        Random random = new Random(seed);
        byte[] stream = stream(random, role);
        Endpoint whole = Endpoint.of(role, MAX_MESSAGE).receive(stream);
        Endpoint pausing = Endpoint.of(role, MAX_MESSAGE);
        pausing.recorder.then = event -> {
            if (random.nextBoolean()) {
                pausing.connection.pause();
            }
        };
        ByteBuffer in = random.nextBoolean()
                ? ByteBuffer.wrap(stream)
                : ByteBuffer.wrap(stream).asReadOnlyBuffer();
        do {
            pausing.connection.resume();
            pausing.connection.receive(in);
        } while (in.hasRemaining());
        assertEquals(whole.recorder.events, pausing.recorder.events);
        assertEquals(whole.sent(), pausing.sent());
    }

    @Property(tries = 300)
    void clientAndServerExchangeAnyMessagesUnchanged(@ForAll long seed) {
        Random random = new Random(seed);
        Endpoint client = Endpoint.of(Role.CLIENT);
        Endpoint server = Endpoint.of(Role.SERVER);
        List<String> toServer = new ArrayList<>();
        List<String> toClient = new ArrayList<>();
        for (int round = 1 + random.nextInt(10); round > 0; round--) {
            boolean fromClient = random.nextBoolean();
            say(fromClient ? client : server, fromClient ? toServer : toClient, random);
            if (random.nextInt(4) == 0) {
                transfer(client, server, random);
                transfer(server, client, random);
            }
        }
        transferAll(client, server, random);
        client.connection.close(new ClosePayload(1000, "done"));
        transferAll(client, server, random);

        toServer.add("close 1000 done");
        toClient.add("close 1000 ");
        assertEquals(toServer, withoutPongs(server));
        assertEquals(toClient, withoutPongs(client));
        assertTrue(server.connection.isDone() && client.connection.isDone());
        assertFalse(server.connection.isFailed() || client.connection.isFailed());
    }

    private static void transferAll(Endpoint one, Endpoint other, Random random) {
        while (one.connection.hasOutput() || other.connection.hasOutput()) {
            transfer(one, other, random);
            transfer(other, one, random);
        }
    }

    private static List<String> withoutPongs(Endpoint endpoint) {
        List<String> events = new ArrayList<>(endpoint.recorder.events);
        events.removeIf(event -> event.startsWith("pong"));
        return events;
    }

    private static void say(Endpoint from, List<String> expected, Random random) {
        String text = Texts.any(random);
        byte[] utf8 = Utf8.encode(text);
        switch (random.nextInt(4)) {
            case 0 -> {
                from.connection.sendBinary(ByteBuffer.wrap(utf8));
                expected.add("binary " + Hex.of(utf8));
            }
            case 1 -> {
                byte[] payload = new byte[random.nextInt(126)];
                from.connection.sendPing(ByteBuffer.wrap(payload));
                expected.add("ping " + Hex.of(payload));
            }
            default -> {
                from.connection.sendText(text);
                expected.add("text " + new String(utf8, StandardCharsets.UTF_8));
            }
        }
    }

    /** Some of the output of one side becomes input of the other, as a network may cut it. */
    private static void transfer(Endpoint from, Endpoint to, Random random) {
        ByteBuffer wire = ByteBuffer.allocate(1 + random.nextInt(1 << random.nextInt(18)));
        from.connection.peek(wire);
        from.connection.consume(wire.position());
        for (byte[] piece : Chunks.cut(Hex.copy(wire.flip()), random)) {
            to.receive(piece);
        }
    }

    /** Frames of all kinds, mostly legal, so that many get far; at times with damage, or noise at the end. */
    private static byte[] stream(Random random, Role receiver) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean open = false;
        for (int count = random.nextInt(12); count > 0; count--) {
            int kind = random.nextInt(20);
            boolean fin = random.nextInt(3) > 0;
            int opcode =
                    kind < 12 ? (open ? Opcode.CONTINUATION : 1 + random.nextInt(2)) : kind < 18 ? 9 + kind % 2 : 8;
            if (random.nextInt(40) == 0) {
                opcode = random.nextInt(16);
            }
            boolean control = opcode >= 8;
            Frame frame =
                    Frame.of(control || fin, opcode, payload(random, opcode)).withRsv(random.nextInt(60) == 0 ? 1 : 0);
            byte[] bytes = frame.masked(receiver == Role.SERVER ? (Integer) random.nextInt() : null)
                    .bytes();
            if (random.nextInt(40) == 0) {
                bytes[random.nextInt(Math.min(bytes.length, 14))] ^= (byte) (1 << random.nextInt(8));
            }
            out.writeBytes(bytes);
            open = control ? open : !fin;
        }
        byte[] noise = new byte[random.nextInt(4) == 0 ? random.nextInt(60) : 0];
        random.nextBytes(noise);
        out.writeBytes(noise);
        return out.toByteArray();
    }

    private static byte[] payload(Random random, int opcode) {
        if (opcode == Opcode.CLOSE && random.nextInt(5) > 0) {
            return Frame.close(random.nextInt(4) > 0 ? 1000 : random.nextInt(6000), "bye")
                    .payload()
                    .array();
        }
        int limit = opcode >= 8 ? (random.nextInt(30) == 0 ? 140 : 126) : random.nextInt(20) == 0 ? 30_000 : 300;
        byte[] text = Utf8ValidatorPropertiesTest.nearlyUtf8(random);
        if (opcode < 8 && random.nextInt(3) > 0) {
            return random.nextInt(20) == 0
                    ? text
                    : "plain or ünïcode".substring(random.nextInt(16)).getBytes(StandardCharsets.UTF_8);
        }
        byte[] payload = new byte[random.nextInt(limit)];
        Arrays.fill(payload, (byte) ('a' + random.nextInt(26)));
        return payload;
    }
}
