package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

class HttpHeadPropertiesTest {
    private static final int MAX_BYTES = 4096;
    private static final int MAX_HEADERS = 12;

    @Property
    void parsedRequestIsTheOneWrittenForAnyChunking(@ForAll long seed) {
        Random random = new Random(seed);
        HttpRequest request = new HttpRequest(token(random), target(random), "HTTP/1.1", headers(random));

        byte[] wire = Hex.copy(request.toBytes());

        byte[] after = new byte[random.nextInt(30)];
        Read read = Read.of(NaiveFrames.join(List.of(wire, after)), random);
        assertEquals(request, read.parser.request());
        assertArrayEquals(after, read.rest, "what follows the head");
    }

    @Property
    void parsedResponseIsTheOneWrittenForAnyChunking(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] body = new byte[random.nextInt(50)];
        random.nextBytes(body);
        HttpResponse response = new HttpResponse(200 + random.nextInt(4), value(random), headers(random), body);

        Read read = Read.of(Hex.copy(response.toBytes(false)), random);

        HttpResponse parsed = read.parser.response();
        Headers added = Headers.of("Content-Length", "" + body.length, "Connection", "close");
        assertEquals(response.status(), parsed.status());
        assertEquals(response.reason(), parsed.reason());
        assertEquals(response.headers().with(added), parsed.headers());
        assertArrayEquals(body, read.rest);
    }

    @Property(tries = 3000)
    @Tag("6455-10.1-1")
    void anyBytesAreReadOrRefusedAndTheSameForAnyChunking(@ForAll long seed) {
        byte[] wire = nearlyHead(new Random(seed));
        String whole = outcome(List.of(wire));
        assertEquals(whole, outcome(Chunks.cut(wire, new Random(seed))));
    }

    /** Everything up to the handshake itself; only {@link HttpException} may come out. */
    private static String outcome(List<byte[]> pieces) {
        HttpHeadParser parser = new HttpHeadParser(MAX_BYTES, MAX_HEADERS);
        try {
            for (byte[] piece : pieces) {
                ByteBuffer in = ByteBuffer.wrap(piece);
                if (parser.receive(in)) {
                    HttpRequest request = parser.request();
                    return ServerHandshake.of(request) + " from " + request;
                }
            }
            return "incomplete";
        } catch (HttpException e) {
            int status = e.response().status();
            assertTrue(List.of(400, 405, 413, 426, 431, 505).contains(status), "status " + status);
            return status + " " + e.getMessage();
        }
    }

    /** A handshake with lines and bytes changed, left out or repeated. */
    private static byte[] nearlyHead(Random random) {
        String[] lines = {
            "GET /x?y HTTP/1.1",
            "Host: a:1",
            "Upgrade: websocket",
            "Connection: keep-alive, Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: a, b",
            "Sec-WebSocket-Extensions: x; y=\"z\", permessage-deflate; a=1; b",
            "Content-Length: 0",
            ""
        };
        StringBuilder head = new StringBuilder();
        for (String line : lines) {
            int times = random.nextInt(25) == 0 ? random.nextInt(3) * random.nextInt(6) : 1;
            head.append((line + "\r\n").repeat(times));
        }
        byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int damage = random.nextInt(4) == 0 ? 100_000 : 1 + random.nextInt(400);
        for (byte b : bytes) {
            switch (random.nextInt(damage)) {
                case 0 -> out.write(random.nextInt(256));
                case 1 -> out.writeBytes(new byte[] {b, b});
                case 2 ->
                    out.writeBytes(
                            "\r\n \t:;,=\"\\\0".substring(random.nextInt(10)).getBytes());
                case 3 -> out.writeBytes(new byte[random.nextInt(50) == 0 ? 5000 : 0]);
                default -> out.write(b);
            }
        }
        return out.toByteArray();
    }

    /** A head read in pieces. */
    private record Read(HttpHeadParser parser, byte[] rest) {
        static Read of(byte[] wire, Random random) {
            HttpHeadParser parser = new HttpHeadParser(100_000, 100);
            ByteArrayOutputStream rest = new ByteArrayOutputStream();
            boolean complete = false;
            for (byte[] piece : Chunks.cut(wire, random)) {
                ByteBuffer in = ByteBuffer.wrap(piece);
                complete = complete || parser.receive(in);
                rest.writeBytes(Hex.copy(in));
            }
            assertTrue(complete);
            return new Read(parser, rest.toByteArray());
        }
    }

    private static Headers headers(Random random) {
        List<String> namesAndValues = new ArrayList<>();
        for (int count = random.nextInt(10); count > 0; count--) {
            namesAndValues.add(token(random));
            namesAndValues.add(value(random));
        }
        return Headers.of(namesAndValues.toArray(String[]::new));
    }

    private static String token(Random random) {
        String characters = "!#$%&'*+-.^_`|~09azAZ";
        StringBuilder token = new StringBuilder();
        for (int length = 1 + random.nextInt(12); length > 0; length--) {
            token.append(characters.charAt(random.nextInt(characters.length())));
        }
        return token.toString();
    }

    /** Visible characters, also beyond ASCII, with white space inside. */
    private static String value(Random random) {
        StringBuilder value = new StringBuilder();
        for (int length = random.nextInt(40); length > 0; length--) {
            int c = random.nextInt(256);
            value.append(c >= ' ' && c != 0x7F ? (char) c : '\t');
        }
        return value.toString().replaceAll("^[ \t]+|[ \t]+$", "");
    }

    private static String target(Random random) {
        StringBuilder target = new StringBuilder("/");
        for (int length = random.nextInt(60); length > 0; length--) {
            char c = (char) ('!' + random.nextInt('~' - '!' + 1));
            target.append(c == '#' ? '?' : c);
        }
        return target.toString();
    }
}
