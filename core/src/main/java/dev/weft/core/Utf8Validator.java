package dev.weft.core;

/**
 * Checks that bytes are UTF-8 (RFC 3629, RFC 6455 §8.1): no overlong forms, no surrogates, nothing above U+10FFFF. The state
 * is one int, so a text may come in pieces cut anywhere, and an invalid byte shows at once.
 *
 * <p>A deterministic automaton in "shift" form: the row of a byte is a long that holds, at bit offset {@code s}, the state
 * that follows state {@code s}. States are multiples of 6. A step is one load and one shift, without a branch.
 */
public final class Utf8Validator {
    /** The state between characters: where to start, and where a whole text has to end. */
    public static final int ACCEPT = 0;

    /** The state after an invalid byte; it is never left. */
    public static final int REJECT = 6;

    /** One, two or three continuation bytes 80..BF are due. */
    private static final int NEED_1 = 12;

    private static final int NEED_2 = 18;
    private static final int NEED_3 = 24;
    /** After E0: A0..BF is due, or the form would be overlong. */
    private static final int AFTER_E0 = 30;
    /** After ED: 80..9F is due, or the character would be a surrogate. */
    private static final int AFTER_ED = 36;
    /** After F0: 90..BF is due, or the form would be overlong. */
    private static final int AFTER_F0 = 42;
    /** After F4: 80..8F is due, or the character would lie above U+10FFFF. */
    private static final int AFTER_F4 = 48;

    private static final int STATE_MASK = 63;
    static final long HIGH_BITS = 0x8080808080808080L;

    private static final long[] ROWS = rows();

    private Utf8Validator() {}

    /**
     * Validates a further piece of a text.
     *
     * @param state {@link #ACCEPT} for a text's first piece, then what the previous call returned
     * @param bytes the input, not changed
     * @param from first index
     * @param to end index
     * @return the state after the piece: {@link #REJECT} where a byte is invalid, {@link #ACCEPT} where the piece ends between
     *     characters, anything else inside one
     */
    public static int validate(int state, byte[] bytes, int from, int to) {
        int i = from;
        int s = state;
        while (i < to) {
            if (s == ACCEPT) {
                i = skipAscii(bytes, i, to);
            }
            // A stretch without a look for ASCII: text that is not ASCII rarely turns into it for long.
            int end = Math.min(i + 32, to);
            for (; i < end; i++) {
                s = (int) (ROWS[bytes[i] & 0xFF] >>> s) & STATE_MASK;
            }
            if (s == REJECT) {
                return REJECT;
            }
        }
        return s;
    }

    /**
     * Whether a stretch is ASCII only.
     *
     * @param bytes the input, not changed
     * @param from first index
     * @param to end index
     * @return whether no byte has its high bit set
     */
    static boolean isAscii(byte[] bytes, int from, int to) {
        return skipAscii(bytes, from, to) == to;
    }

    /** Index of the first byte that is not ASCII, or of one at most seven before it; {@code to} only where all are ASCII. */
    private static int skipAscii(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - 8; i += 8) {
            if (((long) Bytes.LONG_LE.get(bytes, i) & HIGH_BITS) != 0) {
                return i;
            }
        }
        for (; i < to; i++) {
            if (bytes[i] < 0) {
                return i;
            }
        }
        return to;
    }

    private static long[] rows() {
        long[] rows = new long[256];
        for (int b = 0; b < 256; b++) {
            long row = to(REJECT, REJECT);
            row |= to(ACCEPT, first(b));
            boolean continuation = b >= 0x80 && b <= 0xBF;
            row |= to(NEED_1, continuation ? ACCEPT : REJECT);
            row |= to(NEED_2, continuation ? NEED_1 : REJECT);
            row |= to(NEED_3, continuation ? NEED_2 : REJECT);
            row |= to(AFTER_E0, continuation && b >= 0xA0 ? NEED_1 : REJECT);
            row |= to(AFTER_ED, continuation && b <= 0x9F ? NEED_1 : REJECT);
            row |= to(AFTER_F0, continuation && b >= 0x90 ? NEED_2 : REJECT);
            row |= to(AFTER_F4, continuation && b <= 0x8F ? NEED_2 : REJECT);
            rows[b] = row;
        }
        return rows;
    }

    /** The state after a character's first byte. */
    private static int first(int b) {
        if (b < 0x80) {
            return ACCEPT;
        }
        if (b < 0xC2 || b > 0xF4) {
            return REJECT;
        }
        if (b < 0xE0) {
            return NEED_1;
        }
        if (b < 0xF0) {
            return b == 0xE0 ? AFTER_E0 : b == 0xED ? AFTER_ED : NEED_2;
        }
        return b == 0xF0 ? AFTER_F0 : b == 0xF4 ? AFTER_F4 : NEED_3;
    }

    private static long to(int state, int next) {
        return (long) next << state;
    }
}
