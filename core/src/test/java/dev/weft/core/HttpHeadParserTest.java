package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112, as strict as a server that faces the internet has to be. */
class HttpHeadParserTest {
    private static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_HEADERS = 100;

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static HttpHeadParser complete(String head) {
        HttpHeadParser parser = new HttpHeadParser(MAX_BYTES, MAX_HEADERS);
        assertTrue(parser.receive(bytes(head)), "complete");
        return parser;
    }

    private static HttpRequest request(String head) {
        return complete(head).request();
    }

    private static HttpResponse response(String head) {
        return complete(head).response();
    }

    private static void assertRefused(int status, String head) {
        HttpException refusal = assertThrows(HttpException.class, () -> request(head));
        assertEquals(status, refusal.response().status(), refusal.getMessage());
    }

    @Test
    void readsARequest() {
        HttpRequest request =
                request("GET /chat?room=1 HTTP/1.1\r\nHost: example.org\r\nX-Empty:\r\nhost2:\t a b \r\n\r\n");
        assertEquals("GET", request.method());
        assertEquals("/chat?room=1", request.target());
        assertEquals("/chat", request.path());
        assertEquals("room=1", request.query());
        assertEquals("HTTP/1.1", request.version());
        assertEquals(Headers.of("Host", "example.org", "X-Empty", "", "host2", "a b"), request.headers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"A: b\n", "no colon\r\n\r\n", "A: \u0001\r\n\r\n"})
    void refusalTellsTheLine(String third) {
        var refusal = assertThrows(HttpException.class, () -> request("GET / HTTP/1.1\r\nHost: a\r\n" + third));
        assertTrue(refusal.getMessage().startsWith("line 3 of the head "), refusal.getMessage());
    }

    @Test
    void readsARequestWithoutHeaders() {
        assertEquals(0, request("GET / HTTP/1.0\r\n\r\n").headers().size());
    }

    @Test
    void leavesWhatFollowsTheHeadInTheInput() {
        HttpHeadParser parser = new HttpHeadParser(MAX_BYTES, MAX_HEADERS);
        ByteBuffer in = bytes("GET / HTTP/1.1\r\n\r\n\u0081\u0085");
        assertTrue(parser.receive(in));
        assertEquals("8185", Hex.of(in));
    }

    @Test
    void framesInTheSameSegmentDoNotCountAsHeadBytes() {
        String head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        HttpHeadParser parser = new HttpHeadParser(head.length(), 1);
        ByteBuffer in = bytes(head + "x".repeat(100_000));
        assertTrue(parser.receive(in));
        assertEquals(100_000, in.remaining());
        assertEquals("a", parser.request().header("Host"));
    }

    @Test
    void isEmptyUntilTheFirstByte() {
        HttpHeadParser parser = new HttpHeadParser(MAX_BYTES, MAX_HEADERS);
        assertTrue(parser.isEmpty());
        assertFalse(parser.receive(bytes("")));
        assertTrue(parser.isEmpty());
        assertFalse(parser.receive(bytes("G")));
        assertFalse(parser.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\n",
                "\n",
                "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\r\n\tfolded\r\n\r\n",
                "GET / HTTP/1.1\r\n folded: first\r\n\r\n",
                "GET / HTTP/1.1\r\nA : b\r\n\r\n",
                "GET / HTTP/1.1\r\n: b\r\n\r\n",
                "GET / HTTP/1.1\r\nA\r\n\r\n",
                "GET / HTTP/1.1\r\nA B: c\r\n\r\n",
                "GET / HTTP/1.1\r\nÄ: b\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\u0000\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\u007f\r\n\r\n",
                "GET / HTTP/1.1\r\nA\u0000: b\r\n\r\n",
                "GET / HTTP/1.1\r\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\n\r\n",
                "GET /\r\n\r\n",
                "GET  / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1 \r\n\r\n",
                " GET / HTTP/1.1\r\n\r\n",
                "GET / x HTTP/1.1\r\n\r\n",
                "G(T / HTTP/1.1\r\n\r\n",
                "GET x HTTP/1.1\r\n\r\n",
                "GET * HTTP/1.1\r\n\r\n",
                "GET example.org:80 HTTP/1.1\r\n\r\n",
                "GET ://x/ HTTP/1.1\r\n\r\n",
                "GET ?a://b/c HTTP/1.1\r\n\r\n",
                "GET http:///c HTTP/1.1\r\n\r\n",
                "GET http://user@a/ HTTP/1.1\r\n\r\n",
                "GET http://a\u0000/ HTTP/1.1\r\n\r\n",
                "GET http://\u00e4/ HTTP/1.1\r\n\r\n",
                "GET /#fragment HTTP/1.1\r\n\r\n",
                "GET /\u00e4 HTTP/1.1\r\n\r\n",
                "GET /\u0000 HTTP/1.1\r\n\r\n",
                "GET /\u007f HTTP/1.1\r\n\r\n",
                "GET /\t HTTP/1.1\r\n\r\n",
                "GET / http/1.1\r\n\r\n",
                "GET / HTTP/11\r\n\r\n",
                "GET / HTTP/1.10\r\n\r\n",
                "\u0016\u0003\u0001\u0002\n"
            })
    @Tag("6455-4.2.1-1")
    void malformedHeadIsRefusedWith400(String head) {
        assertRefused(400, head);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/2.0", "HTTP/3.1", "HTTP/0.9"})
    void otherMajorVersionsAreRefusedWith505(String version) {
        assertRefused(505, "GET / " + version + "\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.0, HTTP/1.0", "HTTP/1.1, HTTP/1.1", "HTTP/1.2, HTTP/1.1", "HTTP/1.9, HTTP/1.1"})
    @Tag("6455-4.2.1-2")
    void aHigherMinorVersionIsReadAsHttp11(String version, String readAs) {
        assertEquals(readAs, request("GET / " + version + "\r\n\r\n").version());
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.org/chat?x=1, /chat?x=1",
        "ws://example.org:80/, /",
        "http://example.org, /",
        "HTTP://example.org?next=/admin, /?next=/admin",
        "http://example.org/a?u=http://b/c, /a?u=http://b/c",
        "/a?u=http://b/c, /a?u=http://b/c",
        "//twice, //twice"
    })
    @Tag("6455-4.2.1-2")
    void absoluteFormBecomesOriginForm(String target, String expected) {
        assertEquals(expected, request("GET " + target + " HTTP/1.1\r\n\r\n").target());
    }

