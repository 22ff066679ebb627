package dev.weft.core;

import java.util.Locale;

/**
 * What a browser refuses before it connects, for clients that are to behave like one: the blocked ports of the Fetch Standard
 * (§2.9, "bad port") and mixed content (W3C Mixed Content §4.4).
 */
public final class BrowserRules {
    private static final String BLOCKED_PORTS =
            " 0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 "
                    + "113 115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 "
                    + "554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 "
                    + "6665 6666 6667 6668 6669 6679 6697 10080 ";

    private BrowserRules() {}

    /**
     * Whether browsers refuse to connect to a port, since another protocol lives there that could be abused.
     *
     * @param port 0 to 65535
     * @return whether it is blocked
     */
    public static boolean isBlockedPort(int port) {
        return BLOCKED_PORTS.contains(" " + port + " ");
    }

    /**
     * Whether a connection would be mixed content: a page that came over TLS opens one without it, to a host that is not this
     * machine itself.
     *
     * @param uri where to connect
     * @param origin of the page, such as {@code https://example.org}; null where there is none
     * @return whether a browser would refuse
     */
    public static boolean isMixedContent(WebSocketUri uri, String origin) {
        return origin != null
                && origin.regionMatches(true, 0, "https:", 0, 6)
                && !uri.secure()
                && !isLoopback(uri.host());
    }

    /** "potentially trustworthy" without TLS: W3C Secure Contexts §3.1. */
    private static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("::1")
                || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    /**
     * Applies both rules.
     *
     * @param uri where to connect
     * @param origin of the page; null where there is none
     * @throws SecurityException where a browser would refuse, saying why
     */
    public static void check(WebSocketUri uri, String origin) {
        if (isBlockedPort(uri.port())) {
            throw new SecurityException(
                    "port " + uri.port() + " is blocked, as in browsers (Fetch Standard, bad port)");
        }
        if (isMixedContent(uri, origin)) {
            throw new SecurityException(
                    "mixed content: page " + origin + " may not use ws: to " + uri.host() + ", only wss:");
        }
    }
}
