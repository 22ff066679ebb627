package dev.weft.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/** What an action allocates on the heap. */
final class Allocated {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocated() {}

    /** Does it once more where it takes too much, since the first time may load classes. */
    static <T> T atMost(long bytes, Supplier<T> action) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        T result = action.get();
        if (THREADS.getCurrentThreadAllocatedBytes() - before > bytes) {
            before = THREADS.getCurrentThreadAllocatedBytes();
            result = action.get();
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated <= bytes, () -> allocated + " bytes allocated, allowed " + bytes);
        }
        return result;
    }
}
