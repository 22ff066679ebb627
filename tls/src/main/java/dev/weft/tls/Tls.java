package dev.weft.tls;

import dev.weft.nio.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where TLS starts: {@link #client} and {@link #server} give what the builders of {@code weft-nio} take as {@code secure}, and
 * {@link #session} tells about the peer of a connection. TLS 1.2 and 1.3, application protocol {@code http/1.1} (RFC 7301).
 *
 * <pre>{@code
 * WebSocketServer.builder().secure(Tls.server(Path.of("chain.pem"), Path.of("key.pem")))
 * WebSocketClient.builder().secure(Tls.client())
 * WebSocketClient.builder().secure(Tls.client().trust(Path.of("private-ca.pem")))
 * }</pre>
 */
public final class Tls {
    /** Older ones "MUST NOT be used" (RFC 8996). */
    private static final List<String> SOUND_VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private Tls() {}

    /**
     * A client that trusts what the JDK trusts, and checks host names.
     *
     * @return for {@code WebSocketClient.builder().secure(..)}, or for more settings
     */
    public static TlsClient client() {
        try {
            return new TlsClient(SSLContext.getDefault(), false);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK's default SSLContext cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * A client that trusts, and shows, what an SSLContext says. Host names are checked beyond that, unless it has an
     * {@link javax.net.ssl.X509ExtendedTrustManager} of the application's own: the JDK leaves them to that one.
     *
     * @param context initialized
     * @return for {@code WebSocketClient.builder().secure(..)}, or for more settings
     */
    public static TlsClient client(SSLContext context) {
        return new TlsClient(context, true);
    }

    /**
     * A server with a certificate from PEM files.
     *
     * @param chain the server's certificate first, then its issuer's, and so on
     * @param key its private key, PKCS#8, not encrypted
     * @return for {@code WebSocketServer.builder().secure(..)}, or for more settings
     * @throws IOException where a file cannot be read or is not of that kind, or the two do not belong together
     */
    public static TlsServer server(Path chain, Path key) throws IOException {
        return server(Pem.privateKeyEntry(chain, key, null));
    }

    /**
     * A server with a certificate.
     *
     * @param certificate chain and key: of {@link Pem#privateKeyEntry}, which takes encrypted keys too, or from a KeyStore
     * @return for {@code WebSocketServer.builder().secure(..)}, or for more settings
     */
    public static TlsServer server(PrivateKeyEntry certificate) {
        return new TlsServer(CertifiedKeys.of(certificate));
    }

    /**
     * A server with the certificate of a KeyStore, such as a PKCS#12 file.
     *
     * @param store loaded; with one private key
     * @param password of the key
     * @return for {@code WebSocketServer.builder().secure(..)}, or for more settings
     * @throws GeneralSecurityException where the password is wrong
     * @throws IllegalArgumentException where there is no key, or several: get the right one by
     *     {@link KeyStore#getEntry} for {@link #server(PrivateKeyEntry)}
     */
    public static TlsServer server(KeyStore store, char[] password) throws GeneralSecurityException {
        List<String> aliases = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.entryInstanceOf(alias, PrivateKeyEntry.class)) {
                aliases.add(alias);
            }
        }
        if (aliases.size() != 1) {
            throw new IllegalArgumentException(
                    "KeyStore has " + aliases.size() + " private keys, expected 1: " + aliases);
        }
        KeyStore.Entry entry = store.getEntry(aliases.get(0), new KeyStore.PasswordProtection(password));
        return server((PrivateKeyEntry) entry);
    }

    /**
     * A server that shows, and trusts, what an SSLContext says.
     *
     * @param context initialized
     * @return for {@code WebSocketServer.builder().secure(..)}, or for more settings
     */
    public static TlsServer server(SSLContext context) {
        return new TlsServer(context);
    }

    /**
     * The TLS session of a connection: its version, cipher suite and, by {@link SSLSession#getPeerCertificates}, the peer's
     * certificates. May be called on any thread.
     *
     * @param transport of an open {@link dev.weft.nio.WebSocket}, or of an {@link dev.weft.nio.UpgradeRequest}
     * @return empty where the connection is not one of TLS
     */
    public static Optional<SSLSession> session(Transport transport) {
        return transport instanceof TlsTransport tls ? Optional.of(tls.engine.getSession()) : Optional.empty();
    }

    // ---------------------------------------------------------------- for TlsClient and TlsServer

    static void requireNot(boolean given) {
        if (given) {
            throw new IllegalStateException("certificates and trust are those of the SSLContext that was given");
        }
    }

    /**
     * A new SSLContext.
     *
     * @param keys null for none
     * @param trusted null for what the JDK trusts
     */
    static SSLContext context(KeyManager keys, List<X509Certificate> trusted) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : new KeyManager[] {keys}, trusted == null ? null : trust(trusted), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("an SSLContext cannot be made: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trust(List<X509Certificate> trusted) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("trusted-" + i, trusted.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** The sound versions among those of a context. */
    static List<String> protocols(SSLContext context) {
        List<String> enabled = Arrays.asList(context.getDefaultSSLParameters().getProtocols());
        List<String> sound = SOUND_VERSIONS.stream().filter(enabled::contains).toList();
        if (sound.isEmpty()) {
            throw new IllegalArgumentException("SSLContext has " + enabled + ", expected one of " + SOUND_VERSIONS);
        }
        return sound;
    }

    static List<String> sound(String... versions) {
        List<String> chosen = List.of(versions);
        if (chosen.isEmpty() || !SOUND_VERSIONS.containsAll(chosen)) {
            throw new IllegalArgumentException("TLS versions are " + chosen + ", expected some of " + SOUND_VERSIONS);
        }
        return chosen;
    }

    static SSLParameters parameters(List<String> protocols) {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(protocols.toArray(String[]::new));
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        return parameters;
    }
}
