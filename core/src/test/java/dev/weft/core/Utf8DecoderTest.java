package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
            assertEquals(text, new Utf8Decoder().decode(bytes, from, bytes.length - from), () -> "between " + around);
        }
    }

    /** A text is decoded piece by piece: characters of every length across every place where a piece may end. */
    @ParameterizedTest
    @ValueSource(strings = {"é", "я ", "日", "日 ", "😀", "😀 ", "aé", "é日😀"})
    void goesOnAnywhereInThePieceThatFollows(String character) {
        for (int shift = 0; shift < 9; shift++) {
            String text = "x".repeat(shift) + character.repeat(3000) + "x".repeat(5000) + character.repeat(1000);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertEquals(text, new Utf8Decoder().decode(bytes, 0, bytes.length));
            byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
            cut[cut.length / 2] = (byte) 0xFF;
            assertNull(new Utf8Decoder().decode(cut, 0, cut.length));
        }
    }

    @Test
    void decodesEveryCharacter() {
        Utf8Decoder decoder = new Utf8Decoder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                byte[] bytes = Character.toString(c).getBytes(StandardCharsets.UTF_8);
                assertEquals(Character.toString(c), decoder.decode(bytes, 0, bytes.length));
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

    /** Every number that the forms of three and four bytes can carry, overlong forms, surrogates and what is too large among them. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void knowsEveryCharacterOfALongForm(int length) {
        String neighbour = length == 3 ? "日" : "😀";
        int bits = length == 3 ? 16 : 21;
        Utf8Decoder decoder = new Utf8Decoder();
        for (int place = 0; place < 4; place++) {
            byte[] bytes = neighbour.repeat(6).getBytes(StandardCharsets.UTF_8);
            for (int c = 0; c < 1 << bits; c++) {
                put(c, length, bytes, place * length);
                boolean valid = length == 4
                        ? Character.isSupplementaryCodePoint(c)
                        : c >= 0x800 && !Character.isSurrogate((char) c);
                String expected =
                        valid ? neighbour.repeat(place) + Character.toString(c) + neighbour.repeat(5 - place) : null;
                assertEquals(expected, decoder.decode(bytes, 0, bytes.length));
            }
        }
    }

    private static void put(int c, int length, byte[] bytes, int at) {
        for (int i = 0; i < length; i++) {
            int bits = c >> 6 * (length - 1 - i);
            bytes[at + i] = (byte) (i > 0 ? 0x80 | bits & 0x3F : -0x100 >> length | bits & 0x7F >> length);
        }
    }

    /** Every byte in every place of a word of three-byte or four-byte characters. */
    @ParameterizedTest
    @ValueSource(strings = {"日", "😀"})
    void knowsEveryByteAmongLongForms(String character) {
        for (int place = 0; place < 16; place++) {
            byte[] bytes = character.repeat(8).getBytes(StandardCharsets.UTF_8);
            for (int b = 0; b < 256; b++) {
                bytes[place] = (byte) b;
                assertEquals(
                        Utf8DecoderPropertiesTest.reference(bytes),
                        Utf8DecoderPropertiesTest.decode(bytes),
                        () -> Hex.of(bytes));
            }
        }
    }
}
