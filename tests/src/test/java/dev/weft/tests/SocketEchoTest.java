package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.BlockingWebSocket.Binary;
import dev.weft.nio.BlockingWebSocket.Text;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example socket-echo: the core without its event loop. */
@Timeout(60)
class SocketEchoTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static ExampleProcess example;

    @BeforeAll
    static void start() throws Exception {
        example = ExampleProcess.serve("socket-echo");
    }

    @AfterAll
    static void stop() {
        example.close();
    }

    @Test
    void echoesMessagesOfManySizes() throws IOException {
        try (BlockingWebSocket ws = BlockingWebSocket.connect(example.uri())) {
            for (int size : new int[] {0, 1, 125, 126, 65535, 65536, 1 << 20}) {
                ws.send("x".repeat(size));
                assertEquals(new Text("x".repeat(size)), ws.receive(SOON));
                ws.send(ByteBuffer.allocate(size));
                assertEquals(new Binary(ByteBuffer.allocate(size)), ws.receive(SOON));
            }
            ws.close(3001, "bye");
            assertEquals(3001, ws.closeEvent().code());
            assertTrue(ws.closeEvent().wasClean());
        }
    }

    @Test
    void servesSeveralConnectionsAtOnce() throws IOException {
        try (BlockingWebSocket one = BlockingWebSocket.connect(example.uri());
                BlockingWebSocket two = BlockingWebSocket.connect(example.uri())) {
            one.send("to one");
            two.send("to two");
            assertEquals(new Text("to two"), two.receive(SOON));
            assertEquals(new Text("to one"), one.receive(SOON));
        }
    }

    @Test
    void failsAsTheCoreDoes() throws IOException {
        for (Conformance conformance : Conformance.inThreeChops(
                "", 1, Conformance.failure("", 1002, Frame.continuation(true, "nothing to continue")))) {
            try (Wire wire = Wire.client(example.port())) {
                conformance.play(wire, true);
            }
        }
        try (Wire wire = Wire.client(example.port())) {
            Conversations.byPartsOfAFrame(wire);
        }
    }

    @Test
    void listensOnTheAddressThatItPrintsAndOnNoOther() throws IOException {
        try (Socket socket = new Socket()) {
            InetSocketAddress other = new InetSocketAddress("127.0.0.2", example.port());
            assertThrows(IOException.class, () -> socket.connect(other, 1000));
        }
    }

    @Test
    void whatIsNoUpgradeGetsAnHttpResponse() throws IOException {
        assertEquals("HTTP/1.1 426", answerTo("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assertEquals("HTTP/1.1 400", answerTo("no HTTP at all\r\n\r\n"));
    }

    private static String answerTo(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), example.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        }
    }
}
