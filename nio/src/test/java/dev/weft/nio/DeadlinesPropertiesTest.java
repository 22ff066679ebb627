package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DeadlinesPropertiesTest {
    private static final int HANDLERS = 40;

    /** Set a handler's deadline, or remove it where {@code at} is null. */
    record Step(int handler, Long at) {}

    @Property
    void heapGivesTheSameOrderAsAMap(@ForAll("steps") List<Step> steps, @ForAll long origin) {
        Deadlines heap = new Deadlines();
        Map<Handler, Long> model = new HashMap<>();
        List<Handler> handlers = new ArrayList<>();
        for (int i = 0; i < HANDLERS; i++) {
            handlers.add(new Idle());
        }
        for (Step step : steps) {
            Handler handler = handlers.get(step.handler);
            if (step.at == null) {
                heap.remove(handler);
                model.remove(handler);
            } else {
                heap.set(handler, origin + step.at);
                model.put(handler, step.at);
            }
            assertEquals(model.isEmpty(), heap.isEmpty());
            if (!model.isEmpty()) {
                long least = model.values().stream().mapToLong(at -> at).min().getAsLong();
                assertEquals(origin + least, heap.first().deadline);
                assertEquals(least, model.get(heap.first()));
            }
            Set<Handler> visited = new HashSet<>();
            heap.forEach(each -> assertTrue(visited.add(each), "visited once"));
            assertEquals(model.keySet(), visited);
        }
        long before = Long.MIN_VALUE;
        while (!heap.isEmpty()) {
            Handler first = heap.first();
            assertEquals(first.deadline - origin, model.remove(first));
            assertTrue(first.deadline - origin >= before, "in order");
            before = first.deadline - origin;
            heap.remove(first);
            assertEquals(-1, first.deadlineIndex);
        }
        assertTrue(model.isEmpty());
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> at = Arbitraries.longs().between(0, 50).injectNull(0.4);
        return Combinators.combine(Arbitraries.integers().between(0, HANDLERS - 1), at)
                .as(Step::new)
                .list()
                .ofMaxSize(300);
    }

    private static final class Idle extends Handler {
        Idle() {
            super(null, null);
        }

        @Override
        void ready() {}

        @Override
        void expired() {}

        @Override
        void abandon(IOException why) {}

        @Override
        void goAway() {}
    }
}
