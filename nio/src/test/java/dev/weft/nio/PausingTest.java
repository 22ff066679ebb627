package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Opcode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PausingTest {
    private final DrivenLoop driven = new DrivenLoop();
    private final RecordingListener listener = new RecordingListener();
    private WebSocket ws;

    @AfterEach
    void closeLoop() {
        driven.close();
    }

    private WebSocketServer server() throws IOException {
        return Local.server().loops(driven.loop).path("/", () -> listener).start();
    }

    private RawPeer open() throws Exception {
        WebSocketServer server = server();
        RawPeer peer = driven.turning(() -> RawPeer.open(server.port(), "/"));
        ws = listener.opened();
        return peer;
    }

    /** Numbered messages as one stretch of bytes. */
    private static byte[] texts(RawPeer peer, int from, int to) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = from; i < to; i++) {
            bytes.writeBytes(peer.frame(Opcode.TEXT, "m" + i));
        }
        return bytes.toByteArray();
    }

    private void expectTexts(int from, int to) throws InterruptedException {
        for (int i = from; i < to; i++) {
            listener.expect("text m" + i);
        }
    }

    private void waitABit() {
        for (int i = 0; i < 5; i++) {
            driven.loop.runOnce(Duration.ofMillis(10));
        }
    }

    @Test
    void nothingIsDeliveredWhilePausedAndEverythingInOrderAfterwards() throws Exception {
        try (RawPeer peer = open()) {
            listener.expect("open");
            ws.pause();
            driven.settle();
            peer.send(texts(peer, 0, 100));
            waitABit();
            assertTrue(listener.events.isEmpty());
            ws.resume();
            driven.turnUntil(() -> listener.events.size() == 100);
            expectTexts(0, 100);
        }
    }

    @Test
    void pauseInTheMiddleOfAReadHoldsBackItsOtherFrames() throws Exception {
        listener.whenText((from, text) -> {
            if (text.endsWith("7")) {
                from.pause();
            }
        });
        try (RawPeer peer = open()) {
            listener.expect("open");
            peer.send(texts(peer, 0, 30));
            driven.turnUntil(() -> listener.events.size() == 8);
            waitABit();
            assertEquals(8, listener.events.size());
            peer.send(texts(peer, 30, 40));
            ws.resume();
            driven.turnUntil(() -> listener.events.size() == 18);
            waitABit();
            assertEquals(18, listener.events.size());
            ws.resume();
            driven.settle();
            ws.resume();
            driven.turnUntil(() -> listener.events.size() == 38);
            ws.resume();
            driven.turnUntil(() -> listener.events.size() == 40);
            expectTexts(0, 40);
        }
    }

    @Test
    void pauseAndResumeInsideOfOneCallbackLosesNothing() throws Exception {
        listener.whenText((from, text) -> {
            from.pause();
            from.resume();
        });
        try (RawPeer peer = open()) {
            listener.expect("open");
            peer.send(texts(peer, 0, 50));
            driven.turnUntil(() -> listener.events.size() == 50);
            expectTexts(0, 50);
        }
    }

    @Test
    void resumeFromTheCallbackOfAnotherConnectionDoesNotOverlap() throws Exception {
        try (RawPeer peer = open()) {
            listener.expect("open");
            ws.pause();
            driven.settle();
            peer.send(texts(peer, 0, 20));
            RecordingListener other = new RecordingListener().whenText((from, text) -> {
                ws.resume();
                assertTrue(listener.events.isEmpty(), "not from within another callback");
            });
            WebSocketServer second =
                    Local.server().loops(driven.loop).path("/", () -> other).start();
            try (RawPeer trigger = driven.turning(() -> RawPeer.open(second.port(), "/"))) {
                trigger.text("go");
                driven.turnUntil(() -> listener.events.size() == 20);
                other.expect("open", "text go");
            }
            expectTexts(0, 20);
        }
    }

    @Test
    void whatCameBeforeThePauseStaysBeforeWhatComesAfterEvenWhereTheLoopIsBusy() throws Exception {
        listener.whenText((from, text) -> {
            if (text.equals("m0")) {
                from.pause();
            }
        });
        try (RawPeer peer = open()) {
            listener.expect("open");
            peer.send(texts(peer, 0, 10));
            driven.turnUntil(() -> listener.events.size() == 1);
            peer.send(texts(peer, 10, 20));
            ws.resume();
            ws.send("makes the connection write, and so select, in this turn");
            for (int i = 0; i < 5000; i++) {
                driven.loop.execute(() -> {}); // the rest of resume() comes in a later turn
            }
            driven.turnUntil(() -> listener.events.size() == 20);
            expectTexts(0, 20);
        }
    }

    @Test
    void framesBehindTheHandshakeWaitWhereOnOpenPauses() throws Exception {
        listener.whenOpen(WebSocket::pause);
        WebSocketServer server = server();
        try (RawPeer peer = RawPeer.connect(server.port())) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(RawPeer.upgrade("/").getBytes());
            bytes.writeBytes(texts(peer, 0, 5));
            peer.send(bytes.toByteArray());
            driven.turnUntil(() -> !listener.events.isEmpty());
            waitABit();
            listener.expect("open");
            assertTrue(listener.events.isEmpty());
            listener.opened().resume();
            driven.turnUntil(() -> listener.events.size() == 5);
            expectTexts(0, 5);
        }
    }

    @Test
    void endOfThePeerIsSeenAfterResume() throws Exception {
        try (RawPeer peer = open()) {
            listener.expect("open");
            ws.pause();
            driven.settle();
            peer.text("m0").sendClose(4000, "bye");
            waitABit();
            assertTrue(listener.events.isEmpty());
            ws.resume();
            driven.turnUntil(listener::isClosed);
            listener.expect("text m0", "close 4000 bye");
        }
    }

    @Test
    void peerThatVanishesWhilePausedIsNoticedByKeepAlive() throws Exception {
        RawPeer peer = open();
        ws.pause();
        driven.settle();
        peer.reset();
        waitABit();
        assertFalse(listener.isClosed());
        driven.advance(Duration.ofSeconds(20));
        driven.turnUntil(listener::isClosed);
        assertEquals(1006, listener.closed().code());
    }

    @Test
    void closeWhilePausedDiscardsWhatWaitsAndSeesThePeersClose() throws Exception {
        listener.whenText((from, text) -> from.pause());
        try (RawPeer peer = open()) {
            listener.expect("open");
            peer.send(texts(peer, 0, 10));
            driven.turnUntil(() -> listener.events.size() == 1);
            ws.close(4001, "enough");
            driven.turning(() -> {
                assertEquals(4001, peer.readFrame().code());
                return peer.sendClose(4001, "");
            });
            driven.turnUntil(listener::isClosed);
            listener.expect("text m0", "close 4001 ");
            assertTrue(listener.closed().wasClean());
        }
    }

    @Test
    void terminateWhilePausedEndsAtOnce() throws Exception {
        try (RawPeer peer = open()) {
            ws.pause();
            driven.settle();
            ws.terminate();
            driven.turnUntil(listener::isClosed);
            driven.turning(peer::expectEnd);
        }
    }

    @Test
    void sendingGoesOnWhilePaused() throws Exception {
        try (RawPeer peer = open()) {
            ws.pause();
            driven.settle();
            ws.send("still talking");
            assertEquals("still talking", driven.turning(peer::readFrame).text());
            waitABit();
        }
    }

    @Test
    void pauseWhileConnectingHoldsFromTheBeginning() throws Exception {
        WebSocketServer server = Local.server()
                .loops(driven.loop)
                .path("/", () -> new RecordingListener().whenOpen(at -> at.send("m0")))
                .start();
        WebSocketClient client = WebSocketClient.builder().loop(driven.loop).build();
        WebSocket connecting = client.connect(Local.uri(server), listener);
        connecting.pause();
        driven.turnUntil(() -> !listener.events.isEmpty());
        listener.expect("open");
        waitABit();
        assertTrue(listener.events.isEmpty());
        connecting.resume();
        driven.turnUntil(() -> !listener.events.isEmpty());
        expectTexts(0, 1);
    }
}
