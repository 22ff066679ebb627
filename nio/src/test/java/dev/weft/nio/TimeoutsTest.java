package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Opcode;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deadlines other than keep-alive, by a clock that stands still. */
@Timeout(60)
class TimeoutsTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    private final DrivenLoop driven = new DrivenLoop();
    private final RecordingListener listener = new RecordingListener();

    @AfterEach
    void closeLoop() {
        driven.close();
    }

    private WebSocketServer server(Limits limits) throws IOException {
        return Local.server()
                .limits(limits)
                .loops(driven.loop)
                .path("/", () -> listener)
                .start();
    }

    private WebSocketClient client() {
        return WebSocketClient.builder().loop(driven.loop).build();
    }

    @Test
    void serverClosesAConnectionThatStaysSilentWithoutAWord() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        try (RawPeer peer = RawPeer.connect(server.port())) {
            driven.turnUntil(() -> server.connectionCount() == 1);
            driven.advance(Duration.ofSeconds(10).minus(MILLI));
            assertEquals(1, server.connectionCount());
            driven.advance(MILLI);
            assertEquals(0, server.connectionCount());
            driven.turning(peer::expectEnd);
        }
    }

    @Test
    void serverAnswersAnUnfinishedRequestWith408() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT.handshakeTimeout(Duration.ofSeconds(3)));
        try (RawPeer peer = RawPeer.connect(server.port())) {
            peer.send("GET / HTTP/1.1\r\nHost: x\r\n");
            driven.turnUntil(() -> server.connectionCount() == 1);
            driven.turning(() -> peer.send("Upgrade: websocket\r\n"));
            driven.settle();
            driven.advance(Duration.ofSeconds(3).minus(MILLI));
            assertEquals(0, peer.socket.getInputStream().available());
            driven.advance(MILLI);
            String head = driven.turning(peer::readHead);
            assertTrue(head.startsWith("HTTP/1.1 408 "), head);
            peer.socket.close();
            driven.turnUntil(() -> server.connectionCount() == 0);
        }
    }

    @Test
    void clientGivesUpConnectingAfterTheConnectTimeout() throws Exception {
        List<SocketChannel> filling = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            // Linux drops the SYN of whoever finds the queue of a listening socket full.
            for (int i = 0; i < 8; i++) {
                SocketChannel one = SocketChannel.open();
                one.configureBlocking(false);
                one.connect(new InetSocketAddress("127.0.0.1", full.getLocalPort()));
                filling.add(one);
            }
            client().connect(URI.create("ws://127.0.0.1:" + full.getLocalPort()), listener);
            driven.settle();
            driven.advance(Duration.ofSeconds(10).minus(MILLI));
            assertFalse(listener.isClosed());
            driven.advance(MILLI);
            CloseEvent event = listener.closed();
            assertEquals(1006, event.code());
            assertTrue(event.cause().getMessage().contains("no answer in time"), event.toString());
        } finally {
            for (SocketChannel one : filling) {
                one.close();
            }
        }
    }

    @Test
    void clientGivesUpAHandshakeThatIsNotAnswered() throws Exception {
        try (ServerSocket listening = RawPeer.listen()) {
            client().connect(Local.uri(listening.getLocalPort(), "/"), listener);
            RawPeer peer = driven.turning(() -> RawPeer.accept(listening));
            driven.turning(peer::readHead);
            peer.send("HTTP/1.1 101 Switching");
            driven.settle();
            driven.advance(Duration.ofSeconds(10).minus(MILLI));
            assertFalse(listener.isClosed());
            driven.advance(MILLI);
            CloseEvent event = listener.closed();
            assertInstanceOf(SocketTimeoutException.class, event.cause());
            assertTrue(event.cause().getMessage().contains("within 10000 ms"), event.toString());
            driven.turning(peer::expectEnd);
            listener.expect("error SocketTimeoutException", "close 1006 ");
        }
    }

    @Test
    void clientReportsARefusalWhoseBodyDoesNotEndWithWhatCame() throws Exception {
        try (ServerSocket listening = RawPeer.listen()) {
            client().connect(Local.uri(listening.getLocalPort(), "/"), listener);
            RawPeer peer = driven.turning(() -> RawPeer.accept(listening));
            driven.turning(peer::readHead);
            peer.send("HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\nlater");
            driven.settle();
            assertFalse(listener.isClosed());
            driven.advance(Duration.ofSeconds(10));
            CloseEvent event = listener.closed();
            assertEquals(503, event.response().orElseThrow().status());
            assertEquals("later", event.response().orElseThrow().bodyText());
            peer.close();
        }
    }

    private RawPeer openPeer(WebSocketServer server) throws Exception {
        return driven.turning(() -> RawPeer.open(server.port(), "/"));
    }

    @Test
    void connectionWithoutMessagesIsClosedWith1001() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT.idleTimeout(Duration.ofSeconds(15)));
        try (RawPeer peer = openPeer(server)) {
            driven.advance(Duration.ofSeconds(10));
            peer.text("still here");
            driven.turnUntil(() -> listener.events.contains("text still here"));
            driven.advance(Duration.ofSeconds(10));
            listener.opened().send("so am I");
            driven.settle();
            driven.advance(Duration.ofSeconds(15).minus(MILLI));
            assertEquals(ReadyState.OPEN, listener.opened().readyState());
            driven.advance(MILLI);
            assertEquals(ReadyState.CLOSING, listener.opened().readyState());
            driven.turning(() -> {
                RawPeer.Frame frame = peer.readFrame();
                while (frame.opcode() != Opcode.CLOSE) {
                    frame = peer.readFrame();
                }
                assertEquals(1001, frame.code());
                return peer.sendClose(1001, "");
            });
            driven.turnUntil(listener::isClosed);
            assertTrue(listener.closed().wasClean());
        }
    }

    @Test
    void peerThatNeverAnswersCloseIsCutOffAfterTheCloseTimeout() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        try (RawPeer peer = openPeer(server)) {
            listener.opened().close(4000, "bye");
            driven.settle();
            driven.advance(Duration.ofSeconds(5).minus(MILLI));
            assertFalse(listener.isClosed());
            driven.advance(MILLI);
            CloseEvent event = listener.closed();
            assertEquals(1006, event.code());
            assertFalse(event.wasClean());
            assertInstanceOf(SocketTimeoutException.class, event.cause());
            assertEquals(0, server.connectionCount());
            driven.turning(() -> {
                assertEquals(4000, peer.readFrame().code());
                return peer.expectEnd();
            });
        }
    }

    @Test
    @Tag("6455-5.5.1-10")
    @Tag("6455-5.5.1-12")
    @Tag("6455-7.1.1-4")
    void serverThatNeverClosesTcpIsCutOffButTheCloseWasClean() throws Exception {
        try (ServerSocket listening = RawPeer.listen()) {
            client().connect(Local.uri(listening.getLocalPort(), "/"), listener);
            RawPeer peer = driven.turning(() -> RawPeer.accepted(listening));
            driven.turning(() -> peer.sendClose(3210, "done"));
            assertEquals(3210, driven.turning(() -> peer.readFrame().code()));
            driven.advance(Duration.ofSeconds(5).minus(MILLI));
            assertFalse(listener.isClosed());
            driven.advance(MILLI);
            CloseEvent event = listener.closed();
            assertEquals(new CloseEvent(3210, "done", true, null), event);
            driven.turning(peer::expectEnd);
        }
    }

    @Test
    void closeOfAPausedConnectionWhoseClosingTakesTooLongEndsToo() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        try (RawPeer peer = openPeer(server)) {
            WebSocket ws = listener.opened();
            ws.pause();
            driven.settle();
            ws.close();
            driven.settle();
            driven.advance(Duration.ofSeconds(5));
            assertEquals(1006, listener.closed().code());
            assertEquals(1000, driven.turning(() -> peer.readFrame().code()));
        }
    }

    @Test
    void deadlineThatSeesACloseBeforeTheLoopHasItDoesNotTerminate() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        try (RawPeer peer = openPeer(server)) {
            WebSocket ws = listener.opened();
            for (int i = 0; i < 5000; i++) {
                driven.loop.execute(() -> {}); // more than one turn takes
            }
            assertTrue(ws.send("last words"));
            ws.close(4000, "bye");
            driven.advance(Duration.ofSeconds(20));
            driven.turning(() -> {
                RawPeer.Frame frame = peer.readFrame();
                assertEquals("last words", (frame.opcode() == Opcode.PING ? peer.readFrame() : frame).text());
                assertEquals(4000, peer.readFrame().code());
                return peer.sendClose(4000, "");
            });
            driven.turnUntil(listener::isClosed);
            assertTrue(listener.closed().wasClean());
        }
    }

    @Test
    void peerThatStopsReadingAfterItsOwnCloseIsNotReportedAsClean() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT.sendQueue(64 << 20));
        try (RawPeer peer = openPeer(server)) {
            WebSocket ws = listener.opened();
            ws.send("x".repeat(32 << 20));
            driven.settle();
            peer.sendClose(1000, "");
            driven.turnUntil(() -> ws.readyState() == ReadyState.CLOSING);
            driven.advance(Duration.ofSeconds(5));
            CloseEvent event = listener.closed();
            assertEquals(1000, event.code());
            assertFalse(event.wasClean(), "this side's Close frame never went");
            assertInstanceOf(SocketTimeoutException.class, event.cause());
        }
    }

    @Test
    void failedConnectionLingersNoLongerThanTheCloseTimeout() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        try (RawPeer peer = openPeer(server)) {
            peer.send(new byte[] {(byte) 0xFF, 0});
            driven.turnUntil(listener::isClosed);
            assertEquals(1002, driven.turning(() -> peer.readFrame().code()));
            driven.turning(peer::expectEnd);
            driven.advance(Duration.ofSeconds(5));
            driven.turning(() -> {
                try {
                    while (true) {
                        peer.send(new byte[1000]);
                    }
                } catch (EOFException | java.net.SocketException e) {
                    return null; // reset: nobody is there any more
                }
            });
        }
    }

    @Test
    void closeWaitsForAPeerThatStillTakesWhatWasSentBefore() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        try (RawPeer peer = driven.turning(() -> RawPeer.open(server.port(), "/"))) {
            WebSocket ws = listener.opened();
            ws.send(ByteBuffer.allocate(64 << 20)); // several times what the operating system takes at once
            ws.close(1000, "");
            driven.settle();
            for (int i = 0; i < 8; i++) {
                driven.advance(Duration.ofSeconds(4));
                long before = ws.bufferedAmount();
                driven.turning(() -> {
                    peer.socket.getInputStream().skipNBytes(6 << 20);
                    return null;
                });
                driven.turnUntil(() -> ws.bufferedAmount() < before);
            }
            driven.advance(Duration.ofSeconds(5).minus(MILLI));
            assertFalse(listener.isClosed());
            driven.advance(MILLI);
            assertEquals(1006, listener.closed().code());
        }
    }
}
