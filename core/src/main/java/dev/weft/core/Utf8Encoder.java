package dev.weft.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Encodes a text piece by piece, without an allocation: ASCII by the JDK's encoder, which the JIT knows, and what follows the
 * first other character by a loop for each length of characters, each in a method of its own as in {@link Utf8Decoder}. An
 * unpaired surrogate becomes U+FFFD.
 *
 * <p>The loops take four chars as one word, and leave to chars one by one what is mixed. For that the chars are copied to an
 * array of bytes, at once, since Java has no view of a char[] as words.
 */
final class Utf8Encoder {
    /** A char takes at most so many bytes; a surrogate pair takes four. */
    static final int MAX_BYTES_PER_CHAR = 3;

    private static final int MAX_CHARS = 4 * 1024;

    private final CharsetEncoder ascii = StandardCharsets.US_ASCII.newEncoder();
    private final char[] chars = new char[MAX_CHARS];
    private final CharBuffer view = CharBuffer.wrap(chars);
    /** The same chars, the low byte first. */
    private final byte[] words = new byte[2 * MAX_CHARS];

    private final CharBuffer wordsView =
            ByteBuffer.wrap(words).order(ByteOrder.LITTLE_ENDIAN).asCharBuffer();

    /** The next char. */
    private int at;

    /** Where the next byte goes. */
    private int size;

    /**
     * Encodes as much of a text as the target surely has room for, and never half of a surrogate pair.
     *
     * @param text to encode from {@code from} on
     * @param to end index, the text's or one between two characters
     * @param target backed by an array, with room for two chars of {@link #MAX_BYTES_PER_CHAR}, or the only one; its position
     *     moves
     * @return the index of the first char that is not encoded, greater than {@code from}
     */
    int encode(String text, int from, int to, ByteBuffer target) {
        int length = Math.min(Math.min(to - from, MAX_CHARS), target.remaining());
        text.getChars(from, from + length, chars, 0);
        ascii.reset().encode(view.clear().limit(length), target, true);
        int done = view.position();
        if (done == length) {
            return from + length;
        }
        int end = Math.min(length, done + target.remaining() / MAX_BYTES_PER_CHAR);
        if (from + end < to && end > 0 && Character.isHighSurrogate(chars[end - 1])) {
            end--;
        }
        wordsView.clear().position(done).put(chars, done, end - done);
        target.position(encode(done, end, target.array(), target.position()));
        return from + end;
    }

    private int encode(int from, int to, byte[] bytes, int start) {
        at = from;
        size = start;
        while (at < to) {
            char c = chars[at];
            if (c < 0x80) {
                ones(to, bytes);
            } else if (c < 0x800) {
                twos(to, bytes);
            } else if (!Character.isSurrogate(c)) {
                threes(to, bytes);
            } else {
                surrogates(to, bytes);
            }
        }
        return size;
    }

    /** Four chars, the first one lowest. */
    private long word(int index) {
        return (long) Bytes.LONG_LE.get(words, 2 * index);
    }

    /** ASCII, with a character of two bytes here and there. */
    private void ones(int to, byte[] bytes) {
        int i = at;
        int n = size;
        while (i <= to - 4) {
            long w = word(i);
            long pairs = w | w >>> 8;
            Bytes.INT_LE.set(bytes, n, (int) (pairs & 0xFFFF | pairs >>> 16 & 0xFFFF0000L));
            long other = w & 0xFF80FF80FF80FF80L;
            if (other == 0) {
                i += 4;
                n += 4;
                continue;
            }
            int ones = Long.numberOfTrailingZeros(other) >> 4;
            i += ones;
            n += ones;
            if (i == to - 1 || chars[i] >= 0x800 || chars[i + 1] >= 0x80) {
                at = i;
                size = n;
                return;
            }
            Bytes.SHORT_LE.set(bytes, n, two(chars[i++]));
            n += 2;
        }
        for (; i < to && chars[i] < 0x80; i++) {
            bytes[n++] = (byte) chars[i];
        }
        at = i;
        size = n;
    }

    /** Characters of two bytes, with single blanks. */
    private void twos(int to, byte[] bytes) {
        int i = at;
        int n = size;
        while (i <= to - 4) {
            long w = word(i);
            long four = 0x80C080C080C080C0L | w >>> 6 & 0x001F001F001F001FL | (w & 0x003F003F003F003FL) << 8;
            Bytes.LONG_LE.set(bytes, n, four);
            long other = notOfTwo(w);
            if (other == 0) {
                i += 4;
                n += 8;
                continue;
            }
            if ((int) other == 0) {
                i += 2;
                n += 4;
                other >>>= 32;
            }
            if ((other & 0xFFFF) == 0) {
                i++;
                n += 2;
            }
            char blank = chars[i];
            if (blank >= 0x80) {
                break;
            }
            bytes[n++] = (byte) blank;
            i++;
            if (i == to || chars[i] < 0x80) {
                break;
            }
        }
        for (; i < to && chars[i] >= 0x80 && chars[i] < 0x800; i++) {
            Bytes.SHORT_LE.set(bytes, n, two(chars[i]));
            n += 2;
        }
        at = i;
        size = n;
    }

