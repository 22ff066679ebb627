package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Headers;
import dev.weft.core.HttpResponse;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plain HTTP on the port of a WebSocket server. */
@Timeout(60)
class HttpTest {
    private static final byte[] LARGE = new byte[30 << 20];

    private final AtomicLong clockReads = new AtomicLong();
    private EventLoop loop;
    private WebSocketServer server;

    @BeforeEach
    void start() throws Exception {
        loop = new EventLoop(SelectorProvider.provider(), () -> {
            clockReads.incrementAndGet();
            return System.nanoTime();
        });
        loop.start();
        Arrays.fill(LARGE, (byte) 'x');
        server = Local.server()
                .loops(loop)
                .limits(Limits.DEFAULT.maxHead(2048).maxHeaders(20))
                .path("/ws", Local::echo)
                .path("/both", Local::echo)
                .http("/both", request -> HttpResponse.text(200, "a page"))
                .http("/", request -> HttpResponse.text(200, "hello").with("X-Query", "q" + request.query()))
                .http("/large", request -> HttpResponse.of(200, "text/plain", LARGE))
                .http("/null", request -> null)
                .http("/throws", request -> {
                    throw new IllegalStateException("on purpose");
                })
                .http("/teapot", request -> new HttpResponse(418, "short", Headers.of("X-A", "b"), new byte[0]))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
        loop.close();
    }

    /** The whole answer to a request, up to the end of the stream. */
    private String answer(String request) throws Exception {
        try (RawPeer peer = RawPeer.connect(server.port()).send(request)) {
            return new String(peer.readToEnd(), StandardCharsets.ISO_8859_1);
        }
    }

