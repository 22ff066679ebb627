package dev.weft.nio;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that stands still until it is told to go on. */
final class ManualClock implements LongSupplier {
    // Near the largest long, as a nano clock may be: what compares without differences fails.
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);

    @Override
    public long getAsLong() {
        return nanos.get();
    }

    void advance(Duration step) {
        nanos.addAndGet(step.toNanos());
    }
}
