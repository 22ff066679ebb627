package dev.weft.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.core.ClientHandshake;
import dev.weft.core.Headers;
import dev.weft.core.HttpHeadParser;
import dev.weft.core.HttpRequest;
import dev.weft.core.WebSocketUri;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@link WebSocketUri}, and the request that a client makes of it. */
class UriFuzzTest {
    @FuzzTest
    void uri(byte[] input) {
        WebSocketUri uri;
        try {
            uri = WebSocketUri.of(URI.create(new String(input, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException refusal) {
            return;
        }
        assertTrue(uri.port() >= 1 && uri.port() <= 65535, "port");
        assertTrue(uri.resource().matches("/[!-~]*"), uri.resource());
        assertTrue(uri.hostHeader().matches("[!-~]+"), uri.hostHeader());
        assertEquals(uri, WebSocketUri.of(uri.uri()), "read again");

        ClientHandshake handshake = new ClientHandshake(uri, List.of(), Headers.EMPTY);
        HttpHeadParser parser = new HttpHeadParser(1 << 20, 20);
        assertTrue(parser.receive(handshake.request().toBytes()));
        HttpRequest request = parser.request();
        assertEquals(uri.resource(), request.target());
        assertEquals(uri.hostHeader(), request.header("Host"));
    }
}
