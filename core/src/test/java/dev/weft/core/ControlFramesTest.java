package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §5.5; section 2 of the Autobahn test suite. */
class ControlFramesTest {
    private static Frame ping(String hex) {
        return Frame.of(true, Opcode.PING, Hex.bytes(hex));
    }

    private static Frame pong(String hex) {
        return Frame.of(true, Opcode.PONG, Hex.bytes(hex));
    }

    /** Output that the peer does not take: one byte of it goes out. */
    private static Endpoint stalled(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.connection.sendText("waiting");
        endpoint.connection.consume(1);
        return endpoint;
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.2-1")
    @Tag("6455-5.5.2-2")
    @Tag("6455-5.5.2-3")
    @Tag("6455-5.5.3-1")
    @Tag("6455-6.2-2")
    void pingIsAnsweredWithItsPayload(Role role) {
        for (String payload : List.of("", "48656c6c6f", "00fffefdfcfb00ff", "fe".repeat(125))) {
            Endpoint endpoint = Endpoint.of(role).receive(ping(payload));
            endpoint.assertEvents("ping " + payload).assertSent(pong(payload)).assertOpen();
        }
    }

    @ParameterizedTest
    @EnumSource
    void pingThatComesBytewiseIsAnswered(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.receiveBytewise(ping("fe".repeat(125)).bytesTo(role));
        endpoint.assertEvents("ping " + "fe".repeat(125)).assertSent(pong("fe".repeat(125)));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.2-2")
    void tenPingsInOneReadGetTenPongs(Role role) {
        List<Frame> pings = new ArrayList<>();
        List<Frame> pongs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            pings.add(ping("0" + i));
            pongs.add(pong("0" + i));
        }
        Endpoint endpoint = Endpoint.of(role).receive(pings.toArray(Frame[]::new));
        endpoint.assertSent(pongs.toArray(Frame[]::new));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.3-2")
    void whilePeerDoesNotReadOnlyTheLatestPingIsAnswered(Role role) {
        Endpoint endpoint = stalled(role);
        long size = endpoint.connection.outputSize();
        for (int i = 0; i < 100_000; i++) {
            endpoint.receive(ping(String.format("%08x", i)));
        }
        assertEquals(size, endpoint.connection.outputSize(), "nothing more is queued");
        assertEquals(100_000, endpoint.recorder.events.size(), "each is told");

        endpoint.drain();

        endpoint.assertSent(pong("0001869f"));
        endpoint.assertSent();
    }

    @ParameterizedTest
    @EnumSource
    void afterAStallEveryPingIsAnsweredAgain(Role role) {
        Endpoint endpoint = stalled(role).receive(ping("01"));
        endpoint.drain();
        endpoint.drain();
        endpoint.receive(ping("02"), ping("03")).assertSent(pong("02"), pong("03"));
    }

    @Test
    void writeThatTakesNothingIsAStall() {
        Endpoint server = Endpoint.of(Role.SERVER).receive(ping("01"));
        server.connection.consume(0);
        server.receive(ping("02"), ping("03"));
        server.assertSent(pong("01"));
        server.assertSent(pong("03"));
    }

    @ParameterizedTest
    @EnumSource
    void pingsAreAnsweredInOrderWithWhatTheListenerSends(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.recorder.then = event -> endpoint.connection.sendText("echo");
        endpoint.receive(ping("01"), ping("02"));
        endpoint.assertSent(pong("01"), Frame.text("echo"), pong("02"), Frame.text("echo"));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.3-3")
    @Tag("6455-6.2-2")
    void unsolicitedPongIsToldAndNotAnswered(Role role) {
        Endpoint.of(role)
                .receive(pong("2a"))
                .assertEvents("pong 2a")
                .assertSent()
                .assertOpen();
    }

    @Test
    void millionUnsolicitedPongsRetainNothing() {
        Workspace workspace = new Workspace();
        int[] pongs = {0};
        Connection server = new Connection(Role.SERVER, 1000, workspace, new Counting(pongs));
        byte[] pong = pong("fe".repeat(100)).bytesTo(Role.SERVER);
        byte[] thousand = new byte[1000 * pong.length];
        long before = Heap.used();
        for (int round = 0; round < 1000; round++) {
            for (int i = 0; i < 1000; i++) {
                System.arraycopy(pong, 0, thousand, i * pong.length, pong.length);
            }
            server.receive(ByteBuffer.wrap(thousand));
        }
        assertEquals(1_000_000, pongs[0]);
        assertFalse(server.hasOutput());
        long grown = Heap.used() - before;
        assertTrue(grown < 1 << 20, "heap grew by " + grown + " bytes");
    }

    private record Counting(int[] pongs) implements ConnectionListener {
        @Override
        public void onText(String text) {}

        @Override
        public void onBinary(ByteBuffer payload) {}

        @Override
        public void onPong(ByteBuffer payload) {
            pongs[0]++;
        }

        @Override
        public void onClose(ClosePayload close) {}

        @Override
        public void onFail(ProtocolException violation) {}
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcode.CLOSE, Opcode.PING, Opcode.PONG})
    @Tag("6455-5.5-1")
    void controlFrameOf126BytesFailsFromItsHeader(int opcode) {
        for (Role role : Role.values()) {
            Endpoint.of(role).receiveHeader(true, opcode, 126).assertFailed(1002);
            Endpoint.of(role).receiveHeader(true, opcode, 70_000).assertFailed(1002);
            Endpoint.of(role).receive(Frame.of(true, opcode, new byte[126])).assertFailed(1002);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcode.CLOSE, Opcode.PING, Opcode.PONG})
    @Tag("6455-5.4-3")
    @Tag("6455-5.5-1")
    void fragmentedControlFrameFails(int opcode) {
        for (Role role : Role.values()) {
            Endpoint.of(role).receive(Frame.of(false, opcode, new byte[0])).assertFailed(1002);
            Endpoint.of(role)
                    .receiveText(false, "a")
                    .receive(Frame.of(false, opcode, new byte[3]))
                    .assertFailed(1002);
        }
    }
}
