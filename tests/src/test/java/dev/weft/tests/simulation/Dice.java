package dev.weft.tests.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** The one source of chance in a world. */
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        random = new SplittableRandom(seed);
    }

    /** 0 to bound − 1. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both included. */
    long between(long least, long most) {
        return least + random.nextLong(most - least + 1);
    }

    boolean percent(double chance) {
        return random.nextDouble() * 100 < chance;
    }

    long any() {
        return random.nextLong();
    }

    /** 0 to most, the small ones far more often. */
    long skewed(long most) {
        double share = random.nextDouble();
        return (long) (share * share * share * share * (most + 0.999));
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[below(choices.length)];
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    /** In a new order. */
    void shuffle(List<?> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            swap(list, i, below(i + 1));
        }
    }

    private static <T> void swap(List<T> list, int i, int j) {
        list.set(i, list.set(j, list.get(i)));
    }
}
