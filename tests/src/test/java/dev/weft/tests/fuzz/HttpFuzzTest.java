package dev.weft.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.core.AcceptKey;
import dev.weft.core.ClientHandshake;
import dev.weft.core.Deflate;
import dev.weft.core.DeflateParameters;
import dev.weft.core.Extension;
import dev.weft.core.HandshakeException;
import dev.weft.core.HeaderGrammar;
import dev.weft.core.Headers;
import dev.weft.core.HttpBody;
import dev.weft.core.HttpException;
import dev.weft.core.HttpHeadParser;
import dev.weft.core.HttpRequest;
import dev.weft.core.HttpResponse;
import dev.weft.core.ServerHandshake;
import dev.weft.core.WebSocketUri;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The heads of requests and responses, both opening handshakes, and the grammar of extensions. */
class HttpFuzzTest {
    private static final int MAX_HEAD = 2_000;
    private static final int MAX_HEADERS = 20;
    private static final int MAX_BODY = 100;
    private static final Set<Integer> REFUSALS = Set.of(400, 405, 413, 426, 431, 501, 505);
    private static final List<String> SUBPROTOCOLS = List.of("chat", "json");
    /** Stands for the answer to the key, which is another each time. */
    private static final String RIGHT_ACCEPT = "@";

    private static final List<Deflate> DEFLATES = List.of(
            Deflate.DEFAULT,
            Deflate.DEFAULT.contextTakeover(true),
            Deflate.DEFAULT.windowBits(10),
            Deflate.DEFAULT.contextTakeover(true).windowBits(8));

    @FuzzTest
    void request(byte[] input) {
        HttpRequest request = parsed(input, HttpHeadParser::request);
        if (request == null) {
            return;
        }
        assertEquals(request, head(request.toBytes()).request(), "written and read again");
        assertTrue(request.path().startsWith("/"));
        ServerHandshake handshake;
        try {
            handshake = ServerHandshake.of(request);
        } catch (HttpException refusal) {
            assertRefusal(refusal);
            return;
        }
        for (Deflate deflate : DEFLATES) {
            DeflateParameters agreed = deflate.accept(handshake.extensions());
            String subprotocol = handshake.choose(SUBPROTOCOLS);
            ByteBuffer bytes =
                    handshake.accept(subprotocol, agreed, Headers.EMPTY).toBytes(false);
            HttpResponse response = head(bytes).response();
            assertEquals(101, response.status());
            assertEquals(
                    AcceptKey.accept(request.header("Sec-WebSocket-Key")),
                    response.headers().first("Sec-WebSocket-Accept"));
            assertEquals(subprotocol, response.headers().first("Sec-WebSocket-Protocol"));
        }
    }

    /** After a byte that chooses what the client offered. */
    @FuzzTest
    void response(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Deflate deflate = input[0] % 5 == 0 ? null : DEFLATES.get(input[0] & 3);
        ClientHandshake handshake = new ClientHandshake(
                WebSocketUri.of(URI.create("ws://example.org/")), SUBPROTOCOLS, deflate, Headers.EMPTY);
        String accept = AcceptKey.accept(handshake.request().header("Sec-WebSocket-Key"));
        byte[] bytes = new String(input, 1, input.length - 1, StandardCharsets.ISO_8859_1)
                .replace(RIGHT_ACCEPT, accept)
                .getBytes(StandardCharsets.ISO_8859_1);
        HttpResponse response = parsed(bytes, HttpHeadParser::response);
        if (response == null) {
            return;
        }
        assertBody(response, bytes);
        try {
            ClientHandshake.Accepted accepted = handshake.verify(response);
            assertEquals(101, response.status());
            assertEquals(accept, response.headers().first("Sec-WebSocket-Accept"));
            assertTrue(accepted.subprotocol().isEmpty() || SUBPROTOCOLS.contains(accepted.subprotocol()));
            assertTrue(deflate != null || accepted.deflate() == null);
        } catch (HandshakeException refusal) {
            assertNotNull(refusal.response());
        }
    }

