package dev.weft.core;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which web pages may connect (RFC 6455 §4.2.2, §10.2): the defence against cross-site WebSocket hijacking, as a browser
 * sends the user's cookies with any page's handshake. Clients other than browsers send no Origin, and are not affected.
 */
@FunctionalInterface
public interface OriginPolicy {
    /**
     * Judges a handshake.
     *
     * @param request the client's request
     * @return whether to go on; otherwise the server answers 403
     */
    boolean allows(HttpRequest request);

    /**
     * Pages from the host and port that the request itself goes to; the default. Schemes are not compared, as a server behind a
     * TLS proxy does not know its own: a page from {@code http://a} may connect to {@code wss://a}. Who wants it strict lists the
     * origin: {@code allow("https://a")}.
     *
     * @return a policy that compares Origin with Host
     */
    static OriginPolicy sameHost() {
        return request -> {
            String origin = request.header("Origin");
            String host = request.header("Host");
            if (origin == null || host == null) {
                return origin == null;
            }
            String authority = authority(origin);
            return !authority.isEmpty() && authority.equals(withoutPort(host, defaultPort(origin)));
        };
    }

    /**
     * Pages from a list of origins.
     *
     * @param origins such as {@code https://example.org} or {@code http://localhost:8080}; a default port may be left out
     * @return a policy that takes these and no others
     * @throws IllegalArgumentException where one is not of the form scheme://host[:port]
     */
    static OriginPolicy allow(String... origins) {
        Set<String> allowed = new HashSet<>();
        for (String origin : origins) {
            if (!origin.matches("(?i)[a-z][a-z0-9+.-]*://[^/?#@\\s]+")) {
                throw new IllegalArgumentException(
                        "not an origin, which is scheme://host[:port] without a path: " + origin);
            }
            allowed.add(normal(origin));
        }
        return request -> {
            String origin = request.header("Origin");
            return origin == null || allowed.contains(normal(origin));
        };
    }

    /**
     * Pages from anywhere: only for a server whose answers do not depend on who asks.
     *
     * @return a policy that takes every request
     */
    static OriginPolicy any() {
        return request -> true;
    }

    private static String normal(String origin) {
        int separator = origin.indexOf("://");
        return separator < 0
                ? origin
                : origin.substring(0, separator).toLowerCase(Locale.ROOT) + "://" + authority(origin);
    }

    private static String authority(String origin) {
        int separator = origin.indexOf("://");
        // Empty for "null" and other opaque origins, which equal no host
        return separator < 0 ? "" : withoutPort(origin.substring(separator + 3), defaultPort(origin));
    }

    private static String defaultPort(String origin) {
        return origin.regionMatches(true, 0, "https:", 0, 6) ? ":443" : ":80";
    }

    private static String withoutPort(String authority, String port) {
        String lower = authority.toLowerCase(Locale.ROOT);
        return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
    }
}