    /**
     * Which of four chars are not of two bytes: nonzero in the first such from the lowest, and of no meaning above it, where the
     * addition may carry.
     */
    private static long notOfTwo(long word) {
        return word & 0xF800F800F800F800L | ~(word + 0x7F807F807F807F80L) & 0x8000800080008000L;
    }

    /** Characters of three bytes, with single blanks. */
    private void threes(int to, byte[] bytes) {
        int i = at;
        int n = size;
        while (true) {
            for (; i <= to - 4; i += 4) {
                long w = word(i);
                if (!areOfThree(w)) {
                    break;
                }
                // In each place of a char, its first two bytes, and its third.
                long leads = 0x80E080E080E080E0L | w >>> 12 & 0x000F000F000F000FL | w << 2 & 0x3F003F003F003F00L;
                long lasts = 0x0080008000800080L | w & 0x003F003F003F003FL;
                long low = leads & 0xFFFF | (leads & 0xFFFF0000L) << 8 | leads << 16 & 0xFFFF000000000000L;
                Bytes.LONG_LE.set(bytes, n, low | (lasts & 0xFF) << 16 | (lasts & 0xFF0000) << 24);
                long high = lasts >>> 32 & 0xFF | leads >>> 40 & 0xFFFF00 | lasts >>> 48 << 24;
                Bytes.INT_LE.set(bytes, n + 8, (int) high);
                n += 12;
            }
            for (; i < to; i++) {
                char c = chars[i];
                if (c < 0x800 || Character.isSurrogate(c)) {
                    break;
                }
                Bytes.SHORT_LE.set(bytes, n, (short) (0x80E0 | c >> 12 | (c & 0xFC0) << 2));
                bytes[n + 2] = (byte) (0x80 | c & 0x3F);
                n += 3;
            }
            if (i >= to - 1 || chars[i] >= 0x80 || chars[i + 1] < 0x800) {
                break;
            }
            bytes[n++] = (byte) chars[i++];
        }
        at = i;
        size = n;
    }

    /** Whether none of four chars is below 0x800, nor a surrogate: of their upper five bits, none are all 0 or 11011. */
    private static boolean areOfThree(long word) {
        long upper = word >>> 1 & 0x7C007C007C007C00L;
        long belowZero = upper - 0x0400040004000400L | (upper ^ 0x6C006C006C006C00L) - 0x0400040004000400L;
        return (belowZero & 0x8000800080008000L) == 0;
    }

    private void surrogates(int to, byte[] bytes) {
        int i = at;
        int n = size;
        for (; i <= to - 4; i += 4) {
            long w = word(i);
            if ((w & 0xFC00FC00FC00FC00L) != 0xDC00D800DC00D800L) {
                break;
            }
            long two = ((w & 0x000003FF000003FFL) << 10 | w >>> 16 & 0x000003FF000003FFL) + 0x0001000000010000L;
            Bytes.LONG_LE.set(bytes, n, four(two));
            n += 8;
        }
        while (i < to && Character.isSurrogate(chars[i])) {
            char c = chars[i++];
            if (Character.isHighSurrogate(c) && i < to && Character.isLowSurrogate(chars[i])) {
                int pair = Character.toCodePoint(c, chars[i++]);
                Bytes.INT_LE.set(bytes, n, (int) four(pair));
                n += 4;
            } else {
                bytes[n++] = (byte) 0xEF; // U+FFFD
                bytes[n++] = (byte) 0xBF;
                bytes[n++] = (byte) 0xBD;
            }
        }
        at = i;
        size = n;
    }

    /** The first byte is the lower one. */
    private static short two(int c) {
        return (short) (0x80C0 | c >> 6 | (c & 0x3F) << 8);
    }

    /** The same for one character, or two in the halves of a long. */
    private static long four(long c) {
        return 0x808080F0808080F0L
                | c >>> 18 & 0x0000000700000007L
                | c >>> 4 & 0x00003F0000003F00L
                | (c & 0x00000FC000000FC0L) << 10
                | (c & 0x0000003F0000003FL) << 24;
    }
}
