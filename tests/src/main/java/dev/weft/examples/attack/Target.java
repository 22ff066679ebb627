package dev.weft.examples.attack;

import dev.weft.core.ClientHandshake;
import dev.weft.core.Headers;
import dev.weft.core.WebSocketUri;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The server under attack. */
final class Target {
    static final int MILLIS = 10_000;

    private final WebSocketUri uri;
    private final InetSocketAddress address;

    Target(WebSocketUri uri, InetAddress address) {
        this.uri = uri;
        this.address = new InetSocketAddress(address, uri.port());
    }

    boolean isSecure() {
        return uri.secure();
    }

    /** The head of a proper request, with a fresh key; to be spoiled by the caller. */
    String head() {
        ClientHandshake handshake = new ClientHandshake(uri, List.of(), Headers.EMPTY);
        return new String(handshake.request().toBytes().array(), StandardCharsets.ISO_8859_1);
    }

    /** The same with further lines. */
    String head(String... lines) {
        String head = head();
        return head.substring(0, head.length() - 2) + String.join("\r\n", lines) + "\r\n\r\n";
    }

    /** A connection without TLS, whatever the URL says. */
    Socket connectPlain() throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(MILLIS);
            socket.connect(address, MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A connection on which nothing has been said, but for TLS. */
    Socket connect() throws IOException {
        Socket plain = connectPlain();
        if (!uri.secure()) {
            return plain;
        }
        try {
            SSLSocket socket =
                    (SSLSocket) trustingAnyone().getSocketFactory().createSocket(plain, uri.host(), uri.port(), true);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** A connection that is through its opening handshake. */
    Peer open() throws IOException {
        return open(head());
    }

    Peer open(String head) throws IOException {
        Peer peer = new Peer(connect());
        peer.send(head);
        String answer = peer.readHead();
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            peer.close();
            throw new IOException(
                    "handshake is answered: " + answer.lines().findFirst().orElse(answer));
        }
        return peer;
    }

    /** Whether it takes a new connection and answers a ping. */
    boolean isAlive() {
        try (Peer peer = open()) {
            return peer.reaction().kind() == Reaction.Kind.OPEN;
        } catch (IOException e) {
            return false;
        }
    }

    /** Who attacks has no secrets to keep from a false server. */
    private static SSLContext trustingAnyone() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anyone()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
