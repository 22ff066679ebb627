package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §4.1. */
class ClientHandshakeTest {
    private static ClientHandshake to(String uri, String... subprotocols) {
        return new ClientHandshake(WebSocketUri.of(URI.create(uri)), List.of(subprotocols), Headers.EMPTY);
    }

    private static ClientHandshake with(Headers extra) {
        return new ClientHandshake(WebSocketUri.of(URI.create("ws://example.org/")), List.of(), extra);
    }

    /** The right answer, with one header replaced, or left out for null. */
    private static HttpResponse answer(ClientHandshake handshake, String name, String newValue) {
        HttpResponse right = ServerHandshake.of(handshake.request()).accept(null, Headers.EMPTY);
        List<String> headers = new ArrayList<>();
        right.headers().forEach((n, value) -> {
            String v = n.equals(name) ? newValue : value;
            if (v != null) {
                headers.addAll(List.of(n, v));
            }
        });
        return HttpResponse.empty(101, Headers.of(headers.toArray(String[]::new)));
    }

    private static void assertRefused(ClientHandshake handshake, HttpResponse response, String fact) {
        HandshakeException failure = assertThrows(HandshakeException.class, () -> handshake.verify(response));
        assertTrue(failure.getMessage().contains(fact), failure.getMessage());
        assertSame(response, failure.response().orElseThrow());
    }

    @Test
    @Tag("6455-4.1-17")
    @Tag("6455-4.1-18")
    @Tag("6455-4.1-19")
    @Tag("6455-4.1-21")
    @Tag("6455-4.1-22")
    @Tag("6455-4.1-23")
    @Tag("6455-4.1-24")
    @Tag("6455-4.1-27")
    @Tag("6455-4.1-28")
    @Tag("6455-11.3.1-1")
    @Tag("6455-11.3.5-2")
    void requestIsTheOneOfSection41() {
        HttpRequest request =
                to("ws://example.org:8080/chat?room=1", "v2", "v1").request();
        assertEquals("GET", request.method());
        assertEquals("/chat?room=1", request.target());
        assertEquals("HTTP/1.1", request.version());
        assertEquals("example.org:8080", request.header("Host"));
        assertEquals("websocket", request.header("Upgrade"));
        assertEquals("Upgrade", request.header("Connection"));
        assertEquals("13", request.header("Sec-WebSocket-Version"));
        assertEquals("v2, v1", request.header("Sec-WebSocket-Protocol"));
        assertTrue(AcceptKey.isKey(request.header("Sec-WebSocket-Key")));
        List<String> names = new ArrayList<>();
        request.headers().forEach((name, value) -> names.add(name));
        assertEquals(names.stream().distinct().toList(), names, "each is there once");
    }

    @Test
    void requestWithoutSubprotocolsNamesNone() {
        assertNull(to("ws://a/").request().header("Sec-WebSocket-Protocol"));
    }

    @Test
    void requestWithoutUserInfoHasNoCredentials() {
        assertNull(to("ws://a/").request().header("Authorization"));
        assertNull(to("ws://@a/").request().header("Authorization"));
    }

    @Test
    @Tag("6455-4.1-25")
    void everyHandshakeHasAFreshKey() {
        assertNotEquals(
                to("ws://a/").request().header("Sec-WebSocket-Key"),
                to("ws://a/").request().header("Sec-WebSocket-Key"));
    }

    @ParameterizedTest
    @CsvSource({"us%C3%A9r:p%40ss, usér:p@ss", "user, user:", "user:, user:", ":pass, :pass", ":, :", "a:b:c, a:b:c"})
    void userInfoBecomesBasicCredentials(String userInfo, String userPass) {
        String basic = "Basic " + Base64.getEncoder().encodeToString(userPass.getBytes(StandardCharsets.UTF_8));
        assertEquals(basic, to("ws://" + userInfo + "@a/").request().header("Authorization"));
    }

    @Test
    void givenAuthorizationOutranksUserInfo() {
        Headers given = Headers.of("authorization", "Bearer t");
        WebSocketUri uri = WebSocketUri.of(URI.create("ws://user:pass@a/"));
        assertEquals(
                List.of("Bearer t"),
                new ClientHandshake(uri, List.of(), given).request().headers().all("Authorization"));
    }

