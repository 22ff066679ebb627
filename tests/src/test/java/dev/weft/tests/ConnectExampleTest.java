package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.HttpResponse;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.Upgrade;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example connect, a client for the terminal. */
@Timeout(60)
class ConnectExampleTest {
    private final EchoListener echo = new EchoListener();
    private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private WebSocketServer server;

    @BeforeEach
    void start() throws IOException {
        WebSocketListener greeter = new WebSocketListener() {
            @Override
            public void onOpen(WebSocket ws) {
                opened.complete(ws);
                ws.send("grüße");
                ws.send(ByteBuffer.allocate(7));
                ws.close(4000, "enough");
            }
        };
        WebSocketListener slow = new WebSocketListener() {
            @Override
            public void onOpen(WebSocket ws) {
                ws.pause();
                opened.complete(ws);
            }

            @Override
            public void onText(WebSocket ws, String text) {
                received.add(text);
            }
        };
        server = WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .subprotocols("two")
                .path("/echo", () -> echo)
                .path("/greet", () -> greeter)
                .path("/slow", () -> slow)
                .path("/refuse", request -> Upgrade.reject(HttpResponse.text(401, "who are you?")))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Program connect(String path, String... options) throws IOException {
        String[] arguments = new String[options.length + 2];
        arguments[0] = "connect";
        arguments[1] = "ws://127.0.0.1:" + server.port() + path;
        System.arraycopy(options, 0, arguments, 2, options.length);
        return ExampleProcess.start(arguments);
    }

    @Test
    void answersThatAreOnTheirWayAtTheEndOfInputArePrinted() throws Exception {
        try (Program program = connect("/echo")) {
            program.type("eins");
            program.type("zwei");
            program.endInput();
            assertEquals(0, program.exitCode());
            assertEquals(List.of("eins", "zwei"), program.output());
        }
    }

    @Test
    void inputThatIsFasterThanTheServerWaits() throws Exception {
        List<String> lines =
                IntStream.range(0, 20_000).mapToObj(i -> i + "x".repeat(1000)).toList();
        try (Program program = connect("/slow")) {
            WebSocket ws = opened.get(30, TimeUnit.SECONDS);
            AtomicInteger typed = new AtomicInteger();
            Thread typist = new Thread(() -> {
                for (; typed.get() < lines.size(); typed.incrementAndGet()) {
                    try {
                        program.type(lines.get(typed.get()));
                    } catch (IOException e) {
                        return; // the exit code tells
                    }
                }
            });
            typist.start();
            for (int seen = -1; seen != typed.get(); ) {
                seen = typed.get();
                typist.join(300); // until nothing moves any more
            }
            ws.resume();
            typist.join();
            program.endInput();
            assertEquals(0, program.exitCode(), () -> "exit code; standard error: " + program.errors());
            assertTrue(lines.equals(List.copyOf(received)), () -> received.size() + " lines");
        }
    }

    @Test
    void linesAreSentMessagesArePrintedAndTheEndOfInputCloses() throws Exception {
        try (Program program = connect("/echo")) {
            program.type("eins");
            assertEquals("eins", program.line());
            program.type("zwei, ünïcode 😀");
            assertEquals("zwei, ünïcode 😀", program.line());
            program.type("");
            assertEquals("", program.line());
            program.endInput();
            assertEquals(0, program.exitCode());
            assertEquals(List.of(), program.output());
            CloseEvent end = echo.closed.get(10, TimeUnit.SECONDS);
            assertEquals(1000, end.code());
            assertEquals(List.of("open", "closed: 1000 "), program.errors());
        }
    }

    @Test
    void aSubprotocolIsOfferedAndTheChosenOneShown() throws Exception {
        try (Program program = connect("/echo", "--protocol", "one", "--protocol", "two")) {
            assertEquals("open, protocol two", program.errorLine("open"));
            program.endInput();
            assertEquals(0, program.exitCode());
        }
    }

    @Test
    void theServersCloseEndsTheProgramWhileItWaitsForALine() throws Exception {
        try (Program program = connect("/greet")) {
            assertEquals("grüße", program.line());
            assertEquals("(7 bytes of binary data)", program.line());
            assertEquals(0, program.exitCode());
            assertEquals(List.of("open", "closed: 4000 enough"), program.errors());
        }
    }

    @Test
    void aRefusedHandshakeIsShownWithItsBody() throws Exception {
        try (Program program = connect("/refuse")) {
            assertNotEquals(0, program.exitCode());
            program.errorLine("error: ");
            program.errorLine("who are you?");
        }
    }
}
