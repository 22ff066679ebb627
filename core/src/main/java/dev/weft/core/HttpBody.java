package dev.weft.core;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Gathers the body of a response (RFC 9112 §6), up to a limit: by Content-Length, chunked, or up to the end of the stream.
 * Meant for the few words of a server that refuses a handshake; what lies beyond the limit is not waited for.
 */
public final class HttpBody {
    private static final long UNTIL_END = Long.MAX_VALUE;

    private final int limit;
    private final boolean chunked;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    /** How much of the body, or of the current chunk, is to come. */
    private long remaining;
    /** Of a chunked body: the line being read, null inside of a chunk. */
    private StringBuilder line;

    private boolean complete;

    /**
     * A body of which nothing has come yet.
     *
     * @param response its head
     * @param limit how much of it to keep, in bytes
     */
    public HttpBody(HttpResponse response, int limit) {
        this.limit = limit;
        Headers headers = response.headers();
        chunked = ServerHandshake.hasToken(headers, "Transfer-Encoding", "chunked");
        boolean none = response.status() < 200 || response.status() == 204 || response.status() == 304;
        remaining = none || chunked ? 0 : length(headers.first("Content-Length"));
        line = chunked ? new StringBuilder() : null;
        complete = none || !chunked && remaining == 0;
    }

    private static long length(String contentLength) {
        boolean digits = contentLength != null && contentLength.matches("\\d{1,18}");
        return digits ? Long.parseLong(contentLength) : UNTIL_END;
    }

    /**
     * Takes bytes.
     *
     * @param in its position moves past what was looked at
     * @return whether the body is complete, or full
     */
    public boolean receive(ByteBuffer in) {
        while (!complete && in.hasRemaining()) {
            if (line != null) {
                receiveLine(in.get());
            } else {
                receiveData(in);
            }
        }
        return complete;
    }

    private void receiveData(ByteBuffer in) {
        byte[] part = new byte[(int) Math.min(Math.min(remaining, in.remaining()), limit - body.size())];
        in.get(part);
        body.writeBytes(part);
        remaining -= part.length;
        complete = body.size() == limit || !chunked && remaining == 0;
        if (chunked && remaining == 0) {
            line = new StringBuilder();
        }
    }

    /** A chunk's size in hexadecimal, the empty line behind a chunk, or what is no such thing and ends the body. */
    private void receiveLine(byte b) {
        if (b != '\n') {
            line.append((char) b);
            complete = line.length() > 1024;
            return;
        }
        String size = line.toString().split(";", 2)[0].strip();
        line.setLength(0);
        if (size.isEmpty() && body.size() > 0) {
            return;
        }
        if (!size.matches("[0-9a-fA-F]{1,15}") || Long.parseLong(size, 16) == 0) {
            complete = true;
            return;
        }
        remaining = Long.parseLong(size, 16);
        line = null;
    }

    /**
     * What has come.
     *
     * @return at most the limit
     */
    public byte[] bytes() {
        return body.toByteArray();
    }
}
