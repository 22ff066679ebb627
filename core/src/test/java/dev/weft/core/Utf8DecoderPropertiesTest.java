package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

class Utf8DecoderPropertiesTest {
    private static final Utf8Decoder DECODER = new Utf8Decoder();

    private static final int[][] SCRIPTS = {
        {'a', 'z'}, {0xC0, 0x17F}, {0x80, 0x7FF}, {0x410, 0x44F}, {0x800, 0xFFFF}, {0x4E00, 0x9FFF}, {0x10000, 0x10FFFF}
    };

    @Property(tries = 5000)
    @Tag("6455-8.1-1")
    void agreesWithTheDecoderOfTheJdk(@ForAll("nearlyWords") byte[] bytes) {
        assertEquals(reference(bytes), decode(bytes), () -> Hex.of(bytes));
    }

    @Property(tries = 2000)
    void agreesWithItOnSingleCharactersToo(@ForAll("nearlyUtf8") byte[] bytes) {
        assertEquals(reference(bytes), decode(bytes), () -> Hex.of(bytes));
    }

    /** Null for what is not UTF-8. */
    static String decode(byte[] bytes) {
        return DECODER.decode(bytes, 0, bytes.length);
    }

    /** Null for what is not UTF-8. */
    static String reference(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder() // which reports
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    @Provide
    Arbitrary<byte[]> nearlyUtf8() {
        return Arbitraries.longs().map(seed -> Utf8ValidatorPropertiesTest.nearlyUtf8(new Random(seed)));
    }

    /** Words that keep to a script, with blanks and more between them, and in some a byte changed. */
    @Provide
    Arbitrary<byte[]> nearlyWords() {
        return Arbitraries.longs().map(seed -> nearlyWords(new Random(seed)));
    }

    static byte[] nearlyWords(Random random) {
        StringBuilder text = new StringBuilder();
        int[] script = SCRIPTS[0];
        for (int words = random.nextInt(12); words > 0; words--) {
            if (random.nextInt(3) == 0) {
                script = SCRIPTS[random.nextInt(SCRIPTS.length)];
            }
            for (int length = random.nextInt(12); length > 0; length--) {
                int c = script[0] + random.nextInt(script[1] - script[0] + 1);
                text.appendCodePoint(Character.isBmpCodePoint(c) && Character.isSurrogate((char) c) ? '日' : c);
            }
            text.append(random.nextInt(4) == 0 ? ", 2026 — " : " ");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int damage = random.nextInt(3); damage > 0 && bytes.length > 0; damage--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }
}
