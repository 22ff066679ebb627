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
}
