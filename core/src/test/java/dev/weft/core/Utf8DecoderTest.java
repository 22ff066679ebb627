package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8DecoderTest {
    /** What stands behind a text in the same memory, be it of an earlier message, is none of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "1234567", "12345678", "1234567890", "é", "日", "日本", "😀", "日😀é", "a 日本 é 12345678"})
    void looksOnlyBetweenFromAndTo(String text) {
        for (String around : new String[] {"ABCDEFGHIJKLMNOP", "éé", "日本", "😀😀", "\0\0\0\0\0\0\0\0"}) {
            byte[] bytes = (around + text + around).getBytes(StandardCharsets.UTF_8);
            int from = around.getBytes(StandardCharsets.UTF_8).length;
            char[] chars = new char[bytes.length];
            int size = new Utf8Decoder().decode(bytes, from, bytes.length - from, chars);
            assertEquals(text, size < 0 ? null : new String(chars, 0, size), () -> "between " + around);
        }
    }

    @Test
    void decodesEveryCharacter() {
        char[] chars = new char[4];
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                byte[] bytes = Character.toString(c).getBytes(StandardCharsets.UTF_8);
                int size = new Utf8Decoder().decode(bytes, 0, bytes.length, chars);
                assertEquals(Character.toString(c), size < 0 ? null : new String(chars, 0, size));
            }
        }
    }

    /** Every two bytes, in each of the four places of the word that is looked at, and behind it. */
    @Test
    void knowsEveryPairOfBytes() {
        for (int place = 0; place < 6; place++) {
            byte[] bytes = "яяяяяяяяя".getBytes(StandardCharsets.UTF_8);
            for (int pair = 0; pair < 1 << 16; pair++) {
                bytes[2 * place] = (byte) (pair >> 8);
                bytes[2 * place + 1] = (byte) pair;
                assertEquals(
                        Utf8DecoderPropertiesTest.reference(bytes),
                        Utf8DecoderPropertiesTest.decode(bytes),
                        () -> Hex.of(bytes));
            }
        }
    }
}
