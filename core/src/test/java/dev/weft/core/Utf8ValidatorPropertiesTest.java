package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

class Utf8ValidatorPropertiesTest {
    @Property(tries = 3000)
    @Tag("6455-8.1-1")
    void agreesWithTheDecoderOfTheJdk(@ForAll("nearlyUtf8") byte[] bytes) {
        int state = Utf8Validator.validate(Utf8Validator.ACCEPT, bytes, 0, bytes.length);

        assertEquals(Utf8DecoderPropertiesTest.reference(bytes) != null, state == Utf8Validator.ACCEPT);
    }

    @Property(tries = 2000)
    void isTheSameForAnyChunking(@ForAll("nearlyUtf8") byte[] bytes, @ForAll long seed) {
        int whole = Utf8Validator.validate(Utf8Validator.ACCEPT, bytes, 0, bytes.length);

        int state = Utf8Validator.ACCEPT;
        for (byte[] piece : Chunks.cut(bytes, new Random(seed))) {
            state = Utf8Validator.validate(state, piece, 0, piece.length);
        }

        assertEquals(whole, state);
    }

    @Property(tries = 1000)
    void rejectsAsSoonAsNothingValidCanFollow(@ForAll("nearlyUtf8") byte[] bytes) {
        for (int end = 0; end <= bytes.length; end++) {
            byte[] prefix = Arrays.copyOf(bytes, end);
            int state = Utf8Validator.validate(Utf8Validator.ACCEPT, bytes, 0, end);
            assertEquals(Utf8ValidatorTest.verdict(prefix), Utf8ValidatorTest.category(state), Hex.of(prefix));
        }
    }

    /** Characters of every length and stretches of ASCII, at times with a byte changed, left out or put in. */
    @Provide
    Arbitrary<byte[]> nearlyUtf8() {
        return Arbitraries.longs().map(seed -> nearlyUtf8(new Random(seed)));
    }

    static byte[] nearlyUtf8(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int parts = random.nextInt(12); parts > 0; parts--) {
            out.writeBytes(
                    switch (random.nextInt(4)) {
                        case 0 ->
                            "ascii stretch of some length, 45 characters!!"
                                    .substring(random.nextInt(45))
                                    .getBytes();
                        case 1 -> edge(random);
                        default ->
                            Character.toString(random.nextInt(Character.MAX_CODE_POINT + 1) >> random.nextInt(14))
                                    .getBytes(StandardCharsets.UTF_8);
                    });
        }
        byte[] bytes = out.toByteArray();
        for (int damage = random.nextInt(3); damage > 0 && bytes.length > 0; damage--) {
            int at = random.nextInt(bytes.length);
            if (random.nextBoolean()) {
                bytes[at] = (byte) (random.nextBoolean() ? 0x80 + random.nextInt(0x40) : random.nextInt());
            } else {
                bytes = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? at : bytes.length);
            }
        }
        return bytes;
    }

    /** Around the limits of the table of RFC 3629 §4, on both sides. */
    private static byte[] edge(Random random) {
        String[] edges = {
            "7f",
            "c280",
            "dfbf",
            "e0a080",
            "ecbfbf",
            "ed8080",
            "ed9fbf",
            "ee8080",
            "efbfbf",
            "f0908080",
            "f3bfbfbf",
            "f4808080",
            "f48fbfbf",
            "c1bf",
            "e09fbf",
            "eda080",
            "f08fbfbf",
            "f4908080",
            "f5808080",
            "80",
            "fe"
        };
        return Hex.bytes(edges[random.nextInt(random.nextBoolean() ? 13 : edges.length)]);
    }
}
