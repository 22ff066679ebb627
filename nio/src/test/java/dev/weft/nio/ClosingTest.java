package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Deflate;
import dev.weft.core.Opcode;
import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClosingTest {
    private final RecordingListener listener = new RecordingListener();

    @Test
    @Tag("6455-7.1.2-1")
    void bothEndsSeeTheCodeAndReasonOfTheClientsClose() throws Exception {
        RecordingListener atServer = new RecordingListener();
        try (var server = Local.serverOf(atServer);
                var client = WebSocketClient.builder().build()) {
            client.connect(Local.uri(server), listener);
            listener.opened().close(4321, "grüße");
            assertEquals(new CloseEvent(4321, "grüße", true, null), atServer.closed());
            assertEquals(new CloseEvent(4321, "", true, null), listener.closed());
            listener.expect("open", "close 4321 ");
        }
    }

    @Test
    @Tag("6455-7.1.2-1")
    @Tag("6455-7.3-1")
    void bothEndsSeeTheCodeAndReasonOfTheServersClose() throws Exception {
        RecordingListener atServer = new RecordingListener().whenOpen(ws -> ws.close(1012, "restart"));
        try (var server = Local.serverOf(atServer);
                var client = WebSocketClient.builder().build()) {
            client.connect(Local.uri(server), listener);
            assertEquals(new CloseEvent(1012, "restart", true, null), listener.closed());
            assertEquals(1012, atServer.closed().code());
            assertTrue(atServer.closed().wasClean());
        }
    }

    @Test
    @Tag("6455-5.5.1-10")
    @Tag("6455-5.5.1-11")
    @Tag("6455-5.5.1-12")
    @Tag("6455-7.1.1-3")
    @Tag("6455-7.1.1-5")
    @Tag("6455-7.1.2-2")
    void serverClosesTcpAtOnceAndTheClientWaitsForIt() throws Exception {
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            peer.sendClose(1000, "");
            assertEquals(1000, peer.readFrame().code());
            peer.expectEnd();
            assertTrue(listener.closed().wasClean());
        }
        RecordingListener atClient = new RecordingListener();
        try (ServerSocket listening = RawPeer.listen();
                var client = WebSocketClient.builder().build()) {
            WebSocket ws = client.connect(Local.uri(listening.getLocalPort(), "/"), atClient);
            try (RawPeer peer = RawPeer.accepted(listening)) {
                atClient.opened();
                peer.sendClose(1000, "");
                assertEquals(1000, peer.readFrame().code());
                // The handshake is complete, but the client leaves the end of TCP to the server.
                assertEquals(ReadyState.CLOSING, ws.readyState());
                assertFalse(atClient.isClosed());
                peer.socket.shutdownOutput();
                assertTrue(atClient.closed().wasClean());
                peer.expectEnd();
            }
        }
    }

    @Test
    void messageThatComesAfterAnotherThreadsCloseIsNotDelivered() throws Exception {
        listener.whenPing(ws -> CompletableFuture.runAsync(ws::close).join());
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            byte[] ping = peer.frame(Opcode.PING, "ping");
            byte[] text = peer.frame(Opcode.TEXT, "text");
            peer.send(ByteBuffer.allocate(ping.length + text.length)
                    .put(ping)
                    .put(text)
                    .array());
            assertEquals(Opcode.PONG, peer.readFrame().opcode());
            assertEquals(1000, peer.readFrame().code());
            peer.sendClose(1000, "");
            listener.closed();
            listener.expect("open", "ping ping", "close 1000 ");
        }
    }

    @Test
    void partsThatFollowAreNotDeliveredWhileTheCloseWaitsForOtherThreadsMessages() throws Exception {
        List<String> events = new ArrayList<>();
        CompletableFuture<CloseEvent> closed = new CompletableFuture<>();
        WebSocketListener parts = new WebSocketListener() {
            @Override
            public boolean takesParts() {
                return true;
            }

            @Override
            public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {
                events.add("part");
                CompletableFuture.runAsync(() -> ws.send("sent before")).join();
                ws.close();
            }

            @Override
            public void onClose(WebSocket ws, CloseEvent event) {
                closed.complete(event);
            }
        };
        listener.whenOpen(ws -> ws.send(ByteBuffer.allocate(300_000)));
        try (var server = Local.server()
                        .deflate(Deflate.DEFAULT)
                        .path("/", () -> parts)
                        .start();
                var client = WebSocketClient.builder().deflate(Deflate.DEFAULT).build()) {
            client.connect(Local.uri(server), listener);
            assertEquals(1000, closed.join().code());
            assertEquals(List.of("part"), events);
            listener.expect("open", "text sent before", "close 1000 ");
        }
    }

    @Test
    void closeFrameWithoutACodeIs1005() throws Exception {
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            peer.send(peer.frame(Opcode.CLOSE, ""));
            assertEquals(1005, peer.readFrame().code());
            assertEquals(new CloseEvent(1005, "", true, null), listener.closed());
        }
    }

    @Test
    @Tag("6455-10.7-2")
    void peerThatVanishesWithoutACloseFrameIs1006WithAnEndOfFile() throws Exception {
        try (var server = Local.serverOf(listener)) {
            RawPeer.open(server.port(), "/").close();
            CloseEvent event = listener.closed();
            assertEquals(1006, event.code());
            assertFalse(event.wasClean());
            assertInstanceOf(EOFException.class, event.cause());
            listener.expect("open", "error EOFException", "close 1006 ");
        }
    }

    @Test
    @Tag("6455-7.1.1-2")
    @Tag("6455-10.7-2")
    void resetIs1006WithAnIoException() throws Exception {
        try (var server = Local.serverOf(listener)) {
            RawPeer.open(server.port(), "/").reset();
            CloseEvent event = listener.closed();
            assertEquals(1006, event.code());
            assertInstanceOf(IOException.class, event.cause());
        }
    }

    @Test
    @Tag("6455-7.2.1-2")
    void serverThatEndsTcpBeforeAnsweringCloseIs1006() throws Exception {
        try (ServerSocket listening = RawPeer.listen();
                var client = WebSocketClient.builder().build()) {
            client.connect(Local.uri(listening.getLocalPort(), "/"), listener);
            try (RawPeer peer = RawPeer.accepted(listening)) {
                listener.opened().close();
                assertEquals(1000, peer.readFrame().code());
            }
            CloseEvent event = listener.closed();
            assertEquals(1006, event.code());
            assertInstanceOf(EOFException.class, event.cause());
        }
    }

    @Test
    @Tag("6455-5.5.1-13")
    void messagesAfterCloseAreNotDeliveredButTheOthersCloseIs() throws Exception {
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            listener.opened().close(1000, "");
            assertEquals(1000, peer.readFrame().code());
            peer.text("late").sendClose(4000, "mine");
            assertEquals(4000, listener.closed().code());
            listener.expect("open", "close 4000 mine");
        }
    }

    @Test
    void closeCodesOfAClientAreThoseOfTheBrowsersApi() throws Exception {
        try (var server = Local.serverOf(Local.echo());
                var client = WebSocketClient.builder().build()) {
            client.connect(Local.uri(server), listener);
            WebSocket ws = listener.opened();
            for (int code : new int[] {0, 999, 1001, 1005, 1006, 1011, 2999, 5000}) {
                assertThrows(IllegalArgumentException.class, () -> ws.close(code, ""), "code " + code);
            }
            assertThrows(IllegalArgumentException.class, () -> ws.close(1000, "é".repeat(62)), "124 bytes");
            assertEquals(ReadyState.OPEN, ws.readyState());
            ws.close(3000, "x" + "é".repeat(61));
            assertEquals(3000, listener.closed().code());
        }
    }

    @Test
    void serverMayCloseWithAnyCodeThatMayBeSent() throws Exception {
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            WebSocket ws = listener.opened();
            for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
                assertThrows(IllegalArgumentException.class, () -> ws.close(code, ""), "code " + code);
            }
            ws.close(1008, "policy");
            ws.close(1000, "the second call does nothing");
            RawPeer.Frame frame = peer.readFrame();
            assertEquals(1008, frame.code());
            assertEquals("policy", frame.text().substring(2));
        }
    }

    @Test
    void terminateFromAnotherThreadEndsWithoutACloseFrame() throws Exception {
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            WebSocket ws = listener.opened();
            ws.terminate();
            peer.expectEnd();
            assertEquals(new CloseEvent(1006, "", false, null), listener.closed());
            assertEquals(ReadyState.CLOSED, ws.readyState());
            ws.terminate();
            ws.close();
            listener.expect("open", "close 1006 ");
        }
    }

    @Test
    void terminateInsideOfAnyCallbackIsTheLastEvent() throws Exception {
        RecordingListener[] listeners = {
            new RecordingListener().whenOpen(WebSocket::terminate),
            new RecordingListener().whenText((ws, text) -> ws.terminate()),
            new RecordingListener().whenBinary((ws, data) -> ws.terminate()),
            new RecordingListener().whenPing(WebSocket::terminate),
            new RecordingListener().whenPong(WebSocket::terminate),
            new RecordingListener().whenClose(WebSocket::terminate)
        };
        for (RecordingListener each : listeners) {
            try (var server = Local.serverOf(each);
                    var peer = RawPeer.connect(server.port())) {
                byte[] text = peer.frame(Opcode.TEXT, "t");
                byte[] binary = peer.frame(Opcode.BINARY, "b");
                byte[] ping = peer.frame(Opcode.PING, "p");
                byte[] pong = peer.frame(Opcode.PONG, "q");
                byte[] close = peer.close(1000, "");
                peer.send(RawPeer.upgrade("/"));
                peer.send(ByteBuffer.allocate(1000)
                        .put(text)
                        .put(binary)
                        .put(ping)
                        .put(pong)
                        .put(close)
                        .array());
                assertFalse(each.closed().wasClean() && each != listeners[5]);
            }
        }
        listeners[0].expect("open", "close 1006 ");
        listeners[1].expect("open", "text t", "close 1006 ");
        listeners[2].expect("open", "text t", "binary 1", "close 1006 ");
        listeners[3].expect("open", "text t", "binary 1", "ping p", "close 1006 ");
        listeners[4].expect("open", "text t", "binary 1", "ping p", "pong q", "close 1006 ");
        listeners[5].expect("open", "text t", "binary 1", "ping p", "pong q", "close 1000 ");
    }

    @Test
    void closeAndTerminateWhileConnectingFailTheAttempt() throws Exception {
        try (ServerSocket silent = RawPeer.listen();
                var client = WebSocketClient.builder().build()) {
            RecordingListener second = new RecordingListener();
            WebSocket one = client.connect(Local.uri(silent.getLocalPort(), "/"), listener);
            WebSocket two = client.connect(Local.uri(silent.getLocalPort(), "/"), second);
            one.close();
            two.terminate();
            listener.closed();
            second.closed();
            listener.expect("error IOException", "close 1006 ");
            second.expect("error IOException", "close 1006 ");
            assertEquals(ReadyState.CLOSED, one.readyState());
        }
    }

    @Test
    void closeWhileTheServersAnswerIsUnreadFailsTheAttempt() throws Exception {
        try (DrivenLoop driven = new DrivenLoop();
                ServerSocket listening = RawPeer.listen()) {
            WebSocketClient client = WebSocketClient.builder().loop(driven.loop).build();
            WebSocket ws = client.connect(Local.uri(listening.getLocalPort(), "/"), listener);
            RawPeer peer = driven.turning(() -> RawPeer.accepted(listening));
            // The answer may have been read already, or not: in both cases close() comes before a turn sees it, or
            // after onOpen.
            boolean wasOpen = ws.readyState() == ReadyState.OPEN;
            Thread other = new Thread(ws::terminate);
            other.start();
            other.join();
            driven.turnUntil(listener::isClosed);
            assertEquals(wasOpen, listener.events.contains("open"));
            peer.close();
        }
    }

    @Test
    void remoteAddressAndTransportAreKnownWhileOpen() throws Exception {
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            WebSocket ws = listener.opened();
            assertEquals(peer.socket.getLocalPort(), ws.remoteAddress().getPort());
            assertInstanceOf(PlainTransport.class, ws.transport());
        }
    }

    @Test
    void clientCloseTellsEveryConnectionAndWaitsForTheirEnd() throws Exception {
        RecordingListener atServer = new RecordingListener();
        try (var server = Local.serverOf(atServer)) {
            WebSocketClient client = WebSocketClient.builder().build();
            client.connect(Local.uri(server), listener);
            listener.opened();
            client.close();
            assertTrue(listener.isClosed());
            assertEquals(1001, atServer.closed().code());
            assertEquals(0, client.connectionCount());
            client.close();
            assertThrows(IllegalStateException.class, () -> client.connect(Local.uri(server), listener));
        }
    }

    @Test
    void clientCloseFailsAttemptsThatAreStillConnecting() throws Exception {
        try (ServerSocket silent = RawPeer.listen()) {
            WebSocketClient client = WebSocketClient.builder().build();
            client.connect(Local.uri(silent.getLocalPort(), "/"), listener);
            client.close();
            assertTrue(listener.isClosed());
            listener.expect("error IOException", "close 1006 ");
        }
    }

    @Test
    void clientCloseOnItsOwnLoopDoesNotWaitForItself() throws Exception {
        try (var server = Local.serverOf(Local.echo())) {
            WebSocketClient client = WebSocketClient.builder().build();
            client.connect(Local.uri(server), listener.whenOpen(ws -> client.close()));
            assertEquals(1001, listener.closed().code());
            client.close();
        }
    }

    @Test
    void clientOfAClosedLoopDoesNotConnectAndDoesNotHang() throws Exception {
        EventLoop loop = new EventLoop().start();
        WebSocketClient client = WebSocketClient.builder().loop(loop).build();
        loop.close();
        assertThrows(IllegalStateException.class, () -> client.connect(Local.uri(1, "/"), listener));
        client.close();
    }
}