    @ParameterizedTest
    @CsvSource({
        "http://a/, a",
        "http://a:8080, a:8080",
        "ws://[::1]:81?x, [::1]:81",
        "http://a/b@c, a",
        "/http://a/, received",
        "//a/, received"
    })
    @Tag("6455-4.2.1-2")
    void theAuthorityOfAnAbsoluteFormIsTheHost(String target, String host) {
        String line = "GET " + target + " HTTP/1.1\r\n";
        HttpRequest request = request(line + "A: b\r\nhost: received\r\nC: d\r\n\r\n");
        assertEquals(Headers.of("A", "b", "host", host, "C", "d"), request.headers());
        HttpRequest twice = request(line + "Host: received\r\nHost: received\r\n\r\n");
        assertEquals(List.of(host, host), twice.headers().all("Host"));
        assertEquals(0, request(line + "\r\n").headers().size(), "a missing Host is not made up for");
    }

    @Test
    void headOverItsLimitIsRefusedWith431() {
        String head = "GET / HTTP/1.1\r\nA: " + "x".repeat(100) + "\r\n\r\n";
        assertTrue(new HttpHeadParser(head.length(), 1).receive(bytes(head)));
        HttpException refusal =
                assertThrows(HttpException.class, () -> new HttpHeadParser(head.length() - 1, 1).receive(bytes(head)));
        assertEquals(431, refusal.response().status());
    }

    @Test
    void moreHeadersThanTheLimitAreRefusedWith431() {
        String head = "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(100) + "\r\n";
        assertEquals(100, request(head).headers().size());
        assertRefused(431, "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(101) + "\r\n");
    }

    @Test
    void twoThousandHeadersAreRefusedWith431BeforeTheirEnd() {
        HttpHeadParser parser = new HttpHeadParser(1 << 20, MAX_HEADERS);
        ByteBuffer in = bytes("GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(2000));
        assertThrows(HttpException.class, () -> parser.receive(in));
        assertTrue(in.remaining() > 1800 * 6, "stopped early");
    }

    @Test
    void endlessHeaderByteForByteTakesLinearTime() {
        HttpHeadParser parser = new HttpHeadParser(8 << 20, MAX_HEADERS);
        assertTimeout(Duration.ofSeconds(5), () -> {
            parser.receive(bytes("GET / HTTP/1.1\r\nA: "));
            for (int i = 0; i < 8_000_000; i++) {
                assertFalse(parser.receive(ByteBuffer.wrap(new byte[] {'x'})));
            }
        });
    }

    @Test
    void readsAResponse() {
        HttpResponse response = response("HTTP/1.1 403 Not for you\r\nRetry-After: 5\r\n\r\n");
        assertEquals(403, response.status());
        assertEquals("Not for you", response.reason());
        assertEquals(Headers.of("Retry-After", "5"), response.headers());
        assertEquals(0, response.body().length);
    }

    @ParameterizedTest
    @CsvSource({"'HTTP/1.1 101', ''", "'HTTP/1.1 101 ', ''", "'HTTP/1.0 101 x', x", "'HTTP/1.1 101 \u00e9', \u00e9"})
    void reasonMayBeMissing(String line, String reason) {
        HttpResponse response = response(line + "\r\n\r\n");
        assertEquals(101, response.status());
        assertEquals(reason, response.reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 101 x",
                "HTTP/1.1 99 x",
                "HTTP/1.1 600 x",
                "HTTP/1.1 1010 x",
                "HTTP/1.1  101 x",
                "HTTP/1.1 +10 x",
                "HTTP/1.1 101x",
                "ICY 200 OK",
                "HTTP/1.1 200 a\rb",
                "HTTP/1.1 200 a\u0000b",
                "SSH-2.0-OpenSSH"
            })
    @Tag("6455-4.1-37")
    void malformedStatusLineIsRefused(String line) {
        HttpHeadParser parser = complete(line + "\r\n\r\n");
        assertEquals(
                400,
                assertThrows(HttpException.class, parser::response).response().status());
    }

    @Test
    void malformedHeadersOfAResponseAreRefusedToo() {
        for (String line : List.of(" folded", "A : b", "A: \u0000")) {
            HttpHeadParser parser = complete("HTTP/1.1 200 OK\r\n" + line + "\r\n\r\n");
            assertThrows(HttpException.class, parser::response, line);
        }
    }
}
