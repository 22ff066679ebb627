package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8EncoderTest {
    private final Utf8Encoder encoder = new Utf8Encoder();

    private String encode(String text) {
        ByteBuffer target = ByteBuffer.allocate(100);
        encoder.encode(text, 0, text.length(), target);
        return Hex.of(Arrays.copyOf(target.array(), target.position()));
    }

    @Test
    void halfACharacterAtTheEndFindsNoOtherHalfInAnEarlierText() {
        assertEquals("78f09f9880", encode("x\uD83D\uDE00"));
        assertEquals("78efbfbd", encode("x\uD83D"));
    }

    /** Behind and before characters of every length, since each has its own loop. */
    @Test
    void encodesEveryCharacter() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String one = Character.toString(c);
            String text = "é" + one + "a" + one + "bé" + one + "日" + one + "😀" + one + "a";
            assertEquals(Hex.of(Utf8.encode(text)), encode(text));
        }
    }

    /** Words are of four chars: whatever else is in any of their places, and whatever in the place behind that. */
    @Test
    void encodesEveryCharInEveryPlaceOfAWord() {
        for (String around : new String[] {"aaaaaaaaaaaa", "éяéяéяéяéяéя", "日한ह日한ह日한ह日한ह", "😀😀😀😀😀😀"}) {
            for (int place = 0; place < 9; place++) {
                for (int c = 0; c <= Character.MAX_VALUE; c++) {
                    String start = "é" + around.substring(0, place) + (char) c;
                    assertEncodes(start + around.substring(place + 1));
                }
            }
        }
    }

    /** The edges of each length, two of them in any two places that follow each other. */
    @Test
    void encodesEveryPairOfEdgesInEveryPlaceOfAWord() {
        String edges = "\0 \u007F\u0080\u00FF\u0100\u07FF\u0800\u7FFF\u8000\uD7FF\uD800\uDBFF\uDC00\uDFFF\uE000\uFFFF";
        for (String around : new String[] {"aaaaaaaaaaaa", "яяяяяяяяяяяя", "日日日日日日日日日日日日", "😀😀😀😀😀😀"}) {
            for (int place = 0; place < 10; place++) {
                for (int pair = 0; pair < edges.length() * edges.length(); pair++) {
                    char first = edges.charAt(pair / edges.length());
                    char second = edges.charAt(pair % edges.length());
                    String start = "é" + around.substring(0, place) + first + second;
                    assertEncodes(start + around.substring(place + 2));
                    assertEncodes(start);
                }
            }
        }
    }

    private void assertEncodes(String text) {
        byte[] expected = Utf8.encode(text);
        ByteBuffer target = ByteBuffer.allocate(Utf8Encoder.MAX_BYTES_PER_CHAR * text.length());
        assertEquals(text.length(), encoder.encode(text, 0, text.length(), target));
        if (!target.flip().equals(ByteBuffer.wrap(expected))) {
            assertEquals(Hex.of(expected), Hex.of(Arrays.copyOf(target.array(), target.limit())), text);
        }
    }

    /** Whatever room there is, and however little of the text there is: what is encoded is a beginning of it that is whole. */
    @Test
    void encodesPieceByPieceWithoutCuttingPairs() {
        for (String text : new String[] {
            "abcdefghijklmnopq", "abcdeéяfghijяяяя", "日本😀語a😀😀", "😀😀😀😀😀\uD83D", "\uD83D\uD83D\uDE00"
        }) {
            for (int room = 2 * Utf8Encoder.MAX_BYTES_PER_CHAR; room < 50; room++) {
                ByteBuffer whole = ByteBuffer.allocate(100);
                for (int from = 0; from < text.length(); ) {
                    ByteBuffer target = ByteBuffer.allocate(room + 1).position(1);
                    int to = encoder.encode(text, from, text.length(), target);
                    assertEquals(Hex.of(Utf8.encode(text.substring(from, to))), Hex.of(written(target, 1)));
                    whole.put(target.flip().position(1));
                    from = to;
                }
                assertEquals(Hex.of(Utf8.encode(text)), Hex.of(written(whole, 0)));
            }
        }
    }

    private static byte[] written(ByteBuffer target, int from) {
        return Arrays.copyOfRange(target.array(), from, target.position());
    }

    /** A piece has at most 4096 chars: no loop may look behind its end. */
    @Test
    void encodesWhatEndsWithThePiece() {
        for (String end :
                new String[] {"яяя ", "яяяя ", "日日日 ", "日日日日 ", "aaaé", "aaaaé", "яяя日", "a😀", "😀x", "😀😀"}) {
            for (int length = 4090; length < 4100; length++) {
                assertEncodesInPieces("é".repeat(length - end.length()) + end);
            }
        }
    }

    private void assertEncodesInPieces(String text) {
        ByteBuffer target = ByteBuffer.allocate(Utf8Encoder.MAX_BYTES_PER_CHAR * text.length());
        for (int from = 0; from < text.length(); ) {
            from = encoder.encode(text, from, text.length(), target);
        }
        assertEquals(Hex.of(Utf8.encode(text)), Hex.of(written(target, 0)));
    }
}
