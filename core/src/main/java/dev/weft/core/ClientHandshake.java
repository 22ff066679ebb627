package dev.weft.core;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * The client's side of the opening handshake (RFC 6455 §4.1) as a value: the request to send, and the judgement of the
 * response.
 */
public final class ClientHandshake {
    private static final Set<String> OWN_HEADERS =
            Set.of("host", "upgrade", "connection", "content-length", "transfer-encoding");

    private final List<String> subprotocols;
    private final Deflate deflate;
    private final String key;
    private final HttpRequest request;

    /**
     * A handshake with a fresh key.
     *
     * @param uri where to connect
     * @param subprotocols what to offer, best first; each a token, no two the same
     * @param extra further headers, such as Origin, Cookie or Authorization
     * @throws IllegalArgumentException where a subprotocol is not a token or repeated, or a header belongs to the handshake
     */
    public ClientHandshake(WebSocketUri uri, List<String> subprotocols, Headers extra) {
        this(uri, subprotocols, null, extra);
    }

    /**
     * A handshake with a fresh key that offers compression.
     *
     * @param uri where to connect
     * @param subprotocols as above
     * @param deflate what to offer, null for no compression
     * @param extra as above
     * @throws IllegalArgumentException as above
     */
    public ClientHandshake(WebSocketUri uri, List<String> subprotocols, Deflate deflate, Headers extra) {
        this.deflate = deflate;
        this.subprotocols = List.copyOf(subprotocols);
        checkSubprotocols(this.subprotocols);
        requireFree(extra);
        byte[] nonce = new byte[16];
        new SecureRandom().nextBytes(nonce);
        key = AcceptKey.key(nonce);
        Headers headers = Headers.of(
                "Host", uri.hostHeader(),
                "Upgrade", "websocket",
                "Connection", "Upgrade",
                "Sec-WebSocket-Key", key,
                "Sec-WebSocket-Version", "13");
        if (!this.subprotocols.isEmpty()) {
            headers = headers.with("Sec-WebSocket-Protocol", String.join(", ", this.subprotocols));
        }
        if (deflate != null) {
            headers = headers.with("Sec-WebSocket-Extensions", deflate.offer());
        }
        String user = uri.userInfo();
        if (user != null && !user.isEmpty() && extra.first("Authorization") == null) {
            // user-id ":" password, of which either may be empty (RFC 7617 §2)
            byte[] credentials = (user.indexOf(':') < 0 ? user + ":" : user).getBytes(StandardCharsets.UTF_8);
            headers =
                    headers.with("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
        }
        request = new HttpRequest("GET", uri.resource(), "HTTP/1.1", headers.with(extra));
    }

    private static void checkSubprotocols(List<String> subprotocols) {
        for (String subprotocol : subprotocols) {
            if (!HeaderGrammar.isToken(Objects.requireNonNull(subprotocol, "subprotocol"))) {
                throw new IllegalArgumentException("a subprotocol of " + subprotocol.length()
                        + " characters is not a token: no spaces, separators or non-ASCII (RFC 6455 §4.1)");
            }
        }
        if (new HashSet<>(subprotocols).size() != subprotocols.size()) {
            throw new IllegalArgumentException("subprotocols repeat a value: " + subprotocols + " (RFC 6455 §4.1)");
        }
    }

    /** Headers of the application must not be those that the handshake sets. */
    static void requireFree(Headers headers) {
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (OWN_HEADERS.contains(lower) || lower.startsWith("sec-websocket-")) {
                throw new IllegalArgumentException("header " + name + " is set by the handshake itself");
            }
        });
    }

    /**
     * What client and server agreed on.
     *
     * @param subprotocol that the server chose, empty for none
     * @param deflate how messages may be compressed, null for not at all
     */
    public record Accepted(String subprotocol, DeflateParameters deflate) {}

    /**
     * What to send.
     *
     * @return the request
     */
    public HttpRequest request() {
        return request;
    }

    /**
     * Judges the response (§4.1): 101, the right headers, nothing that was not asked for.
     *
     * @param response what the server answered
     * @return what was agreed
     * @throws HandshakeException where the connection is not established
     */
    public Accepted verify(HttpResponse response) throws HandshakeException {
        Headers headers = response.headers();
        require(response.status() == 101, "server answered " + response.status() + " " + response.reason(), response);
        List<String> upgrades = headers.all("Upgrade");
        require(
                upgrades.size() == 1 && upgrades.get(0).equalsIgnoreCase("websocket"),
                "response's Upgrade header is not websocket",
                response);
        require(
                ServerHandshake.hasToken(headers, "Connection", "Upgrade"),
                "response's Connection header lacks Upgrade",
                response);
        List<String> accepts = headers.all("Sec-WebSocket-Accept");
        require(
                accepts.size() == 1 && accepts.get(0).equals(AcceptKey.accept(key)),
                "response's Sec-WebSocket-Accept is missing or does not answer the key sent",
                response);
        List<String> chosen = headers.all("Sec-WebSocket-Protocol");
        require(
                chosen.isEmpty() || chosen.size() == 1 && subprotocols.contains(chosen.get(0)),
                "response names a subprotocol that was not offered",
                response);
        return new Accepted(chosen.isEmpty() ? "" : chosen.get(0), agreedDeflate(response));
    }

    private DeflateParameters agreedDeflate(HttpResponse response) throws HandshakeException {
        if (response.headers().first("Sec-WebSocket-Extensions") == null) {
            return null;
        }
        try {
            List<Extension> extensions =
                    HeaderGrammar.extensions(response.headers().joined("Sec-WebSocket-Extensions"));
            require(deflate != null, "response names an extension that was not offered", response);
            return deflate.verify(extensions);
        } catch (IllegalArgumentException e) {
            throw new HandshakeException("response's Sec-WebSocket-Extensions " + e.getMessage(), response);
        }
    }

    private static void require(boolean condition, String otherwise, HttpResponse response) throws HandshakeException {
        if (!condition) {
            throw new HandshakeException(otherwise + " (RFC 6455 §4.1)", response);
        }
    }
}
