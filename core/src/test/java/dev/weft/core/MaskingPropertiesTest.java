package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

class MaskingPropertiesTest {
    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    @Tag("6455-6.2-5")
    void equalsTheNaiveLoopAndLeavesTheRestAlone(
            @ForAll @IntRange(max = 20) int before,
            @ForAll @IntRange(max = 600) int length,
            @ForAll @IntRange(max = 20) int after,
            @ForAll int key,
            @ForAll long seed) {
        byte[] bytes = random(before + length + after, seed);
        byte[] expected = bytes.clone();
        naive(expected, before, before + length, key);

        int next = Masking.apply(bytes, before, before + length, key);

        assertArrayEquals(expected, bytes);
        assertEquals(turned(key, length), next);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void equalsTheNaiveLoopForLargePayloads(
            @ForAll @IntRange(max = 16) int before,
            @ForAll @IntRange(min = 600, max = 200_000) int length,
            @ForAll int key,
            @ForAll long seed) {
        byte[] bytes = random(before + length + 9, seed);
        byte[] expected = bytes.clone();
        naive(expected, before, before + length, key);

        Masking.apply(bytes, before, before + length, key);

        assertArrayEquals(expected, bytes);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void mayBeSplitAnywhere(
            @ForAll @IntRange(max = 1200) int length,
            @ForAll @IntRange(max = 1200) int firstCut,
            @ForAll @IntRange(max = 1200) int secondCut,
            @ForAll int key,
            @ForAll long seed) {
        int first = Math.min(length, Math.min(firstCut, secondCut));
        int second = Math.min(length, Math.max(firstCut, secondCut));
        byte[] bytes = random(length, seed);
        byte[] expected = bytes.clone();
        naive(expected, 0, length, key);

        int turned = Masking.apply(bytes, 0, first, key);
        turned = Masking.apply(bytes, first, second, turned);
        Masking.apply(bytes, second, length, turned);

        assertArrayEquals(expected, bytes);
    }

    @Property
    void appliedTwiceIsTheIdentity(@ForAll @IntRange(max = 2000) int length, @ForAll int key, @ForAll long seed) {
        byte[] bytes = random(length, seed);
        byte[] original = bytes.clone();

        Masking.apply(bytes, 0, length, key);
        Masking.apply(bytes, 0, length, key);

        assertArrayEquals(original, bytes);
    }

    /** "j = i MOD 4, transformed-octet-i = original-octet-i XOR masking-key-octet-j" (§5.3). */
    static void naive(byte[] bytes, int from, int to, int key) {
        for (int i = from; i < to; i++) {
            bytes[i] ^= (byte) NaiveFrames.octet(key, i - from);
        }
    }

    private static int turned(int key, int length) {
        int turned = 0;
        for (int i = 0; i < 4; i++) {
            turned = turned << 8 | NaiveFrames.octet(key, length + i);
        }
        return turned;
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