    @Test
    void furtherHeadersAreSent() {
        assertEquals("a=b", with(Headers.of("Cookie", "a=b")).request().header("Cookie"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Host", "UPGRADE", "Connection", "Sec-WebSocket-Key", "sec-websocket-anything", "Content-Length"
            })
    void headersOfTheHandshakeAreNotTheCallers(String name) {
        assertThrows(IllegalArgumentException.class, () -> with(Headers.of(name, "x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a,b", "é", "a\r\nEvil: x", "a\u0000"})
    @Tag("6455-4.1-29")
    @Tag("6455-8.1-2")
    void subprotocolThatIsNoTokenIsRefused(String subprotocol) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> to("ws://a/", subprotocol));
        assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
    }

    @Test
    @Tag("6455-4.1-29")
    void repeatedSubprotocolIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> to("ws://a/", "x", "y", "x"));
    }

    @Test
    @Tag("6455-4.1-31")
    void rightAnswerIsTaken() throws Exception {
        ClientHandshake handshake = to("ws://a/", "x", "y");
        ServerHandshake server = ServerHandshake.of(handshake.request());
        assertEquals("y", handshake.verify(server.accept("y", Headers.EMPTY)).subprotocol());
        assertEquals(
                "",
                handshake
                        .verify(server.accept(null, Headers.of("Server", "any")))
                        .subprotocol());
    }

    @ParameterizedTest
    @CsvSource({"Upgrade, WebSocket", "Connection, upgrade", "Connection, 'keep-alive, Upgrade'"})
    @Tag("6455-4.1-32")
    @Tag("6455-4.1-33")
    void answerIsTakenInAnyCase(String name, String value) throws Exception {
        ClientHandshake handshake = to("ws://a/");
        assertEquals("", handshake.verify(answer(handshake, name, value)).subprotocol());
    }

    @Test
    @Tag("6455-4.1-34")
    void whiteSpaceAroundTheAcceptDoesNotCount() throws Exception {
        ClientHandshake handshake = to("ws://a/");
        String accept = AcceptKey.accept(handshake.request().header("Sec-WebSocket-Key"));
        HttpHeadParser parser = new HttpHeadParser(1000, 10);
        parser.receive(ByteBuffer.wrap(("HTTP/1.1 101 x\r\nUpgrade:websocket\r\nConnection:Upgrade\r\n"
                        + "Sec-WebSocket-Accept: \t " + accept + " \t\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)));
        assertEquals("", handshake.verify(parser.response()).subprotocol());
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 200, 204, 301, 401, 403, 404, 426, 503})
    @Tag("6455-4.1-31")
    void anythingBut101IsRefusedAndKept(int status) {
        ClientHandshake handshake = to("ws://a/");
        Headers headers = answer(handshake, "", "").headers();
        assertRefused(handshake, HttpResponse.empty(status, headers), "server answered " + status);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "Upgrade, -",
                "Upgrade, h2c",
                "Upgrade, 'websocket, h2c'",
                "Connection, -",
                "Connection, keep-alive",
                "Sec-WebSocket-Accept, -",
                "Sec-WebSocket-Accept, ''",
                "Sec-WebSocket-Accept, s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
            })
    @Tag("6455-4.1-32")
    @Tag("6455-4.1-33")
    @Tag("6455-4.1-34")
    void wrongHeaderIsRefused(String name, String value) {
        ClientHandshake handshake = to("ws://a/");
        assertRefused(handshake, answer(handshake, name, value), name);
    }

    @Test
    @Tag("6455-4.1-34")
    @Tag("6455-11.3.3-1")
    void acceptInAnotherCaseOrTwiceIsRefused() {
        ClientHandshake handshake = to("ws://a/");
        HttpResponse right = answer(handshake, "", "");
        String accept = right.headers().first("Sec-WebSocket-Accept");
        String other = accept.equals(accept.toLowerCase()) ? accept.toUpperCase() : accept.toLowerCase();
        assertRefused(handshake, answer(handshake, "Sec-WebSocket-Accept", other), "Sec-WebSocket-Accept");
        assertRefused(handshake, right.with("Sec-WebSocket-Accept", accept), "Sec-WebSocket-Accept");
        assertRefused(handshake, right.with("Upgrade", "websocket"), "Upgrade");
    }

    @ParameterizedTest
    @ValueSource(strings = {"z", "X", "", "x, y", "x,"})
    @Tag("6455-4.1-36")
    void subprotocolThatWasNotOfferedIsRefused(String chosen) {
        ClientHandshake handshake = to("ws://a/", "x", "y");
        assertRefused(handshake, answer(handshake, "", "").with("Sec-WebSocket-Protocol", chosen), "subprotocol");
    }

    @Test
    @Tag("6455-4.1-37")
    @Tag("6455-11.3.4-2")
    void twoSubprotocolsAreRefused() {
        ClientHandshake handshake = to("ws://a/", "x", "y");
        HttpResponse two =
                answer(handshake, "", "").with("Sec-WebSocket-Protocol", "x").with("Sec-WebSocket-Protocol", "y");
        assertRefused(handshake, two, "subprotocol");
    }

    @Test
    @Tag("6455-4.1-35")
    @Tag("7692-5-3")
    void extensionThatWasNotOfferedIsRefused() {
        ClientHandshake handshake = to("ws://a/");
        HttpResponse response = answer(handshake, "", "").with("Sec-WebSocket-Extensions", "permessage-deflate");
        assertRefused(handshake, response, "extension");
    }

    @Test
    @Tag("6455-4.1-37")
    @Tag("6455-9.1-1")
    void extensionHeaderWithoutAnExtensionIsRefused() {
        ClientHandshake handshake = to("ws://a/");
        for (String none : List.of("", " , ")) {
            assertRefused(
                    handshake,
                    answer(handshake, "", "").with("Sec-WebSocket-Extensions", none),
                    "Sec-WebSocket-Extensions");
        }
    }
}
