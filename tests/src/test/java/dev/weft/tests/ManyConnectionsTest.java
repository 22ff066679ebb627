package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.nio.CloseEvent;
import dev.weft.nio.EventLoop;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of connections on one thread: the server's loop, and on the other side the clients' loop. */
@Timeout(60)
class ManyConnectionsTest {
    private static final int CONNECTIONS = 5_000;
    private static final int MESSAGES = 10;
    /** Handshakes under way at a time; more could overflow the queue of the listening socket. */
    private static final int OPENING = 500;

    private static final Limits PATIENT =
            Limits.DEFAULT.connectTimeout(Duration.ofSeconds(50)).handshakeTimeout(Duration.ofSeconds(50));

    private final Semaphore mayOpen = new Semaphore(OPENING);
    private final CountDownLatch opened = new CountDownLatch(CONNECTIONS);
    private final CountDownLatch answered = new CountDownLatch(CONNECTIONS);
    private final CountDownLatch closed = new CountDownLatch(CONNECTIONS);
    private final AtomicInteger closes = new AtomicInteger();
    private final AtomicReference<Object> wrong = new AtomicReference<>();

    /** Sends each message after the echo of the one before. */
    private final class Talker implements WebSocketListener {
        private final int number;
        private int received;
        private int ends;

        Talker(int number) {
            this.number = number;
        }

        private String message() {
            return "message " + received + " of connection " + number;
        }

        @Override
        public void onOpen(WebSocket ws) {
            mayOpen.release();
            opened.countDown();
        }

        @Override
        public void onText(WebSocket ws, String text) {
            if (!text.equals(message())) {
                wrong.compareAndSet(null, text + " instead of " + message());
            }
            received++;
            if (received < MESSAGES) {
                ws.send(message());
            } else if (received == MESSAGES) {
                answered.countDown();
            }
        }

        @Override
        public void onClose(WebSocket ws, CloseEvent event) {
            closes.incrementAndGet();
            closed.countDown();
            if (++ends != 1 || event.code() != 1001 || received != MESSAGES) {
                wrong.compareAndSet(null, event + " after " + received + " messages, end number " + ends);
                mayOpen.release();
                opened.countDown();
                answered.countDown();
            }
        }
    }

    private void assertAllRight() {
        Object what = wrong.get();
        assertEquals(null, what);
    }

    @Test
    void fiveThousandConnectionsEchoAtOnceOnOneThread() throws Exception {
        Needs.fileDescriptors(2 * CONNECTIONS + 500);
        try (EventLoop serverLoop = new EventLoop().start();
                EventLoop clientLoop = new EventLoop().start();
                WebSocketServer server = server(serverLoop);
                WebSocketClient client = WebSocketClient.builder()
                        .loop(clientLoop)
                        .limits(PATIENT)
                        .build()) {
            int threadsBefore = Thread.activeCount();
            WebSocket[] all = new WebSocket[CONNECTIONS];
            URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/");
            for (int i = 0; i < CONNECTIONS; i++) {
                mayOpen.acquire();
                all[i] = client.connect(uri, new Talker(i));
            }
            await(opened);
            assertEquals(CONNECTIONS, server.connectionCount());
            for (int i = 0; i < CONNECTIONS; i++) {
                assertTrue(all[i].send("message 0 of connection " + i));
            }
            await(answered);
            // A few threads that resolve names come and go; none is there for a connection.
            int threads = Thread.activeCount();
            assertTrue(threads <= threadsBefore + 4, () -> threads + " threads, before " + threadsBefore);
            server.closeLater().get(50, TimeUnit.SECONDS);
            await(closed);
            assertEquals(CONNECTIONS, closes.get());
            assertAllRight();
            assertEquals(0, server.connectionCount());
        }
    }

    private void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(50, TimeUnit.SECONDS), () -> latch.getCount() + " are missing");
        if (latch != closed) {
            assertAllRight();
        }
    }

    private static WebSocketServer server(EventLoop loop) throws IOException {
        return WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .loops(loop)
                .limits(PATIENT)
                .path("/", EchoListener::new)
                .start();
    }
}
