package dev.weft.tls;

import dev.weft.nio.Transport;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * TLS for a {@link dev.weft.nio.WebSocketClient}, given to its builder's {@code secure}. Made by {@link Tls#client}. Immutable:
 * the setters return a changed copy. Connections of one TlsClient to the same host and port resume each other's sessions
 * (RFC 8446 §2.2), so make one and keep it.
 */
public final class TlsClient implements Transport.Factory {
    private final SSLContext context;
    /** Whether the context was given, and is not to be replaced. */
    private final boolean given;
    /** To be shown; null for none. */
    private final PrivateKeyEntry certificate;
    /** Null for what the JDK trusts. */
    private final List<X509Certificate> trusted;

    private final List<String> protocols;
    private final boolean verifiesHostName;

    TlsClient(SSLContext context, boolean given) {
        this(context, given, null, null, Tls.protocols(context), true);
    }

    private TlsClient(
            SSLContext context,
            boolean given,
            PrivateKeyEntry certificate,
            List<X509Certificate> trusted,
            List<String> protocols,
            boolean verifiesHostName) {
        this.context = context;
        this.given = given;
        this.certificate = certificate;
        this.trusted = trusted;
        this.protocols = protocols;
        this.verifiesHostName = verifiesHostName;
    }

    private TlsClient with(PrivateKeyEntry shown, List<X509Certificate> authorities) {
        Tls.requireNot(given);
        SSLContext made = Tls.context(shown == null ? null : CertifiedKeys.of(shown), authorities);
        return new TlsClient(made, false, shown, authorities, protocols, verifiesHostName);
    }

    /**
     * Trusts the certificates of a PEM file, and what they have issued, instead of what the JDK trusts.
     *
     * @param pem one or more certificates: of a private authority, or a server's self-signed one
     * @return the changed copy
     * @throws IOException where the file cannot be read, or is not of that kind
     * @throws IllegalStateException where the SSLContext was given
     */
    public TlsClient trust(Path pem) throws IOException {
        return trust(Pem.certificates(pem));
    }

    /**
     * Trusts these certificates, and what they have issued, instead of what the JDK trusts.
     *
     * @param authorities at least one
     * @return the changed copy
     * @throws IllegalStateException where the SSLContext was given
     */
    public TlsClient trust(List<X509Certificate> authorities) {
        return with(certificate, List.copyOf(authorities));
    }

    /**
     * Shows a certificate to servers that ask for one (mutual TLS).
     *
     * @param chain PEM: the client's certificate first, then its issuer's, and so on
     * @param key PEM: its private key, PKCS#8, not encrypted
     * @return the changed copy
     * @throws IOException where a file cannot be read or is not of that kind, or the two do not belong together
     * @throws IllegalStateException where the SSLContext was given
     */
    public TlsClient certificate(Path chain, Path key) throws IOException {
        return certificate(Pem.privateKeyEntry(chain, key, null));
    }

    /**
     * Shows a certificate to servers that ask for one (mutual TLS).
     *
     * @param shown certificate chain and key: of {@link Pem#privateKeyEntry}, or from a KeyStore
     * @return the changed copy
     * @throws IllegalStateException where the SSLContext was given
     */
    public TlsClient certificate(PrivateKeyEntry shown) {
        return with(shown, trusted);
    }

    /**
     * The versions to speak.
     *
     * @param versions TLSv1.2, TLSv1.3 or, as by default, both
     * @return the changed copy
     * @throws IllegalArgumentException for another version: they are broken (RFC 8996)
     */
    public TlsClient protocols(String... versions) {
        return new TlsClient(context, given, certificate, trusted, Tls.sound(versions), verifiesHostName);
    }

    /**
     * Takes a trusted certificate of whatever host. For peers whose name and certificate are known not to agree, on a network
     * of one's own, with {@link #trust(Path)} narrowed down to them.
     *
     * @return the changed copy
     */
    public TlsClient anyHostName() {
        return new TlsClient(context, given, certificate, trusted, protocols, false);
    }

    @Override
    public Transport open(SocketChannel channel, String host, int port) throws IOException {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        // The JDK finds a session to resume by host and port.
        SSLEngine engine = context.createSSLEngine(name, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = Tls.parameters(protocols);
        parameters.setServerNames(serverNames(name));
        if (verifiesHostName) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 9110 §4.3.4
        }
        engine.setSSLParameters(parameters);
        return new TlsTransport(channel, engine, host + ":" + port);
    }

    /** For SNI, which names no addresses (RFC 6066 §3). By itself the JDK leaves out names without a dot, such as localhost. */
    private static List<SNIServerName> serverNames(String host) {
        try {
            return host.matches("[0-9.]+|.*:.*") ? List.of() : List.of(new SNIHostName(host));
        } catch (IllegalArgumentException e) {
            return List.of(); // not by the letter of the RFC, such as with an underscore
        }
    }
}
