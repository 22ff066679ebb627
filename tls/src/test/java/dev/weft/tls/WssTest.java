package dev.weft.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.HandshakeException;
import dev.weft.core.Headers;
import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.EventLoop;
import dev.weft.nio.Transport;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weft to Weft over real sockets. */
class WssTest {
    private static final PrivateKeyEntry LOCALHOST = Keytool.localhost();

    private static String text(BlockingWebSocket ws) throws IOException {
        return String.valueOf(ws.receive(Wss.SOON));
    }

    private static void assertEchoes(BlockingWebSocket ws) throws IOException {
        ws.send("hello");
        assertEquals("hello", text(ws));
    }

    private static X509Certificate shownTo(BlockingWebSocket ws) throws IOException {
        SSLSession session = Tls.session(ws.webSocket().transport()).orElseThrow();
        return (X509Certificate) session.getPeerCertificates()[0];
    }

    // ---------------------------------------------------------------- what works

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    @Tag("6455-4.1-12")
    @Tag("6455-4.2.2-2")
    @Tag("6455-10.6-1")
    void messagesOfManySizesComeBack(String version) throws IOException {
        try (Wss wss = new Wss(Tls.server(LOCALHOST));
                BlockingWebSocket ws = wss.connect(Wss.trusting(LOCALHOST).protocols(version))) {
            SSLSession session = Tls.session(ws.webSocket().transport()).orElseThrow();
            assertEquals(version, session.getProtocol());
            for (int size : new int[] {0, 1, 125, 126, 16_383, 16_384, 16_385, 65_535, 65_536, 1 << 20}) {
                byte[] data = new byte[size];
                new Random(size).nextBytes(data);
                ws.send(ByteBuffer.wrap(data));
                BlockingWebSocket.Binary echo = (BlockingWebSocket.Binary) ws.receive(Wss.SOON);
                assertEquals(ByteBuffer.wrap(data), echo.data(), "message of " + size);
            }
            ws.close(1000, "");
            assertTrue(ws.closeEvent().wasClean());
            assertNull(ws.closeEvent().cause());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void certificatesOfEveryKindWork(String algorithm) throws IOException {
        List<String> options = algorithm.equals("RSA") ? Keytool.RSA : List.of("-keyalg", algorithm);
        PrivateKeyEntry entry = Keytool.selfSigned(options, "CN=localhost", "-ext", "san=dns:localhost");
        try (Wss wss = new Wss(Tls.server(entry));
                BlockingWebSocket ws = wss.connect(Wss.trusting(entry))) {
            assertEchoes(ws);
        }
    }

    @Test
    void aServerReadsPemFilesAndAClientTrustsOne(@TempDir Path dir) throws IOException {
        Path chain = Keytool.write(dir.resolve("chain.pem"), Keytool.chainPem(LOCALHOST.getCertificate()));
        Path key = Keytool.write(dir.resolve("key.pem"), Keytool.keyPem(LOCALHOST));
        try (Wss wss = new Wss(Tls.server(chain, key));
                BlockingWebSocket ws = wss.connect(Tls.client().trust(chain))) {
            assertEchoes(ws);
        }
    }

    @Test
    void aServerTakesAKeyStoreAndBothSidesAReadySslContext() throws Exception {
        var store = Keytool.store(Keytool.EC, "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1");
        SSLContext trusting = Tls.context(null, List.of((X509Certificate) LOCALHOST.getCertificate()));
        try (Wss wss = new Wss(Tls.server(store, Keytool.PASSWORD));
                BlockingWebSocket ws = wss.connect(Tls.client(trusting))) {
            assertEchoes(ws);
        }
        SSLContext showing = Tls.context(CertifiedKeys.of(LOCALHOST), null);
        try (Wss wss = new Wss(Tls.server(showing));
                BlockingWebSocket ws = wss.connect(Tls.client(trusting))) {
            assertEchoes(ws);
        }
        assertThrows(IllegalStateException.class, () -> Tls.client(trusting).certificate(LOCALHOST));
        assertThrows(IllegalStateException.class, () -> Tls.server(showing).certificate("a", LOCALHOST));
        store = java.security.KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var empty = store;
        assertThrows(IllegalArgumentException.class, () -> Tls.server(empty, Keytool.PASSWORD));
    }

    @Test
    void anAddressIsVerifiedToo() throws IOException {
        try (Wss wss = new Wss(Tls.server(LOCALHOST));
                BlockingWebSocket ws = wss.connect(Wss.trusting(LOCALHOST), "127.0.0.1", "/echo")) {
            assertEchoes(ws);
        }
    }

    @Test
    void aPageIsServedOverHttps() throws Exception {
        try (WebSocketServer server = WebSocketServer.builder()
                .http("/", request -> dev.weft.core.HttpResponse.text(200, "x".repeat(300_000)))
                .secure(Tls.server(LOCALHOST))
                .start()) {
            URI page = URI.create("https://localhost:" + server.port() + "/");
            HttpsURLConnection https = (HttpsURLConnection) page.toURL().openConnection();
            https.setSSLSocketFactory(Tls.context(null, List.of((X509Certificate) LOCALHOST.getCertificate()))
                    .getSocketFactory());
            byte[] body = https.getInputStream().readAllBytes();
            assertEquals("x".repeat(300_000), new String(body, StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sessionsAreResumed(String version) throws IOException {
        TlsClient tls = Wss.trusting(LOCALHOST).protocols(version);
        try (Wss wss = new Wss(Tls.server(LOCALHOST))) {
            long first = created(wss, tls);
            assertEquals(first, created(wss, tls), "the session of the first connection");
            assertFalse(first == created(wss, Wss.trusting(LOCALHOST).protocols(version)), "another client's is not");
        }
    }

    /** When the session of a new connection was made: sessions that are resumed keep it. */
    private static long created(Wss wss, TlsClient tls) throws IOException {
        try (BlockingWebSocket ws = wss.connect(tls)) {
            assertEchoes(ws); // by then the tickets of TLS 1.3 are here
            SSLSession session = Tls.session(ws.webSocket().transport()).orElseThrow();
            return session.getCreationTime();
        }
    }

    // ---------------------------------------------------------------- certificates

    @Test
    @Tag("6455-4.1-15")
    void theCertificateIsChosenByTheHostNameAskedFor() throws IOException {
        PrivateKeyEntry other = Keytool.selfSigned(Keytool.RSA, "CN=other", "-ext", "san=dns:localhost");
        PrivateKeyEntry fallback = Keytool.selfSigned(Keytool.EC, "CN=fallback", "-ext", "san=ip:127.0.0.1");
        TlsServer tls = Tls.server(fallback).certificate("LocalHost", other);
        try (Wss wss = new Wss(tls);
                BlockingWebSocket named = wss.connect(Wss.trusting(other), "localhost", "/echo");
                BlockingWebSocket unnamed = wss.connect(Wss.trusting(fallback), "127.0.0.1", "/echo")) {
            assertEquals(other.getCertificate(), shownTo(named));
            assertEquals(fallback.getCertificate(), shownTo(unnamed));
        }
    }

    @Test
    void wildcardsMatchOneLabel() {
        CertifiedKeys keys = CertifiedKeys.of(LOCALHOST)
                .with("*.example.org", LOCALHOST)
                .with("a.example.org", LOCALHOST)
                .with("*.sub.example.org", LOCALHOST);
        assertEquals("a.example.org", keys.aliasFor("a.example.org"));
        assertEquals("*.example.org", keys.aliasFor("b.example.org"));
        assertEquals("*.sub.example.org", keys.aliasFor("a.sub.example.org"));
        assertEquals("", keys.aliasFor("x.a.example.org"));
        assertEquals("", keys.aliasFor("example.org"));
        assertEquals("", keys.aliasFor("*.org"));
        assertEquals("", keys.aliasFor("org"));
    }

    @Test
    void theTableOfNamesIsBounded() {
        CertifiedKeys keys = CertifiedKeys.of(LOCALHOST);
        for (int i = 0; i < 1000; i++) {
            keys = keys.with("h" + i, LOCALHOST);
        }
        CertifiedKeys full = keys;
        assertThrows(IllegalArgumentException.class, () -> full.with("one-more", LOCALHOST));
        PrivateKeyEntry renewed = Keytool.selfSigned(Keytool.EC, "CN=renewed");
        assertEquals(renewed.getPrivateKey(), full.with("H999", renewed).getPrivateKey("h999"));
        for (String bad : List.of("", "*", "*.", "a..b", "a.*.b", "a b", ".a", "a:1")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> CertifiedKeys.of(LOCALHOST).with(bad, LOCALHOST),
                    bad);
        }
    }

    @Test
    void aCertificateIsReplacedWhileConnectionsStay() throws IOException {
        PrivateKeyEntry next = Keytool.selfSigned(Keytool.EC, "CN=next", "-ext", "san=dns:localhost");
        TlsServer tls = Tls.server(LOCALHOST);
        TlsClient trustsBoth = Tls.client()
                .trust(List.of((X509Certificate) LOCALHOST.getCertificate(), (X509Certificate) next.getCertificate()));
        try (Wss wss = new Wss(tls);
                BlockingWebSocket before = wss.connect(trustsBoth)) {
            assertEchoes(before);
            tls.replaceWith(Tls.server(next));
            try (BlockingWebSocket after = wss.connect(trustsBoth)) {
                assertEquals(next.getCertificate(), shownTo(after), "no session of the old one is resumed");
                assertEchoes(after);
                assertEquals(LOCALHOST.getCertificate(), shownTo(before));
                assertEchoes(before);
            }
        }
    }

    @Test
    void certificatesAreReplacedOneAfterAnother() throws IOException {
        PrivateKeyEntry named = Keytool.selfSigned(Keytool.EC, "CN=named", "-ext", "san=dns:localhost");
        TlsServer tls = Tls.server(Keytool.selfSigned(Keytool.EC, "CN=fallback"));
        tls.replaceWith(tls.certificate("localhost", named));
        tls.replaceWith(tls.certificate("example.org", LOCALHOST));
        try (Wss wss = new Wss(tls.protocols("TLSv1.3"));
                BlockingWebSocket ws = wss.connect(Wss.trusting(named))) {
            assertEquals(named.getCertificate(), shownTo(ws));
        }
    }

    // ---------------------------------------------------------------- mutual TLS

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theApplicationSeesTheClientsCertificate(String version, @TempDir Path dir) throws IOException {
        PrivateKeyEntry alice = Keytool.selfSigned(Keytool.RSA, "CN=Alice");
        Path authorities = Keytool.write(dir.resolve("alice.pem"), Keytool.chainPem(alice.getCertificate()));
        TlsClient nobody = Wss.trusting(LOCALHOST).protocols(version);
        try (Wss wss = new Wss(Tls.server(LOCALHOST).requireClientCertificates(authorities));
                BlockingWebSocket ws = wss.connect(nobody.certificate(alice), "localhost", "/name")) {
            assertEquals("CN=Alice", text(ws));
            assertRefused(wss, nobody, "it wants a certificate, or ");
            PrivateKeyEntry mallory = Keytool.selfSigned(Keytool.EC, "CN=Alice");
            assertRefused(wss, nobody.certificate(mallory), "or does not trust the one that it was shown");
        }
        try (Wss wss = new Wss(Tls.server(LOCALHOST).wantClientCertificates(authorities));
                BlockingWebSocket ws = wss.connect(nobody.certificate(alice), "localhost", "/name");
                BlockingWebSocket without = wss.connect(nobody, "localhost", "/name")) {
            assertEquals("CN=Alice", text(ws));
            assertEquals("nobody", text(without));
        }
    }

    // ---------------------------------------------------------------- refusals

    private static void assertRefused(Wss wss, TlsClient tls, String reason) {
        assertRefused(wss, tls, "localhost", reason);
    }

    private static void assertRefused(Wss wss, TlsClient tls, String host, String reason) {
        IOException e = assertThrows(IOException.class, () -> wss.connect(tls, host, "/echo"));
        assertInstanceOf(SSLException.class, e);
        assertTrue(
                e.getMessage().startsWith("TLS with " + host + ":" + wss.server.port() + " failed: "), e.getMessage());
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    @Test
    @Tag("6455-4.1-13")
    void aCertificateForAnotherHostIsRefusedUnlessAnyHostNameWillDo() throws IOException {
        PrivateKeyEntry other = Keytool.selfSigned(Keytool.EC, "CN=example.org", "-ext", "san=dns:example.org");
        try (Wss wss = new Wss(Tls.server(other))) {
            assertRefused(wss, Wss.trusting(other), "its certificate is for another host (No ");
            assertRefused(wss, Wss.trusting(other), "127.0.0.1", "its certificate is for another host (No ");
            try (BlockingWebSocket ws = wss.connect(Wss.trusting(other).anyHostName())) {
                assertEchoes(ws);
            }
        }
    }

    @Test
    @Tag("6455-4.1-13")
    void anExpiredCertificateIsRefused() throws IOException {
        // By an authority: the JDK takes a certificate that is itself trusted whatever its dates are.
        PrivateKeyEntry expired = Keytool.issued("-startdate", "-10d", "-validity", "1");
        PrivateKeyEntry early = Keytool.issued("-startdate", "+10d", "-validity", "1");
        try (Wss wss = new Wss(Tls.server(expired))) {
            assertRefused(wss, trustingTheAuthorityOf(expired), "its certificate has expired (NotAfter: ");
        }
        try (Wss wss = new Wss(Tls.server(early))) {
            assertRefused(wss, trustingTheAuthorityOf(early), "its certificate is not valid yet (NotBefore: ");
        }
    }

    private static TlsClient trustingTheAuthorityOf(PrivateKeyEntry entry) {
        return Tls.client().trust(List.of((X509Certificate) entry.getCertificateChain()[1]));
    }

    @Test
    void aChainIsShownWhole() throws IOException {
        PrivateKeyEntry issued = Keytool.issued();
        try (Wss wss = new Wss(Tls.server(issued));
                BlockingWebSocket ws = wss.connect(trustingTheAuthorityOf(issued))) {
            assertEchoes(ws);
            assertRefused(wss, Wss.trusting(LOCALHOST), "issued by an authority that is not trusted here");
        }
    }

    @Test
    @Tag("6455-4.1-13")
    void aSelfSignedCertificateIsRefused() throws IOException {
        try (Wss wss = new Wss(Tls.server(LOCALHOST))) {
            assertRefused(wss, Tls.client(), "self-signed, or issued by an authority that is not trusted here");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aServerWithoutTheKeyOfItsCertificateIsRefused(String version) throws IOException {
        PrivateKeyEntry wrong = new PrivateKeyEntry(
                Keytool.selfSigned(Keytool.EC, "CN=wrong").getPrivateKey(), LOCALHOST.getCertificateChain());
        try (Wss wss = new Wss(Tls.server(wrong))) {
            assertRefused(wss, Wss.trusting(LOCALHOST).protocols(version), "does not hold the key of its certificate");
        }
    }

    @Test
    @Tag("6455-10.6-2")
    void sidesWithoutAVersionInCommonTellSo() throws IOException {
        try (Wss wss = new Wss(Tls.server(LOCALHOST).protocols("TLSv1.3"))) {
            assertRefused(wss, Wss.trusting(LOCALHOST).protocols("TLSv1.2"), "none of the TLS versions allowed here");
        }
        assertThrows(IllegalArgumentException.class, () -> Tls.client().protocols("TLSv1.1"));
        assertThrows(IllegalArgumentException.class, () -> Tls.server(LOCALHOST).protocols());
    }

    // ---------------------------------------------------------------- broken streams

    @Test
    void aMessageIsDeliveredBeforeTheFailureOfARecordThatCameWithIt() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        WebSocketListener listener = new WebSocketListener() {
            @Override
            public void onText(WebSocket ws, String text) {
                events.add(text);
                ws.send(text); // which fails, and must not hide why
            }

            @Override
            public void onClose(WebSocket ws, CloseEvent event) {
                events.add(event.cause().getMessage());
            }
        };
        AtomicReference<SocketChannel> socket = new AtomicReference<>();
        Transport.Factory tls = (channel, host, port) -> {
            socket.set(channel);
            return Wss.trusting(LOCALHOST).open(channel, host, port);
        };
        try (WebSocketServer server = WebSocketServer.builder()
                        .address(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))
                        .path("/", () -> listener)
                        .secure(Tls.server(LOCALHOST))
                        .start();
                EventLoop loop = new EventLoop().start();
                WebSocketClient client =
                        WebSocketClient.builder().loop(loop).secure(tls).build()) {
            URI uri = URI.create("wss://localhost:" + server.port() + "/");
            WebSocket ws = BlockingWebSocket.connect(client, uri, Headers.EMPTY).webSocket();
            FutureTask<Integer> sending = new FutureTask<>(() -> {
                SSLEngine engine = ((TlsTransport) ws.transport()).engine;
                ByteBuffer frame = ByteBuffer.wrap(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
                ByteBuffer records = ByteBuffer.allocate(64 * 1024);
                engine.wrap(frame.duplicate(), records);
                engine.wrap(frame, records);
                int last = records.position() - 1;
                records.put(last, (byte) ~records.get(last));
                return socket.get().write(records.flip());
            });
            loop.execute(sending);
            sending.get();
            assertEquals("hi", events.poll(20, TimeUnit.SECONDS));
            String failure = events.poll(20, TimeUnit.SECONDS);
            assertTrue(failure.startsWith("TLS with a client failed: "), failure);
        }
    }

    // ---------------------------------------------------------------- mistaken for one another

    @Test
    @Tag("6455-4.2.2-2")
    void aPlainClientOnAWssPortGetsAnAnswer() throws IOException {
        try (Wss wss = new Wss(Tls.server(LOCALHOST));
                Socket socket = new Socket("127.0.0.1", wss.server.port())) {
            socket.getOutputStream().write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertTrue(answer.endsWith("this port speaks TLS: use wss: or https:\n"), answer);
        }
    }

    @Test
    void aPlainWeftClientOnAWssPortSeesTheAnswer() throws IOException {
        try (Wss wss = new Wss(Tls.server(LOCALHOST));
                WebSocketClient client = WebSocketClient.builder().build()) {
            URI plain = URI.create("ws://localhost:" + wss.server.port() + "/echo");
            IOException e =
                    assertThrows(IOException.class, () -> BlockingWebSocket.connect(client, plain, Headers.EMPTY));
            assertTrue(e.getMessage().contains("400"), e.getMessage());
        }
    }

    @Test
    void aTlsClientOnAWsPortGetsAnAnswer() throws IOException {
        try (WebSocketServer plain = WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))
                .path("/echo", Wss.Echo::new)
                .start()) {
            try (Socket socket = new Socket("127.0.0.1", plain.port())) {
                socket.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0});
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            }
            try (WebSocketClient client =
                    WebSocketClient.builder().secure(Wss.trusting(LOCALHOST)).build()) {
                URI secure = URI.create("wss://localhost:" + plain.port() + "/echo");
                IOException e =
                        assertThrows(IOException.class, () -> BlockingWebSocket.connect(client, secure, Headers.EMPTY));
                assertTrue(e.getMessage().contains("it does not speak TLS, its first byte is 0x48"), e.getMessage());
            }
        }
    }

    @Test
    void wssWithoutTlsSaysWhatToAdd() {
        try (WebSocketClient client = WebSocketClient.builder().build()) {
            URI secure = URI.create("wss://localhost/");
            var e = assertThrows(IllegalArgumentException.class, () -> client.connect(secure, new Wss.Echo()));
            assertTrue(e.getMessage().contains("secure(Tls.client())"), e.getMessage());
            assertArrayEquals(new Object[0], e.getSuppressed());
        }
    }

    @Test
    void aNewHandshakeGets503WhereTheBudgetIsSpent() throws Exception {
        try (EventLoop loop = new EventLoop().budget(1).start();
                Wss wss = new Wss(Tls.server(LOCALHOST), loop);
                WebSocketServer plain = WebSocketServer.builder().loops(loop).start();
                Socket spending = new Socket(InetAddress.getLoopbackAddress(), plain.port())) {
            spending.getOutputStream().write('G');
            while (loop.retained() == 0) {
                Thread.onSpinWait();
            }
            HandshakeException refused =
                    assertThrows(HandshakeException.class, () -> wss.connect(Wss.trusting(LOCALHOST)));
            assertEquals(503, refused.response().orElseThrow().status());
        }
    }
}
