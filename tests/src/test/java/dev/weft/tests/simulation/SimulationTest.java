package dev.weft.tests.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Worlds from seeds: the first ones and a fresh one. {@code -Dweft.seeds=100000} runs as many, from {@code -Dweft.first} on;
 * {@code -Dweft.seed=17} runs one and prints what happens in it.
 */
class SimulationTest {
    private static final int USUAL = 300;

    @Test
    void whatMustHoldDoes() {
        Long one = Long.getLong("weft.seed");
        if (one != null) {
            Simulation.run(one, System.out::println);
            return;
        }
        long first = Long.getLong("weft.first", 1);
        long end = first + Long.getLong("weft.seeds", USUAL);
        for (long seed = first; seed < end; seed++) {
            Simulation.run(seed, null);
        }
        Simulation.run(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), null);
    }

    /** Else no failure could be looked into. */
    @Test
    @Timeout(60)
    void sameSeedGivesTheSameWorld() {
        boolean secure = false;
        for (long seed = 1; seed <= 20 || !secure; seed++) {
            List<String> lines = trace(seed);
            assertFalse(lines.isEmpty());
            assertEquals(lines, trace(seed), "seed " + seed);
            secure |= lines.get(0).contains("secure");
        }
    }

    private static List<String> trace(long seed) {
        List<String> lines = new ArrayList<>();
        Consumer<String> reader = lines::add;
        Simulation.run(seed, reader);
        return lines;
    }
}
