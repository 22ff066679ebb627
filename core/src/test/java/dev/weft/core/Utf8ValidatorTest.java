package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3629, RFC 6455 §8.1. */
class Utf8ValidatorTest {
    private static final String[] AROUND = {
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmn",
        "яяяяяяяяяяяяяяяяяяяя",
        "aяяaяяяaяaaяяяяяяяяяяяяя",
        "日日日日日日日日日日日日日日",
        "日日 日日a日日日日日日日日日日",
        "я日a日日日я日日日日日日日日日日",
        "😀😀😀😀😀😀😀😀😀😀"
    };

    private static final String[] EDGES = {
        "7f",
        "80",
        "bf",
        "c0",
        "c080",
        "c1bf",
        "c280",
        "dfbf",
        "e0",
        "e08080",
        "e09fbf",
        "e0a080",
        "ecbfbf",
        "ed8080",
        "ed9fbf",
        "eda080",
        "edbfbf",
        "ee8080",
        "efbfbf",
        "f0808080",
        "f08fbfbf",
        "f0908080",
        "f3bfbfbf",
        "f48fbfbf",
        "f4908080",
        "f5808080",
        "f7bfbfbf",
        "f8",
        "ff"
    };

    @Test
    void acceptsEveryCodePoint() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
                int state = Utf8Validator.validate(Utf8Validator.ACCEPT, utf8, 0, utf8.length);
                assertEquals(Utf8Validator.ACCEPT, state, "U+" + Integer.toHexString(codePoint));
            }
        }
    }

    @Test
    void judgesEveryByteAlone() {
        sequences(1);
    }

    @Test
    void judgesEveryTwoBytes() {
        sequences(2);
    }

    @Test
    void judgesEveryThreeBytes() {
        sequences(3);
    }

    /** All sequences of a length: the first two bytes are also cut apart from the rest. */
    private static void sequences(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < 1 << 8 * length; i++) {
            for (int j = 0; j < length; j++) {
                bytes[j] = (byte) (i >> 8 * j);
            }
            int expected = verdict(bytes);
            int actual = Utf8Validator.validate(Utf8Validator.ACCEPT, bytes, 0, length);
            if (expected != category(actual)) {
                assertEquals(expected, category(actual), Hex.of(bytes));
            }
            int cut = i % (length + 1);
            int first = Utf8Validator.validate(Utf8Validator.ACCEPT, bytes, 0, cut);
            if (actual != Utf8Validator.validate(first, bytes, cut, length)) {
                assertEquals(actual, Utf8Validator.validate(first, bytes, cut, length), "cut " + Hex.of(bytes));
            }
        }
    }

    /** 0 for valid, 1 for a beginning of something valid, 2 for invalid: after the table of RFC 3629 §4. */
    static int verdict(byte[] bytes) {
        int i = 0;
        while (i < bytes.length) {
            int b = bytes[i++] & 0xFF;
            int more = b < 0x80 ? 0 : b < 0xC2 ? -1 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : b < 0xF5 ? 3 : -1;
            if (more < 0) {
                return 2;
            }
            int low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
            int high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
            for (int k = 0; k < more; k++) {
                if (i == bytes.length) {
                    return 1;
                }
                int continuation = bytes[i++] & 0xFF;
                if (continuation < low || continuation > high) {
                    return 2;
                }
                low = 0x80;
                high = 0xBF;
            }
        }
        return 0;
    }

    static int category(int state) {
        return state == Utf8Validator.ACCEPT ? 0 : state == Utf8Validator.REJECT ? 2 : 1;
    }

    @ParameterizedTest
    @ValueSource(strings = {"c080", "e08080", "f0808080", "eda080", "edbfbf", "f4908080", "f888808080", "ff", "c1bf"})
    void rejectsOverlongSurrogateAndTooLarge(String hex) {
        byte[] bytes = Hex.bytes("6162636465666768" + hex);
        assertEquals(Utf8Validator.REJECT, Utf8Validator.validate(Utf8Validator.ACCEPT, bytes, 0, bytes.length));
    }

    @Test
    void neverLeavesReject() {
        byte[] ascii = "plain".getBytes();
        assertEquals(Utf8Validator.REJECT, Utf8Validator.validate(Utf8Validator.REJECT, ascii, 0, ascii.length));
        assertEquals(Utf8Validator.REJECT, Utf8Validator.validate(Utf8Validator.REJECT, ascii, 0, 0));
    }

    @Test
    void looksOnlyBetweenFromAndTo() {
        byte[] bytes = Hex.bytes("ff 41 42 43 44 45 46 47 48 49 ff");
        assertEquals(Utf8Validator.ACCEPT, Utf8Validator.validate(Utf8Validator.ACCEPT, bytes, 1, 10));
        assertEquals(true, Utf8Validator.isAscii(bytes, 1, 10));
        assertEquals(false, Utf8Validator.isAscii(bytes, 1, 11));
        assertEquals(false, Utf8Validator.isAscii(bytes, 0, 10));
    }

    /** Words are of eight bytes: whatever two bytes are in any of their places, and in those around the next word's start. */
    @Test
    void judgesEveryTwoBytesInEveryPlaceOfAWord() {
        for (String around : AROUND) {
            for (int place = 0; place < 18; place++) {
                byte[] bytes = around.getBytes(StandardCharsets.UTF_8);
                for (int pair = 0; pair < 1 << 16; pair++) {
                    bytes[place] = (byte) (pair >> 8);
                    bytes[place + 1] = (byte) pair;
                    assertJudges(bytes);
                }
            }
        }
    }

    /** A valid character of any length, and one past each edge, put in at any byte between others; then cut anywhere. */
    @Test
    void judgesTheEdgesInEveryPlaceOfAWord() {
        for (String around : AROUND) {
            byte[] bytes = around.getBytes(StandardCharsets.UTF_8);
            for (String edge : EDGES) {
                for (int place = 0; place < 20; place++) {
                    byte[] text = insert(bytes, place, Hex.bytes(edge));
                    assertJudges(text);
                    int whole = Utf8Validator.validate(Utf8Validator.ACCEPT, text, 0, text.length);
                    for (int cut = 0; cut <= text.length; cut++) {
                        int state = Utf8Validator.validate(Utf8Validator.ACCEPT, text, 0, cut);
                        assertEquals(whole, Utf8Validator.validate(state, text, cut, text.length), "cut " + cut);
                        assertEquals(verdict(Arrays.copyOf(text, cut)), category(state), "cut " + cut);
                    }
                }
            }
        }
    }

    private static byte[] insert(byte[] bytes, int place, byte[] edge) {
        byte[] text = Arrays.copyOf(bytes, bytes.length + edge.length);
        System.arraycopy(edge, 0, text, place, edge.length);
        System.arraycopy(bytes, place, text, place + edge.length, bytes.length - place);
        return text;
    }

    private static void assertJudges(byte[] bytes) {
        int expected = verdict(bytes);
        int actual = category(Utf8Validator.validate(Utf8Validator.ACCEPT, bytes, 0, bytes.length));
        if (expected != actual) {
            assertEquals(expected, actual, Hex.of(bytes));
        }
    }
}
