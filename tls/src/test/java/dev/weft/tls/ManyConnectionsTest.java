package dev.weft.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.EventLoop;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketListener;
import java.io.IOException;
import java.net.Socket;
import java.security.KeyStore.PrivateKeyEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One thread, many connections: those that work and those that do not. */
class ManyConnectionsTest {
    private static final PrivateKeyEntry LOCALHOST = Keytool.localhost();
    private static final int CONNECTIONS = 2000;
    private static final int AT_ONCE = 100;
    private static final int SILENT = 500;
    private static final Duration TURN = Duration.ofMillis(300);

    /** Opens the next connection when one is open; every connection waits with its message until all are. */
    private static final class Crowd implements WebSocketListener {
        private final Runnable openNext;
        private final List<WebSocket> open = new ArrayList<>();
        private final CountDownLatch allOpen = new CountDownLatch(CONNECTIONS);
        private final CountDownLatch allAnswered = new CountDownLatch(CONNECTIONS);
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Crowd(WebSocketClient client, Wss wss) {
            AtomicInteger started = new AtomicInteger();
            openNext = () -> {
                if (started.getAndIncrement() < CONNECTIONS) {
                    client.connect(wss.uri("/echo"), this);
                }
            };
        }

        @Override
        public void onOpen(WebSocket ws) {
            open.add(ws);
            allOpen.countDown();
            openNext.run();
        }

        @Override
        public void onText(WebSocket ws, String text) {
            allAnswered.countDown();
        }

        @Override
        public void onClose(WebSocket ws, CloseEvent event) {
            if (event.cause() != null && failure.compareAndSet(null, event.cause())) {
                while (allOpen.getCount() > 0) {
                    allOpen.countDown();
                }
            }
        }
    }

    @Test
    void twoThousandConnectionsOnOneThread() throws Exception {
        Limits patient = Limits.DEFAULT.handshakeTimeout(Duration.ofMinutes(1));
        try (EventLoop loop = new EventLoop().start();
                Wss wss = new Wss(Tls.server(LOCALHOST), loop);
                WebSocketClient client = WebSocketClient.builder()
                        .loop(loop)
                        .limits(patient)
                        .secure(Wss.trusting(LOCALHOST))
                        .build()) {
            Crowd crowd = new Crowd(client, wss);
            for (int i = 0; i < AT_ONCE; i++) {
                crowd.openNext.run();
            }
            assertTrue(crowd.allOpen.await(2, TimeUnit.MINUTES), () -> crowd.allOpen.getCount() + " are not open");
            assertEquals(null, crowd.failure.get());
            assertEquals(CONNECTIONS, wss.server.connectionCount());
            loop.execute(() -> crowd.open.forEach(ws -> ws.send("hello")));
            assertTrue(
                    crowd.allAnswered.await(1, TimeUnit.MINUTES), () -> crowd.allAnswered.getCount() + " unanswered");
        }
    }

    @Test
    void silentAndHalfHandshakesCostNoTimeAndDisturbNobody() throws Exception {
        List<Socket> flood = new ArrayList<>();
        try (EventLoop loop = new EventLoop();
                Wss wss = new Wss(Tls.server(LOCALHOST), loop);
                WebSocketClient client = WebSocketClient.builder()
                        .secure(Wss.trusting(LOCALHOST))
                        .build()) {
            for (int i = 0; i < SILENT; i++) {
                Socket socket = new Socket("127.0.0.1", wss.server.port());
                // nothing, the start of a record's header, the start of a record
                socket.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0}, 0, new int[] {0, 3, 7}[i % 3]);
                flood.add(socket);
            }
            AtomicInteger echoes = new AtomicInteger();
            client.connect(wss.uri("/echo"), new WebSocketListener() {
                @Override
                public void onOpen(WebSocket ws) {
                    ws.send("hello");
                }

                @Override
                public void onText(WebSocket ws, String text) {
                    if (echoes.incrementAndGet() < 100) {
                        ws.send(text);
                    }
                }
            });
            while (echoes.get() < 100) {
                assertTrue(turn(loop) < Wss.SOON.toMillis(), "the others are served");
            }
            while (wss.server.connectionCount() < SILENT + 1) {
                assertTrue(turn(loop) < Wss.SOON.toMillis(), "all are accepted");
            }
            int busy = 0;
            while (turn(loop) < TURN.toMillis() - 1) {
                assertTrue(++busy < SILENT, "once all is done, a turn waits its full time for nothing");
            }
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    /** How long one turn took, in milliseconds. */
    private static long turn(EventLoop loop) {
        long start = System.nanoTime();
        loop.runOnce(TURN);
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    @Test
    void aHandshakeThatStallsEndsAtItsDeadline() throws Exception {
        try (Wss wss = new Wss(Tls.server(LOCALHOST));
                WebSocketClient client = WebSocketClient.builder()
                        .limits(Limits.DEFAULT.handshakeTimeout(Duration.ofMillis(200)))
                        .secure(Wss.trusting(LOCALHOST))
                        .build();
                java.net.ServerSocket silent = new java.net.ServerSocket(0)) {
            assertTrue(wss.server.port() > 0);
            java.net.URI uri = java.net.URI.create("wss://localhost:" + silent.getLocalPort() + "/");
            IOException e = org.junit.jupiter.api.Assertions.assertThrows(
                    IOException.class, () -> BlockingWebSocket.connect(client, uri, dev.weft.core.Headers.EMPTY));
            assertTrue(e.getMessage().contains("no end of the opening handshake"), e.getMessage());
        }
    }
}
