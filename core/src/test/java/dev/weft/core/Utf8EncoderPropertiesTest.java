package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class Utf8EncoderPropertiesTest {
    private final Utf8Encoder encoder = new Utf8Encoder();

    @Property(tries = 5000)
    void isWhatTheJdkWouldEncode(@ForAll("texts") String text) {
        ByteBuffer target = ByteBuffer.allocate(1 + Utf8Encoder.MAX_BYTES_PER_CHAR * text.length());
        target.put((byte) '#');
        encoder.encode(text, 0, text.length(), target);

        byte[] written = Arrays.copyOfRange(target.array(), 1, target.position());
        assertEquals(Hex.of(Utf8.encode(text)), Hex.of(written));
    }

    /** Words of all scripts, at times with a char in it that is half a character. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.longs().map(seed -> {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(
                    new String(Utf8DecoderPropertiesTest.nearlyWords(random), StandardCharsets.UTF_8));
            for (int halves = random.nextInt(3); halves > 0; halves--) {
                text.insert(random.nextInt(text.length() + 1), (char) (0xD800 + random.nextInt(0x800)));
            }
            return text.toString();
        });
    }
}
