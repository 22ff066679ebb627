package dev.weft.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.weft.nio.Backoff;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.ReconnectingWebSocket;
import dev.weft.nio.WebSocketClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.KeyStore.PrivateKeyEntry;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which failures of TLS are worth another attempt. */
@Timeout(60)
class ReconnectingTest {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final class Recording extends ReconnectingWebSocket {
        Recording(WebSocketClient client, URI uri) {
            super(client, uri, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), 2));
        }

        @Override
        protected void onRetry(CloseEvent cause, int retry, Duration delay) {
            assertInstanceOf(SSLException.class, cause.cause());
            events.add("retry " + retry);
        }

        @Override
        protected void onEnd(CloseEvent last) {
            assertInstanceOf(SSLException.class, last.cause());
            events.add("end");
        }
    }

    private String next() throws InterruptedException {
        return events.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void certificateThatIsNotTrustedEndsIt() throws Exception {
        PrivateKeyEntry other = Keytool.selfSigned(Keytool.RSA, "CN=localhost", "-ext", "san=dns:localhost");
        try (Wss wss = new Wss(Tls.server(Keytool.localhost()));
                WebSocketClient client =
                        WebSocketClient.builder().secure(Wss.trusting(other)).build()) {
            new Recording(client, wss.uri("/echo")).connect();
            assertEquals("end", next());
        }
    }

    @Test
    void certificateForAnotherHostEndsIt() throws Exception {
        PrivateKeyEntry other = Keytool.selfSigned(Keytool.RSA, "CN=other.example", "-ext", "san=dns:other.example");
        try (Wss wss = new Wss(Tls.server(other));
                WebSocketClient client =
                        WebSocketClient.builder().secure(Wss.trusting(other)).build()) {
            new Recording(client, wss.uri("/echo")).connect();
            assertEquals("end", next());
        }
    }

    @Test
    void serverThatHangsUpDuringTheHandshakeIsTriedAgain() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                WebSocketClient client =
                        WebSocketClient.builder().secure(Tls.client()).build()) {
            new Recording(client, URI.create("wss://localhost:" + listening.getLocalPort())).connect();
            for (String event : new String[] {"retry 1", "retry 2", "end"}) {
                try (Socket socket = listening.accept()) {
                    socket.getInputStream().read();
                    socket.shutdownOutput();
                    assertEquals(event, next());
                }
            }
        }
    }
}
