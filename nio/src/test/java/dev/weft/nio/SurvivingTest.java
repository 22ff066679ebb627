package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong costs the connection that it happens to, and neither the loop nor another connection. */
@Timeout(60)
class SurvivingTest {
    private final RecordingListener listener = new RecordingListener();

    private void costsOneConnection(BiConsumer<WebSocket, String> failing) throws Exception {
        listener.whenText(failing);
        try (var server = Local.server()
                        .path("/", () -> listener)
                        .path("/well", Local::echo)
                        .start();
                var well = RawPeer.open(server.port(), "/well");
                var peer = RawPeer.open(server.port(), "/")) {
            peer.text("go");
            assertEquals(1011, peer.readFrame().code());
            assertInstanceOf(OutOfMemoryError.class, listener.closed().cause());
            assertEquals("alive", well.text("alive").readFrame().text());
            try (var next = RawPeer.open(server.port(), "/well")) {
                assertEquals("alive", next.text("alive").readFrame().text());
            }
            Local.until(() -> server.connectionCount() == 1);
        }
    }

    @Test
    void listenerThatTheHeapHasNoMemoryFor() throws Exception {
        try (Logged logged = new Logged()) {
            costsOneConnection((ws, text) -> ByteBuffer.allocate(Integer.MAX_VALUE));
            assertEquals(1, logged.count("a listener failed"));
        }
    }

    @Test
    void listenerThatThereIsNoDirectMemoryFor() throws Exception {
        try (Logged logged = new Logged()) {
            costsOneConnection((ws, text) -> ByteBuffer.allocateDirect(Integer.MAX_VALUE));
            assertEquals(1, logged.count("a listener failed"));
        }
    }

    @Test
    void logThatThrows() throws Exception {
        Error full = new OutOfMemoryError("no space left on device");
        try (Logged logged = new Logged(message -> {
            throw full;
        })) {
            costsOneConnection((ws, text) -> {
                throw full;
            });
            assertEquals(1, logged.count("a listener failed"));
        }
    }

    @Test
    void socketThatThereIsNoMemoryFor() throws Exception {
        AtomicReference<Error> failure = new AtomicReference<>();
        Transport.Factory transports = (channel, host, port) -> new Bent(channel, failure);
        try (Logged logged = new Logged(message -> {
                    throw new IllegalStateException("on purpose");
                });
                var server = Local.server()
                        .path("/", () -> listener)
                        .path("/well", Local::echo)
                        .secure(transports)
                        .start();
                var well = RawPeer.open(server.port(), "/well");
                var peer = RawPeer.open(server.port(), "/")) {
            failure.set(new OutOfMemoryError("on purpose"));
            peer.text("go");
            assertEquals("on purpose", listener.closed().cause().getCause().getMessage());
            peer.expectEnd();
            failure.set(null);
            assertEquals("alive", well.text("alive").readFrame().text());
            assertEquals(1, logged.count("a connection is given up"));
        }
    }

    /** Fails with an error while one is set. */
    private static final class Bent extends WrappedTransport {
        private final AtomicReference<Error> failure;

        Bent(SocketChannel channel, AtomicReference<Error> failure) {
            super(channel);
            this.failure = failure;
        }

        @Override
        public int read(ByteBuffer target) throws java.io.IOException {
            if (failure.get() != null) {
                throw failure.get();
            }
            return super.read(target);
        }
    }

    @Test
    void connectionThatFailsInATaskOfItsOwn() throws Exception {
        try (Logged logged = new Logged();
                DrivenLoop driven = new DrivenLoop()) {
            Transport.Factory transports = (channel, host, port) -> new WrappedTransport(channel) {
                private int reads;

                @Override
                public int read(ByteBuffer target) throws java.io.IOException {
                    if (++reads > 1) {
                        throw new OutOfMemoryError("on purpose");
                    }
                    return super.read(target);
                }

                @Override
                public boolean hasBufferedInput() {
                    return reads == 1;
                }
            };
            WebSocketServer server =
                    Local.server().loops(driven.loop).secure(transports).start();
            RawPeer peer = RawPeer.connect(server.port()).send("GET");
            driven.turning(peer::expectEnd);
            assertEquals(0, server.connectionCount());
            assertEquals(1, logged.count("a connection is given up"));
        }
    }

    @Test
    void slowListenerDoesNotMakeOthersLookSilent() throws Exception {
        try (DrivenLoop driven = new DrivenLoop()) {
            RecordingListener well = new RecordingListener();
            WebSocketServer server = Local.server()
                    .loops(driven.loop)
                    .path("/", () -> listener)
                    .path("/well", () -> well)
                    .start();
            RawPeer peer = driven.turning(() -> RawPeer.open(server.port(), "/"));
            RawPeer other = driven.turning(() -> RawPeer.open(server.port(), "/well"));
            driven.advance(Duration.ofSeconds(20));
            RawPeer.Frame ping = driven.turning(other::readFrame);
            listener.whenText((ws, text) -> {
                driven.clock.advance(Duration.ofSeconds(21));
                try {
                    other.send(other.frame(dev.weft.core.Opcode.PONG, ping.payload()));
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            });
            peer.text("slow");
            driven.turnUntil(() -> listener.events.contains("text slow"));
            driven.settle();
            assertFalse(well.isClosed(), "its pong was there, only nobody had looked");
            assertFalse(listener.isClosed(), "a message is a sign of life, too");
            peer.close();
            other.close();
        }
    }

    @Test
    void listenerThatFailsBeforeTheBeginningFailsTheCallOrTheHandshake() throws Exception {
        WebSocketListener broken = new WebSocketListener() {
            @Override
            public boolean takesParts() {
                throw new IllegalStateException("broken");
            }
        };
        RecordingListener listener = new RecordingListener();
        try (var server = Local.server()
                        .path("/", Local::echo)
                        .path("/broken", () -> broken)
                        .start();
                var client = WebSocketClient.builder().build()) {
            assertThrows(IllegalStateException.class, () -> client.connect(Local.uri(server), broken));
            RecordingListener refused = new RecordingListener();
            client.connect(Local.uri(server.port(), "/broken"), refused);
            assertEquals(500, refused.closed().response().orElseThrow().status());
            client.connect(Local.uri(server), listener);
            listener.opened().send("still there");
            listener.expect("open", "text still there");
        }
    }
}
