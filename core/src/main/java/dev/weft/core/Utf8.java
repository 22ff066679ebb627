package dev.weft.core;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text to and from UTF-8, by the rule of the browser's API: an unpaired surrogate, which UTF-8 cannot express, is sent as
 * U+FFFD (Java's own {@code getBytes} would send a question mark).
 */
public final class Utf8 {
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    private static final int MAX_CHARACTER_BYTES = 4;

    private Utf8() {}

    static CharsetEncoder newEncoder() {
        return StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .replaceWith(REPLACEMENT);
    }

    /**
     * Encodes a text.
     *
     * @param text any string
     * @return its UTF-8, in a new array; U+FFFD for each unpaired surrogate
     */
    public static byte[] encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // getBytes turns an unpaired surrogate into '?': only a result that has one needs the slower look.
        return contains(bytes, (byte) '?') ? paired(text).getBytes(StandardCharsets.UTF_8) : bytes;
    }

    private static boolean contains(byte[] bytes, byte wanted) {
        for (byte b : bytes) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }

    /** The text with U+FFFD for each unpaired surrogate. */
    private static String paired(String text) {
        char[] chars = text.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            if (Character.isSurrogate(chars[i])) {
                if (Character.isSupplementaryCodePoint(Character.codePointAt(chars, i))) {
                    i++;
                } else {
                    chars[i] = '\uFFFD';
                }
            }
        }
        return new String(chars);
    }

    /**
     * Encodes as a {@link CharsetEncoder} does that replaces: both positions move.
     *
     * @param chars array-backed
     * @param target array-backed
     * @param end whether nothing follows, so that the first half of a surrogate pair at the end is unpaired
     * @return whether the target is full
     */
    static boolean encode(CharBuffer chars, ByteBuffer target, boolean end) {
        char[] source = chars.array();
        byte[] bytes = target.array();
        int i = chars.position();
        int stop = chars.limit();
        int at = target.position();
        int lastStart = target.limit() - MAX_CHARACTER_BYTES;
        for (; i < stop && at <= lastStart; i++) {
            char c = source[i];
            if (c < 0x80) {
                bytes[at++] = (byte) c;
            } else if (c < 0x800) {
                bytes[at++] = (byte) (0xC0 | c >> 6);
                bytes[at++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isHighSurrogate(c) && i + 1 < stop && Character.isLowSurrogate(source[i + 1])) {
                int codePoint = Character.toCodePoint(c, source[++i]);
                bytes[at++] = (byte) (0xF0 | codePoint >> 18);
                bytes[at++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
                bytes[at++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
                bytes[at++] = (byte) (0x80 | codePoint & 0x3F);
            } else if (Character.isHighSurrogate(c) && i + 1 == stop && !end) {
                break; // its other half follows
            } else {
                char valid = Character.isSurrogate(c) ? '\uFFFD' : c;
                bytes[at++] = (byte) (0xE0 | valid >> 12);
                bytes[at++] = (byte) (0x80 | valid >> 6 & 0x3F);
                bytes[at++] = (byte) (0x80 | valid & 0x3F);
            }
        }
        chars.position(i);
        target.position(at);
        return i < stop && at > lastStart;
    }

    /**
     * Decodes what {@link Utf8Validator} has accepted.
     *
     * @param bytes the input, not changed
     * @param from first index
     * @param to end index
     * @return the text
     */
    static String decode(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** As {@link #decode}, for bytes known to be ASCII: a plain copy. */
    static String decodeAscii(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
