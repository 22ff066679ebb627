package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §4.2. */
class ServerHandshakeTest {
    /** The request of §1.3. */
    private static final Headers SAMPLE = Headers.of(
            "Host", "server.example.com",
            "Upgrade", "websocket",
            "Connection", "Upgrade",
            "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version", "13");

    private static HttpRequest get(Headers headers) {
        return new HttpRequest("GET", "/chat", "HTTP/1.1", headers);
    }

    private static ServerHandshake accepted(Headers headers) {
        return ServerHandshake.of(get(headers));
    }

    private static HttpResponse refused(HttpRequest request) {
        return assertThrows(HttpException.class, () -> ServerHandshake.of(request))
                .response();
    }

    private static void assertRefused(int status, Headers headers) {
        assertEquals(status, refused(get(headers)).status());
    }

    private static Headers without(String name) {
        return replace(name, null);
    }

    private static Headers replace(String name, String newValue) {
        List<String> kept = new ArrayList<>();
        SAMPLE.forEach((n, value) -> {
            String v = n.equals(name) ? newValue : value;
            if (v != null) {
                kept.addAll(List.of(n, v));
            }
        });
        return Headers.of(kept.toArray(String[]::new));
    }

    @Test
    @Tag("6455-4.2.2-10")
    @Tag("6455-4.2.2-11")
    @Tag("6455-4.2.2-12")
    @Tag("6455-4.2.2-13")
    @Tag("6455-11.3.3-1")
    @Tag("6455-11.3.4-2")
    void answersTheSampleOfSection13() {
        ServerHandshake handshake = accepted(SAMPLE.with("Sec-WebSocket-Protocol", "chat, superchat"));
        HttpResponse response = handshake.accept("chat", Headers.of("Set-Cookie", "a=b"));
        assertEquals(101, response.status());
        assertEquals(
                Headers.of(
                        "Upgrade", "websocket",
                        "Connection", "Upgrade",
                        "Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                        "Sec-WebSocket-Protocol", "chat",
                        "Set-Cookie", "a=b"),
                response.headers());
    }

    @Test
    @Tag("6455-4.2.2-7")
    void withoutSubprotocolTheResponseNamesNone() {
        assertNull(accepted(SAMPLE).accept(null, Headers.EMPTY).headers().first("Sec-WebSocket-Protocol"));
    }

    @ParameterizedTest
    @CsvSource({
        "Upgrade, WebSocket",
        "Upgrade, 'h2c, websocket'",
        "Connection, upgrade",
        "Connection, 'keep-alive, Upgrade'",
        "Connection, 'keep-alive,UPGRADE'"
    })
    @Tag("6455-4.2.1-4")
    @Tag("6455-4.2.1-5")
    void valuesAreTakenInAnyCaseAndList(String name, String value) {
        accepted(replace(name, value));
    }

