package dev.weft.core;

/**
 * Validates and decodes a whole text in one pass (RFC 3629): for a message that lies in the input as one piece. Texts that come
 * in pieces are validated by {@link Utf8Validator} as they come. A script keeps to characters of one length but for blanks, so
 * each length has a loop of its own.
 */
final class Utf8Decoder {
    /** The largest byte that continues a character, as Java's signed byte: BF. */
    private static final byte LAST_CONTINUATION = (byte) 0xBF;

    private Utf8Decoder() {}

    /**
     * Decodes a text.
     *
     * @param bytes the input, not changed
     * @param from first index
     * @param to end index
     * @param chars the output, with room for as many chars as there are bytes
     * @return the number of chars, or −1 where the bytes are not UTF-8
     */
    static int decode(byte[] bytes, int from, int to, char[] chars) {
        int size = 0;
        int i = from;
        while (i < to) {
            int lead = bytes[i];
            if (lead >= 0) {
                chars[size++] = (char) lead;
                i++;
                // Not after a single blank between words: the next byte tells.
                while (i <= to - 8
                        && bytes[i] >= 0
                        && ((long) Bytes.LONG_LE.get(bytes, i) & Utf8Validator.HIGH_BITS) == 0) {
                    for (int j = 0; j < 8; j++) {
                        chars[size + j] = (char) bytes[i + j];
                    }
                    i += 8;
                    size += 8;
                }
            } else if (lead < (byte) 0xE0) {
                do {
                    if (lead < (byte) 0xC2 || i + 1 >= to || bytes[i + 1] > LAST_CONTINUATION) {
                        return -1; // a continuation byte, an overlong form, or half a character
                    }
                    chars[size++] = (char) ((lead & 0x1F) << 6 | bytes[i + 1] & 0x3F);
                    i += 2;
                } while (i < to && (lead = bytes[i]) < (byte) 0xE0);
            } else if (lead < (byte) 0xF0) {
                do {
                    if (i + 2 >= to || bytes[i + 1] > LAST_CONTINUATION || bytes[i + 2] > LAST_CONTINUATION) {
                        return -1;
                    }
                    char c = (char) ((lead & 0xF) << 12 | (bytes[i + 1] & 0x3F) << 6 | bytes[i + 2] & 0x3F);
                    if (c < 0x800 || Character.isSurrogate(c)) {
                        return -1;
                    }
                    chars[size++] = c;
                    i += 3;
                } while (i < to && (lead = bytes[i]) >= (byte) 0xE0 && lead < (byte) 0xF0);
            } else {
                int c = i + 3 < to ? supplementary(bytes, i) : -1;
                if (!Character.isSupplementaryCodePoint(c)) {
                    return -1;
                }
                chars[size++] = Character.highSurrogate(c);
                chars[size++] = Character.lowSurrogate(c);
                i += 4;
            }
        }
        return size;
    }

    /** The code point of four bytes; −1 where they are none, or one that would be shorter, or beyond Unicode. */
    private static int supplementary(byte[] bytes, int at) {
        boolean continued = bytes[at + 1] <= LAST_CONTINUATION
                && bytes[at + 2] <= LAST_CONTINUATION
                && bytes[at + 3] <= LAST_CONTINUATION;
        return continued && bytes[at] <= (byte) 0xF4
                ? (bytes[at] & 7) << 18
                        | (bytes[at + 1] & 0x3F) << 12
                        | (bytes[at + 2] & 0x3F) << 6
                        | bytes[at + 3] & 0x3F
                : -1;
    }
}
