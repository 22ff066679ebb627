package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.HandshakeException;
import dev.weft.core.Headers;
import dev.weft.core.HttpResponse;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class BackoffPropertiesTest {
    @Property
    void delayIsWithinItsBounds(
            @ForAll @LongRange(min = 1, max = 1L << 32) long first,
            @ForAll @LongRange(min = 0, max = 1L << 32) long more,
            @ForAll @IntRange(min = 1) int retry,
            @ForAll @IntRange(min = 1000, max = 4999) int code,
            @ForAll @DoubleRange(min = 0, max = 1) double random) {
        Backoff backoff = new Backoff(Duration.ofMillis(first), Duration.ofMillis(first + more), 1);
        long delay = backoff.delay(retry, new CloseEvent(code, "", true, null), random);
        assertTrue(delay >= 0 && delay <= Duration.ofMillis(first + more).toNanos(), () -> "delay " + delay);
    }

    /** Whatever a server says, it can hold a client neither for ever nor in a busy loop. */
    @Property
    void anyRetryAfterIsBounded(@ForAll String value, @ForAll @LongRange(min = 0) long seconds) {
        for (String each : new String[] {value.replaceAll("[^ -~]", ""), Long.toString(seconds)}) {
            HttpResponse response = HttpResponse.empty(503, Headers.of("Retry-After", each));
            CloseEvent event = new CloseEvent(1006, "", false, new HandshakeException("503", response));
            long delay = Backoff.DEFAULT.delay(1, event, 0.5);
            assertTrue(delay >= Duration.ofMillis(2_500).toNanos(), () -> each + ": " + delay);
            assertTrue(delay <= Duration.ofMillis(62_500).toNanos(), () -> each + ": " + delay);
        }
    }
}
