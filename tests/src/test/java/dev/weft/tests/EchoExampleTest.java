package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.HandshakeException;
import dev.weft.core.Headers;
import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.BlockingWebSocket.Binary;
import dev.weft.nio.BlockingWebSocket.Text;
import dev.weft.nio.WebSocketClient;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example echo, and with it the options that all example servers share. */
@Timeout(120)
class EchoExampleTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static void assertEchoes(URI uri) throws IOException {
        try (BlockingWebSocket ws = BlockingWebSocket.connect(uri)) {
            ws.send("hello, wörld");
            assertEquals(new Text("hello, wörld"), ws.receive(SOON));
            ByteBuffer bytes = ByteBuffer.wrap(new byte[] {0, 1, -1});
            ws.send(bytes);
            assertEquals(new Binary(bytes), ws.receive(SOON));
        }
    }

    @Test
    void echoesTextAndBinaryOnAnyPathUntilItIsTerminated() throws Exception {
        try (ExampleProcess echo = ExampleProcess.serve("echo")) {
            assertEquals("ws://127.0.0.1:" + echo.port() + "/", echo.uri().toString());
            assertEchoes(echo.uri());
            assertEchoes(echo.uri("/some/where?with=query"));
            BlockingWebSocket left = BlockingWebSocket.connect(echo.uri());
            echo.stop();
            assertEquals(null, left.receive(SOON), "a clean end");
            assertEquals(1001, left.closeEvent().code());
            left.close();
            assertTrue(echo.program().output().isEmpty(), "one line of output is all");
            assertTrue(
                    echo.program().errors().isEmpty(),
                    () -> "no errors: " + echo.program().errors());
        }
    }

    @Test
    void messagesAboveTheLimitAreRefusedWith1009() throws Exception {
        try (ExampleProcess echo = ExampleProcess.serve("echo", "--max-message", "100");
                BlockingWebSocket ws = BlockingWebSocket.connect(echo.uri())) {
            ws.send("x".repeat(100));
            assertEquals(new Text("x".repeat(100)), ws.receive(SOON));
            ws.send("x".repeat(101));
            ws.receive(SOON);
            assertEquals(1009, ws.closeEvent().code());
        }
    }

    @Test
    void largeMessagesPassWhereTheLimitIsRaised() throws Exception {
        try (ExampleProcess echo = ExampleProcess.serve("echo", "--max-message", "16777216");
                Wire wire = Wire.client(echo.port())) {
            Frame message = Frame.text(true, LargeCases.payload(16 << 20));
            wire.send(message);
            assertEquals(message, wire.receive());
        }
    }

    @Test
    void aClientThatSendsMuchBeforeItReadsGetsEverythingBack() throws Exception {
        Frame[] messages = IntStream.range(0, 64)
                .mapToObj(
                        i -> i % 2 == 0 ? Frame.text(i + "x".repeat(1_000_000)) : Frame.binary(new byte[1_000_000 + i]))
                .toArray(Frame[]::new);
        try (ExampleProcess echo = ExampleProcess.serve("echo");
                Wire wire = Wire.client(echo.port())) {
            AtomicInteger sent = new AtomicInteger();
            Thread writer = new Thread(() -> {
                for (; sent.get() < messages.length; sent.incrementAndGet()) {
                    try {
                        wire.send(messages[sent.get()]);
                    } catch (IOException e) {
                        return; // the reader finds out
                    }
                }
            });
            writer.start();
            for (int seen = -1; seen != sent.get(); ) {
                seen = sent.get();
                writer.join(300); // until nothing moves any more
            }
            for (Frame message : messages) {
                assertEquals(message, wire.receive());
            }
            writer.join();
        }
    }

    @Test
    void severalLoopsServeSeveralConnections() throws Exception {
        try (ExampleProcess echo = ExampleProcess.serve("echo", "--loops", "2", "--no-deflate")) {
            try (BlockingWebSocket one = BlockingWebSocket.connect(echo.uri());
                    BlockingWebSocket two = BlockingWebSocket.connect(echo.uri());
                    BlockingWebSocket three = BlockingWebSocket.connect(echo.uri())) {
                for (BlockingWebSocket ws : new BlockingWebSocket[] {one, two, three}) {
                    ws.send("hello");
                }
                for (BlockingWebSocket ws : new BlockingWebSocket[] {one, two, three}) {
                    assertEquals(new Text("hello"), ws.receive(SOON));
                }
                echo.stop();
                for (BlockingWebSocket ws : new BlockingWebSocket[] {one, two, three}) {
                    ws.receive(SOON);
                    assertEquals(1001, ws.closeEvent().code());
                }
            }
        }
    }

    @Test
    void foreignOriginsAreRefusedUnlessAllowed() throws Exception {
        try (ExampleProcess echo = ExampleProcess.serve("echo")) {
            assertEquals(101, statusFor(echo.uri(), "http://127.0.0.1:" + echo.port()));
            assertEquals(403, statusFor(echo.uri(), "https://example.org"));
        }
        try (ExampleProcess echo = ExampleProcess.serve(
                "echo", "--allow-origin", "https://example.org", "--allow-origin", "https://example.com")) {
            assertEquals(101, statusFor(echo.uri(), "https://example.org"));
            assertEquals(101, statusFor(echo.uri(), "https://example.com"));
            assertEquals(403, statusFor(echo.uri(), "https://example.net"));
            assertEquals(403, statusFor(echo.uri(), "null"));
        }
        try (ExampleProcess echo = ExampleProcess.serve("echo", "--allow-origin", "*")) {
            assertEquals(101, statusFor(echo.uri(), "https://example.net"));
        }
    }

    private static int statusFor(URI uri, String origin) throws IOException {
        try (WebSocketClient client = WebSocketClient.builder().build()) {
            Headers headers = Headers.of("Origin", origin);
            try {
                BlockingWebSocket.connect(client, uri, headers).close();
                return 101;
            } catch (HandshakeException refused) {
                return refused.response().orElseThrow().status();
            }
        }
    }

    @Test
    void aServerOnAnIpv6AddressPrintsItInBrackets() throws Exception {
        try (ExampleProcess echo = ExampleProcess.serve("echo", "--host", "::1")) {
            assertEquals("ws://[::1]:" + echo.port() + "/", echo.uri().toString());
            assertEchoes(echo.uri());
            echo.stop();
        }
    }

    @Test
    void aPortIsFreeAgainAtOnce() throws Exception {
        try (ExampleProcess first = ExampleProcess.serve("echo");
                BlockingWebSocket ws = BlockingWebSocket.connect(first.uri())) {
            first.stop();
            try (ExampleProcess second = ExampleProcess.serve("echo", "--port", String.valueOf(first.port()))) {
                assertEchoes(second.uri());
            }
            assertEquals(1001, ws.receive(SOON) == null ? ws.closeEvent().code() : 0);
        }
    }

    @Test
    void aServerIsNotStoppedByAClientThatDoesNotAnswerItsClose() throws Exception {
        try (ExampleProcess echo = ExampleProcess.serve("echo");
                Wire silent = Wire.client(echo.port())) {
            echo.program().terminate();
            assertEquals(1001, silent.next().closeCode());
            assertEquals(0, echo.program().exitCode());
        }
    }
}