    @Test
    void emptyBodyIsTakenAsJdkClientsAnnounceIt() {
        accepted(SAMPLE.with("Content-Length", "0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"})
    @Tag("6455-4.2.1-3")
    @Tag("6455-4.2.1-4")
    @Tag("6455-4.2.1-5")
    @Tag("6455-4.2.1-6")
    @Tag("6455-4.2.1-7")
    void missingHeaderIsRefusedWith400(String name) {
        assertRefused(400, without(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Sec-WebSocket-Key", "Sec-WebSocket-Version"})
    @Tag("6455-11.3.1-1")
    @Tag("6455-11.3.5-2")
    void repeatedHeaderIsRefusedWith400(String name) {
        assertRefused(400, SAMPLE.with(name, SAMPLE.first(name)));
    }

    @Test
    void repeatedOriginIsRefusedWith400() {
        accepted(SAMPLE.with("Origin", "https://a"));
        assertRefused(400, SAMPLE.with("Origin", "https://a").with("Origin", "https://a"));
    }

    @ParameterizedTest
    @CsvSource({
        "Upgrade, h2c",
        "Upgrade, websocket2",
        "Upgrade, ''",
        "Connection, keep-alive",
        "Connection, close",
        "Connection, Upgraded",
        "Sec-WebSocket-Key, ''",
        "Sec-WebSocket-Key, dGhlIHNhbXBsZQ==",
        "Sec-WebSocket-Key, 'dGhlIHNhbXBsZSBub25jZ ==='"
    })
    @Tag("6455-4.2.1-4")
    @Tag("6455-4.2.1-5")
    @Tag("6455-4.2.1-6")
    void wrongHeaderIsRefusedWith400(String name, String value) {
        assertRefused(400, replace(name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "7", "8", "12", "14", "013", "+13", "13, 8", "255", "x", ""})
    @Tag("6455-4.2.1-7")
    @Tag("6455-4.2.2-4")
    @Tag("6455-4.4-1")
    void otherVersionIsRefusedWith426Offering13(String version) {
        HttpResponse response = refused(get(replace("Sec-WebSocket-Version", version)));
        assertEquals(426, response.status());
        assertEquals(List.of("13"), response.headers().all("Sec-WebSocket-Version"));
        assertEquals("websocket", response.headers().first("Upgrade"));
    }

    @Test
    void plainRequestIsToldToUpgrade() {
        HttpResponse response = refused(get(Headers.of("Host", "a")));
        assertEquals(426, response.status());
        assertEquals("13", response.headers().first("Sec-WebSocket-Version"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "HEAD", "get", "CONNECT"})
    @Tag("6455-4.2.1-2")
    void otherMethodIsRefusedWith405(String method) {
        HttpResponse response = refused(new HttpRequest(method, "/", "HTTP/1.1", SAMPLE));
        assertEquals(405, response.status());
        assertEquals("GET", response.headers().first("Allow"));
    }

    @Test
    @Tag("6455-4.2.1-2")
    void http10IsRefusedWith400() {
        assertEquals(
                400, refused(new HttpRequest("GET", "/", "HTTP/1.0", SAMPLE)).status());
    }

    @Test
    void requestWithABodyIsRefused() {
        assertRefused(413, SAMPLE.with("Content-Length", "5"));
        assertRefused(413, SAMPLE.with("Transfer-Encoding", "chunked"));
        assertRefused(400, SAMPLE.with("Transfer-Encoding", "chunked").with("Content-Length", "5"));
        assertRefused(400, SAMPLE.with("Content-Length", "0").with("Content-Length", "0"));
    }

    @Test
    @Tag("6455-4.2.1-9")
    @Tag("6455-11.3.4-1")
    void subprotocolsAreReadInTheClientsOrderOverAllHeaders() {
        ServerHandshake handshake =
                accepted(SAMPLE.with("Sec-WebSocket-Protocol", "b, a").with("Sec-WebSocket-Protocol", "c"));
        assertEquals(List.of("b", "a", "c"), handshake.subprotocols());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " , ", "a, \u00e9", "a b", "a, a", "a;b", "\"a\"", "a/b"})
    @Tag("6455-4.2.1-1")
    @Tag("6455-4.2.1-9")
    @Tag("6455-8.1-2")
    void malformedSubprotocolsAreRefusedWith400(String value) {
        assertRefused(400, SAMPLE.with("Sec-WebSocket-Protocol", value));
    }

    @Test
    @Tag("6455-4.2.2-6")
    void serversOrderOfPreferenceChooses() {
        ServerHandshake handshake = accepted(SAMPLE.with("Sec-WebSocket-Protocol", "a, b"));
        assertEquals("b", handshake.choose(List.of("x", "b", "a")));
        assertNull(handshake.choose(List.of("A", "x")));
        assertNull(handshake.choose(List.of()));
    }

    @Test
    @Tag("6455-4.2.2-6")
    void subprotocolThatWasNotOfferedIsNotAccepted() {
        ServerHandshake handshake = accepted(SAMPLE.with("Sec-WebSocket-Protocol", "a"));
        assertThrows(IllegalArgumentException.class, () -> handshake.accept("b", Headers.EMPTY));
        assertThrows(IllegalArgumentException.class, () -> accepted(SAMPLE).accept("a", Headers.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Accept",
                "sec-websocket-extensions",
                "Sec-WebSocket-Protocol",
                "Upgrade",
                "connection",
                "Content-Length",
                "Transfer-Encoding"
            })
    void headersOfTheHandshakeAreNotTheApplications(String name) {
        Headers extra = Headers.of(name, "x");
        assertThrows(IllegalArgumentException.class, () -> accepted(SAMPLE).accept(null, extra));
    }

    @Test
    @Tag("6455-4.2.1-10")
    void offeredExtensionsAreRead() {
        ServerHandshake handshake =
                accepted(SAMPLE.with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"));
        assertEquals(
                List.of(new Extension(
                        "permessage-deflate", List.of(new Extension.Parameter("client_max_window_bits", null)))),
                handshake.extensions());
        assertNull(handshake.accept(null, Headers.EMPTY).headers().first("Sec-WebSocket-Extensions"));
    }

    @Test
    @Tag("6455-4.2.1-10")
    @Tag("6455-9.1-3")
    @Tag("6455-11.3.2-1")
    void extensionsAreReadInTheClientsOrderOverAllHeaders() {
        ServerHandshake handshake =
                accepted(SAMPLE.with("Sec-WebSocket-Extensions", "b; x=1, a").with("Sec-WebSocket-Extensions", "c"));
        assertEquals(
                List.of("b", "a", "c"),
                handshake.extensions().stream().map(Extension::name).toList());
    }

    @Test
    @Tag("6455-4.2.1-11")
    void headersThatAreNotKnownAreIgnored() {
        ServerHandshake handshake = accepted(
                SAMPLE.with("Sec-WebSocket-Colour", "blue").with("X", "").with("X", "y"));
        assertEquals(
                accepted(SAMPLE).accept(null, Headers.EMPTY).headers(),
                handshake.accept(null, Headers.EMPTY).headers());
    }

    @Test
    @Tag("6455-4.2.1-1")
    @Tag("6455-4.2.1-10")
    @Tag("6455-9.1-1")
    void malformedExtensionsAreRefusedWith400() {
        assertRefused(400, SAMPLE.with("Sec-WebSocket-Extensions", "a;;"));
        assertRefused(400, SAMPLE.with("Sec-WebSocket-Extensions", ""));
    }
}
