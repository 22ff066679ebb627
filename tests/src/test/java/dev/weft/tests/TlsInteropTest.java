package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Headers;
import dev.weft.core.HttpResponse;
import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketServer;
import dev.weft.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weft's TLS and that of others: OpenSSL on the command line, in Node.js, in Python and in nginx. */
@Timeout(120)
class TlsInteropTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static DevCertificate dev;
    private static WebSocketServer server;

    @BeforeAll
    static void start() throws Exception {
        dev = DevCertificate.in(folder);
        server = server().http("/health", request -> HttpResponse.text(200, "healthy\n"))
                .path("/", EchoListener::new)
                .secure(Tls.server(dev.certificate(), dev.key()))
                .start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static WebSocketServer.Builder server() {
        return WebSocketServer.builder().address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static URI uri() {
        return URI.create("wss://localhost:" + server.port() + "/");
    }

    // ---------------------------------------------------------------- openssl s_client

    private static Program openssl(String options) throws IOException {
        Needs.openssl();
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-CAfile", dev.certificate() + ""));
        command.addAll(List.of("-verify_return_error", "-verify_hostname", "localhost", "-servername", "localhost"));
        command.addAll(List.of("-alpn", "h2,http/1.1", "-connect", "127.0.0.1:" + server.port()));
        command.addAll(List.of(options.split(" ")));
        return Program.start(folder, command);
    }

    private static List<String> through(Program program, String end) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        do {
            lines.add(program.line());
        } while (!lines.get(lines.size() - 1).startsWith(end));
        return lines;
    }

    private static void assertHealthy(Program openssl) throws Exception {
        openssl.type("GET /health HTTP/1.1\r\nHost: localhost\r\n\r");
        through(openssl, "HTTP/1.1 200 OK");
        through(openssl, "healthy");
        openssl.exitCode(); // the server ends the connection
        assertTrue(openssl.errors().stream().noneMatch(line -> line.contains("unexpected eof")), "close_notify came");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    @Tag("6455-10.6-1")
    void opensslSpeaksBothVersions(String version) throws Exception {
        try (Program openssl = openssl("-tls" + version.replace('.', '_'))) {
            List<String> lines = through(openssl, "Verif");
            lines.addAll(through(openssl, version.equals("1.2") ? "    Verify return code" : "Verify return code"));
            String all = String.join("\n", lines);
            assertTrue(all.contains("TLSv" + version), all);
            assertTrue(all.contains("ALPN protocol: http/1.1"), all);
            assertTrue(all.contains("Verify return code: 0 (ok)"), all);
            assertHealthy(openssl);
        }
    }

    @Test
    @Tag("6455-10.6-2")
    void opensslIsRefusedOlderVersions() throws Exception {
        try (Program openssl = openssl("-tls1_1 -cipher DEFAULT@SECLEVEL=0")) {
            assertTrue(openssl.exitCode() != 0);
            String errors = String.join("\n", openssl.errors());
            assertTrue(errors.contains("alert protocol version") || errors.contains("no protocols available"), errors);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void opensslResumesItsSession(String version) throws Exception {
        Path session = folder.resolve("session" + version);
        try (Program first = openssl(version + " -sess_out " + session)) {
            assertHealthy(first);
        }
        try (Program second = openssl(version + " -sess_in " + session)) {
            assertTrue(through(second, "Reused, TLSv").size() > 0);
            assertHealthy(second);
        }
    }

    @Test
    void opensslUpdatesBothKeys() throws Exception {
        try (Program openssl = openssl("-tls1_3")) {
            through(openssl, "Verify return code: 0 (ok)");
            openssl.type("K");
            // On standard error, before the next line may go: s_client looks for commands at the start of what it
            // reads.
            openssl.errorLine("KEYUPDATE");
            assertHealthy(openssl);
        }
    }

    @Test
    void anAlpnOfOtherProtocolsOnlyIsRefused() throws Exception {
        try (Program openssl = openssl("-alpn h2")) {
            assertTrue(openssl.exitCode() != 0);
            String errors = String.join("\n", openssl.errors());
            assertTrue(errors.contains("no application protocol"), errors);
        }
    }

    // ---------------------------------------------------------------- Node.js and Python

    private static void assertContent(Program client) throws Exception {
        try (client) {
            int exitCode = client.exitCode();
            assertEquals(0, exitCode, () -> client.output() + " " + client.errors());
            assertTrue(client.output().get(0).matches("ok \\d+ messages"), () -> "" + client.output());
        }
    }

    @Test
    void clientsOfOthersAreContent() throws Exception {
        String ca = dev.certificate().toString();
        assertContent(Program.start(Needs.nodePeers(), "node", "ws-echo-client.mjs", "--ca", ca, uri().toString()));
        assertContent(Program.start(
                Needs.pythonPeers(), "/usr/bin/python3", "websockets_echo_client.py", "--ca", ca, uri().toString()));
    }

    private static void assertEchoes(URI uri) throws IOException {
        try (WebSocketClient client = WebSocketClient.builder()
                        .secure(Tls.client().trust(dev.certificate()))
                        .build();
                BlockingWebSocket ws = BlockingWebSocket.connect(client, uri, Headers.EMPTY)) {
            Random random = new Random(1);
            for (int size : new int[] {0, 1, 16_384, 100_000, 1 << 20}) {
                byte[] data = new byte[size];
                random.nextBytes(data);
                ws.send(ByteBuffer.wrap(data));
                assertEquals(new BlockingWebSocket.Binary(ByteBuffer.wrap(data)), ws.receive(SOON));
            }
        }
    }

    @Test
    void serversOfOthersAreTalkedTo() throws Exception {
        String cert = dev.certificate().toString();
        String key = dev.key().toString();
        try (Program node =
                        Program.start(Needs.nodePeers(), "node", "ws-echo-server.mjs", "--cert", cert, "--key", key);
                Program python = Program.start(
                        Needs.pythonPeers(),
                        "/usr/bin/python3",
                        "websockets_echo_server.py",
                        "--cert",
                        cert,
                        "--key",
                        key)) {
            assertEchoes(node.listeningOn());
            assertEchoes(python.listeningOn());
            node.stop();
            python.stop();
        }
    }

    // ---------------------------------------------------------------- nginx

    @Test
    void nginxTerminatesTlsInFrontOfAPlainServer() throws Exception {
        Needs.nginx();
        try (WebSocketServer plain = server().path("/", EchoListener::new).start()) {
            int port = freePort();
            Path home = Files.createDirectory(folder.resolve("nginx"));
            Path config = Files.writeString(
                    home.resolve("nginx.conf"), """
                    pid nginx.pid;
                    error_log error.log;
                    events {}
                    http {
                      access_log off;
                      client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                      uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                      server {
                        listen 127.0.0.1:%d ssl;
                        ssl_certificate %s;
                        ssl_certificate_key %s;
                        location / {
                          proxy_pass http://127.0.0.1:%d;
                          proxy_http_version 1.1;
                          proxy_set_header Host $http_host;
                          proxy_set_header Upgrade $http_upgrade;
                          proxy_set_header Connection upgrade;
                        }
                      }
                    }
                    """.formatted(port, dev.certificate(), dev.key(), plain.port()));
            // It becomes a daemon once it listens, and ends when it is told to.
            nginx(home, config, List.of());
            try {
                assertEchoes(URI.create("wss://localhost:" + port + "/"));
            } finally {
                nginx(home, config, List.of("-s", "quit"));
            }
        }
    }

    private static void nginx(Path home, Path config, List<String> options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Needs.nginx(), "-p", home + "/", "-e", home + "/error.log"));
        command.addAll(List.of("-c", config.toString()));
        command.addAll(options);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output").toFile())
                .start();
        assertEquals(0, process.waitFor(), () -> "see " + home);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    // ---------------------------------------------------------------- examples and browser

    @Test
    void theExamplesTakeCertificates() throws Exception {
        String cert = dev.certificate().toString();
        try (ExampleProcess echo = ExampleProcess.serve(
                        "echo", "--tls-cert", cert, "--tls-key", dev.key().toString());
                Program trusting =
                        ExampleProcess.start("connect", "--ca", cert, echo.uri().toString());
                Program strict = ExampleProcess.start("connect", echo.uri().toString())) {
            assertEquals("wss", echo.uri().getScheme());
            trusting.type("hello");
            assertEquals("hello", trusting.line());
            trusting.endInput();
            assertEquals(0, trusting.exitCode());
            assertEquals(1, strict.exitCode());
            String errors = String.join("\n", strict.errors());
            assertTrue(errors.contains("self-signed, or issued by an authority that is not trusted here"), errors);
            echo.stop();
        }
    }

    @Test
    void theExamplesSayWhichFileIsWrong() throws Exception {
        String cert = dev.certificate().toString();
        try (Program alone = ExampleProcess.start("echo", "--port", "0", "--tls-cert", cert);
                Program mixed = ExampleProcess.start("echo", "--port", "0", "--tls-cert", cert, "--tls-key", cert)) {
            assertEquals(1, alone.exitCode());
            assertEquals(List.of("--tls-cert and --tls-key go together"), alone.errors());
            assertEquals(1, mixed.exitCode());
            assertEquals(List.of(cert + ": found no block of PRIVATE KEY, expected one"), mixed.errors());
        }
    }

    @Test
    void theChatPageOverHttpsTalksOverWss() throws Exception {
        try (Browser browser = Browser.start();
                ExampleProcess chat = ExampleProcess.serve(
                        "chat",
                        "--tls-cert",
                        dev.certificate().toString(),
                        "--tls-key",
                        dev.key().toString());
                Page page = browser.open(URI.create("https://127.0.0.1:" + chat.port() + "/"))) {
            page.evaluate(
                    "document.getElementById('name-input').value = ''; document.getElementById('name-input').focus()");
            page.type("Ann");
            page.pressEnter();
            page.await("document.getElementById('state').dataset.state === 'open'");
            assertEquals(List.of(), page.complaints());
            assertEquals("wss:", page.evaluate("new URL(ENDPOINT).protocol").asText());
            chat.stop();
        }
    }
}
