package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/** A loop that the test turns, by a clock that the test sets. */
final class DrivenLoop implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final ManualClock clock = new ManualClock();
    final EventLoop loop = new EventLoop(SelectorProvider.provider(), clock);

    /** Turns until something is true. */
    void turnUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "condition is not met within " + PATIENCE);
            loop.runOnce(Duration.ofMillis(5));
        }
    }

    /** Turns while a peer does on a thread of its own what may block. */
    <T> T turning(Callable<T> blocking) throws Exception {
        FutureTask<T> result = new FutureTask<>(blocking);
        Thread thread = new Thread(result, "test-peer");
        thread.setDaemon(true);
        thread.start();
        turnUntil(result::isDone);
        return result.get();
    }

    /** Lets time pass, and serves what is due; what that queues, too. */
    void advance(Duration step) {
        clock.advance(step);
        settle();
    }

    void settle() {
        for (int i = 0; i < 4; i++) {
            loop.runOnce(Duration.ZERO);
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
