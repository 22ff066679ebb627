package dev.weft.core;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Encodes a text piece by piece, without an allocation: ASCII by the JDK's encoder, which the JIT knows, and what follows the
 * first other character by a loop for each length of characters, each in a method of its own as in {@link Utf8Decoder}. An
 * unpaired surrogate becomes U+FFFD.
 */
final class Utf8Encoder {
    /** A char takes at most so many bytes; a surrogate pair takes four. */
    static final int MAX_BYTES_PER_CHAR = 3;

    private static final int MAX_CHARS = 4 * 1024;

    private final CharsetEncoder ascii = StandardCharsets.US_ASCII.newEncoder();
    private final char[] chars = new char[MAX_CHARS];
    private final CharBuffer view = CharBuffer.wrap(chars);

    /** The next char. */
    private int at;

    /** Where the next byte goes. */
    private int size;

    /** Where a piece that starts at an index ends: not after so many chars, nor between the halves of a pair. */
    static int pieceEnd(String text, int from, int maxChars) {
        int end = from + Math.min(maxChars, MAX_CHARS);
        if (end >= text.length()) {
            return text.length();
        }
        return Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
    }

    /**
     * Encodes a piece of a text.
     *
     * @param text to encode from {@code from} to {@code to}, as given by {@link #pieceEnd}
     * @param target backed by an array; its position moves, and there is room for {@link #MAX_BYTES_PER_CHAR} each
     */
    void encode(String text, int from, int to, ByteBuffer target) {
        int length = to - from;
        text.getChars(from, to, chars, 0);
        ascii.reset().encode(view.clear().limit(length), target, true);
        if (view.hasRemaining()) {
            target.position(encode(view.position(), length, target.array(), target.position()));
        }
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

    /** ASCII, with a character of two bytes here and there. */
    private void ones(int to, byte[] bytes) {
        int i = at;
        int n = size;
        while (true) {
            for (; i <= to - 4; i += 4) {
                int c0 = chars[i];
                int c1 = chars[i + 1];
                int c2 = chars[i + 2];
                int c3 = chars[i + 3];
                if ((c0 | c1 | c2 | c3) >= 0x80) {
                    break;
                }
                Bytes.INT_LE.set(bytes, n, c0 | c1 << 8 | c2 << 16 | c3 << 24);
                n += 4;
            }
            for (; i < to && chars[i] < 0x80; i++) {
                bytes[n++] = (byte) chars[i];
            }
            if (i >= to - 1 || chars[i] >= 0x800 || chars[i + 1] >= 0x80) {
                break;
            }
            Bytes.SHORT_LE.set(bytes, n, two(chars[i++]));
            n += 2;
        }
        at = i;
        size = n;
    }

    /** Characters of two bytes, with single blanks. */
    private void twos(int to, byte[] bytes) {
        int i = at;
        int n = size;
        for (; i < to; i++) {
            int c = chars[i];
            if (c >= 0x80 && c < 0x800) {
                Bytes.SHORT_LE.set(bytes, n, two(c));
                n += 2;
            } else if (c < 0x80 && i + 1 < to && chars[i + 1] >= 0x80) {
                bytes[n++] = (byte) c;
            } else {
                break;
            }
        }
        at = i;
        size = n;
    }

    private void threes(int to, byte[] bytes) {
        int i = at;
        int n = size;
        for (; i < to; i++) {
            char c = chars[i];
            if (c < 0x800 || Character.isSurrogate(c)) {
                break;
            }
            Bytes.SHORT_LE.set(bytes, n, (short) (0x80E0 | c >> 12 | (c & 0xFC0) << 2));
            bytes[n + 2] = continuation(c);
            n += 3;
        }
        at = i;
        size = n;
    }

    private void surrogates(int to, byte[] bytes) {
        int i = at;
        int n = size;
        while (i < to && Character.isSurrogate(chars[i])) {
            char c = chars[i++];
            if (Character.isHighSurrogate(c) && i < to && Character.isLowSurrogate(chars[i])) {
                int pair = Character.toCodePoint(c, chars[i++]);
                Bytes.INT_LE.set(bytes, n, four(pair));
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

    private static int four(int c) {
        return 0x808080F0 | c >> 18 | c >> 4 & 0x3F00 | (c & 0xFC0) << 10 | (c & 0x3F) << 24;
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | bits & 0x3F);
    }
}
