package dev.weft.core;

/**
 * Checks that bytes are UTF-8 (RFC 3629, RFC 6455 §8.1): no overlong forms, no surrogates, nothing above U+10FFFF. The state
 * is one int, so a text may come in pieces cut anywhere, and an invalid byte shows at once.
 *
 * <p>A deterministic automaton in "shift" form: the row of a byte is a long that holds, at bit offset {@code s}, the state
 * that follows state {@code s}. States are multiples of 6. A step is one load and one shift, without a branch.
 *
 * <p>Between characters, words of eight bytes are checked for what is common: characters of up to two bytes in any order, of
 * three, of four. These loops only ever skip what is valid. They know no cut and no error: the automaton takes whatever they
 * stop at, and alone decides.
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
                i = skipWords(bytes, skipAscii(bytes, i, to), to);
            }
            // A stretch without a look for words: where they just failed, they are likely to fail again.
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

    /** Index of the first character that no loop is made for, or of one before it. */
    private static int skipWords(byte[] bytes, int from, int to) {
        int i = from;
        while (i <= to - 8) {
            int before = i;
            int lead = bytes[i] & 0xFF;
            if (lead < 0xE0) {
                i = upToTwos(bytes, i, to);
            } else if (lead < 0xF0) {
                i = threes(bytes, i, to);
            } else {
                i = fours(bytes, i, to);
            }
            if (i == before) {
                i = upToThrees(bytes, i, to);
            }
            if (i == before) {
                break;
            }
        }
        return i;
    }

    /**
     * Characters of one and two bytes, without a branch on where they are: a continuation has to be where a lead is one byte
     * before, and nowhere else.
     */
    private static int upToTwos(byte[] bytes, int from, int to) {
        int i = from;
        long before = 0;
        for (; i <= to - 8; i += 8) {
            long w = (long) Bytes.LONG_LE.get(bytes, i);
            long high = w & HIGH_BITS;
            long leads = high & w << 1;
            long due = leads << 8 | before >>> 56;
            long continuations = high ^ leads;
            if ((continuations ^ due | leads & w << 2 | overlongTwos(w, leads)) != 0) {
                break;
            }
            before = leads;
        }
        return before < 0 ? i - 1 : i;
    }

    /** The same for one, two and three bytes, at less than half of the speed. */
    private static int upToThrees(byte[] bytes, int from, int to) {
        int i = from;
        long wordBefore = 0;
        long leadsBefore = 0;
        long threesBefore = 0;
        for (; i <= to - 8; i += 8) {
            long w = (long) Bytes.LONG_LE.get(bytes, i);
            long high = w & HIGH_BITS;
            long leads = high & w << 1;
            long threes = leads & w << 2;
            long afterThrees = threes << 8 | threesBefore >>> 56;
            long due = leads << 8 | leadsBefore >>> 56 | threes << 16 | threesBefore >>> 48;
            long continuations = high ^ leads;
            // The low half of a lead E0..EF, and the bit that tells A0..BF from 80..9F in the byte after it.
            long edge = (w << 8 | wordBefore >>> 56) & 0x0F0F0F0F0F0F0F0FL | w & 0x2020202020202020L;
            long inside = nonzero(edge) & nonzero(edge ^ 0x2D2D2D2D2D2D2D2DL);
            if ((continuations ^ due | threes & w << 3 | overlongTwos(w, leads) | afterThrees & ~inside) != 0) {
                break;
            }
            wordBefore = w;
            leadsBefore = leads;
            threesBefore = threes;
        }
        return leadsBefore < 0 ? i - 1 : threesBefore << 8 < 0 ? i - 2 : i;
    }

    /** The leads C0 and C1. */
    private static long overlongTwos(long word, long leads) {
        return leads & ~nonzero(word & 0x3E3E3E3E3E3E3E3EL);
    }

    /** The high bit of each byte that is not 0, of no meaning below it; the bytes are at most 80. */
    private static long nonzero(long bytes) {
        return bytes + 0x7F7F7F7F7F7F7F7FL;
    }

    /** Two characters of three bytes at a time: the bytes' kinds, and neither E0 80..9F nor ED A0..BF. */
    private static int threes(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - 8; i += 6) {
            long w = (long) Bytes.LONG_LE.get(bytes, i);
            long kinds = w & 0xC0C0F0C0C0F0L ^ 0x8080E08080E0L;
            long edge = w & 0x00200F00200FL;
            long belowZero = edge - 0x000001000001L | (edge ^ 0x00200D00200DL) - 0x000001000001L;
            if ((kinds | belowZero & 0x800000800000L) != 0) {
                break;
            }
        }
        return i;
    }

    /** Two characters of four bytes at a time: the bytes' kinds, and a plane of 1 to 16. */
    private static int fours(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - 8; i += 8) {
            long w = (long) Bytes.LONG_LE.get(bytes, i);
            long kinds = w & 0xC0C0C0F8C0C0C0F8L ^ 0x808080F0808080F0L;
            long planes = (w & 0x0000000700000007L) << 2 | w >>> 12 & 0x0000000300000003L;
            if ((kinds | planes - 0x0000000100000001L & 0xFFFFFFF0FFFFFFF0L) != 0) {
                break;
            }
        }
        return i;
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
