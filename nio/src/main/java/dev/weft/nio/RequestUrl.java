package dev.weft.nio;

import dev.weft.core.HttpException;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * The URL of a handshake.
 *
 * @param asked as the client's Host and request target make it
 * @param url the same, valid as a {@link URI}
 */
record RequestUrl(String asked, String url) {
    /** What browsers send as it is, and a {@link URI} has to have encoded. */
    private static final Pattern NOT_IN_URI = Pattern.compile("[\"<>\\[\\]\\\\^`{|}]|%(?![0-9a-fA-F]{2})");

    static RequestUrl of(String asked) {
        // The brackets of an IPv6 address stay: they come before the path.
        int path = asked.indexOf('/', asked.indexOf("://") + 3);
        String target = NOT_IN_URI
                .matcher(asked.substring(path))
                .replaceAll(found -> String.format("%%%02X", (int) found.group().charAt(0)));
        try {
            return new RequestUrl(
                    asked, URI.create(asked.substring(0, path) + target).toString());
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, "Host header or request target is not valid in a URL (RFC 9112 §3.2)");
        }
    }
}
