package dev.weft.core;

import java.util.HashSet;
import java.util.Set;

/**
 * The parameters of permessage-deflate (RFC 7692 §7.1), as agreed by both sides.
 *
 * @param serverNoContextTakeover whether the server starts every message with an empty window (§7.1.1.1)
 * @param clientNoContextTakeover whether the client does (§7.1.1.2)
 * @param serverMaxWindowBits the base-2 logarithm of the server's window, 8 to 15, or 0 where the header does not name it,
 *     which means 15 (§7.1.2.1)
 * @param clientMaxWindowBits the same for the client (§7.1.2.2)
 */
public record DeflateParameters(
        boolean serverNoContextTakeover,
        boolean clientNoContextTakeover,
        int serverMaxWindowBits,
        int clientMaxWindowBits) {
    static final String NAME = "permessage-deflate";
    static final int MIN_BITS = 8;
    static final int MAX_BITS = 15;
    /** Window bits that are not named: {@link #MAX_BITS}. */
    static final int ABSENT = 0;

    /**
     * Reads an offer or a response. In an offer, client_max_window_bits may come without a value (§7.1.2.2), which means 15.
     *
     * @throws IllegalArgumentException for an unknown or repeated parameter, or a value that is not allowed
     */
    static DeflateParameters parse(Extension extension, boolean offer) {
        boolean serverNoTakeover = false;
        boolean clientNoTakeover = false;
        int serverBits = ABSENT;
        int clientBits = ABSENT;
        Set<String> seen = new HashSet<>();
        for (Extension.Parameter parameter : extension.parameters()) {
            if (!seen.add(parameter.name())) {
                throw new IllegalArgumentException("parameter " + parameter.name() + " is repeated");
            }
            switch (parameter.name()) {
                case "server_no_context_takeover" -> serverNoTakeover = noValue(parameter);
                case "client_no_context_takeover" -> clientNoTakeover = noValue(parameter);
                case "server_max_window_bits" -> serverBits = bits(parameter);
                case "client_max_window_bits" ->
                    clientBits = offer && parameter.value() == null ? MAX_BITS : bits(parameter);
                default -> throw new IllegalArgumentException("parameter " + parameter.name() + " is not known");
            }
        }
        return new DeflateParameters(serverNoTakeover, clientNoTakeover, serverBits, clientBits);
    }

    private static boolean noValue(Extension.Parameter parameter) {
        if (parameter.value() != null) {
            throw new IllegalArgumentException("parameter " + parameter.name() + " has a value");
        }
        return true;
    }

    /** "a decimal integer value without leading zeroes between 8 to 15, inclusive" (§7.1.2). */
    private static int bits(Extension.Parameter parameter) {
        if (parameter.value() == null || !parameter.value().matches("[89]|1[0-5]")) {
            throw new IllegalArgumentException("parameter " + parameter.name() + " is not 8 to 15");
        }
        return Integer.parseInt(parameter.value());
    }

    /** The element of Sec-WebSocket-Extensions. */
    @Override
    public String toString() {
        return NAME
                + (serverNoContextTakeover ? "; server_no_context_takeover" : "")
                + (clientNoContextTakeover ? "; client_no_context_takeover" : "")
                + bits("server_max_window_bits", serverMaxWindowBits)
                + bits("client_max_window_bits", clientMaxWindowBits);
    }

    static int effective(int bits) {
        return bits == ABSENT ? MAX_BITS : bits;
    }

    private static String bits(String name, int value) {
        return value == ABSENT ? "" : "; " + name + "=" + value;
    }
}
