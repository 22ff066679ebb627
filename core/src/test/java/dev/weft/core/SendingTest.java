package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every way to send (RFC 6455 §6.1). */
class SendingTest {
    private static final DeflateParameters AGREED = new DeflateParameters(true, true, 15, 15);

    private static ByteBuffer heap() {
        return ByteBuffer.wrap("..much".getBytes(), 2, 4).slice();
    }

    private static ByteBuffer direct() {
        return ByteBuffer.allocateDirect(4).put(heap()).flip();
    }

    private static final Map<Predicate<Connection>, Integer> SENDERS = Map.ofEntries(
            Map.entry(c -> c.sendText("much"), Opcode.TEXT),
            Map.entry(c -> c.sendText(heap()), Opcode.TEXT),
            Map.entry(c -> c.sendBinary(heap()), Opcode.BINARY),
            Map.entry(c -> c.sendBinary(direct()), Opcode.BINARY),
            Map.entry(c -> c.sendBorrowed(heap()), Opcode.BINARY),
            Map.entry(c -> c.sendBorrowed(direct()), Opcode.BINARY),
            Map.entry(c -> c.send(PreparedMessage.text("much")), Opcode.TEXT),
            Map.entry(c -> c.send(PreparedMessage.binary(heap())), Opcode.BINARY),
            Map.entry(c -> c.sendTextPart("much", true), Opcode.TEXT),
            Map.entry(c -> c.sendBinaryPart(heap(), true), Opcode.BINARY),
            Map.entry(c -> c.sendPing(heap()), Opcode.PING),
            Map.entry(c -> c.sendPong(heap()), Opcode.PONG));

    private static Connection connection(Role role, Deflate deflate) {
        return new Connection(role, 1 << 20, new Workspace(), deflate, deflate == null ? null : AGREED, new Recorder());
    }

    private static List<Frame> sent(Connection connection) {
        ByteBuffer out = ByteBuffer.allocate((int) connection.outputSize());
        connection.consume(connection.peek(out));
        List<Frame> frames = NaiveFrames.parse(out.array());
        frames.forEach(frame -> assertEquals(connection.role() == Role.CLIENT, frame.maskKey() != null, "masked"));
        return frames.stream().map(Frame::unmasked).toList();
    }

    @ParameterizedTest
    @EnumSource
    void everySendSaysThatItWasTaken(Role role) {
        SENDERS.forEach((sender, opcode) -> {
            for (Deflate deflate : new Deflate[] {null, Deflate.DEFAULT.threshold(5), Deflate.DEFAULT.threshold(0)}) {
                Connection connection = connection(role, deflate);
                assertTrue(sender.test(connection));
                assertEquals(List.of(Frame.of(true, opcode, "much".getBytes())), sent(connection));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void noSendIsTakenAfterClose(Role role) {
        SENDERS.keySet().forEach(sender -> {
            for (Deflate deflate : new Deflate[] {null, Deflate.DEFAULT.threshold(0)}) {
                Connection connection = connection(role, deflate);
                connection.close(new ClosePayload(1000, ""));
                sent(connection);
                assertFalse(sender.test(connection));
                assertFalse(connection.hasOutput());
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aBorrowedPayloadWaitsBehindAMessageInParts(Role role) {
        Connection connection = connection(role, null);
        assertTrue(connection.sendBinaryPart(Hex.buffer("01"), false));
        long before = connection.outputSize();
        assertTrue(connection.sendBorrowed(heap()));
        assertEquals(before + (role == Role.CLIENT ? 10 : 6), connection.outputSize());
        assertTrue(connection.sendBinaryPart(Hex.buffer("02"), true));
        assertEquals(
                List.of(
                        Frame.of(false, Opcode.BINARY, Hex.bytes("01")),
                        Frame.of(true, Opcode.CONTINUATION, Hex.bytes("02")),
                        Frame.of(true, Opcode.BINARY, "much".getBytes())),
                sent(connection));
    }

    /** Sends what it is given back, and closes, and tries again. */
    private static final class Relay extends Recorder {
        private Connection connection;

        @Override
        public void onText(String text) {
            assertTrue(connection.sendText(text));
            connection.close(new ClosePayload(1000, ""));
            assertFalse(connection.sendText(text));
        }
    }

    @Test
    void aTextThatIsPassedOnIsTakenUntilClose() {
        Relay relay = new Relay();
        relay.connection = new Connection(Role.CLIENT, 100, new Workspace(), relay);
        relay.connection.receive(Hex.buffer("81 01 61"));
        assertEquals(List.of(Frame.text("a"), Frame.close(1000, "")), sent(relay.connection));
    }

    @Test
    void whatIsMaskedOrCompressedLeavesABorrowedPayloadAlone() {
        for (Role role : Role.values()) {
            for (Deflate deflate : new Deflate[] {null, Deflate.DEFAULT.threshold(0)}) {
                Connection connection = connection(role, deflate);
                byte[] payload = new byte[10_000];
                assertTrue(connection.sendBorrowed(ByteBuffer.wrap(payload)));
                Frame frame = sent(connection).get(0);
                assertEquals(deflate == null ? 0 : 4, frame.rsv());
                assertEquals("0".repeat(20_000), Hex.of(payload));
            }
        }
    }

    @Test
    void isPausedFromPauseToResume() {
        Connection connection = connection(Role.SERVER, null);
        assertFalse(connection.isPaused());
        connection.pause();
        assertTrue(connection.isPaused());
        connection.resume();
        assertFalse(connection.isPaused());
    }
}
