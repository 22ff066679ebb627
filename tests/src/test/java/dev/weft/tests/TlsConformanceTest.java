package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.nio.Limits;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketServer;
import dev.weft.tls.Pem;
import dev.weft.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Autobahn test suite's cases once more, over TLS, against the JDK's own sockets. */
@Timeout(60)
class TlsConformanceTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path folder;

    private static SSLContext jdk;
    private static WebSocketServer server;
    private static WebSocketClient client;
    private static ServerSocket listening;

    @BeforeAll
    static void start() throws Exception {
        DevCertificate dev = DevCertificate.in(folder);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        KeyStore.PrivateKeyEntry entry = Pem.privateKeyEntry(dev.certificate(), dev.key(), null);
        store.setEntry("key", entry, new KeyStore.PasswordProtection(PASSWORD));
        store.setCertificateEntry("trusted", entry.getCertificate());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        jdk = SSLContext.getInstance("TLS");
        jdk.init(keys.getKeyManagers(), trust.getTrustManagers(), null);

        Limits limits = Limits.DEFAULT.maxMessage(LargeCases.MAX_MESSAGE);
        server = WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .limits(limits)
                .path("/*", EchoListener::new)
                .secure(Tls.server(entry))
                .start();
        client = WebSocketClient.builder()
                .limits(limits)
                .secure(Tls.client().trust(dev.certificate()))
                .build();
        listening = jdk.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listening.setSoTimeout(30_000);
    }

    @AfterAll
    static void stop() throws IOException {
        if (listening != null) {
            server.close();
            client.close();
            listening.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({
        "dev.weft.tests.ConformanceCases#sections1To5",
        "dev.weft.tests.Utf8AndCloseCases#sections6And7And10",
        "dev.weft.tests.LargeCases#section9"
    })
    void serverDoesAsTheCaseDemands(Conformance conformance) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (Wire wire = Wire.client(jdk.getSocketFactory().createSocket(loopback, server.port()))) {
            conformance.play(wire, true);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({
        "dev.weft.tests.ConformanceCases#sections1To5",
        "dev.weft.tests.Utf8AndCloseCases#sections6And7And10",
        "dev.weft.tests.LargeCases#section9"
    })
    void clientDoesAsTheCaseDemands(Conformance conformance) throws Exception {
        EchoListener listener = new EchoListener();
        client.connect(URI.create("wss://127.0.0.1:" + listening.getLocalPort() + "/"), listener);
        try (Wire wire = Wire.accept(listening)) {
            conformance.play(wire, false);
        }
        assertTrue(listener.closed.get(30, TimeUnit.SECONDS) != null);
    }
}
