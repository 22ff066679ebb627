package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.ProtocolException;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocketClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Autobahn test suite's cases against a client that echoes. */
@Timeout(60)
class ClientConformanceTest {
    private static WebSocketClient client;
    private static ServerSocket listening;

    private interface Play {
        void on(Wire wire) throws IOException;
    }

    @BeforeAll
    static void start() throws IOException {
        client = WebSocketClient.builder()
                .limits(Limits.DEFAULT.maxMessage(LargeCases.MAX_MESSAGE))
                .build();
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listening.setSoTimeout(30_000);
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        listening.close();
    }

    private static CloseEvent run(Play play) throws Exception {
        EchoListener listener = new EchoListener();
        client.connect(URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/"), listener);
        try (Wire wire = Wire.accept(listening)) {
            play.on(wire);
        }
        return listener.closed.get(30, TimeUnit.SECONDS);
    }

    private static void assertFailed(int code, CloseEvent event) {
        assertEquals(1006, event.code());
        assertEquals(code, ((ProtocolException) event.cause()).closeCode());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({
        "dev.weft.tests.ConformanceCases#sections1To5",
        "dev.weft.tests.Utf8AndCloseCases#sections6And7And10",
        "dev.weft.tests.LargeCases#section9"
    })
    @Tag("6455-5.2-2")
    @Tag("6455-5.2-3")
    @Tag("6455-5.4-5")
    @Tag("6455-5.4-8")
    @Tag("6455-5.5-1")
    @Tag("6455-5.5.2-2")
    @Tag("6455-8.1-1")
    void clientDoesAsTheCaseDemands(Conformance conformance) throws Exception {
        CloseEvent event = run(wire -> conformance.play(wire, false));
        if (conformance.violation()) {
            assertFailed(conformance.closeCode(), event);
        } else {
            assertTrue(event.wasClean(), () -> "case " + conformance + ": " + event);
            assertEquals(conformance.closeCode() == 0 ? 1000 : conformance.closeCode(), event.code());
        }
    }

    @Test
    void clientFailsWithTheFragmentThatMakesTextInvalid() throws Exception {
        assertFailed(1007, run(Conversations::byFragments));
    }

    @Test
    void clientFailsWithTheByteThatMakesTextInvalid() throws Exception {
        assertFailed(1007, run(Conversations::byPartsOfAFrame));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 64, 256, 1024, 4096})
    void clientEchoesAThousandMessagesOfSize(int size) throws Exception {
        CloseEvent event = run(wire -> Conversations.thousandMessages(wire, size));
        assertEquals(1006, event.code(), "the server left without a Close");
    }
}