    private String get(String target) throws Exception {
        return answer("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    private static void assertStatus(int status, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
        assertTrue(answer.contains("\r\nContent-Length: "), answer);
    }

    @Test
    void getIsAnsweredAndTheConnectionIsClosed() throws Exception {
        String answer = get("/?a=b");
        assertStatus(200, answer);
        assertTrue(answer.endsWith("\r\n\r\nhello"), answer);
        assertTrue(answer.contains("\r\nContent-Length: 5\r\n"), answer);
        assertTrue(answer.contains("\r\nX-Query: qa=b\r\n"), answer);
        assertStatus(200, answer("GET / HTTP/1.0\r\n\r\n"));
        assertStatus(200, answer("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    @Test
    void headIsAnsweredWithoutTheBody() throws Exception {
        String answer = answer("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertStatus(200, answer);
        assertTrue(answer.contains("\r\nContent-Length: 5\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\n"), answer);
    }

    @Test
    void otherMethodsGet405AndUnknownPaths404() throws Exception {
        String answer = answer("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertStatus(405, answer);
        assertTrue(answer.contains("\r\nAllow: GET, HEAD\r\n"), answer);
        assertStatus(404, get("/nothing"));
        assertStatus(404, get("/%2e%2e/"));
    }

    @Test
    void requestsWithABodyAreRefused() throws Exception {
        assertStatus(413, answer("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"));
        assertStatus(413, answer("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
        assertStatus(200, answer("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
    }

    @Test
    void refusalReachesAClientThatIsStillSending() throws Exception {
        try (RawPeer peer = RawPeer.connect(server.port())) {
            peer.send("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
            for (int i = 0; i < 40; i++) {
                peer.send(new byte[50_000]);
            }
            String answer = new String(peer.readToEnd(), StandardCharsets.ISO_8859_1);
            assertStatus(413, answer);
        }
    }

    @Test
    @Tag("6455-4.2.1-1")
    @Tag("6455-10.7-4")
    void malformedHeadsGet400() throws Exception {
        assertStatus(400, answer("GET / HTTP/1.1\nHost: x\n\n"));
        assertStatus(400, answer("GET / HTTP/1.1\r\n\r\n"));
        assertStatus(400, answer("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"));
        assertStatus(400, answer("GET /\r\n\r\n"));
        assertStatus(400, answer("\u0016\u0003\u0001\u0002"));
        assertStatus(505, answer("GET / HTTP/2.0\r\nHost: x\r\n\r\n"));
    }

    @Test
    void headsAboveTheLimitsGet431() throws Exception {
        assertStatus(431, answer("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(3000)));
        assertStatus(431, answer("GET / HTTP/1.1\r\nHost: x\r\n" + "X: a\r\n".repeat(20) + "\r\n"));
    }

    @Test
    void handlerThatFailsGets500() throws Exception {
        assertStatus(500, get("/throws"));
        assertStatus(500, get("/null"));
        assertStatus(200, get("/"));
    }

    @Test
    void pageAndWebSocketShareAPath() throws Exception {
        assertTrue(get("/both").endsWith("a page"));
        try (RawPeer peer = RawPeer.open(server.port(), "/both")) {
            assertEquals("x", peer.text("x").readFrame().text());
        }
        assertStatus(426, get("/ws"));
        assertTrue(get("/teapot").startsWith("HTTP/1.1 418 short\r\nX-A: b\r\n"));
    }

    @Test
    void largeBodyIsCompleteForASlowReader() throws Exception {
        try (RawPeer peer = RawPeer.connect(server.port()).send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")) {
            peer.readHead();
            assertEquals(1, server.connectionCount(), "counts until it is done");
            assertEquals(LARGE.length, peer.readToEnd().length);
        }
    }

    @Test
    void requestInSingleBytesIsAnswered() throws Exception {
        try (RawPeer peer = RawPeer.connect(server.port())) {
            for (char c : "GET / HTTP/1.1\r\nHost: x\r\n\r\n".toCharArray()) {
                peer.send(String.valueOf(c));
            }
            assertStatus(200, new String(peer.readToEnd(), StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void clientThatEndsItsOutputAfterTheRequestGetsTheWholeAnswerWithoutABusyLoop() throws Exception {
        try (RawPeer peer = RawPeer.connect(server.port()).send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")) {
            peer.socket.shutdownOutput();
            peer.readHead();
            Local.onLoop(loop, () -> {});
            long before = clockReads.get();
            // The time itself is what is looked at: the answer waits for the client, and the loop has to sleep.
            Thread.sleep(200);
            assertTrue(clockReads.get() - before < 50, "clock was asked " + (clockReads.get() - before) + " times");
            assertEquals(LARGE.length, peer.readToEnd().length);
        }
        Local.until(() -> server.connectionCount() == 0);
    }

    @Test
    void responseIsFinishedByAServerThatCloses() throws Exception {
        try (RawPeer peer = RawPeer.connect(server.port()).send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")) {
            peer.readHead();
            var gone = server.closeLater();
            assertEquals(LARGE.length, peer.readToEnd().length);
            peer.socket.close();
            gone.get();
        }
    }

    @Test
    void slowReaderHasTheCloseTimeoutForEveryPartAndNotForAll() throws Exception {
        try (DrivenLoop driven = new DrivenLoop()) {
            WebSocketServer slow = Local.server()
                    .loops(driven.loop)
                    .http("/large", request -> HttpResponse.of(200, "text/plain", LARGE))
                    .start();
            RawPeer peer = RawPeer.connect(slow.port()).send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
            byte[] part = new byte[3 << 20];
            driven.turning(peer::readHead);
            for (int i = 0; i < 10; i++) {
                assertEquals(
                        part.length,
                        driven.turning(() -> peer.socket.getInputStream().readNBytes(part, 0, part.length)));
                driven.advance(Duration.ofSeconds(4));
            }
            driven.turning(peer::expectEnd);
            peer.close();
            driven.turnUntil(() -> slow.connectionCount() == 0);
        }
    }

    @Test
    void offerToUpgradeToAnotherProtocolIsIgnoredWhereThereIsAPage() throws Exception {
        String h2c =
                " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n";
        String answer = answer("GET /both" + h2c);
        assertStatus(200, answer);
        assertTrue(answer.endsWith("a page"), answer);
        assertStatus(400, answer("GET /ws" + h2c));
    }
}
