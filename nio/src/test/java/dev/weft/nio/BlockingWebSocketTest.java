package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.HandshakeException;
import dev.weft.core.Headers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingWebSocketTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static <T> FutureTask<T> start(java.util.concurrent.Callable<T> action) {
        FutureTask<T> task = new FutureTask<>(action);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    @Test
    void messagesGoAndCome() throws Exception {
        try (var server = Local.serverOf(Local.echo());
                var ws = BlockingWebSocket.connect(Local.uri(server))) {
            ws.send("hello");
            assertEquals(new BlockingWebSocket.Text("hello"), ws.receive(PATIENCE));
            ws.send(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            var binary = assertInstanceOf(BlockingWebSocket.Binary.class, ws.receive(PATIENCE));
            assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), binary.data());
            assertNull(ws.closeEvent());
            ws.close(3000, "done");
            assertEquals(3000, ws.closeEvent().code());
            assertNull(ws.receive(PATIENCE), "closed cleanly");
            assertThrows(IOException.class, () -> ws.send("late"));
        }
    }

    @Test
    void failedConnectThrowsItsCause() throws Exception {
        try (var server = Local.serverOf(Local.echo())) {
            IOException refused = assertThrows(
                    HandshakeException.class, () -> BlockingWebSocket.connect(Local.uri(server.port(), "/nothing")));
            assertTrue(refused.getMessage().contains("404"), refused.getMessage());
        }
        assertThrows(ConnectException.class, () -> BlockingWebSocket.connect(Local.uri(1, "/")));
        assertThrows(
                IllegalArgumentException.class,
                () -> BlockingWebSocket.connect(java.net.URI.create("wss://localhost/")));
    }

    @Test
    void receiveTimesOutAndTheConnectionStays() throws Exception {
        try (var server = Local.serverOf(Local.echo());
                var ws = BlockingWebSocket.connect(Local.uri(server))) {
            assertThrows(SocketTimeoutException.class, () -> ws.receive(Duration.ofMillis(20)));
            assertThrows(SocketTimeoutException.class, () -> ws.receive(Duration.ZERO));
            ws.send("still here");
            assertEquals("still here", ws.receive(PATIENCE).toString());
            ws.send("for ever");
            assertEquals(
                    "for ever", ws.receive(Duration.ofSeconds(Long.MAX_VALUE)).toString());
        }
    }

    @Test
    void whatCameBeforeAnEndIsReceivedFirst() throws Exception {
        RecordingListener atServer = new RecordingListener().whenOpen(ws -> {
            ws.send("one");
            ws.send("two");
            ws.close(1000, "");
        });
        try (var server = Local.serverOf(atServer);
                var ws = BlockingWebSocket.connect(Local.uri(server))) {
            atServer.closed();
            assertEquals("one", ws.receive(PATIENCE).toString());
            assertEquals("two", ws.receive(PATIENCE).toString());
            assertNull(ws.receive(PATIENCE));
        }
        RecordingListener rude = new RecordingListener().whenText((ws, text) -> ws.terminate());
        try (var server = Local.serverOf(rude);
                var ws = BlockingWebSocket.connect(Local.uri(server))) {
            ws.send("go away");
            assertThrows(IOException.class, () -> ws.receive(PATIENCE));
            assertThrows(IOException.class, () -> ws.receive(PATIENCE), "again and again");
        }
    }

    @Test
    void receiverThatFallsBehindSlowsThePeerDownAndLosesNothing() throws Exception {
        int count = 5000;
        RecordingListener atServer = new RecordingListener().whenOpen(ws -> {
            for (int i = 0; i < count; i++) {
                ws.send("m" + i);
            }
        });
        try (var server = Local.serverOf(atServer);
                var ws = BlockingWebSocket.connect(Local.uri(server))) {
            for (int i = 0; i < count; i++) {
                assertEquals("m" + i, ws.receive(PATIENCE).toString());
            }
        }
    }

    @Test
    void receiverThatDoesNotReceiveLeavesTheRestWithThePeer() throws Exception {
        String large = "x".repeat(1 << 16);
        RecordingListener atServer = new RecordingListener().whenOpen(ws -> {
            for (int i = 0; i < 500; i++) {
                ws.send(large);
            }
        });
        try (EventLoop loop = new EventLoop().start();
                var client = WebSocketClient.builder().loop(loop).build()) {
            WebSocketServer server = Local.server()
                    .limits(Limits.DEFAULT.sendQueue(64 << 20))
                    .loops(loop)
                    .path("/", () -> atServer)
                    .start();
            try (var ws = BlockingWebSocket.connect(client, Local.uri(server), Headers.EMPTY)) {
                WebSocket sending = atServer.opened();
                long left = -1;
                // Until nothing has moved for as long as TCP may delay an acknowledgement, and more.
                for (long since = System.nanoTime(); System.nanoTime() - since < 300_000_000L; ) {
                    Local.onLoop(loop, () -> {});
                    if (sending.bufferedAmount() != left) {
                        left = sending.bufferedAmount();
                        since = System.nanoTime();
                    }
                }
                assertTrue(left > 0, "31 MiB are not taken by a receiver of 64 messages");
                for (int i = 0; i < 500; i++) {
                    assertEquals(large.length(), ws.receive(PATIENCE).toString().length());
                }
            }
        }
    }

    @Test
    void senderWaitsWhileThePeerDoesNotRead() throws Exception {
        Limits limits = Limits.DEFAULT.sendQueue(1 << 20);
        try (ServerSocket listening = RawPeer.listen();
                var client = WebSocketClient.builder().limits(limits).build()) {
            FutureTask<BlockingWebSocket> connecting = start(
                    () -> BlockingWebSocket.connect(client, Local.uri(listening.getLocalPort(), "/"), Headers.EMPTY));
            try (RawPeer peer = RawPeer.accepted(listening)) {
                BlockingWebSocket ws = connecting.get(20, TimeUnit.SECONDS);
                ByteBuffer data = ByteBuffer.allocate(1 << 16);
                int count = 400; // 25 MiB
                FutureTask<Void> sending = start(() -> {
                    for (int i = 0; i < count; i++) {
                        ws.send(data.putInt(0, i));
                    }
                    return null;
                });
                Local.until(() -> ws.webSocket().bufferedAmount() > 1 << 19);
                assertTrue(!sending.isDone());
                for (int i = 0; i < count; i++) {
                    assertEquals(i, ByteBuffer.wrap(peer.readFrame().payload()).getInt());
                }
                sending.get(20, TimeUnit.SECONDS);
                peer.sendClose(1000, "").readFrame();
                peer.socket.shutdownOutput();
                assertNull(ws.receive(PATIENCE));
            }
        }
    }

    @Test
    void waitingSenderLearnsOfTheEnd() throws Exception {
        Limits limits = Limits.DEFAULT.sendQueue(1 << 16);
        try (ServerSocket listening = RawPeer.listen();
                var client = WebSocketClient.builder().limits(limits).build()) {
            FutureTask<BlockingWebSocket> connecting = start(
                    () -> BlockingWebSocket.connect(client, Local.uri(listening.getLocalPort(), "/"), Headers.EMPTY));
            RawPeer peer = RawPeer.accepted(listening);
            BlockingWebSocket ws = connecting.get(20, TimeUnit.SECONDS);
            FutureTask<IOException> sending = start(() -> assertThrows(IOException.class, () -> {
                while (true) {
                    ws.send(ByteBuffer.allocate(1 << 16));
                }
            }));
            Local.until(() -> ws.webSocket().bufferedAmount() > 0);
            peer.reset();
            sending.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void interruptEndsAWaitAndIsKept() throws Exception {
        try (var server = Local.serverOf(Local.echo());
                var ws = BlockingWebSocket.connect(Local.uri(server))) {
            FutureTask<Boolean> waiting = new FutureTask<>(() -> {
                assertThrows(InterruptedIOException.class, () -> ws.receive(PATIENCE));
                return Thread.currentThread().isInterrupted();
            });
            Thread thread = new Thread(waiting);
            thread.start();
            thread.interrupt();
            assertTrue(waiting.get(20, TimeUnit.SECONDS));
            ws.send("unharmed");
            assertEquals("unharmed", ws.receive(PATIENCE).toString());
        }
    }

    @Test
    void interruptedConnectLeavesNothingBehind() throws Exception {
        Limits limits = Limits.DEFAULT.handshakeTimeout(Duration.ofMinutes(5));
        try (ServerSocket silent = RawPeer.listen();
                var client = WebSocketClient.builder().limits(limits).build()) {
            FutureTask<Boolean> connecting = new FutureTask<>(() -> {
                assertThrows(
                        InterruptedIOException.class,
                        () -> BlockingWebSocket.connect(client, Local.uri(silent.getLocalPort(), "/"), Headers.EMPTY));
                return Thread.currentThread().isInterrupted();
            });
            Thread thread = new Thread(connecting);
            thread.start();
            Local.until(() -> client.connectionCount() == 1);
            thread.interrupt();
            assertTrue(connecting.get(20, TimeUnit.SECONDS));
            Local.until(() -> client.connectionCount() == 0);
        }
    }

    @Test
    void manyThreadsUseOneClientAndOneConnectionEach() throws Exception {
        int threads = 100;
        try (var server = Local.server().path("/", Local::echo).start();
                var client = WebSocketClient.builder().build()) {
            CountDownLatch together = new CountDownLatch(threads);
            List<FutureTask<Void>> tasks = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int id = t;
                tasks.add(start(() -> {
                    try (var ws = BlockingWebSocket.connect(client, Local.uri(server), Headers.EMPTY)) {
                        together.countDown();
                        together.await();
                        for (int i = 0; i < 20; i++) {
                            ws.send(id + " " + i);
                            assertEquals(id + " " + i, ws.receive(PATIENCE).toString());
                        }
                    }
                    return null;
                }));
            }
            for (FutureTask<Void> task : tasks) {
                task.get(40, TimeUnit.SECONDS);
            }
            Local.until(() -> client.connectionCount() == 0); // counted until onClose has returned
        }
    }

    @Test
    void closeWaitsForThePeerAtMostForTheCloseTimeout() throws Exception {
        Limits limits = Limits.DEFAULT.closeTimeout(Duration.ofMillis(50));
        try (ServerSocket listening = RawPeer.listen();
                var client = WebSocketClient.builder().limits(limits).build()) {
            FutureTask<BlockingWebSocket> connecting = start(
                    () -> BlockingWebSocket.connect(client, Local.uri(listening.getLocalPort(), "/"), Headers.EMPTY));
            RawPeer peer = RawPeer.accepted(listening);
            BlockingWebSocket ws = connecting.get(20, TimeUnit.SECONDS);
            ws.close();
            assertEquals(1006, ws.closeEvent().code());
            assertEquals(1000, peer.readFrame().code());
            peer.close();
        }
    }
}
