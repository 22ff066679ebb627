package dev.weft.core;

import java.nio.charset.StandardCharsets;

/**
 * Text to UTF-8, by the rule of the browser's API: an unpaired surrogate, which UTF-8 cannot express, is sent as
 * U+FFFD (Java's own {@code getBytes} would send a question mark).
 */
public final class Utf8 {
    /** Stands for what UTF-8 cannot express. */
    static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

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
                    chars[i] = REPLACEMENT;
                }
            }
        }
        return new String(chars);
    }
}
