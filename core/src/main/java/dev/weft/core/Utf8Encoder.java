package dev.weft.core;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Encodes a text piece by piece, without an allocation: ASCII by the JDK's encoder, which the JIT knows, and what follows the
 * first other character by a plain loop, which the JDK's is up to four times slower than. An unpaired surrogate becomes U+FFFD.
 */
final class Utf8Encoder {
    /** A char takes at most so many bytes; a surrogate pair takes four. */
    static final int MAX_BYTES_PER_CHAR = 3;

    private static final int MAX_CHARS = 4 * 1024;

    private final CharsetEncoder ascii = StandardCharsets.US_ASCII.newEncoder();
    private final char[] chars = new char[MAX_CHARS];
    private final CharBuffer view = CharBuffer.wrap(chars);

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
            int end = encode(chars, view.position(), length, target.array(), target.position());
            target.position(end);
        }
    }

    private static int encode(char[] chars, int from, int to, byte[] bytes, int at) {
        int size = at;
        for (int i = from; i < to; i++) {
            char c = chars[i];
            if (c < 0x80) {
                bytes[size++] = (byte) c;
            } else if (c < 0x800) {
                bytes[size++] = (byte) (0xC0 | c >> 6);
                bytes[size++] = continuation(c);
            } else if (Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(chars[i + 1])) {
                int pair = Character.toCodePoint(c, chars[++i]);
                bytes[size++] = (byte) (0xF0 | pair >> 18);
                bytes[size++] = continuation(pair >> 12);
                bytes[size++] = continuation(pair >> 6);
                bytes[size++] = continuation(pair);
            } else {
                char unit = Character.isSurrogate(c) ? Utf8.REPLACEMENT : c;
                bytes[size++] = (byte) (0xE0 | unit >> 12);
                bytes[size++] = continuation(unit >> 6);
                bytes[size++] = continuation(unit);
            }
        }
        return size;
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | bits & 0x3F);
    }
}
