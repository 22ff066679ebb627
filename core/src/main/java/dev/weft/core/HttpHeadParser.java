package dev.weft.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the head of an HTTP/1.1 message (RFC 9112), incrementally and strictly: every line ends in CR LF, no folded lines, no
 * white space before a colon, no control characters. Each byte is looked at once while it comes, so a slow or endless head
 * costs linear time and at most its limit in memory. What follows the head stays in the input.
 */
public final class HttpHeadParser {
    private static final int FIRST_CAPACITY = 1024;
    /** A scheme, an authority without user-info, and what follows the first slash of the path. */
    private static final Pattern ABSOLUTE_FORM = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://([^/?#@]++)(?!@)/?(.*)");

    private final int maxBytes;
    private final int maxHeaders;
    private byte[] head;
    private int size;
    /** Where the line starts that is being read. */
    private int lineStart;

    private int lines;

    /**
     * A parser at the start of a message.
     *
     * @param maxBytes the largest head to take, in bytes, its empty line included
     * @param maxHeaders the most header fields to take
     */
    public HttpHeadParser(int maxBytes, int maxHeaders) {
        this.maxBytes = maxBytes;
        this.maxHeaders = maxHeaders;
        head = new byte[Math.min(FIRST_CAPACITY, maxBytes)];
    }

    /**
     * Takes bytes up to the end of the head.
     *
     * @param in its position moves past what belongs to the head
     * @return whether the head is complete
     * @throws HttpException 400 where a line does not end in CR LF or the head cannot be one from its first byte, 431 where it
     *     is over its limits
     */
    public boolean receive(ByteBuffer in) {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (size == 0 && !HeaderGrammar.isTokenChar(b)) {
                // At once: who speaks another protocol may never end a line. Nor may a head start with an empty one
                // (§2.2).
                throw new HttpException(
                        400, String.format("head starts with 0x%02X, that is not HTTP/1.1 (RFC 9112 §2.1)", b));
            }
            if (size == maxBytes) {
                throw new HttpException(431, "head is over " + maxBytes + " bytes, the limit here");
            }
            if (size == head.length) {
                head = Arrays.copyOf(head, Math.min(2 * size, maxBytes));
            }
            head[size++] = b;
            if (b == '\n' && endLine()) {
                return true;
            }
        }
        return false;
    }

    private boolean endLine() {
        if (head[size - 2] != '\r') {
            throw new HttpException(400, "line " + (lines + 1) + " of the head ends in LF without CR (RFC 9112 §2.2)");
        }
        boolean empty = size - lineStart == 2;
        lineStart = size;
        lines++;
        if (!empty && lines - 1 > maxHeaders) {
            throw new HttpException(431, "head has over " + maxHeaders + " header fields, the limit here");
        }
        return empty;
    }

    /**
     * Whether nothing has come yet.
     *
     * @return whether the head is still empty
     */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * The request, once the head is complete.
     *
     * @return the request, its target in origin form, its version HTTP/1.1 or 1.0; where the target came in absolute form, the
     *     Host header has its authority
     * @throws HttpException 400 where it does not follow the grammar, 505 for another major version than 1
     */
    public HttpRequest request() {
        List<String> fields = lines();
        String[] parts = fields.get(0).split(" ", -1);
        if (parts.length != 3 || !HeaderGrammar.isToken(parts[0])) {
            throw new HttpException(400, "request line is not: method, space, target, space, version (RFC 9112 §3)");
        }
        String version = version(parts[2]);
        // "A server MUST accept the absolute-form in requests", and then "MUST ignore the received Host header field"
        // (RFC 9112 §3.2.2). One that is missing or repeated stays so, and is refused for it (§3.2).
        Matcher absolute = ABSOLUTE_FORM.matcher(parts[1]);
        String host = absolute.matches() ? absolute.group(1) : null;
        String target = host == null ? parts[1] : "/" + absolute.group(2);
        if (!target.startsWith("/") || !HeaderGrammar.isVisible(parts[1]) || target.indexOf('#') >= 0) {
            throw new HttpException(400, "request target is not a path of visible ASCII characters (RFC 9112 §3.2)");
        }
        return new HttpRequest(parts[0], target, version, headers(fields, host));
    }

    /** "HTTP/1.1 or higher" (RFC 6455 §4.2.1): a higher minor version is read as the highest one known (RFC 9110 §2.5). */
    private static String version(String received) {
        if (received.matches("HTTP/1\\.\\d")) {
            return received.endsWith("0") ? received : "HTTP/1.1";
        }
        boolean known = received.matches("HTTP/\\d\\.\\d");
        throw new HttpException(
                known ? 505 : 400,
                "request's version is not HTTP/1.1" + (known ? ": " + received : " (RFC 9112 §2.3)"));
    }

    /**
     * The response, once the head is complete.
     *
     * @return the response with an empty body
     * @throws HttpException 400 where it does not follow the grammar
     */
    public HttpResponse response() {
        List<String> fields = lines();
        String line = fields.get(0);
        // HTTP/1.x SP 3DIGIT [SP reason]: some servers leave out the last space
        if (!line.matches("HTTP/1\\.[01] [1-5]\\d\\d( [\\t\\x20-\\x7E\\x80-\\xFF]*)?")) {
            throw new HttpException(400, "status line is not: HTTP/1.1, space, status, space, reason (RFC 9112 §4)");
        }
        String reason = line.length() > 13 ? line.substring(13) : "";
        return new HttpResponse(Integer.parseInt(line.substring(9, 12)), reason, headers(fields, null), new byte[0]);
    }

    /** The lines of the head without their ends, the empty one left out. */
    private List<String> lines() {
        List<String> result = new ArrayList<>(lines);
        int start = 0;
        for (int i = 0; i < size; i++) {
            if (head[i] == '\n') {
                result.add(new String(head, start, i - 1 - start, StandardCharsets.ISO_8859_1));
                start = i + 1;
            }
        }
        result.remove(result.size() - 1);
        return result;
    }

    /** The header fields, with another value for Host where one is given. */
    private static Headers headers(List<String> lines, String host) {
        List<String> namesAndValues = new ArrayList<>(2 * lines.size());
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            int colon = line.indexOf(':');
            // Catches folded lines and white space before the colon too: neither is a token (RFC 9112 §5.1, §5.2)
            String name = line.substring(0, Math.max(0, colon));
            if (!HeaderGrammar.isToken(name)) {
                throw new HttpException(400, "line " + (i + 1) + " of the head is not a header field (RFC 9112 §5)");
            }
            String value = trim(line, colon + 1);
            if (!HeaderGrammar.isFieldValue(value)) {
                throw new HttpException(
                        400, "line " + (i + 1) + " of the head has a control character in its value (RFC 9110 §5.5)");
            }
            namesAndValues.add(name);
            namesAndValues.add(host != null && name.equalsIgnoreCase("Host") ? host : value);
        }
        return Headers.ofChecked(namesAndValues);
    }

    private static String trim(String line, int from) {
        int start = from;
        int end = line.length();
        while (start < end && isSpace(line.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
