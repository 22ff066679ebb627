package dev.weft.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The head of an HTTP/1.1 request (RFC 9112 §3). Requests with a body are outside of what a WebSocket endpoint takes.
 *
 * @param method a token, such as {@code GET}
 * @param target in origin form: a path from the root, perhaps with a query
 * @param version {@code HTTP/1.1} or {@code HTTP/1.0}
 * @param headers its fields
 */
public record HttpRequest(String method, String target, String version, Headers headers) {
    /**
     * A request.
     *
     * @param method as above
     * @param target as above; an authority for CONNECT
     * @param version as above
     * @param headers as above
     * @throws IllegalArgumentException for a method that is not a token, or a target or version with white space, control
     *     characters or non-ASCII, which would change the meaning of the head
     */
    public HttpRequest {
        if (!HeaderGrammar.isToken(method) || !HeaderGrammar.isVisible(target) || !HeaderGrammar.isVisible(version)) {
            throw new IllegalArgumentException(
                    "method is not a token, or target or version not visible ASCII characters (RFC 9112 §3)");
        }
    }

    /**
     * The target's path.
     *
     * @return from the slash to the query, percent-encoded as it came
     */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /**
     * The target's query.
     *
     * @return what follows the question mark, percent-encoded as it came; empty where there is none
     */
    public String query() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }

    /**
     * The first header of a name.
     *
     * @param name in any case
     * @return its value, or null where there is none
     */
    public String header(String name) {
        return headers.first(name);
    }

    /**
     * Refuses a request that has a body, before a byte of it is taken.
     *
     * @throws HttpException 400 where the length is ambiguous or no number (RFC 9112 §6.3), 413 where there is a body
     */
    public void requireNoBody() {
        var lengths = headers.all("Content-Length");
        if (!headers.all("Transfer-Encoding").isEmpty()) {
            throw lengths.isEmpty()
                    ? new HttpException(413, "request has a body (Transfer-Encoding), none is taken here")
                    : new HttpException(400, "request has both Content-Length and Transfer-Encoding (RFC 9112 §6.1)");
        }
        if (lengths.isEmpty()) {
            return;
        }
        if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]+")) {
            throw new HttpException(400, "Content-Length is repeated or not a number (RFC 9112 §6.3)");
        }
        if (!lengths.get(0).matches("0+")) {
            throw new HttpException(413, "request has a body (Content-Length), none is taken here");
        }
    }

    /**
     * Writes the head.
     *
     * @return a new buffer with the bytes to send
     */
    public ByteBuffer toBytes() {
        StringBuilder head = new StringBuilder(256);
        head.append(method)
                .append(' ')
                .append(target)
                .append(' ')
                .append(version)
                .append("\r\n");
        headers.appendTo(head);
        return ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
