package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers, requests and responses as values. */
class HttpMessagesTest {
    private static String text(HttpResponse response, boolean head) {
        return StandardCharsets.ISO_8859_1.decode(response.toBytes(head)).toString();
    }

    private static HttpRequest requestWith(String... headers) {
        return new HttpRequest("GET", "/", "HTTP/1.1", Headers.of(headers));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\r\nEvil: yes", "a\nb", "a\rb", "a\u0000b", "a\u0007b", "a\u007fb", "a\u0100b", "\uD83D\uDE00"
            })
    void valueThatCannotBeSentIsRefused(String value) {
        assertThrows(IllegalArgumentException.class, () -> Headers.of("Name", value));
        assertThrows(IllegalArgumentException.class, () -> Headers.EMPTY.with("Name", value));
        assertThrows(
                IllegalArgumentException.class, () -> HttpResponse.text(200, "").with("Name", value));
        assertThrows(IllegalArgumentException.class, () -> HttpResponse.of(200, value, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> new HttpResponse(200, value, Headers.EMPTY, new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\n", "a\u0000", "ä", "a,b", "(a)"})
    void nameThatIsNoTokenIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> Headers.of(name, "value"));
    }

    @Test
    void refusalNeverRepeatsTheValueNorControlCharacters() {
        var value = assertThrows(IllegalArgumentException.class, () -> Headers.of("Cookie", "secret\n"));
        assertFalse(value.getMessage().contains("secret"), value.getMessage());
        var name = assertThrows(IllegalArgumentException.class, () -> Headers.of("a\nb", "x"));
        assertFalse(name.getMessage().contains("\n"), name.getMessage());
    }

    @Test
    void nameWithoutValueIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Headers.of("A", "b", "C"));
    }

    @Test
    void namesCompareWithoutRegardToCase() {
        Headers headers = Headers.of("Cookie", "a", "X", "y", "COOKIE", "b");
        assertEquals("a", headers.first("cookie"));
        assertEquals(List.of("a", "b"), headers.all("cOOkie"));
        assertEquals("a, b", headers.joined("cookie"));
        assertNull(headers.first("missing"));
        assertEquals(List.of(), headers.all("missing"));
        assertEquals("", headers.joined("missing"));
        assertEquals(3, headers.size());
    }

    @Test
    void headersNeverChange() {
        String[] source = {"A", "b"};
        Headers headers = Headers.of(source);
        source[1] = "evil\r\n";
        assertEquals(Headers.of("A", "b", "C", "d"), headers.with("C", "d"));
        assertEquals(Headers.of("A", "b"), headers);
        assertEquals(Headers.of("A", "b").hashCode(), headers.hashCode());
        assertNotEquals(Headers.of("A", "c"), headers);
    }

    @Test
    void fieldsAreVisitedInOrder() {
        List<String> visited = new ArrayList<>();
        Headers.of("A", "b", "C", "d").forEach((name, value) -> visited.add(name + "=" + value));
        assertEquals(List.of("A=b", "C=d"), visited);
    }

    @Test
    void secretsStayOutOfToString() {
        Headers headers = Headers.of("Authorization", "Basic c2VjcmV0");
        assertEquals("[Authorization]", headers.toString());
        assertFalse(HttpResponse.text(200, "c2VjcmV0")
                .with("Set-Cookie", "c2VjcmV0")
                .toString()
                .contains("c2VjcmV0"));
        assertFalse(new HttpRequest("GET", "/", "HTTP/1.1", headers).toString().contains("c2VjcmV0"));
    }

    @ParameterizedTest
    @CsvSource({
        "'GET\r\nEvil: x', /, HTTP/1.1",
        "'G T', /, HTTP/1.1",
        "'', /, HTTP/1.1",
        "GET, '/\r\nEvil: x', HTTP/1.1",
        "GET, '/a b', HTTP/1.1",
        "GET, '/\u0000', HTTP/1.1",
        "GET, '/ä', HTTP/1.1",
        "GET, '', HTTP/1.1",
        "GET, /, 'HTTP/1.1\r\nEvil: x'"
    })
    @Tag("6455-4.1-17")
    void requestThatCannotBeSentIsRefused(String method, String target, String version) {
        assertThrows(IllegalArgumentException.class, () -> new HttpRequest(method, target, version, Headers.EMPTY));
    }

    @Test
    void requestToAProxyMayNameAnAuthority() {
        HttpRequest connect = new HttpRequest("CONNECT", "[::1]:443", "HTTP/1.1", Headers.of("Host", "[::1]:443"));
        String wire = StandardCharsets.ISO_8859_1.decode(connect.toBytes()).toString();
        assertEquals("CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n", wire);
    }

    @Test
    void requestHasPathAndQuery() {
        HttpRequest request = new HttpRequest("GET", "/a%20b?c?d", "HTTP/1.1", Headers.EMPTY);
        assertEquals("/a%20b", request.path());
        assertEquals("c?d", request.query());
        assertEquals("", requestWith().query());
        assertEquals("/", requestWith().path());
    }

    @Test
    void requestWithoutBodyIsTaken() {
        assertDoesNotThrow(requestWith()::requireNoBody);
        assertDoesNotThrow(requestWith("Content-Length", "0")::requireNoBody);
        assertDoesNotThrow(requestWith("Content-Length", "000")::requireNoBody);
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length, 1, 413",
        "Content-Length, 99999999999999999999999, 413",
        "Transfer-Encoding, chunked, 413",
        "Content-Length, +0, 400",
        "Content-Length, -0, 400",
        "Content-Length, 0x0, 400",
        "Content-Length, '0, 0', 400",
        "Content-Length, '', 400",
        "Content-Length, '0 0', 400",
        "Content-Length, ٠, 400"
    })
    void requestWithBodyIsRefused(String name, String value, int status) {
        String sendable = value.chars().allMatch(c -> c < 256) ? value : "\u00b2";
        HttpException refusal = assertThrows(HttpException.class, requestWith(name, sendable)::requireNoBody);
        assertEquals(status, refusal.response().status());
    }

    @Test
    void ambiguousLengthIsRefusedWith400() {
        for (HttpRequest request : List.of(
                requestWith("Content-Length", "0", "content-length", "0"),
                requestWith("Content-Length", "0", "Transfer-Encoding", "chunked"),
                requestWith("Transfer-Encoding", "identity", "Content-Length", "5"))) {
            HttpException refusal = assertThrows(HttpException.class, request::requireNoBody);
            assertEquals(400, refusal.response().status());
        }
    }

    @Test
    void responseIsTheLastOnItsConnection() {
        assertEquals(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
                text(HttpResponse.text(200, "ok"), false));
    }

    @Test
    void answerToHeadHasALengthButNoBody() {
        String wire = text(HttpResponse.text(200, "ok"), true);
        assertEquals(true, wire.contains("Content-Length: 2\r\n") && wire.endsWith("\r\n\r\n"), wire);
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 204, 304})
    void statusWithoutBodyHasNoLength(int status) {
        String wire = text(new HttpResponse(status, "x", Headers.EMPTY, new byte[3]), false);
        assertFalse(wire.contains("Content-Length"), wire);
        assertEquals(true, wire.endsWith("\r\n\r\n"), wire);
    }

    @Test
    void switchingProtocolsKeepsTheConnection() {
        assertEquals("HTTP/1.1 101 Switching Protocols\r\n\r\n", text(HttpResponse.empty(101, Headers.EMPTY), false));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 99, 600, 1000})
    void statusOutsideOf100To599IsRefused(int status) {
        assertThrows(IllegalArgumentException.class, () -> HttpResponse.text(status, ""));
    }

    @Test
    void bodyIsUtf8() {
        HttpResponse response = HttpResponse.text(200, "größe €");
        assertEquals("größe €", response.bodyText());
        assertEquals(true, text(response, false).contains("Content-Length: 11\r\n"));
    }
}
