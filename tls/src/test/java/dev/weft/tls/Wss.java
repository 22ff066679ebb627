package dev.weft.tls;

import dev.weft.core.Headers;
import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.EventLoop;
import dev.weft.nio.Transport;
import dev.weft.nio.Upgrade;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/** A server over real sockets that sends messages back, and tells who its clients are. */
final class Wss implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);

    final WebSocketServer server;

    Wss(Transport.Factory secure, EventLoop... loops) throws IOException {
        WebSocketServer.Builder builder = WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))
                .path("/echo", Echo::new)
                .path("/name", request -> Upgrade.accept(new Told(peerName(request.transport()))))
                .secure(secure);
        server = (loops.length == 0 ? builder : builder.loops(loops)).start();
    }

    private static String peerName(Transport transport) {
        try {
            X509Certificate shown =
                    (X509Certificate) Tls.session(transport).orElseThrow().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "nobody";
        }
    }

    URI uri(String path) {
        return uri("localhost", path);
    }

    URI uri(String host, String path) {
        return URI.create("wss://" + host + ":" + server.port() + path);
    }

    /** A client that trusts one certificate. */
    static TlsClient trusting(java.security.KeyStore.PrivateKeyEntry certificate) {
        return Tls.client().trust(List.of((X509Certificate) certificate.getCertificate()));
    }

    BlockingWebSocket connect(TlsClient tls, String host, String path) throws IOException {
        WebSocketClient client = WebSocketClient.builder().secure(tls).build();
        try {
            return BlockingWebSocket.connect(client, uri(host, path), Headers.EMPTY);
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    BlockingWebSocket connect(TlsClient tls) throws IOException {
        return connect(tls, "localhost", "/echo");
    }

    @Override
    public void close() {
        server.close();
    }

    static final class Echo implements WebSocketListener {
        @Override
        public void onText(WebSocket ws, String text) {
            ws.send(text);
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer data) {
            ws.send(data);
        }
    }

    private record Told(String name) implements WebSocketListener {
        @Override
        public void onOpen(WebSocket ws) {
            ws.send(name);
        }
    }
}
