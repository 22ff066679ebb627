package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Opcode;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KeepAliveTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    private final DrivenLoop driven = new DrivenLoop();
    private final RecordingListener listener = new RecordingListener();
    private WebSocket ws;

    @AfterEach
    void closeLoop() {
        driven.close();
    }

    private RawPeer open(Limits limits) throws Exception {
        WebSocketServer server = Local.server()
                .limits(limits)
                .loops(driven.loop)
                .path("/", () -> listener)
                .start();
        RawPeer peer = driven.turning(() -> RawPeer.open(server.port(), "/"));
        ws = listener.opened();
        return peer;
    }

    private static Limits limits(int pingSeconds, int pongSeconds) {
        return Limits.DEFAULT
                .pingInterval(Duration.ofSeconds(pingSeconds))
                .pongTimeout(Duration.ofSeconds(pongSeconds));
    }

    private RawPeer.Frame readPing(RawPeer peer) throws Exception {
        RawPeer.Frame ping = driven.turning(peer::readFrame);
        assertEquals(Opcode.PING, ping.opcode());
        return ping;
    }

    private void answer(RawPeer peer, RawPeer.Frame ping) throws Exception {
        int before = listener.events.size();
        peer.send(peer.frame(Opcode.PONG, ping.payload()));
        driven.turnUntil(() -> listener.events.size() > before);
    }

    private static boolean nothingCame(RawPeer peer) throws Exception {
        return peer.socket.getInputStream().available() == 0;
    }

    @Test
    void pingGoesEveryIntervalWhileItIsAnswered() throws Exception {
        try (RawPeer peer = open(limits(20, 20))) {
            for (int i = 0; i < 4; i++) {
                driven.advance(Duration.ofSeconds(20).minus(MILLI));
                assertTrue(nothingCame(peer), "no ping before the interval is over");
                driven.advance(MILLI);
                answer(peer, readPing(peer));
            }
            assertEquals(ReadyState.OPEN, ws.readyState());
        }
    }

    @Test
    void pongTimeoutAboveTheIntervalDoesNotStretchTheInterval() throws Exception {
        try (RawPeer peer = open(limits(5, 60))) {
            for (int i = 0; i < 4; i++) {
                driven.advance(Duration.ofSeconds(5));
                answer(peer, readPing(peer));
            }
        }
    }

    @Test
    void pongThatComesAfterTheIntervalStretchesItToTheNextOneOnly() throws Exception {
        try (RawPeer peer = open(limits(5, 60))) {
            driven.advance(Duration.ofSeconds(5));
            RawPeer.Frame ping = readPing(peer);
            driven.advance(Duration.ofSeconds(6));
            answer(peer, ping);
            driven.advance(Duration.ofSeconds(5));
            readPing(peer);
        }
    }

    @Test
    void pongTimeoutBelowTheIntervalDoesNotShortenTheInterval() throws Exception {
        try (RawPeer peer = open(limits(20, 3))) {
            for (int i = 0; i < 3; i++) {
                driven.advance(Duration.ofSeconds(20));
                answer(peer, readPing(peer));
                driven.advance(Duration.ofSeconds(3));
                driven.advance(Duration.ofSeconds(17).minus(MILLI));
                assertTrue(nothingCame(peer));
                driven.advance(MILLI);
                answer(peer, readPing(peer));
            }
        }
    }

    @Test
    void silentPeerIsCutOffAfterThePongTimeout() throws Exception {
        try (RawPeer peer = open(limits(20, 10))) {
            driven.advance(Duration.ofSeconds(20));
            readPing(peer);
            driven.advance(Duration.ofSeconds(10).minus(MILLI));
            assertFalse(listener.isClosed());
            driven.advance(MILLI);
            CloseEvent event = listener.closed();
            assertEquals(1006, event.code());
            assertInstanceOf(SocketTimeoutException.class, event.cause());
            assertTrue(event.cause().getMessage().contains("10000 ms"), event.toString());
            listener.expect("open", "error SocketTimeoutException", "close 1006 ");
        }
    }

    @Test
    void silentPeerIsCutOffEvenWhereThePongTimeoutIsLongerThanTheInterval() throws Exception {
        try (RawPeer peer = open(limits(5, 12).idleTimeout(Duration.ofSeconds(300)))) {
            driven.advance(Duration.ofSeconds(5));
            readPing(peer);
            driven.advance(Duration.ofSeconds(5));
            driven.advance(Duration.ofSeconds(5));
            assertFalse(listener.isClosed());
            driven.advance(Duration.ofSeconds(2));
            assertEquals(1006, listener.closed().code());
        }
    }

    @Test
    void anyTrafficCountsAsLife() throws Exception {
        try (RawPeer peer = open(limits(20, 10))) {
            driven.advance(Duration.ofSeconds(20));
            readPing(peer);
            driven.advance(Duration.ofSeconds(9));
            peer.text("busy");
            driven.turnUntil(() -> listener.events.contains("text busy"));
            driven.advance(Duration.ofSeconds(9));
            assertFalse(listener.isClosed());
            driven.advance(Duration.ofSeconds(2));
            readPing(peer);
        }
    }

    @Test
    void partOfAFrameCountsAsLife() throws Exception {
        try (RawPeer peer = open(limits(20, 10))) {
            driven.advance(Duration.ofSeconds(20));
            readPing(peer);
            driven.advance(Duration.ofSeconds(9));
            peer.send(new byte[] {(byte) 0x81});
            driven.loop.runOnce(Duration.ofSeconds(1));
            driven.advance(Duration.ofSeconds(9));
            assertFalse(listener.isClosed());
        }
    }

    @Test
    void roundTripTimeIsThatOfTheLatestAnsweredPing() throws Exception {
        try (RawPeer peer = open(limits(20, 20))) {
            assertNull(ws.roundTripTime());
            driven.advance(Duration.ofSeconds(20));
            RawPeer.Frame ping = readPing(peer);
            driven.clock.advance(Duration.ofMillis(70));
            answer(peer, ping);
            assertEquals(Duration.ofMillis(70), ws.roundTripTime());
            driven.advance(Duration.ofSeconds(20));
            ping = readPing(peer);
            driven.clock.advance(Duration.ofMillis(30));
            answer(peer, ping);
            assertEquals(Duration.ofMillis(30), ws.roundTripTime());
        }
    }

    @Test
    void pongThatAnswersNothingChangesNoRoundTripTime() throws Exception {
        try (RawPeer peer = open(limits(20, 20))) {
            driven.advance(Duration.ofSeconds(20));
            readPing(peer);
            answer(peer, new RawPeer.Frame(true, Opcode.PING, new byte[8]));
            answer(peer, new RawPeer.Frame(true, Opcode.PING, new byte[3]));
            assertNull(ws.roundTripTime());
        }
    }

    @Test
    void pausedConnectionIsPingedButNotBlamedForItsSilence() throws Exception {
        try (RawPeer peer = open(limits(20, 10))) {
            ws.pause();
            driven.settle();
            for (int i = 0; i < 3; i++) {
                driven.advance(Duration.ofSeconds(20));
                RawPeer.Frame ping = readPing(peer);
                peer.send(peer.frame(Opcode.PONG, ping.payload()));
            }
            assertFalse(listener.isClosed());
            // It is resumed in the very turn in which a pong would be overdue, if it had been awaited.
            ws.resume();
            driven.advance(Duration.ofSeconds(20));
            driven.turnUntil(() -> listener.events.stream().anyMatch(event -> event.startsWith("pong")));
            assertFalse(listener.isClosed());
        }
    }

    @Test
    @Tag("6455-7.1.7-6")
    @Tag("6455-7.2.1-3")
    @Tag("6455-7.3-2")
    void clientLeavesAQuietConnectionOpen() throws Exception {
        try (ServerSocket listening = RawPeer.listen()) {
            WebSocketClient client = WebSocketClient.builder().loop(driven.loop).build();
            ws = client.connect(Local.uri(listening.getLocalPort(), "/"), listener);
            try (RawPeer peer = driven.turning(() -> RawPeer.accepted(listening))) {
                driven.turnUntil(() -> ws.readyState() == ReadyState.OPEN);
                for (int i = 0; i < 100; i++) {
                    driven.advance(Duration.ofSeconds(20));
                    answer(peer, readPing(peer));
                }
                assertEquals(ReadyState.OPEN, ws.readyState());
                assertTrue(nothingCame(peer));
            }
        }
    }

    @Test
    void noPingsGoWhereTheyAreOff() throws Exception {
        try (RawPeer peer = open(limits(0, 10))) {
            assertEquals(Long.MAX_VALUE, driven.loop.nanosToDeadline());
            driven.advance(Duration.ofDays(1));
            assertTrue(nothingCame(peer));
        }
    }

    @Test
    void pingOfTheApplicationIsAnsweredByTheOtherSide() throws Exception {
        RecordingListener atServer = new RecordingListener();
        try (var server = Local.serverOf(atServer);
                var client = WebSocketClient.builder().build()) {
            RecordingListener atClient = new RecordingListener();
            client.connect(Local.uri(server), atClient);
            atClient.opened().ping(ByteBuffer.wrap("hello".getBytes()));
            atServer.expect("open", "ping hello");
            atClient.expect("open", "pong hello");
        }
    }

    @Test
    void peerThatReadsSlowlyIsNotSilent() throws Exception {
        try (RawPeer peer = open(limits(20, 20))) {
            ws.send(ByteBuffer.allocate(64 << 20)); // several times what the operating system takes at once
            for (int i = 0; i < 8; i++) {
                driven.advance(Duration.ofSeconds(15));
                long before = ws.bufferedAmount();
                driven.turning(() -> {
                    peer.socket.getInputStream().skipNBytes(6 << 20);
                    return null;
                });
                driven.turnUntil(() -> ws.bufferedAmount() < before);
                assertFalse(listener.isClosed(), "its pong has to wait behind all that");
            }
            while (!listener.isClosed()) {
                driven.advance(Duration.ofSeconds(20));
            }
            assertInstanceOf(SocketTimeoutException.class, listener.closed().cause());
        }
    }
}
