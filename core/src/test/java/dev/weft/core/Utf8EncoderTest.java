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
}
