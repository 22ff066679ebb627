package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.HttpResponse;
import dev.weft.nio.Upgrade;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Weft's server and the JDK's own client, which is strict about the handshake. */
@Timeout(60)
class JdkClientTest {
    private final EchoListener echo = new EchoListener();
    private WebSocketServer server;

    @BeforeEach
    void start() throws IOException {
        WebSocketListener closing = new WebSocketListener() {
            @Override
            public void onOpen(dev.weft.nio.WebSocket ws) {
                ws.send("before");
                ws.close(4000, "because ü");
            }
        };
        server = WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .subprotocols("weft.v1")
                .path("/echo", () -> echo)
                .path("/closing", () -> closing)
                .path("/refused", request -> Upgrade.reject(HttpResponse.text(401, "who are you?")))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Writes down what comes, a line for each event. */
    private static final class Log implements WebSocket.Listener {
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private int bytes;

        String next() throws InterruptedException {
            return events.poll(30, TimeUnit.SECONDS);
        }

        @Override
        public CompletionStage<?> onText(WebSocket ws, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add("text " + text);
                text.setLength(0);
            }
            ws.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
            bytes += data.remaining();
            if (last) {
                events.add("binary " + bytes);
                bytes = 0;
            }
            ws.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket ws, ByteBuffer data) {
            events.add("pong " + data.remaining());
            ws.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket ws, int code, String reason) {
            events.add("close " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket ws, Throwable error) {
            events.add("error " + error);
        }
    }

    private WebSocket connect(String path, Log log, String... subprotocols) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (subprotocols.length > 0) {
            builder.subprotocols(subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
        }
        return builder.buildAsync(URI.create("ws://127.0.0.1:" + server.port() + path), log)
                .join();
    }

    @Test
    void messagesPingsAndFragmentsAreEchoedAndTheCloseIsAnswered() throws Exception {
        Log log = new Log();
        WebSocket ws = connect("/echo", log, "other", "weft.v1");
        assertEquals("weft.v1", ws.getSubprotocol());
        ws.sendText("grüße 😀", true).join();
        assertEquals("text grüße 😀", log.next());
        String longText = "日本語 ".repeat(100_000);
        ws.sendText(longText, true).join();
        assertEquals("text " + longText, log.next());
        ws.sendText("in ", false).join();
        ws.sendPing(ByteBuffer.allocate(125)).join();
        ws.sendText("", false).join();
        ws.sendText("fragments", true).join();
        assertEquals("pong 125", log.next());
        assertEquals("text in fragments", log.next());
        for (int size : new int[] {0, 125, 126, 65536, 1 << 20}) {
            ws.sendBinary(ByteBuffer.allocate(size), true).join();
            assertEquals("binary " + size, log.next());
        }
        ws.sendClose(3001, "weil ü").join();
        assertEquals("close 3001 ", log.next());
        assertEquals(3001, echo.closed.get(30, TimeUnit.SECONDS).code());
        assertEquals("weil ü", echo.closed.get().reason());
    }

    @Test
    void theServersCloseHasItsCodeAndReason() throws Exception {
        Log log = new Log();
        connect("/closing", log);
        assertEquals("text before", log.next());
        assertEquals("close 4000 because ü", log.next());
    }

    @Test
    void aTerminatedClientIsA1006() throws Exception {
        connect("/echo", new Log()).abort();
        assertEquals(1006, echo.closed.get(30, TimeUnit.SECONDS).code());
    }

    @Test
    void aRefusalHasItsStatus() {
        CompletionException failure = assertThrows(CompletionException.class, () -> connect("/refused", new Log()));
        assertTrue(failure.getCause() instanceof WebSocketHandshakeException, failure::toString);
        assertEquals(
                401,
                ((WebSocketHandshakeException) failure.getCause()).getResponse().statusCode());
    }
}
