package dev.weft.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TLS by the JDK for the load client: the handshake blocks, after it the channel may be non-blocking. Trusts everybody. */
final class TlsChannel implements ByteChannel {
    private static final int NET_BYTES = 128 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final SSLContext CONTEXT = context();

    private final SocketChannel channel;
    private final SSLEngine engine = CONTEXT.createSSLEngine();
    private final ByteBuffer netIn = ByteBuffer.allocateDirect(NET_BYTES);
    /** Between calls, what the channel has not taken, ready to be written. */
    private final ByteBuffer netOut = ByteBuffer.allocateDirect(NET_BYTES).limit(0);

    TlsChannel(SocketChannel connected) throws IOException {
        channel = connected;
        engine.setUseClientMode(true);
        engine.beginHandshake();
        ByteBuffer unexpected = ByteBuffer.allocate(NET_BYTES);
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                engine.getDelegatedTask().run();
            } else if (status == HandshakeStatus.NEED_WRAP) {
                write(NOTHING.duplicate());
            } else if (status == HandshakeStatus.NEED_UNWRAP) {
                if (unwrap(unexpected).getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
                    fill();
                }
            } else {
                return;
            }
        }
    }

    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Everybody()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void fill() throws IOException {
        if (channel.read(netIn) < 0) {
            throw new IOException("server closed the connection");
        }
    }

    private SSLEngineResult unwrap(ByteBuffer target) throws IOException {
        netIn.flip();
        SSLEngineResult result = engine.unwrap(netIn, target);
        netIn.compact();
        return result;
    }

    /** The target is to have room for all that {@link #NET_BYTES} decrypt to. */
    @Override
    public int read(ByteBuffer target) throws IOException {
        int before = target.position();
        fill();
        while (unwrap(target).getStatus() == SSLEngineResult.Status.OK && netIn.position() > 0) {}
        return target.position() - before;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int before = source.position();
        do {
            if (!flush()) {
                break;
            }
            netOut.clear();
            engine.wrap(source, netOut);
            netOut.flip();
        } while (flush() && source.hasRemaining());
        return source.position() - before;
    }

    /** Whether the channel has taken everything. */
    boolean flush() throws IOException {
        if (netOut.hasRemaining()) {
            channel.write(netOut);
        }
        return !netOut.hasRemaining();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** The certificate is the benchmark's own, made a moment ago. */
    private static final class Everybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
