package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Opcode;
import dev.weft.core.PreparedMessage;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SendingTest {
    @Test
    void threadsThatSendAtOnceKeepTheirOrderAndLoseNothing() throws Exception {
        int threads = 8;
        int each = 500;
        RecordingListener atServer = new RecordingListener();
        try (var server = Local.serverOf(atServer);
                var client = WebSocketClient.builder().build()) {
            RecordingListener listener = new RecordingListener();
            client.connect(Local.uri(server), listener);
            WebSocket ws = listener.opened();
            List<Thread> senders = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int id = t;
                Thread sender = new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        assertTrue(ws.send(id + " " + i));
                    }
                });
                senders.add(sender);
                sender.start();
            }
            atServer.expect("open");
            int[] next = new int[threads];
            for (int i = 0; i < threads * each; i++) {
                String[] words = atServer.next().split(" ");
                assertEquals("text", words[0]);
                assertEquals(next[Integer.parseInt(words[1])]++, Integer.parseInt(words[2]), "in its thread's order");
            }
            for (Thread sender : senders) {
                sender.join();
            }
            assertTrue(atServer.events.isEmpty());
        }
    }

    @Test
    @Tag("6455-6.1-7")
    void everythingTakenBeforeCloseFromAnotherThreadArrivesBeforeTheCloseFrame() throws Exception {
        for (int round = 0; round < 30; round++) {
            RecordingListener atServer = new RecordingListener();
            RecordingListener listener = new RecordingListener();
            try (var server = Local.serverOf(atServer);
                    var client = WebSocketClient.builder().build()) {
                client.connect(Local.uri(server), listener);
                WebSocket ws = listener.opened();
                AtomicInteger taken = new AtomicInteger();
                CountDownLatch some = new CountDownLatch(20);
                Thread sender = new Thread(() -> {
                    while (ws.send("m" + taken.get())) {
                        taken.incrementAndGet();
                        some.countDown();
                    }
                });
                sender.start();
                some.await();
                ws.close(3000, "enough");
                sender.join();
                atServer.expect("open");
                for (int i = 0; i < taken.get(); i++) {
                    atServer.expect("text m" + i);
                }
                atServer.expect("close 3000 enough");
            }
        }
    }

    @Test
    void sendsThatRaceACloseLeaveNothingBehindTheCloseFrame() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (ServerSocket listening = RawPeer.listen();
                    var client = WebSocketClient.builder()
                            .limits(Limits.DEFAULT.closeTimeout(Duration.ofMillis(50)))
                            .build()) {
                RecordingListener listener = new RecordingListener();
                client.connect(Local.uri(listening.getLocalPort(), "/"), listener);
                try (RawPeer peer = RawPeer.accepted(listening)) {
                    WebSocket ws = listener.opened();
                    CountDownLatch some = new CountDownLatch(20);
                    for (int t = 0; t < 3; t++) {
                        new Thread(() -> {
                                    while (ws.send("m")) {
                                        some.countDown();
                                    }
                                })
                                .start();
                    }
                    some.await();
                    ws.close(3000, "");
                    while (peer.readFrame().opcode() != Opcode.CLOSE) {}
                    // Not answered, the client ends the connection by itself.
                    assertEquals(0, peer.readToEnd().length, "octets behind the Close frame");
                }
            }
        }
    }

    @Test
    @Tag("6455-6.1-7")
    void everythingTakenBeforeCloseOnTheLoopArrivesBeforeTheCloseFrame() throws Exception {
        RecordingListener atServer = new RecordingListener();
        try (var server = Local.serverOf(atServer);
                var client = WebSocketClient.builder().build()) {
            RecordingListener listener = new RecordingListener();
            AtomicBoolean all = new AtomicBoolean(true);
            atServer.whenOpen(opened -> opened.send("go"));
            listener.whenText((opened, text) -> {
                // While the loop is here, what another thread sends waits for it.
                Thread sender = new Thread(() -> {
                    for (int i = 0; i < 10; i++) {
                        all.compareAndSet(true, opened.send("m" + i));
                    }
                });
                sender.start();
                join(sender);
                opened.close(3001, "");
            });
            client.connect(Local.uri(server), listener);
            atServer.expect("open");
            for (int i = 0; i < 10; i++) {
                atServer.expect("text m" + i);
            }
            atServer.expect("close 3001 ");
            assertTrue(all.get());
            listener.expect("open", "text go", "close 3001 ");
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingIsDeliveredAfterCloseOnTheLoopEvenWhereOthersHaveSent() throws Exception {
        RecordingListener listener = new RecordingListener();
        listener.whenText((ws, text) -> {
            Thread sender = new Thread(() -> ws.send("from another thread"));
            sender.start();
            join(sender);
            ws.close(1000, "");
        });
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            byte[] one = peer.frame(Opcode.TEXT, "1");
            byte[] two = peer.frame(Opcode.TEXT, "2");
            peer.send(ByteBuffer.allocate(one.length + two.length)
                    .put(one)
                    .put(two)
                    .array());
            assertEquals("from another thread", peer.readFrame().text());
            assertEquals(1000, peer.readFrame().code());
            peer.sendClose(1000, "");
            listener.expect("open", "text 1", "close 1000 ");
        }
    }

    @Test
    @Tag("6455-4.1-30")
    @Tag("6455-6.1-1")
    void sendWhileConnectingThrows() throws Exception {
        try (ServerSocket silent = RawPeer.listen();
                var client = WebSocketClient.builder().build()) {
            RecordingListener listener = new RecordingListener();
            WebSocket ws = client.connect(Local.uri(silent.getLocalPort(), "/"), listener);
            assertEquals(ReadyState.CONNECTING, ws.readyState());
            assertThrows(IllegalStateException.class, () -> ws.send("x"));
            assertThrows(IllegalStateException.class, () -> ws.send(ByteBuffer.allocate(1)));
            assertThrows(IllegalStateException.class, () -> ws.send(PreparedMessage.text("x")));
            assertThrows(IllegalStateException.class, () -> ws.ping(ByteBuffer.allocate(1)));
            ws.terminate();
            listener.closed();
        }
    }

    @Test
    @Tag("6455-5.5.1-6")
    @Tag("6455-6.1-1")
    void sendWhileClosingOrClosedIsRefused() throws Exception {
        RecordingListener listener = new RecordingListener();
        AtomicBoolean takenInCallback = new AtomicBoolean(true);
        listener.whenClose(ws -> takenInCallback.set(ws.send("x")));
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.open(server.port(), "/")) {
            WebSocket ws = listener.opened();
            ws.close(1000, "");
            assertEquals(ReadyState.CLOSING, ws.readyState());
            assertFalse(ws.send("x"));
            assertFalse(ws.send(ByteBuffer.allocate(1)));
            assertFalse(ws.send(PreparedMessage.text("x")));
            assertFalse(ws.ping(ByteBuffer.allocate(1)));
            assertEquals(1000, peer.readFrame().code());
            peer.sendClose(1000, "").expectEnd();
            listener.closed();
            assertEquals(ReadyState.CLOSED, ws.readyState());
            assertFalse(ws.send("x"));
            assertFalse(takenInCallback.get());
        }
    }

    @Test
    @Tag("6455-10.3-2")
    void callersBufferIsCopiedAndItsPositionStays() throws Exception {
        RecordingListener atServer = new RecordingListener().whenBinary((ws, data) -> ws.send(data));
        try (var server = Local.serverOf(atServer);
                var peer = RawPeer.open(server.port(), "/")) {
            WebSocket ws = atServer.opened();
            ByteBuffer data = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3);
            assertTrue(ws.send(data));
            assertEquals(1, data.position());
            data.put(1, (byte) 7);
            assertEquals(
                    ByteBuffer.wrap(new byte[] {1, 2, 3}),
                    ByteBuffer.wrap(peer.readFrame().payload()));
        }
    }

    @Test
    void preparedMessageGoesToManyFromTheLoopAndFromOutside() throws Exception {
        PreparedMessage shared = PreparedMessage.text("to all");
        RecordingListener atServer = new RecordingListener().whenOpen(ws -> ws.send(shared));
        try (var server = Local.serverOf(atServer);
                var client = WebSocketClient.builder().build()) {
            RecordingListener listener = new RecordingListener().whenText((ws, text) -> ws.send(shared));
            client.connect(Local.uri(server), listener);
            atServer.opened().send(shared);
            listener.expect("open", "text to all", "text to all");
            atServer.expect("open", "text to all", "text to all");
        }
    }

    @Test
    void pingOfOver125BytesIsRefused() throws Exception {
        RecordingListener atServer = new RecordingListener();
        try (var server = Local.serverOf(atServer);
                var peer = RawPeer.open(server.port(), "/")) {
            WebSocket ws = atServer.opened();
            assertThrows(IllegalArgumentException.class, () -> ws.ping(ByteBuffer.allocate(126)));
            assertTrue(ws.ping(ByteBuffer.allocate(125)));
            RawPeer.Frame ping = peer.readFrame();
            assertEquals(Opcode.PING, ping.opcode());
            assertEquals(125, ping.payload().length);
        }
    }

    @Test
    void everythingSentInOneTurnLeavesInOneWrite() throws Exception {
        AtomicInteger writes = new AtomicInteger();
        RecordingListener listener = new RecordingListener()
                .whenOpen(ws -> {
                    for (int i = 0; i < 100; i++) {
                        ws.send("hello");
                    }
                })
                .whenText((ws, text) -> ws.send(text));
        Transport.Factory counting = (channel, host, port) -> new WrappedTransport(channel) {
            @Override
            public int write(ByteBuffer source) throws java.io.IOException {
                writes.incrementAndGet();
                return super.write(source);
            }
        };
        try (var server = Local.server()
                        .path("/", () -> listener)
                        .secure(counting)
                        .start();
                var peer = RawPeer.open(server.port(), "/")) {
            for (int i = 0; i < 100; i++) {
                assertEquals("hello", peer.readFrame().text());
            }
            assertEquals(1, writes.get(), "the handshake's response and what onOpen sent");
            byte[] frame = peer.frame(Opcode.TEXT, "again");
            ByteBuffer twenty = ByteBuffer.allocate(20 * frame.length);
            for (int i = 0; i < 20; i++) {
                twenty.put(frame);
            }
            peer.send(twenty.array());
            for (int i = 0; i < 20; i++) {
                assertEquals("again", peer.readFrame().text());
            }
            assertEquals(2, writes.get(), "what was sent while one read was served");
        }
    }
}
