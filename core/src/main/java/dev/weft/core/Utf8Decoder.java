package dev.weft.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Validates and decodes a whole text in one pass (RFC 3629). One that comes in pieces is validated by {@link Utf8Validator} before.
 *
 * <p>{@link #single} knows the rules. A script keeps to characters of one length, so each length has a loop of its own, which
 * takes several at a time from a word and stops at whatever it is not made for. The loops are methods, and their position is a
 * field, since the JIT runs out of registers where all of them are one method: 1.1 instead of 0.6 µs for 1 KiB.
 *
 * <p>Chars are stored four in a word, and so in a byte[]; a view copies them to a char[] at once. On JDK 17 that takes a fifth
 * less time than to store each in a char[].
 */
final class Utf8Decoder {
    /** Decoded before it is copied on, so that the copy finds it in the processor's nearest cache. */
    private static final int PIECE_BYTES = 4 * 1024;

    /** A loop may begin its last word just before the end of a piece, and stores at most eight chars of it. */
    private static final int WORD_BYTES = 8;

    private static final int MAX_KEPT_CHARS = 64 * 1024;

    /** The largest byte that continues a character, as Java's signed byte: BF. */
    private static final byte LAST_CONTINUATION = (byte) 0xBF;

    private static final byte LEAD_OF_2 = (byte) 0xC2;
    private static final byte LEAD_OF_3 = (byte) 0xE0;
    private static final byte LEAD_OF_4 = (byte) 0xF0;
    private static final byte LAST_LEAD = (byte) 0xF4;

    private final byte[] utf16 = new byte[Character.BYTES * (PIECE_BYTES + WORD_BYTES)];
    private final CharBuffer utf16AsChars =
            ByteBuffer.wrap(utf16).order(ByteOrder.LITTLE_ENDIAN).asCharBuffer();
    private char[] chars = {};

    /** The next byte of the text. */
    private int at;

    /** Where in {@link #utf16} the next char goes. */
    private int size;

    /**
     * Decodes a text.
     *
     * @param bytes the input, not changed
     * @param from first index
     * @param to end index
     * @return the text; null where the bytes are not UTF-8
     */
    String decode(byte[] bytes, int from, int to) {
        if (Utf8Validator.isAscii(bytes, from, to)) {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1); // a plain copy
        }
        char[] text = room(to - from);
        int length = 0;
        at = from;
        while (at < to) {
            if (!decodePiece(bytes, Math.min(to, at + PIECE_BYTES), to)) {
                return null;
            }
            utf16AsChars.get(0, text, length, size / Character.BYTES);
            length += size / Character.BYTES;
        }
        return new String(text, 0, length);
    }

    /** Where texts are decoded to: as many chars as there are bytes will do. A large one's is not kept. */
    private char[] room(int size) {
        if (size > MAX_KEPT_CHARS) {
            return new char[size];
        }
        if (chars.length < size) {
            chars = new char[Math.max(size, Math.min(2 * size, MAX_KEPT_CHARS))];
        }
        return chars;
    }

    /** Decodes up to the first character that begins at {@code end} or after it. */
    private boolean decodePiece(byte[] bytes, int end, int to) {
        size = 0;
        int words = Math.min(end, to - (WORD_BYTES - 1)); // before that, eight bytes can be looked at
        while (at < end) {
            int before = at;
            byte lead = bytes[at];
            if (lead >= 0) {
                ones(bytes, words);
            } else if (lead < LEAD_OF_3) {
                twos(bytes, words);
            } else if (lead < LEAD_OF_4) {
                threes(bytes, words);
            } else {
                fours(bytes, words);
            }
            if (at == before && !single(bytes, to)) {
                return false;
            }
        }
        return true;
    }

    /** Decodes one character; false where it is none, overlong, or a surrogate. */
    private boolean single(byte[] bytes, int to) {
        int lead = bytes[at++];
        if (lead >= 0) {
            put(lead);
            return true;
        }
        int length = lead < LEAD_OF_3 ? 2 : lead < LEAD_OF_4 ? 3 : 4;
        if (lead < LEAD_OF_2 || lead > LAST_LEAD || length - 1 > to - at) {
            return false;
        }
        int c = lead & 0x7F >> length;
        for (int i = 1; i < length; i++) {
            byte next = bytes[at++];
            if (next > LAST_CONTINUATION) {
                return false;
            }
            c = c << 6 | next & 0x3F;
        }
        if (length < 4) {
            put(c);
            return length == 2 || isOfThree(c);
        }
        put(Character.highSurrogate(c));
        put(Character.lowSurrogate(c));
        return Character.isSupplementaryCodePoint(c);
    }

    private void put(int c) {
        Bytes.SHORT_LE.set(utf16, size, (short) c);
        size += Character.BYTES;
    }

    private static boolean isOfThree(int c) {
        return c >= 0x800 && !Character.isSurrogate((char) c);
    }

    /** ASCII, with a character of two bytes here and there. */
    private void ones(byte[] bytes, int words) {
        int i = at;
        int n = size;
        while (i < words) {
            long w = (long) Bytes.LONG_LE.get(bytes, i);
            Bytes.LONG_LE.set(utf16, n, spread(w & 0xFFFFFFFFL));
            Bytes.LONG_LE.set(utf16, n + 8, spread(w >>> 32));
            long high = w & Utf8Validator.HIGH_BITS;
            if (high == 0) {
                i += 8;
                n += 16;
                continue;
            }
            int ascii = Long.numberOfTrailingZeros(high) >> 3;
            i += ascii;
            n += 2 * ascii;
            if (i >= words) {
                break;
            }
            int three = (int) Bytes.INT_LE.get(bytes, i) ^ 0x80C0;
            if ((invalid(three) & 0xFFFF) != 0 || (byte) (three >> 16) < 0) {
                break;
            }
            Bytes.SHORT_LE.set(utf16, n, (short) ((three & 0x1F) << 6 | three >> 8 & 0x3F));
            i += 2;
            n += 2;
        }
        at = i;
        size = n;
    }

    /** Four bytes as four chars. */
    private static long spread(long four) {
        long two = (four | four << 16) & 0x0000FFFF0000FFFFL;
        return (two | two << 8) & 0x00FF00FF00FF00FFL;
    }

    /** Characters of two bytes, with single blanks. */
    private void twos(byte[] bytes, int words) {
        int i = at;
        int n = size;
        while (i < words) {
            long y = (long) Bytes.LONG_LE.get(bytes, i) ^ 0x80C080C080C080C0L;
            Bytes.LONG_LE.set(utf16, n, (y & 0x001F001F001F001FL) << 6 | y >>> 8 & 0x003F003F003F003FL);
            long invalid = invalid(y);
            if (invalid == 0) {
                i += 8;
                n += 8;
                continue;
            }
            if ((int) invalid == 0) {
                i += 4;
                n += 4;
                invalid >>>= 32;
            }
            if ((invalid & 0xFFFF) == 0) {
                i += 2;
                n += 2;
            }
            byte blank = bytes[i];
            if (blank < 0) {
                break;
            }
            Bytes.SHORT_LE.set(utf16, n, (short) blank);
            i++;
            n += 2;
            if (bytes[i] >= 0) {
                break;
            }
        }
        at = i;
        size = n;
    }

    /**
     * Where pairs of bytes are not a character of two: nonzero in the first such pair from the lowest, and of no meaning above it.
     *
     * @param pairs bytes xor 110_00000 10_000000: of a character, the bits that it is made of. A lead of 0 or 1, which would be
     *     overlong, borrows in the subtraction
     */
    private static long invalid(long pairs) {
        return (pairs | pairs - 0x0002000200020002L) & 0xC0E0C0E0C0E0C0E0L;
    }

    private void threes(byte[] bytes, int words) {
        int i = at;
        int n = size;
        while (i < words) {
            long w = (long) Bytes.LONG_LE.get(bytes, i);
            long two = (w & 0xF00000FL) << 12 | w >> 2 & 0xFC0000FC0L | w >> 16 & 0x3F00003FL;
            int first = (int) two & 0xFFFF;
            int second = (int) (two >> 24);
            if ((w & 0xC0C0F0) != 0x8080E0 || !isOfThree(first)) {
                break;
            }
            Bytes.INT_LE.set(utf16, n, first | second << 16);
            if ((w & 0xC0C0F0000000L) != 0x8080E0000000L || !isOfThree(second)) {
                i += 3;
                n += 2;
                break;
            }
            i += 6;
            n += 4;
        }
        at = i;
        size = n;
    }

    private void fours(byte[] bytes, int words) {
        int i = at;
        int n = size;
        for (; i < words; i += 4) {
            int w = (int) Bytes.INT_LE.get(bytes, i);
            int c = (w & 7) << 18 | w << 4 & 0x3F000 | w >> 10 & 0xFC0 | w >> 24 & 0x3F;
            if ((w & 0xC0C0C0F8) != 0x808080F0 || !Character.isSupplementaryCodePoint(c)) {
                break;
            }
            Bytes.INT_LE.set(utf16, n, Character.highSurrogate(c) | Character.lowSurrogate(c) << 16);
            n += 4;
        }
        at = i;
        size = n;
    }
}
