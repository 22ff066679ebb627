package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The body of a refusal, RFC 9112 §6. */
class HttpBodyTest {
    private static final Headers CHUNKED = Headers.of("Transfer-Encoding", "chunked");

    private static HttpBody body(int status, Headers headers, int limit) {
        return new HttpBody(HttpResponse.empty(status, headers), limit);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(HttpBody body) {
        return new String(body.bytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void contentLengthEndsTheBody() {
        HttpBody body = body(403, Headers.of("Content-Length", "5"), 100);
        assertFalse(body.receive(bytes("not")));
        ByteBuffer in = bytes(" ok more");
        assertTrue(body.receive(in));
        assertEquals("not o", text(body));
        assertEquals(6, in.remaining());
    }

    @Test
    void withoutLengthTheBodyGoesOnToTheEndOfTheStream() {
        HttpBody body = body(500, Headers.EMPTY, 100);
        assertFalse(body.receive(bytes("part one, ")));
        assertFalse(body.receive(bytes("part two")));
        assertEquals("part one, part two", text(body));
    }

    @ParameterizedTest
    @CsvSource({"101, 5", "204, 5", "304, 5", "403, 0"})
    void responseWithoutBodyIsCompleteAtOnce(int status, String length) {
        HttpBody body = body(status, Headers.of("Content-Length", length), 100);
        ByteBuffer in = bytes("frames");
        assertTrue(body.receive(in));
        assertEquals(6, in.remaining());
        assertEquals("", text(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\nHello\r\n7\r\n, world\r\n0\r\n\r\n",
                "005;ext=\"x\"\r\nHello\r\n7 \r\n, world\r\n0\r\nTrailer: x\r\n\r\n",
                "c\r\nHello, world\r\n0\r\n\r\n",
                "C\nHello, world\n0\n\n"
            })
    void chunkedBodyIsReadForAnyChunking(String wire) {
        for (int seed = 0; seed < 50; seed++) {
            HttpBody body = body(403, CHUNKED, 100);
            boolean complete = false;
            for (byte[] piece : Chunks.cut(wire.getBytes(), new Random(seed))) {
                complete = body.receive(ByteBuffer.wrap(piece));
            }
            assertTrue(complete);
            assertEquals("Hello, world", text(body));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\r\n", "x\r\n", "-1\r\n", "ffffffffffffffffffffffffff\r\n", "0x5\r\nHello", "\u00ff\u00ff\n"})
    void whatIsNoChunkEndsTheBody(String wire) {
        HttpBody body = body(403, CHUNKED, 100);
        assertTrue(body.receive(bytes(wire)));
        assertEquals("", text(body));
    }

    @Test
    void endlessChunkLineEndsTheBody() {
        HttpBody body = body(403, CHUNKED, 100);
        assertTrue(body.receive(bytes("1;" + "x".repeat(2000))));
    }

    @Test
    void bodyIsCutAtTheLimit() {
        for (Headers headers : new Headers[] {Headers.EMPTY, Headers.of("Content-Length", "1000000"), CHUNKED}) {
            HttpBody body = body(403, headers, 10);
            String prefix = headers == CHUNKED ? "fffffff\r\n" : "";
            assertTrue(body.receive(bytes(prefix + "x".repeat(1000))));
            assertEquals("x".repeat(10), text(body));
        }
    }

    @Test
    void bodyIsCutAtTheLimitHoweverItComes() {
        HttpBody body = body(200, Headers.EMPTY, 10);
        assertFalse(body.receive(bytes("eight by")));
        ByteBuffer in = bytes("tes more");
        assertTrue(body.receive(in));
        assertEquals("eight byte", text(body));
        assertEquals(6, in.remaining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "+5", "five", "", "99999999999999999999999"})
    void lengthThatIsNoNumberIsIgnored(String length) {
        HttpBody body = body(403, Headers.of("Content-Length", length), 100);
        assertFalse(body.receive(bytes("some words")));
        assertEquals("some words", text(body));
    }
}
