package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.nio.Limits;
import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Autobahn test suite's cases against an echo server. */
@Timeout(60)
class ServerConformanceTest {
    private static WebSocketServer server;

    @BeforeAll
    static void start() throws IOException {
        server = WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .limits(Limits.DEFAULT.maxMessage(LargeCases.MAX_MESSAGE))
                .path("/*", EchoListener::new)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
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
    void serverDoesAsTheCaseDemands(Conformance conformance) throws IOException {
        try (Wire wire = Wire.client(server.port())) {
            conformance.play(wire, true);
        }
    }

    @Test
    void serverFailsWithTheFragmentThatMakesTextInvalid() throws IOException {
        try (Wire wire = Wire.client(server.port())) {
            Conversations.byFragments(wire);
        }
    }

    @Test
    void serverFailsWithTheByteThatMakesTextInvalid() throws IOException {
        try (Wire wire = Wire.client(server.port())) {
            Conversations.byPartsOfAFrame(wire);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 64, 256, 1024, 4096})
    void serverEchoesAThousandMessagesOfSize(int size) throws IOException {
        try (Wire wire = Wire.client(server.port())) {
            Conversations.thousandMessages(wire, size);
        }
    }

    @Test
    void serverFailsOneByteAboveTheLimitWith1009() throws IOException {
        try (Wire wire = Wire.client(server.port())) {
            byte[] fits = LargeCases.payload(LargeCases.MAX_MESSAGE);
            Frame first = Frame.text(false, Arrays.copyOf(fits, fits.length - 1));
            wire.send(first);
            wire.send(Frame.continuation(false, "12"));
            assertEquals(1009, wire.next().closeCode());
        }
    }
}
