package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.AcceptKey;
import dev.weft.core.Headers;
import dev.weft.core.HttpResponse;
import dev.weft.core.Opcode;
import dev.weft.core.OriginPolicy;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServerHandshakeTest {
    private final RecordingListener listener = new RecordingListener();

    private static String head(WebSocketServer server, String request) throws Exception {
        try (RawPeer peer = RawPeer.connect(server.port()).send(request)) {
            return peer.readHead();
        }
    }

    private static void assertStatus(int status, String head) {
        assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
    }

    @Test
    @Tag("6455-4.2.2-1")
    @Tag("6455-4.2.2-13")
    void acceptAnswersTheKey() throws Exception {
        try (var server = Local.serverOf(listener)) {
            String head = head(server, RawPeer.upgrade("/"));
            assertStatus(101, head);
            assertTrue(head.contains("\r\nSec-WebSocket-Accept: " + AcceptKey.accept(RawPeer.KEY) + "\r\n"), head);
            assertTrue(head.contains("\r\nConnection: Upgrade\r\n"), head);
        }
    }

    @Test
    void handshakeInSingleBytesIsAccepted() throws Exception {
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.connect(server.port())) {
            for (char c : RawPeer.upgrade("/").toCharArray()) {
                peer.send(String.valueOf(c));
            }
            assertStatus(101, peer.readHead());
            peer.text("hello");
            listener.expect("open", "text hello");
        }
    }

    @Test
    @Tag("6455-5.1-7")
    void framesInTheSegmentOfTheHandshakeAreDeliveredAfterOnOpen() throws Exception {
        listener.whenOpen(ws -> ws.send("welcome")).whenText((ws, text) -> ws.send(text));
        try (var server = Local.serverOf(listener);
                var peer = RawPeer.connect(server.port())) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(RawPeer.upgrade("/").getBytes(StandardCharsets.US_ASCII));
            bytes.writeBytes(peer.frame(Opcode.TEXT, "early"));
            bytes.writeBytes(peer.frame(Opcode.PING, "p"));
            bytes.writeBytes(peer.close(1000, ""));
            peer.send(bytes.toByteArray());
            assertStatus(101, peer.readHead());
            assertEquals("welcome", peer.readFrame().text());
            assertEquals("early", peer.readFrame().text());
            assertEquals(Opcode.PONG, peer.readFrame().opcode());
            assertEquals(1000, peer.readFrame().code());
            peer.expectEnd();
            listener.expect("open", "text early", "ping p", "close 1000 ");
        }
    }

    @Test
    void applicationRejectsWithStatusHeadersAndBody() throws Exception {
        HttpResponse refusal = HttpResponse.text(401, "who are you?").with("WWW-Authenticate", "Basic realm=\"weft\"");
        try (var server = Local.server()
                        .path("/", request -> {
                            assertEquals("/?x=1", request.http().target());
                            assertTrue(request.remoteAddress().getPort() > 0);
                            return Upgrade.reject(refusal);
                        })
                        .start();
                var client = WebSocketClient.builder().build()) {
            client.connect(Local.uri(server.port(), "/?x=1"), listener);
            CloseEvent event = listener.closed();
            HttpResponse seen = event.response().orElseThrow();
            assertEquals(401, seen.status());
            assertEquals("Basic realm=\"weft\"", seen.headers().first("WWW-Authenticate"));
            assertEquals("who are you?", seen.bodyText());
            assertEquals(1006, event.code());
            assertTrue(event.cause().getMessage().contains("401 Unauthorized"), event.toString());
            listener.expect("error HandshakeException", "close 1006 ");
        }
    }

    @Test
    void applicationAcceptsWithHeadersAndASubprotocol() throws Exception {
        try (var server = Local.server()
                .path("/", request -> new Upgrade.Accept(listener, "b", Headers.of("Set-Cookie", "a=b")))
                .start()) {
            String head = head(server, RawPeer.upgrade("/", "Sec-WebSocket-Protocol: a, b"));
            assertStatus(101, head);
            assertTrue(head.contains("\r\nSec-WebSocket-Protocol: b\r\n"), head);
            assertTrue(head.contains("\r\nSet-Cookie: a=b\r\n"), head);
            assertEquals("b", listener.opened().protocol());
        }
    }

    @Test
    @Tag("6455-4.2.2-6")
    @Tag("6455-4.2.2-7")
    void serverChoosesTheFirstOfItsSubprotocolsThatIsOffered() throws Exception {
        try (var server = Local.server()
                .subprotocols("x", "b", "a")
                .path("/", () -> listener)
                .start()) {
            String head = head(server, RawPeer.upgrade("/", "Sec-WebSocket-Protocol: a, b"));
            assertTrue(head.contains("\r\nSec-WebSocket-Protocol: b\r\n"), head);
            assertEquals("b", listener.opened().protocol());
            String none = head(server, RawPeer.upgrade("/", "Sec-WebSocket-Protocol: z"));
            assertStatus(101, none);
            assertTrue(!none.contains("Sec-WebSocket-Protocol"), none);
        }
    }

    @Test
    void answersThatCannotBeGivenAre500() throws Exception {
        try (var server = Local.server()
                .path("/unoffered", request -> Upgrade.accept(listener, "z"))
                .path("/null", request -> null)
                .path("/no-listener", () -> null)
                .path("/own-header", request -> new Upgrade.Accept(listener, null, Headers.of("Upgrade", "h2c")))
                .path("/throws", request -> {
                    throw new IllegalStateException("on purpose");
                })
                .start()) {
            for (String path : new String[] {"/unoffered", "/null", "/no-listener", "/own-header", "/throws"}) {
                assertStatus(500, head(server, RawPeer.upgrade(path, "Sec-WebSocket-Protocol: a")));
            }
            assertTrue(listener.events.isEmpty());
            Local.until(() -> server.connectionCount() == 0);
        }
    }

    @Test
    @Tag("6455-4.2.2-3")
    @Tag("6455-7.2.2-1")
    @Tag("6455-10.2-2")
    void foreignOriginGets403UnlessItIsAllowed() throws Exception {
        String foreign = "Origin: https://evil.example";
        try (var server = Local.serverOf(listener)) {
            assertStatus(403, head(server, RawPeer.upgrade("/", foreign)));
            assertStatus(403, head(server, RawPeer.upgrade("/", "Origin: null")));
            assertStatus(101, head(server, RawPeer.upgrade("/", "Origin: http://localhost")));
        }
        try (var server = Local.server()
                .origins(OriginPolicy.allow("https://evil.example"))
                .path("/", Local::echo)
                .start()) {
            assertStatus(101, head(server, RawPeer.upgrade("/", foreign)));
            assertStatus(403, head(server, RawPeer.upgrade("/", "Origin: http://localhost")));
        }
        try (var server = Local.server()
                .origins(OriginPolicy.any())
                .path("/", Local::echo)
                .start()) {
            assertStatus(101, head(server, RawPeer.upgrade("/", foreign)));
        }
    }

    @Test
    @Tag("6455-4.2.1-1")
    @Tag("6455-4.2.2-4")
    @Tag("6455-4.2.2-5")
    @Tag("6455-10.7-4")
    void otherVersionsGet426AndMissingHeaders400() throws Exception {
        try (var server = Local.serverOf(listener)) {
            String old = RawPeer.upgrade("/").replace("Version: 13", "Version: 8");
            String head = head(server, old);
            assertStatus(426, head);
            assertTrue(head.contains("\r\nSec-WebSocket-Version: 13\r\n"), head);
            assertStatus(400, head(server, RawPeer.upgrade("/").replace("Connection: Upgrade\r\n", "")));
            assertStatus(400, head(server, RawPeer.upgrade("/").replace(RawPeer.KEY, "short")));
            assertStatus(400, head(server, RawPeer.upgrade("/", "Sec-WebSocket-Protocol: ä")));
            assertStatus(413, head(server, RawPeer.upgrade("/", "Content-Length: 1")));
            assertStatus(404, head(server, RawPeer.upgrade("/elsewhere")));
        }
    }

    @Test
    void urlOfAServersConnectionIsAUriWhateverTheClientSends() throws Exception {
        listener.whenOpen(ws -> ws.send(ws.url().toString()));
        try (var server = Local.server().path("/*", () -> listener).start();
                var peer = RawPeer.open(server.port(), "/a|b?c={1}%&d=%20^")) {
            assertEquals(
                    "ws://localhost/a%7Cb?c=%7B1%7D%25&d=%20%5E",
                    peer.readFrame().text());
            String request = RawPeer.upgrade("/").replace("Host: localhost", "Host: a b[");
            assertStatus(400, head(server, request));
        }
    }

    @Test
    void upgradeHandlerMayBeOneForAllPathsBelow() throws Exception {
        try (var server = Local.server()
                .path(
                        "/room/*",
                        request -> Upgrade.accept(new RecordingListener()
                                .whenOpen(ws -> ws.send(request.http().path()))))
                .start()) {
            try (RawPeer peer = RawPeer.open(server.port(), "/room/7?x")) {
                assertEquals("/room/7", peer.readFrame().text());
            }
        }
    }
}