    @FuzzTest
    void extensions(byte[] input) {
        List<Extension> offers;
        try {
            offers = HeaderGrammar.extensions(new String(input, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException refusal) {
            return;
        }
        assertEquals(offers, HeaderGrammar.extensions(text(offers)), "written and read again");
        for (Deflate deflate : DEFLATES) {
            DeflateParameters agreed = deflate.accept(offers);
            if (agreed != null) {
                Extension answer = HeaderGrammar.extensions(agreed.toString()).get(0);
                assertEquals("permessage-deflate", answer.name());
                assertAnswers(answer, offers);
            }
        }
    }

    /** Some offer lets the answer have each of its parameters (RFC 7692 §7.1). */
    private static void assertAnswers(Extension answer, List<Extension> offers) {
        assertTrue(
                offers.stream().anyMatch(offer -> {
                    List<String> offered = offer.parameters().stream()
                            .map(Extension.Parameter::name)
                            .toList();
                    List<String> answered = answer.parameters().stream()
                            .map(Extension.Parameter::name)
                            .toList();
                    return offer.name().equals(answer.name())
                            && (offered.contains("client_max_window_bits")
                                    || !answered.contains("client_max_window_bits"))
                            && answered.containsAll(offered.stream()
                                    .filter(name -> !name.equals("client_max_window_bits"))
                                    .toList());
                }),
                () -> answer + " does not answer " + offers);
    }

    private static String text(List<Extension> extensions) {
        return extensions.stream()
                .map(extension -> extension.name()
                        + extension.parameters().stream()
                                .map(p -> ";" + p.name() + (p.value() == null ? "" : "=\"" + p.value() + "\""))
                                .collect(Collectors.joining()))
                .collect(Collectors.joining(","));
    }

    /** A name and a value that an application gives, with a zero byte between them. */
    @FuzzTest
    void header(byte[] input) {
        if (input.length > MAX_HEAD / 2) { // whose head may be refused for its size
            return;
        }
        String[] parts = new String(input, StandardCharsets.UTF_8).split("\0", 2);
        String value = parts.length < 2 ? "" : parts[1];
        Headers headers;
        try {
            headers = Headers.of(parts[0], value);
        } catch (IllegalArgumentException refusal) {
            return;
        }
        HttpRequest request = new HttpRequest("GET", "/", "HTTP/1.1", headers);
        ByteBuffer bytes = request.toBytes();
        assertEquals(1, parsed(bytes.array(), HttpHeadParser::request).headers().size(), "one stays one");
    }

    /** The outcome for the bytes in one piece and byte for byte; null where they are refused or not all there. */
    private static <T> T parsed(byte[] input, Function<HttpHeadParser, T> result) {
        ByteBuffer whole = ByteBuffer.wrap(input);
        ByteBuffer bytewise = ByteBuffer.wrap(input);
        Object first = Allocated.atMost(1 << 20, () -> outcome(whole.rewind(), MAX_HEAD + 1, result));
        assertEquals(String.valueOf(first), String.valueOf(outcome(bytewise, 1, result)));
        assertEquals(whole.position(), bytewise.position(), "where the head ends");
        @SuppressWarnings("unchecked")
        T parsed = first instanceof String ? null : (T) first;
        return parsed;
    }

    private static Object outcome(ByteBuffer in, int most, Function<HttpHeadParser, ?> result) {
        HttpHeadParser parser = new HttpHeadParser(MAX_HEAD, MAX_HEADERS);
        try {
            boolean complete = false;
            int end = in.limit();
            while (!complete && in.position() < end) {
                in.limit(Math.min(end, in.position() + most));
                complete = parser.receive(in);
            }
            in.limit(end);
            return complete ? result.apply(parser) : "incomplete";
        } catch (HttpException refusal) {
            assertRefusal(refusal);
            return refusal.getMessage();
        }
    }

    private static void assertRefusal(HttpException refusal) {
        HttpResponse answer = refusal.response();
        assertTrue(REFUSALS.contains(answer.status()), answer.toString());
        assertEquals(answer.status(), head(answer.toBytes(false)).response().status());
    }

    private static HttpHeadParser head(ByteBuffer bytes) {
        HttpHeadParser parser = new HttpHeadParser(2 * MAX_HEAD, 2 * MAX_HEADERS);
        assertTrue(parser.receive(bytes), "a whole head");
        return parser;
    }

    private static void assertBody(HttpResponse response, byte[] bytes) {
        HttpBody whole = new HttpBody(response, MAX_BODY);
        HttpBody bytewise = new HttpBody(response, MAX_BODY);
        boolean complete = whole.receive(ByteBuffer.wrap(bytes));
        boolean completeBytewise = false;
        for (byte b : bytes) {
            completeBytewise = bytewise.receive(ByteBuffer.wrap(new byte[] {b}));
        }
        assertEquals(complete, completeBytewise);
        assertTrue(Arrays.equals(whole.bytes(), bytewise.bytes()), "body");
        assertTrue(whole.bytes().length <= MAX_BODY);
    }
}
