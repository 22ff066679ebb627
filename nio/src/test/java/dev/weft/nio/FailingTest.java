package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Opcode;
import dev.weft.core.ProtocolException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fail the WebSocket Connection (RFC 6455 §7.1.7), by the peer's fault and by the listener's. */
@Timeout(60)
class FailingTest {
    private final RecordingListener listener = new RecordingListener();

    private void assertViolation(int code) throws Exception {
        CloseEvent event = listener.closed();
        assertEquals(1006, event.code());
        assertFalse(event.wasClean());
        assertEquals(
                code, assertInstanceOf(ProtocolException.class, event.cause()).closeCode());
        String last = null;
        for (String each : listener.events) {
            assertFalse("error ProtocolException".equals(last) && !each.startsWith("close"));
            last = each;
        }
        assertTrue(listener.events.contains("error ProtocolException"));
    }

    @Test
    @Tag("6455-5.1-2")
    @Tag("6455-5.1-3")
    @Tag("6455-7.1.7-2")
    @Tag("6455-10.7-3")
    void serverFailsUnmaskedFrameWith1002() throws Exception {
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            peer.send(new byte[] {(byte) 0x81, 1, 'x'});
            assertEquals(1002, peer.readFrame().code());
            peer.expectEnd();
            assertViolation(1002);
        }
    }

    @Test
    @Tag("6455-5.1-5")
    @Tag("6455-5.1-6")
    @Tag("6455-7.1.7-1")
    @Tag("6455-7.1.7-3")
    void clientFailsMaskedFrameWith1002AndEndsTcpItself() throws Exception {
        try (ServerSocket listening = RawPeer.listen();
                var client = WebSocketClient.builder().build()) {
            client.connect(Local.uri(listening.getLocalPort(), "/"), listener);
            try (RawPeer peer = RawPeer.accepted(listening)) {
                peer.send(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'});
                assertEquals(1002, peer.readFrame().code());
                peer.expectEnd();
                assertViolation(1002);
            }
        }
    }

    @Test
    @Tag("6455-7.1.7-2")
    @Tag("6455-7.1.7-4")
    @Tag("6455-10.7-3")
    void invalidUtf8Is1007AndTooLargeAMessageIs1009() throws Exception {
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            peer.send(peer.frame(Opcode.TEXT, new byte[] {(byte) 0xFF}));
            assertEquals(1007, peer.readFrame().code());
            assertViolation(1007);
        }
        RecordingListener second = new RecordingListener();
        try (var server = Local.serverOf(Limits.DEFAULT.maxMessage(10), second);
                var peer = RawPeer.open(server.port(), "/")) {
            peer.text("0123456789").text("01234567890");
            assertEquals(1009, peer.readFrame().code());
            second.expect("open", "text 0123456789", "error ProtocolException", "close 1006 ");
        }
    }

    @Test
    @Tag("6455-7.1.1-1")
    @Tag("6455-7.1.7-4")
    void closeFrameReachesAPeerThatIsStillSending() throws Exception {
        for (int round = 0; round < 10; round++) {
            RecordingListener each = new RecordingListener();
            try (var server = Local.serverOf(each);
                    var peer = RawPeer.open(server.port(), "/")) {
                peer.send(new byte[] {(byte) 0xFF, 0});
                // What comes on top of that lies unread at the server, whose close() would answer it with a reset.
                for (int i = 0; i < 40; i++) {
                    peer.send(new byte[50_000]);
                }
                assertEquals(1002, peer.readFrame().code());
                peer.expectEnd();
                peer.send(new byte[50_000]);
            }
        }
    }

    private static void fail() {
        throw new IllegalStateException("on purpose");
    }

    @Test
    void listenerThatThrowsFailsItsConnectionWith1011AndNotTheLoop() throws Exception {
        RecordingListener healthy = new RecordingListener().whenText((ws, text) -> ws.send(text));
        RecordingListener[] broken = {
            new RecordingListener().whenOpen(ws -> fail()),
            new RecordingListener().whenText((ws, text) -> fail()),
            new RecordingListener().whenBinary((ws, data) -> fail()),
            new RecordingListener().whenPing(ws -> fail()),
            new RecordingListener().whenPong(ws -> fail())
        };
        String[] lastEvent = {"open", "text t", "binary 1", "ping p", "pong q"};
        try (EventLoop loop = new EventLoop().start()) {
            AtomicReference<WebSocketListener> next = new AtomicReference<>(healthy);
            WebSocketServer server =
                    Local.server().loops(loop).path("/", next::get).start();
            RawPeer well = RawPeer.open(server.port(), "/");
            for (int i = 0; i < broken.length; i++) {
                next.set(broken[i]);
                try (RawPeer peer = RawPeer.open(server.port(), "/")) {
                    peer.text("t").send(peer.frame(Opcode.BINARY, "b"));
                    peer.ping("p").send(peer.frame(Opcode.PONG, "q"));
                    RawPeer.Frame frame = peer.readFrame();
                    assertEquals(1011, (frame.opcode() == Opcode.PONG ? peer.readFrame() : frame).code(), lastEvent[i]);
                    CloseEvent event = broken[i].closed();
                    assertEquals("on purpose", event.cause().getMessage());
                    assertEquals(1006, event.code());
                    String before = null;
                    for (String each = broken[i].next(); !each.startsWith("error"); each = broken[i].next()) {
                        before = each;
                    }
                    assertEquals(lastEvent[i], before);
                }
            }
            assertEquals("alive", well.text("alive").readFrame().text());
            well.close();
        }
    }

    @Test
    void listenerThatThrowsAnErrorIsTreatedAlike() throws Exception {
        Error error = new StackOverflowError("on purpose");
        listener.whenText((ws, text) -> {
            throw error;
        });
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            peer.text("t");
            assertEquals(1011, peer.readFrame().code());
            assertSame(error, listener.closed().cause());
        }
    }

    @Test
    void listenerThatThrowsInOnWritableFailsItsConnection() throws Exception {
        listener.whenWritable(ws -> fail());
        Limits limits = Limits.DEFAULT.sendQueue(1 << 20).sendOverflow(Limits.Overflow.REFUSE);
        try (var server = Local.serverOf(limits, listener);
                var peer = RawPeer.open(server.port(), "/")) {
            WebSocket ws = listener.opened();
            ByteBuffer data = ByteBuffer.allocate(1 << 16);
            while (ws.send(data)) {}
            RawPeer.Frame frame = peer.readFrame();
            while (frame.opcode() != Opcode.CLOSE) {
                frame = peer.readFrame();
            }
            assertEquals(1011, frame.code());
            assertEquals("on purpose", listener.closed().cause().getMessage());
        }
    }

    @Test
    void listenerThatThrowsInOnErrorStillGetsOnClose() throws Exception {
        listener.whenError(ws -> fail()).whenClose(ws -> fail());
        try (var server = Local.serverOf(listener)) {
            RawPeer.open(server.port(), "/").reset();
            listener.closed();
            assertEquals(3, listener.events.size());
        }
    }

    @Test
    void failingTransportFactoryCostsAConnectionAndNotTheServer() throws Exception {
        AtomicReference<RuntimeException> failure = new AtomicReference<>(new IllegalStateException("on purpose"));
        Transport.Factory failing = (channel, host, port) -> {
            if (failure.get() != null) {
                throw failure.get();
            }
            return new WrappedTransport(channel);
        };
        try (var server = Local.server().path("/", Local::echo).secure(failing).start()) {
            try (RawPeer peer = RawPeer.connect(server.port())) {
                peer.expectEnd();
            }
            failure.set(null);
            try (RawPeer peer = RawPeer.open(server.port(), "/")) {
                assertEquals("alive", peer.text("alive").readFrame().text());
            }
            failure.set(new IllegalStateException("on purpose"));
            try (var client = WebSocketClient.builder().secure(failing).build()) {
                client.connect(java.net.URI.create("wss://localhost:" + server.port()), listener);
                assertTrue(listener.closed().cause().getMessage().contains("on purpose"));
            }
        }
    }
}
