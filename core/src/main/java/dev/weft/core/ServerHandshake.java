package dev.weft.core;

import java.util.HashSet;
import java.util.List;

/**
 * The server's side of the opening handshake (RFC 6455 §4.2) as a value: a request that has passed every check, and the
 * responses to it.
 *
 * @param request the client's request
 * @param subprotocols what the client offers, in its order of preference (§11.3.4)
 * @param extensions what the client offers, in its order of preference (§11.3.2)
 */
public record ServerHandshake(HttpRequest request, List<String> subprotocols, List<Extension> extensions) {
    private static final String VERSION = "13";

    /**
     * Checks a request (§4.2.1).
     *
     * @param request what the client sent
     * @return the handshake, to be accepted or not
     * @throws HttpException 405 for a method other than GET, 426 for another version or no upgrade at all, 400 for the rest;
     *     413 for a request with a body
     */
    public static ServerHandshake of(HttpRequest request) {
        request.requireNoBody();
        Headers headers = request.headers();
        if (!request.method().equals("GET")) {
            throw new HttpException(
                    HttpResponse.text(405, "a WebSocket handshake uses GET, not " + request.method() + "\n")
                            .with("Allow", "GET"),
                    "method is " + request.method());
        }
        String key = headers.first("Sec-WebSocket-Key");
        if (headers.first("Upgrade") == null && key == null) {
            throw upgradeRequired("this is a WebSocket endpoint: it takes upgrade requests only");
        }
        require(request.version().equals("HTTP/1.1"), "a WebSocket handshake needs HTTP/1.1");
        require(headers.all("Host").size() == 1, "Host header is missing or repeated");
        require(hasToken(headers, "Upgrade", "websocket"), "Upgrade header lacks websocket");
        require(hasToken(headers, "Connection", "Upgrade"), "Connection header lacks Upgrade");
        List<String> versions = headers.all("Sec-WebSocket-Version");
        require(versions.size() == 1, "Sec-WebSocket-Version header is missing or repeated");
        if (!versions.get(0).equals(VERSION)) {
            // "the server MUST abort the WebSocket handshake … with an appropriate error code (such as 426)" (§4.4)
            throw upgradeRequired("Sec-WebSocket-Version is not 13, the only one spoken here");
        }
        require(
                headers.all("Sec-WebSocket-Key").size() == 1 && AcceptKey.isKey(key),
                "Sec-WebSocket-Key header is missing, repeated or not 16 bytes in base64");
        require(headers.all("Origin").size() <= 1, "Origin header is repeated");
        return new ServerHandshake(request, offeredSubprotocols(headers), offeredExtensions(headers));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new HttpException(400, otherwise + " (RFC 6455 §4.2.1)");
        }
    }

    private static HttpException upgradeRequired(String message) {
        return new HttpException(
                HttpResponse.text(426, message + " (RFC 6455 §4.2.2)")
                        .with("Upgrade", "websocket")
                        .with("Sec-WebSocket-Version", VERSION),
                message);
    }

    /** Whether a list has an element, whatever its others are: Upgrade may name {@code HTTP/2.0} too, which is no token. */
    static boolean hasToken(Headers headers, String name, String token) {
        for (String element : headers.joined(name).split(",")) {
            if (element.strip().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> offeredSubprotocols(Headers headers) {
        if (headers.first("Sec-WebSocket-Protocol") == null) {
            return List.of();
        }
        try {
            List<String> offered = HeaderGrammar.tokens(headers.joined("Sec-WebSocket-Protocol"));
            require(new HashSet<>(offered).size() == offered.size(), "Sec-WebSocket-Protocol repeats a value");
            return List.copyOf(offered);
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, "Sec-WebSocket-Protocol: " + e.getMessage() + " (RFC 6455 §4.1)");
        }
    }

    private static List<Extension> offeredExtensions(Headers headers) {
        if (headers.first("Sec-WebSocket-Extensions") == null) {
            return List.of();
        }
        try {
            return List.copyOf(HeaderGrammar.extensions(headers.joined("Sec-WebSocket-Extensions")));
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, "Sec-WebSocket-Extensions: " + e.getMessage() + " (RFC 6455 §9.1)");
        }
    }

    /**
     * The first of the server's subprotocols that the client offers (§4.2.2): the server's order of preference counts.
     *
     * @param supported what the server speaks, best first
     * @return one of them, or null where none is offered
     */
    public String choose(List<String> supported) {
        for (String subprotocol : supported) {
            if (subprotocols.contains(subprotocol)) {
                return subprotocol;
            }
        }
        return null;
    }

    /**
     * Accepts (§4.2.2). What the client sends after its request is the connection's.
     *
     * @param subprotocol one that the client offered, or null for none
     * @param extra further headers, such as Set-Cookie
     * @return the response 101, after which a {@link Connection} takes over
     * @throws IllegalArgumentException where the client did not offer the subprotocol, or a header belongs to the handshake
     */
    public HttpResponse accept(String subprotocol, Headers extra) {
        return accept(subprotocol, null, extra);
    }

    /**
     * Accepts with compression.
     *
     * @param subprotocol as above
     * @param deflate what {@link Deflate#accept} made of the {@link #extensions}, null for no compression
     * @param extra as above
     * @return as above
     */
    public HttpResponse accept(String subprotocol, DeflateParameters deflate, Headers extra) {
        if (subprotocol != null && !subprotocols.contains(subprotocol)) {
            throw new IllegalArgumentException(
                    "subprotocol " + subprotocol + " was not offered by the client: " + subprotocols);
        }
        ClientHandshake.requireFree(extra);
        Headers headers = Headers.of(
                "Upgrade", "websocket",
                // Exactly this value: the JDK's client takes no other.
                "Connection", "Upgrade",
                "Sec-WebSocket-Accept", AcceptKey.accept(request.header("Sec-WebSocket-Key")));
        if (subprotocol != null) {
            headers = headers.with("Sec-WebSocket-Protocol", subprotocol);
        }
        if (deflate != null) {
            headers = headers.with("Sec-WebSocket-Extensions", deflate.toString());
        }
        return HttpResponse.empty(101, headers.with(extra));
    }
}
