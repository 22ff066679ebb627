package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Deflate;
import dev.weft.core.HandshakeException;
import dev.weft.core.Headers;
import dev.weft.core.HttpResponse;
import dev.weft.core.Opcode;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientHandshakeTest {
    private final RecordingListener listener = new RecordingListener();
    private final WebSocketClient client = WebSocketClient.builder().build();
    private ServerSocket listening;

    @BeforeEach
    void listen() throws Exception {
        listening = RawPeer.listen();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        listening.close();
    }

    private URI uri() {
        return Local.uri(listening.getLocalPort(), "/");
    }

    /** How an attempt ends that the server answers like this before it closes. */
    private CloseEvent answered(String response) throws Exception {
        RecordingListener each = new RecordingListener();
        client.connect(uri(), each);
        try (RawPeer peer = RawPeer.accept(listening)) {
            peer.readHead();
            peer.send(response);
            peer.socket.shutdownOutput();
            CloseEvent event = each.closed();
            assertEquals(1006, event.code());
            assertFalse(event.wasClean());
            assertEquals(2, each.events.size(), "onError and onClose");
            return event;
        }
    }

    @Test
    @Tag("6455-4.1-1")
    @Tag("6455-4.1-9")
    @Tag("6455-4.1-16")
    @Tag("6455-4.1-19")
    @Tag("6455-4.1-20")
    void requestHasHostWithPortAndWhatTheApplicationAdds() throws Exception {
        URI uri = URI.create("ws://user:p%40ss@LOCALHOST:" + listening.getLocalPort() + "/a%20b?c=d");
        client.connect(uri, Headers.of("Origin", "https://x.example", "Cookie", "a=b"), listener, "one", "two");
        try (RawPeer peer = RawPeer.accept(listening)) {
            String head = peer.readHead();
            assertTrue(head.startsWith("GET /a%20b?c=d HTTP/1.1\r\n"), head);
            assertTrue(head.contains("\r\nHost: localhost:" + listening.getLocalPort() + "\r\n"), head);
            assertTrue(head.contains("\r\nOrigin: https://x.example\r\n"), head);
            assertTrue(head.contains("\r\nCookie: a=b\r\n"), head);
            assertTrue(head.contains("\r\nSec-WebSocket-Protocol: one, two\r\n"), head);
            // user:p@ss
            assertTrue(head.contains("\r\nAuthorization: Basic dXNlcjpwQHNz\r\n"), head);
            peer.send(RawPeer.response(head).replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: two\r\n\r\n"));
            assertEquals("two", listener.opened().protocol());
        }
    }

    @Test
    @Tag("6455-5.8-1")
    @Tag("6455-9.1-6")
    void compressionThatTheServerDoesNotAcceptIsNotUsed() throws Exception {
        String text = "weft ".repeat(20);
        try (WebSocketClient offering =
                WebSocketClient.builder().deflate(Deflate.DEFAULT.threshold(0)).build()) {
            offering.connect(uri(), listener.whenOpen(ws -> ws.send(text)));
            try (RawPeer peer = RawPeer.accept(listening)) {
                String head = peer.readHead();
                assertTrue(head.contains("\r\nSec-WebSocket-Extensions: permessage-deflate;"), head);
                peer.send(RawPeer.response(head));
                assertEquals(text, peer.readFrame().text());
                // Nor is it taken where the server uses it all the same.
                byte[] frame = peer.frame(Opcode.TEXT, "x");
                frame[0] |= 0x40;
                peer.send(frame);
                assertEquals(1002, peer.readFrame().code());
            }
        }
    }

    @Test
    void responseInSingleBytesIsAcceptedAndInterimResponsesAreSkipped() throws Exception {
        client.connect(uri(), listener);
        try (RawPeer peer = RawPeer.accept(listening)) {
            String response = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + RawPeer.response(peer.readHead());
            for (char c : response.toCharArray()) {
                peer.send(String.valueOf(c));
            }
            peer.text("hello");
            listener.expect("open", "text hello");
        }
    }

    @Test
    @Tag("6455-5.1-7")
    void framesInTheSegmentOfTheResponseAreDeliveredAfterOnOpen() throws Exception {
        client.connect(uri(), listener.whenOpen(ws -> ws.send("hi")));
        try (RawPeer peer = RawPeer.accept(listening)) {
            String response = RawPeer.response(peer.readHead());
            String frames = new String(peer.frame(Opcode.TEXT, "early"), "ISO-8859-1")
                    + new String(peer.close(1000, ""), "ISO-8859-1");
            peer.send(response + frames);
            assertEquals("hi", peer.readFrame().text());
            assertEquals(1000, peer.readFrame().code());
            peer.socket.shutdownOutput();
            listener.closed();
            listener.expect("open", "text early", "close 1000 ");
        }
    }

    @Test
    @Tag("6455-4.1-11")
    @Tag("6455-7.2.1-1")
    void refusedConnectionIsSaidReadably() throws Exception {
        int port = listening.getLocalPort();
        listening.close();
        client.connect(Local.uri(port, "/"), listener);
        CloseEvent event = listener.closed();
        assertInstanceOf(ConnectException.class, event.cause());
        assertTrue(event.cause().getMessage().startsWith("cannot connect to localhost:" + port), event.toString());
        assertTrue(event.cause().getMessage().contains("refused"), event.toString());
        listener.expect("error ConnectException", "close 1006 ");
    }

    @Test
    @Tag("6455-4.1-11")
    void unknownHostIsSaidReadably() throws Exception {
        client.connect(URI.create("ws://nonexistent.invalid/"), listener);
        CloseEvent event = listener.closed();
        assertInstanceOf(UnknownHostException.class, event.cause());
        assertEquals("unknown host: nonexistent.invalid", event.cause().getMessage());
    }

    @Test
    void lookUpsDoNotHoldTheLoop() throws Exception {
        try (EventLoop loop = new EventLoop().start()) {
            CountDownLatch block = new CountDownLatch(1);
            CountDownLatch busy = new CountDownLatch(2);
            Local.onLoop(loop, () -> {
                for (int i = 0; i < 2; i++) {
                    loop.lookUp(() -> {
                        busy.countDown();
                        await(block);
                    });
                }
            });
            await(busy);
            // Now look-ups are stuck, and with them a name, but neither the loop nor an address.
            WebSocketClient shared = WebSocketClient.builder().loop(loop).build();
            RecordingListener name = new RecordingListener();
            WebSocket waiting = shared.connect(uri(), name);
            RecordingListener odd = new RecordingListener();
            shared.connect(URI.create("ws://999.999.999.999/"), odd);
            shared.connect(URI.create("ws://127.0.0.1:" + listening.getLocalPort()), listener);
            try (RawPeer peer = RawPeer.accepted(listening)) {
                listener.expect("open");
                peer.text("hello");
                listener.expect("text hello");
            }
            assertEquals(ReadyState.CONNECTING, waiting.readyState());
            shared.close();
            name.expect("error IOException", "close 1006 ");
            odd.expect("error IOException", "close 1006 ");
            assertThrows(IllegalStateException.class, () -> shared.connect(uri(), listener));
            block.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusalIsSeenWithItsBodyHoweverThatIsFramed() throws Exception {
        String[] framed = {
            "Content-Length: 5\r\n\r\nsorry",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nsor\r\n2\r\nry\r\n0\r\n\r\n",
            "\r\nsorry"
        };
        for (String each : framed) {
            CloseEvent event = answered("HTTP/1.1 503 Busy\r\nRetry-After: 9\r\n" + each);
            HttpResponse response = event.response().orElseThrow();
            assertEquals(503, response.status());
            assertEquals("9", response.headers().first("Retry-After"));
            assertEquals("sorry", response.bodyText());
            assertTrue(event.cause().getMessage().contains("503 Busy"), event.toString());
        }
    }

    @Test
    void bodyOfARefusalIsBoundedAndRedirectsAreNotFollowed() throws Exception {
        CloseEvent large = answered("HTTP/1.1 500 Oops\r\n\r\n" + "x".repeat(200_000));
        assertEquals(64 * 1024, large.response().orElseThrow().body().length);
        CloseEvent redirect = answered("HTTP/1.1 302 Found\r\nLocation: ws://elsewhere/\r\nContent-Length: 0\r\n\r\n");
        assertEquals(
                "ws://elsewhere/", redirect.response().orElseThrow().headers().first("Location"));
        assertEquals(302, redirect.response().orElseThrow().status());
    }

    @Test
    @Tag("6455-4.1-34")
    @Tag("6455-7.2.1-1")
    void responseThatDoesNotAnswerTheKeyIsRefused() throws Exception {
        String wrong = RawPeer.response("Sec-WebSocket-Key: " + RawPeer.KEY);
        CloseEvent event = answered(wrong);
        assertInstanceOf(HandshakeException.class, event.cause());
        assertTrue(event.cause().getMessage().contains("Sec-WebSocket-Accept"), event.toString());
        assertEquals(101, event.response().orElseThrow().status());
    }

    @Test
    @Tag("6455-4.1-37")
    void whatIsNoHttpIsRefusedAtOnce() throws Exception {
        CloseEvent ssh = answered("SSH-2.0-OpenSSH_9.6\r\n\r\n");
        assertInstanceOf(HandshakeException.class, ssh.cause());
        assertTrue(ssh.cause().getMessage().startsWith("response is not HTTP/1.1"), ssh.toString());
        assertTrue(ssh.response().isEmpty());
        assertTrue(answered("\u0015\u0003\u0003").cause().getMessage().startsWith("response is not HTTP/1.1"));
        assertTrue(answered("HTTP/1.1 200 OK\nX: y\n\n").cause().getMessage().contains("ends in LF"));
        assertTrue(answered("HTTP/1.1 200 OK\r\nX: " + "y".repeat(20_000))
                .cause()
                .getMessage()
                .contains("over 16384 bytes"));
    }

    @Test
    @Tag("6455-7.2.1-2")
    @Tag("6455-10.7-2")
    void serverThatClosesWithoutAnAnswerIsAnEndOfFile() throws Exception {
        assertInstanceOf(EOFException.class, answered("").cause());
        assertInstanceOf(EOFException.class, answered("HTTP/1.1 101 Swi").cause());
    }

    @Test
    @Tag("6455-3-2")
    @Tag("6455-4.1-3")
    @Tag("6455-4.1-29")
    void argumentsThatCannotBeSentThrowAtOnceAndCountNothing() {
        URI uri = uri();
        Class<IllegalArgumentException> refused = IllegalArgumentException.class;
        assertThrows(refused, () -> client.connect(URI.create("ws://x/#fragment"), listener));
        assertThrows(refused, () -> client.connect(URI.create("ftp://x/"), listener));
        assertThrows(refused, () -> client.connect(uri, listener, "a b"));
        assertThrows(refused, () -> client.connect(uri, listener, "a", "a"));
        assertThrows(refused, () -> client.connect(uri, Headers.of("Host", "y"), listener));
        assertThrows(NullPointerException.class, () -> client.connect(uri, null));
        assertEquals(0, client.connectionCount());
    }

    @Test
    void wssWithoutASecureTransportSaysWhatToAdd() {
        Exception refused = assertThrows(
                IllegalArgumentException.class, () -> client.connect(URI.create("wss://localhost/"), listener));
        assertTrue(refused.getMessage().contains("secure(Tls.client())"), refused.getMessage());
    }

    @Test
    void browserRulesRefuseBlockedPortsAndMixedContent() throws Exception {
        try (WebSocketClient browser = WebSocketClient.builder().browserRules().build()) {
            assertThrows(SecurityException.class, () -> browser.connect(URI.create("ws://localhost:25/"), listener));
            Headers page = Headers.of("Origin", "https://bank.example");
            assertThrows(
                    SecurityException.class, () -> browser.connect(URI.create("ws://other.example/"), page, listener));
            assertEquals(0, browser.connectionCount());
        }
        client.connect(URI.create("ws://127.0.0.1:1/"), listener);
        assertInstanceOf(ConnectException.class, listener.closed().cause(), "no rules without the option");
    }
}
