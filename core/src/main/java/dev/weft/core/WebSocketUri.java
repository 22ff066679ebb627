package dev.weft.core;

import java.net.IDN;
import java.net.URI;
import java.util.Locale;

/**
 * A WebSocket URI, taken apart (RFC 6455 §3).
 *
 * @param uri as given, {@code http} and {@code https} turned into {@code ws} and {@code wss} as the browser's API does
 * @param secure whether it is {@code wss}
 * @param host a name in ASCII, or an address; IPv6 without brackets
 * @param port the default made explicit: 80 or 443
 * @param resource path and query, as the request line has them
 * @param userInfo user and password, percent-decoded; null where there is none
 */
public record WebSocketUri(URI uri, boolean secure, String host, int port, String resource, String userInfo) {
    private static final int DEFAULT_PORT = 80;
    private static final int DEFAULT_SECURE_PORT = 443;

    /**
     * Takes a URI apart.
     *
     * @param uri absolute, of scheme {@code ws}, {@code wss}, {@code http} or {@code https}, without a fragment
     * @return its parts
     * @throws IllegalArgumentException where it is anything else, saying what
     */
    public static WebSocketUri of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("wss") || scheme.equals("https");
        if (!secure && !scheme.equals("ws") && !scheme.equals("http")) {
            throw new IllegalArgumentException("URL's scheme is " + (scheme.isEmpty() ? "missing" : scheme)
                    + ", it must be ws or wss: " + withoutUserInfo(uri));
        }
        if (uri.getRawFragment() != null) {
            // "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used" (§3)
            throw new IllegalArgumentException("URL has a fragment (RFC 6455 §3): " + withoutUserInfo(uri));
        }
        String authority = uri.getRawAuthority();
        if (authority == null) {
            throw new IllegalArgumentException("URL has no host: " + withoutUserInfo(uri));
        }
        // By hand: java.net.URI finds no host in names that it does not like, such as those with an underscore.
        int at = authority.lastIndexOf('@');
        String userInfo = at < 0 ? null : percentDecode(authority.substring(0, at));
        String hostAndPort = authority.substring(at + 1);
        int colon = hostAndPort.lastIndexOf(':');
        boolean hasPort = colon > hostAndPort.lastIndexOf(']');
        String host = hasPort ? hostAndPort.substring(0, colon) : hostAndPort;
        String port = hasPort ? hostAndPort.substring(colon + 1) : "";
        return new WebSocketUri(
                URI.create((secure ? "wss" : "ws") + uri.toString().substring(scheme.length())),
                secure,
                asciiHost(host, uri),
                port.isEmpty() ? secure ? DEFAULT_SECURE_PORT : DEFAULT_PORT : port(port, uri),
                resource(uri),
                userInfo);
    }

    private static String asciiHost(String host, URI uri) {
        boolean address = host.startsWith("[") && host.endsWith("]");
        String ascii = address ? host.substring(1, host.length() - 1) : IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
        // Only an IPv6 address has colons, and only in brackets
        if (ascii.indexOf(':') >= 0 != address || !HeaderGrammar.isVisible(ascii)) {
            throw new IllegalArgumentException("URL has no valid host: " + withoutUserInfo(uri));
        }
        return ascii.toLowerCase(Locale.ROOT);
    }

    private static int port(String digits, URI uri) {
        if (digits.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        }
        throw new IllegalArgumentException("URL's port is not 1 to 65535: " + withoutUserInfo(uri));
    }

    private static String resource(URI uri) {
        URI ascii = URI.create(uri.toASCIIString());
        String path = ascii.getRawPath();
        String query = ascii.getRawQuery();
        return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
    }

    /** By java.net.URI, which decodes the part behind a scheme, whatever that is. */
    private static String percentDecode(String text) {
        return text.isEmpty() ? text : URI.create("x:" + text).getSchemeSpecificPart();
    }

    /** For messages: a password must not end up in a log. */
    private static String withoutUserInfo(URI uri) {
        // A URI that lacks its "//" has no user-info for java.net.URI, but its author may have meant one.
        return uri.getRawAuthority() == null
                ? uri.toString().replaceFirst("^.*@", "")
                : uri.toString().replaceFirst("^([^/]*//)[^/?#]*@", "$1");
    }

    /**
     * The value of the Host header (§4.1).
     *
     * @return the host, IPv6 in brackets, with the port where it is not the scheme's default
     */
    public String hostHeader() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (secure ? DEFAULT_SECURE_PORT : DEFAULT_PORT) ? name : name + ":" + port;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return withoutUserInfo(uri);
    }
}
