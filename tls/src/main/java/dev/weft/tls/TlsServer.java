package dev.weft.tls;

import dev.weft.nio.Transport;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * TLS for a {@link dev.weft.nio.WebSocketServer}, given to its builder's {@code secure}. Made by {@link Tls#server}. The setters
 * return a changed copy of what is in use; only {@link #replaceWith} changes that. Thread-safe.
 */
public final class TlsServer implements Transport.Factory {
    private final SSLContext context;
    /** Null where the context was given. */
    private final CertifiedKeys keys;

    /** Whether clients' certificates are asked for, and whether there has to be one. */
    private final boolean wanted;

    private final boolean required;
    /** What clients' certificates are issued by; null for what the JDK trusts. */
    private final List<X509Certificate> trusted;

    private final List<String> protocols;

    /** What is in use. */
    private volatile TlsServer current = this;

    TlsServer(SSLContext context) {
        this(context, null);
    }

    TlsServer(CertifiedKeys keys) {
        this(Tls.context(keys, null), keys);
    }

    private TlsServer(SSLContext context, CertifiedKeys keys) {
        this(context, keys, false, false, null, Tls.protocols(context));
    }

    private TlsServer(
            SSLContext context,
            CertifiedKeys keys,
            boolean wanted,
            boolean required,
            List<X509Certificate> trusted,
            List<String> protocols) {
        this.context = context;
        this.keys = keys;
        this.wanted = wanted;
        this.required = required;
        this.trusted = trusted;
        this.protocols = protocols;
    }

    /**
     * Shows another certificate to clients that ask for a certain host (SNI, RFC 6066 §3). Those that ask for a name that no
     * certificate was given for, or for none, get the first one.
     *
     * @param hostName such as {@code example.org}, or {@code *.example.org} for any one label in front; at most 1,000 of them
     * @param certificate chain and key: of {@link Pem#privateKeyEntry}, or from a KeyStore
     * @return the changed copy
     * @throws IllegalArgumentException where that is no host name, or one too many
     * @throws IllegalStateException where the SSLContext was given
     */
    public TlsServer certificate(String hostName, PrivateKeyEntry certificate) {
        TlsServer now = current;
        Tls.requireNot(now.keys == null);
        CertifiedKeys more = now.keys.with(hostName, certificate);
        SSLContext fresh = Tls.context(more, now.trusted);
        return new TlsServer(fresh, more, now.wanted, now.required, now.trusted, now.protocols);
    }

    /**
     * Refuses clients without a trusted certificate (mutual TLS). The certificates that it was shown, the application finds by
     * {@link Tls#session}.
     *
     * @param authorities PEM: the certificates that clients' are issued by, or clients' own
     * @return the changed copy
     * @throws IOException where the file cannot be read, or is not of that kind
     * @throws IllegalStateException where the SSLContext was given
     */
    public TlsServer requireClientCertificates(Path authorities) throws IOException {
        return clients(true, authorities);
    }

    /**
     * As {@link #requireClientCertificates(Path)}, but takes clients that show none; a certificate that is shown has to be
     * trusted.
     *
     * @param authorities PEM: the certificates that clients' are issued by, or clients' own
     * @return the changed copy
     * @throws IOException where the file cannot be read, or is not of that kind
     * @throws IllegalStateException where the SSLContext was given
     */
    public TlsServer wantClientCertificates(Path authorities) throws IOException {
        return clients(false, authorities);
    }

    private TlsServer clients(boolean must, Path authorities) throws IOException {
        TlsServer now = current;
        Tls.requireNot(now.keys == null);
        List<X509Certificate> anchors = Pem.certificates(authorities);
        SSLContext fresh = Tls.context(now.keys, anchors);
        return new TlsServer(fresh, now.keys, true, must, anchors, now.protocols);
    }

    /**
     * Refuses clients without a certificate that the given SSLContext, or else the JDK, trusts.
     *
     * @return the changed copy
     */
    public TlsServer requireClientCertificates() {
        TlsServer now = current;
        return new TlsServer(now.context, now.keys, true, true, now.trusted, now.protocols);
    }

    /**
     * The versions to speak.
     *
     * @param versions TLSv1.2, TLSv1.3 or, as by default, both
     * @return the changed copy
     * @throws IllegalArgumentException for another version: they are broken (RFC 8996)
     */
    public TlsServer protocols(String... versions) {
        TlsServer now = current;
        List<String> sound = Tls.sound(versions);
        return new TlsServer(now.context, now.keys, now.wanted, now.required, now.trusted, sound);
    }

    /**
     * From now on serves new connections as another one would: the way to put in a new certificate while the server runs.
     * Connections that are open stay as they are; their sessions cannot be resumed. One of several names gets a new one by
     * {@code tls.replaceWith(tls.certificate(name, renewed))}.
     *
     * @param next certificates and settings; it takes part in nothing else
     */
    public void replaceWith(TlsServer next) {
        current = next.current;
    }

    @Override
    public Transport open(SocketChannel channel, String host, int port) throws IOException {
        TlsServer now = current;
        SSLEngine engine = now.context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = Tls.parameters(now.protocols);
        // Each of the two setters undoes the other.
        if (now.required) {
            parameters.setNeedClientAuth(true);
        } else if (now.wanted) {
            parameters.setWantClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return new TlsTransport(channel, engine, "a client");
    }
}
