package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.HttpResponse;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plain HTTP side of a server, asked by curl. */
@Timeout(60)
class CurlTest {
    private static final String STATUS = "%{http_code}";
    private static WebSocketServer server;

    @BeforeAll
    static void start() throws IOException {
        Needs.curl();
        server = WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .http("/", request -> HttpResponse.of(200, "text/html; charset=utf-8", Frame.utf8("<p>grüße</p>")))
                .http("/health", request -> HttpResponse.text(200, "ok\n").with("X-Weft", "yes"))
                .http("/files/*", request -> HttpResponse.text(200, request.path() + " " + request.query()))
                .http("/large", request -> HttpResponse.text(200, "x".repeat(3_000_000)))
                .http("/broken", request -> {
                    throw new IllegalStateException("secret");
                })
                .path("/", EchoListener::new)
                .path("/socket", () -> new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket ws) {
                        ws.send("hello\n");
                    }
                })
                .start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** Its standard output, where the last argument is a path and others may have {@code URL} in them. */
    private static List<String> curl(String... arguments) throws Exception {
        String url = "http://127.0.0.1:" + server.port();
        List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--max-time", "30"));
        for (int i = 0; i < arguments.length - 1; i++) {
            command.add(arguments[i].replace("URL", url));
        }
        command.add(url + arguments[arguments.length - 1]);
        try (Program program = Program.start(Path.of("").toAbsolutePath(), command)) {
            assertEquals(0, program.exitCode(), () -> command + ": " + program.errors());
            return program.output();
        }
    }

    @Test
    void getGivesThePage() throws Exception {
        assertEquals(List.of("<p>grüße</p>"), curl("/"));
        List<String> response = curl("--include", "/health");
        assertEquals("HTTP/1.1 200 OK", response.get(0));
        assertTrue(response.contains("X-Weft: yes"), response::toString);
        assertTrue(response.contains("Content-Length: 3"), response::toString);
        assertEquals("ok", response.get(response.size() - 1));
    }

    @Test
    void headGivesTheHeadersAlone() throws Exception {
        List<String> response = curl("--head", "/health");
        assertEquals("HTTP/1.1 200 OK", response.get(0));
        assertTrue(response.contains("Content-Length: 3"), response::toString);
        assertFalse(response.contains("ok"), response::toString);
    }

    @Test
    void aFolderGetsThePathsBelowItWithTheirQuery() throws Exception {
        assertEquals(List.of("/files/a/b.txt q=1&r=%20"), curl("/files/a/b.txt?q=1&r=%20"));
    }

    @Test
    void aPageAndASocketShareAPath() throws Exception {
        assertEquals(List.of("<p>grüße</p>"), curl("/"));
        try (Wire wire = Wire.client(server.port())) {
            wire.send(Frame.text("hello"));
            assertEquals(Frame.text("hello"), wire.receive());
        }
    }

    @Test
    void aLargeBodyArrivesWhole() throws Exception {
        assertEquals(
                List.of("200 3000000"),
                curl("--output", "/dev/null", "--write-out", STATUS + " %{size_download}", "/large"));
    }

    @ParameterizedTest
    @CsvSource({
        "404, '', /nowhere",
        "404, '', /health/below",
        "426, '', /socket",
        "405, --request DELETE, /health",
        "405, --request POST --header Content-Length:0, /health",
        "200, --http1.0, /health",
        "200, --http1.0 --head, /health",
        "400, --header Host:, /health",
        "431, --header X:%1$s, /health"
    })
    void otherRequestsGetTheirStatus(int status, String options, String path) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--output", "/dev/null", "--write-out", STATUS));
        if (!options.isEmpty()) {
            arguments.addAll(List.of(options.formatted("x".repeat(20_000)).split(" ")));
        }
        arguments.add(path);
        assertEquals(List.of(String.valueOf(status)), curl(arguments.toArray(String[]::new)));
    }

    @Test
    void aBodyIsNotTaken() throws Exception {
        List<String> status = curl("--output", "/dev/null", "--write-out", STATUS, "--data", "a=b", "/health");
        assertTrue(List.of("400", "405", "413").contains(status.get(0)), status::toString);
    }

    @Test
    void anExceptionIsA500ThatDoesNotShowIt() throws Exception {
        List<String> response = curl("--include", "/broken");
        assertEquals("HTTP/1.1 500 Internal Server Error", response.get(0));
        assertFalse(response.toString().contains("secret"), response::toString);
    }

    @Test
    void severalRequestsInARowAreAnswered() throws Exception {
        // Whether on one connection or on several is the server's choice; curl has to find out without errors.
        List<String> bodies = curl("--header", "Connection: keep-alive", "URL/health", "URL/files/x", "/health");
        assertEquals(
                List.of("ok", "/files/x ok"), bodies.stream().map(String::strip).toList());
    }

    @Test
    void aWebSocketHandshakeIsAccepted() throws Exception {
        // curl prints the head together with the first bytes behind it, and then stays until it is killed.
        try (Program program = Program.start(
                Path.of("").toAbsolutePath(),
                "curl",
                "--silent",
                "--include",
                "--no-buffer",
                "--http1.1",
                "--max-time",
                "30",
                "--header",
                "Connection: Upgrade",
                "--header",
                "Upgrade: websocket",
                "--header",
                "Sec-WebSocket-Version: 13",
                "--header",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "http://127.0.0.1:" + server.port() + "/socket")) {
            assertEquals("HTTP/1.1 101 Switching Protocols", program.line());
            String line = program.line();
            while (!line.startsWith("Sec-WebSocket-Accept")) {
                line = program.line();
            }
            assertEquals("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", line);
        }
    }
}
