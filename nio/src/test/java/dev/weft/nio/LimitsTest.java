package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final Duration NEGATIVE = Duration.ofNanos(-1);

    @Test
    void setterChangesACopy() {
        Limits changed = Limits.DEFAULT.maxMessage(7).sendQueue(8).sendOverflow(Limits.Overflow.REFUSE);
        assertEquals(7, changed.maxMessage);
        assertEquals(8, changed.sendQueue);
        assertEquals(Limits.Overflow.REFUSE, changed.sendOverflow);
        assertEquals(1 << 20, Limits.DEFAULT.maxMessage);
        assertEquals(4 << 20, Limits.DEFAULT.sendQueue);
        assertEquals(Limits.Overflow.TERMINATE, Limits.DEFAULT.sendOverflow);
    }

    @Test
    void valuesBelowTheLeastAreRefused() {
        Limits limits = Limits.DEFAULT;
        assertThrows(IllegalArgumentException.class, () -> limits.maxMessage(-1));
        assertThrows(IllegalArgumentException.class, () -> limits.sendQueue(-1));
        assertThrows(IllegalArgumentException.class, () -> limits.connectTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> limits.handshakeTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> limits.pongTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> limits.closeTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> limits.pingInterval(NEGATIVE));
        assertThrows(IllegalArgumentException.class, () -> limits.idleTimeout(NEGATIVE));
        assertThrows(IllegalArgumentException.class, () -> limits.maxHead(255));
        assertThrows(IllegalArgumentException.class, () -> limits.maxHeaders(0));
        assertThrows(NullPointerException.class, () -> limits.sendOverflow(null));
    }

    @Test
    void refusalNamesTheLimitAndTheValue() {
        Exception refused = assertThrows(IllegalArgumentException.class, () -> Limits.DEFAULT.maxHead(255));
        assertEquals("maxHead is 255, it must be at least 256", refused.getMessage());
    }

    @Test
    void leastValuesAreTaken() {
        Limits least = Limits.DEFAULT
                .maxMessage(0)
                .sendQueue(0)
                .pingInterval(Duration.ZERO)
                .idleTimeout(Duration.ZERO)
                .closeTimeout(Duration.ofNanos(1))
                .maxHead(256)
                .maxHeaders(1);
        assertEquals(0, least.pingInterval);
        assertEquals(1, least.closeTimeout);
    }

    @Test
    void durationOfForEverDoesNotOverflow() {
        Limits limits = Limits.DEFAULT
                .idleTimeout(Duration.ofSeconds(Long.MAX_VALUE))
                .closeTimeout(Duration.ofNanos(Long.MAX_VALUE));
        assertTrue(limits.idleTimeout > Duration.ofDays(70 * 365).toNanos());
        assertTrue(2 * limits.closeTimeout > 0, "can be added to a time");
    }
}
