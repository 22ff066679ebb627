package dev.weft.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP/1.1 response (RFC 9112 §4).
 *
 * @param status 100 to 599
 * @param reason the phrase of the status line, perhaps empty
 * @param headers its fields, without Content-Length and Connection where Weft is to send it: they are added
 * @param body the whole body; not copied
 */
public record HttpResponse(int status, String reason, Headers headers, byte[] body) {
    private static final byte[] NO_BODY = {};

    /**
     * A response.
     *
     * @param status as above
     * @param reason as above
     * @param headers as above
     * @param body as above
     * @throws IllegalArgumentException for a status outside of 100 to 599, or a reason with control characters
     */
    public HttpResponse {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("HTTP status is " + status + ", it must be 100 to 599");
        }
        if (!HeaderGrammar.isFieldValue(reason)) {
            throw new IllegalArgumentException("reason phrase of status " + status + " has a control character");
        }
    }

    /**
     * A response with a text body.
     *
     * @param status 100 to 599
     * @param text the body
     * @return a response of type {@code text/plain} in UTF-8
     */
    public static HttpResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A response with a body of any type.
     *
     * @param status 100 to 599
     * @param contentType the media type
     * @param body the whole body; not copied
     * @return the response
     */
    public static HttpResponse of(int status, String contentType, byte[] body) {
        return new HttpResponse(status, phrase(status), Headers.of("Content-Type", contentType), body);
    }

    /**
     * A response without a body.
     *
     * @param status 100 to 599
     * @param headers its fields
     * @return the response
     */
    public static HttpResponse empty(int status, Headers headers) {
        return new HttpResponse(status, phrase(status), headers, NO_BODY);
    }

    /**
     * Adds a field.
     *
     * @param name a token
     * @param value as it is to be sent
     * @return a new response with it
     * @throws IllegalArgumentException for what cannot be sent
     */
    public HttpResponse with(String name, String value) {
        return new HttpResponse(status, reason, headers.with(name, value), body);
    }

    /**
     * The body as text.
     *
     * @return decoded as UTF-8, with U+FFFD for what is not
     */
    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * Writes the response. One that is not 101 gets a Content-Length, and {@code Connection: close}, since every response of
     * Weft is the last on its connection.
     *
     * @param head whether it answers HEAD, and so goes without its body
     * @return a new buffer with the bytes to send
     */
    public ByteBuffer toBytes(boolean head) {
        StringBuilder text = new StringBuilder(256);
        text.append("HTTP/1.1 ").append(status).append(' ').append(reason).append("\r\n");
        headers.appendTo(text);
        boolean bodyAllowed = status >= 200 && status != 204 && status != 304;
        if (bodyAllowed) {
            text.append("Content-Length: ").append(body.length).append("\r\n");
        }
        if (status >= 200) {
            text.append("Connection: close\r\n");
        }
        byte[] headBytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] bodyBytes = bodyAllowed && !head ? body : NO_BODY;
        return ByteBuffer.allocate(headBytes.length + bodyBytes.length)
                .put(headBytes)
                .put(bodyBytes)
                .flip();
    }

    /** Status and size only: headers and body may be secrets, and this may end up in a log. */
    @Override
    public String toString() {
        return "HTTP " + status + " " + reason + ", " + body.length + " bytes";
    }

    private static String phrase(int status) {
        return switch (status) {
            case 101 -> "Switching Protocols";
            case 200 -> "OK";
            case 204 -> "No Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 304 -> "Not Modified";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
