package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.nio.CloseEvent;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketClient;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weft's client against the servers of another engine; the same for each of them. */
@Timeout(120)
abstract class PeerServers {
    private static final List<String> TEXTS = List.of(
            "Hello",
            "",
            " \t\r\n\u0000\u007f",
            "Grüße, Ελληνικά, Русский, עברית, हिन्दी, 日本語, ไทย",
            "😀 \uD834\uDD1E \uDBFF\uDFFF",
            "All work and no play. ".repeat(5000));
    private static final int[] SIZES = {0, 1, 125, 126, 127, 65535, 65536, 1 << 20, 8 << 20};
    private static final int BURST = 100;

    private final WebSocketClient client = WebSocketClient.builder()
            .limits(Limits.DEFAULT.maxMessage(16 << 20).sendQueue(32 << 20))
            .build();

    @AfterEach
    void closeClient() {
        client.close();
    }

    /** Skips the test where the peer is not installed. */
    abstract Program echoServer() throws IOException;

    abstract Program scriptedServer() throws IOException;

    private PeerLog connect(URI uri, String... subprotocols) {
        PeerLog log = new PeerLog();
        client.connect(uri, log, subprotocols);
        return log;
    }

    @Test
    void messagesOfAllKindsAndSizesComeBack() throws Exception {
        try (Program server = echoServer()) {
            PeerLog log = connect(server.listeningOn(), "first", "second");
            WebSocket ws = log.socket();
            assertEquals("first", ws.protocol());
            for (String text : TEXTS) {
                assertTrue(ws.send(text));
                log.assertReceives(text);
            }
            Random random = new Random(1);
            for (int size : SIZES) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                assertTrue(ws.send(ByteBuffer.wrap(bytes)));
                log.assertReceives(ByteBuffer.wrap(bytes));
            }
            for (String payload : List.of("", "ping", "p".repeat(125))) {
                assertTrue(ws.ping(ByteBuffer.wrap(Frame.utf8(payload))));
                log.assertPong(payload);
            }
            for (int i = 0; i < BURST; i++) {
                ws.send("burst " + i);
            }
            for (int i = 0; i < BURST; i++) {
                log.assertReceives("burst " + i);
            }
            ws.close(1000, "bye");
            CloseEvent end = log.end();
            assertEquals(1000, end.code());
            assertTrue(end.wasClean());
            server.stop();
        }
    }

    @Test
    void aServerThatStopsIsA1001() throws Exception {
        try (Program server = echoServer()) {
            PeerLog log = connect(server.listeningOn());
            log.socket();
            server.terminate();
            assertEquals(1001, log.end().code());
            assertTrue(log.end().wasClean());
        }
    }

    @Test
    void fragmentsMakeWholeMessagesAndPingsBetweenThemAreAnswered() throws Exception {
        try (Program server = scriptedServer()) {
            PeerLog log = connect(server.listeningOn().resolve("/fragments"));
            log.assertReceives("fragments: ü 日本語 😀");
            log.assertReceives(ByteBuffer.wrap(Frame.utf8("weft".repeat(50_000))));
            assertEquals(1000, log.end().code());
            assertEquals("pong between", server.line());
            assertEquals("pong ", server.line());
            assertEquals("closed 1000 ", server.line());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1003, 1008, 1011, 1012, 3000, 4999})
    void theServersCloseHasItsCodeAndReason(int code) throws Exception {
        try (Program server = scriptedServer()) {
            PeerLog log = connect(server.listeningOn().resolve("/close/" + code));
            assertEquals(new CloseEvent(code, "because ü", true, null), log.end());
        }
    }

    @Test
    void theClientsCloseHasItsCodeAndReason() throws Exception {
        try (Program server = scriptedServer()) {
            URI uri = server.listeningOn().resolve("/wait");
            for (int code : new int[] {1000, 3000, 3001, 4999}) {
                PeerLog log = connect(uri);
                log.socket().close(code, "weil ü " + code);
                assertEquals(code, log.end().code());
                assertTrue(log.end().wasClean());
                assertEquals("closed " + code + " weil ü " + code, server.line());
            }
        }
    }

    @Test
    void aDroppedConnectionIsA1006WithACause() throws Exception {
        try (Program server = scriptedServer()) {
            PeerLog log = connect(server.listeningOn().resolve("/drop"));
            assertEquals(1006, log.end().code());
            assertFalse(log.end().wasClean());
            assertTrue(log.end().cause() instanceof IOException, () -> "" + log.closed);
        }
    }
}
