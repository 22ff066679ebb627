package dev.weft.core;

import java.util.List;

/**
 * Whether and how to compress messages (RFC 7692). Immutable: the setters return a changed copy.
 *
 * <p>Without it nothing is compressed, which is the default of servers and clients: compression costs far more processor time
 * than all the rest of a message, saves nothing for small ones, and tells an onlooker who can mix text of his own into
 * messages with a secret something about that secret (RFC 7692 §8). {@link #DEFAULT} keeps no context between messages, so that
 * all connections of a thread share one deflater and one inflater.
 *
 * <table>
 * <caption>Memory of a connection that has compressed and been sent compressed messages</caption>
 * <tr><th>setting</th><th>native</th><th>heap</th></tr>
 * <tr><td>no context takeover</td><td>none of its own</td><td>none of its own</td></tr>
 * <tr><td>context takeover, 15 bits</td><td>about 250 KiB for sending, 40 KiB for receiving; none when idle</td>
 *     <td>32 KiB for receiving</td></tr>
 * <tr><td>context takeover, w &lt; 15 bits</td><td>40 KiB for receiving; none when idle</td>
 *     <td>2<sup>w</sup> bytes for each direction</td></tr>
 * </table>
 */
public final class Deflate {
    /** Level 6, from 256 bytes on, no context takeover, the largest window. */
    public static final Deflate DEFAULT = new Deflate(6, 256, false, DeflateParameters.MAX_BITS);

    final int level;
    final int threshold;
    private final boolean contextTakeover;
    private final int windowBits;

    private Deflate(int level, int threshold, boolean contextTakeover, int windowBits) {
        this.level = level;
        this.threshold = threshold;
        this.contextTakeover = contextTakeover;
        this.windowBits = windowBits;
    }

    /**
     * How hard to try.
     *
     * @param zlibLevel 1 (fast) to 9 (small)
     * @return the changed copy
     */
    public Deflate level(int zlibLevel) {
        requireRange("level", zlibLevel, 1, 9);
        return new Deflate(zlibLevel, threshold, contextTakeover, windowBits);
    }

    /**
     * From which size on messages are compressed.
     *
     * @param bytes of payload, 0 or more
     * @return the changed copy
     */
    public Deflate threshold(int bytes) {
        requireRange("threshold", bytes, 0, Integer.MAX_VALUE);
        return new Deflate(level, bytes, contextTakeover, windowBits);
    }

    /**
     * Whether a message may refer to those before it (§7.1.1): smaller messages for much more memory. The peer may rule it out.
     *
     * @param allowed in both directions
     * @return the changed copy
     */
    public Deflate contextTakeover(boolean allowed) {
        return new Deflate(level, threshold, allowed, windowBits);
    }

    /**
     * How far back a message may refer (§7.1.2). The peer may ask for less; a server that cannot do with less itself may still
     * use the full window.
     *
     * @param bits the base-2 logarithm of the distance in bytes, 8 to 15, in both directions
     * @return the changed copy
     */
    public Deflate windowBits(int bits) {
        requireRange("windowBits", bits, DeflateParameters.MIN_BITS, DeflateParameters.MAX_BITS);
        return new Deflate(level, threshold, contextTakeover, bits);
    }

    private static void requireRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be " + least + " to " + most);
        }
    }

    /**
     * The server's part of the negotiation (§5.1, §7.1): the first offer that can be kept.
     *
     * @param offers the extensions that the client offers, in its order
     * @return what is agreed, or null where no offer is of this extension and valid
     */
    public DeflateParameters accept(List<Extension> offers) {
        for (Extension extension : offers) {
            if (!extension.name().equals(DeflateParameters.NAME)) {
                continue;
            }
            try {
                DeflateParameters offer = DeflateParameters.parse(extension, true);
                int clientBits = offer.clientMaxWindowBits();
                return new DeflateParameters(
                        offer.serverNoContextTakeover() || !contextTakeover,
                        offer.clientNoContextTakeover() || !contextTakeover,
                        smaller(offer.serverMaxWindowBits(), windowBits),
                        // "If a received extension negotiation offer doesn't have" it, the response MUST NOT (§7.1.2.2)
                        clientBits == DeflateParameters.ABSENT ? clientBits : smaller(clientBits, windowBits));
            } catch (IllegalArgumentException e) {
                // "A server MUST decline an extension negotiation offer … if any of the following conditions are met"
                // (§7.1)
            }
        }
        return null;
    }

    /** The smaller of two window bits, named only where either is, or less than what goes without saying. */
    private static int smaller(int named, int own) {
        if (named == DeflateParameters.ABSENT) {
            return own == DeflateParameters.MAX_BITS ? DeflateParameters.ABSENT : own;
        }
        return Math.min(named, own);
    }

    /**
     * The client's offers, as the value of Sec-WebSocket-Extensions. client_max_window_bits is always there, as only that allows
     * the server to ask for less (§7.1.2.2). A server that cannot do with a small window may take the second offer.
     */
    String offer() {
        String takeover = contextTakeover ? "" : "; server_no_context_takeover; client_no_context_takeover";
        String any = DeflateParameters.NAME + takeover + "; client_max_window_bits";
        return windowBits == DeflateParameters.MAX_BITS
                ? any
                : any + "=" + windowBits + "; server_max_window_bits=" + windowBits + ", " + any;
    }

    /**
     * The client's judgement of the response (§5.1, §7.1).
     *
     * @param extensions of the response, at least one
     * @return what is agreed
     * @throws IllegalArgumentException where the response does not answer the offer
     */
    DeflateParameters verify(List<Extension> extensions) {
        Extension extension = extensions.get(0);
        if (extensions.size() > 1 || !extension.name().equals(DeflateParameters.NAME)) {
            throw new IllegalArgumentException("names an extension that was not offered");
        }
        DeflateParameters response = DeflateParameters.parse(extension, false);
        if (!contextTakeover && !response.serverNoContextTakeover()) {
            throw new IllegalArgumentException("lacks server_no_context_takeover, which every offer had");
        }
        return new DeflateParameters(
                response.serverNoContextTakeover(),
                response.clientNoContextTakeover() || !contextTakeover,
                response.serverMaxWindowBits(),
                smaller(response.clientMaxWindowBits(), windowBits));
    }
}
