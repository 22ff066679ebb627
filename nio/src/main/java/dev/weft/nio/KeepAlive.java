package dev.weft.nio;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * When a connection was last heard of, and what follows from that: a ping, or the end. Times are the loop's, in nanoseconds.
 * Belongs to the loop's thread, but for {@link #roundTripTime}.
 */
final class KeepAlive {
    /** What the time demands. */
    enum Due {
        NOTHING,
        PING,
        /** The end: the latest ping is unanswered. */
        SILENT,
        /** The end: no message for too long. */
        IDLE
    }

    private long lastHeardAt;
    private long lastMessageAt;
    /** When the latest ping went; when the connection opened, before the first. */
    private long pingSentAt;

    private volatile long roundTripNanos = -1;

    /** Of a connection that has just opened. */
    KeepAlive(long now) {
        lastHeardAt = now;
        lastMessageAt = now;
        pingSentAt = now;
    }

    /** Something came from the peer, be it anything, or it took what had waited. */
    void heard(long now) {
        lastHeardAt = now;
    }

    /** A message was sent or received. */
    void message(long now) {
        lastMessageAt = now;
    }

    /** A ping goes now; gives its payload. */
    ByteBuffer ping(long now) {
        pingSentAt = now;
        return ByteBuffer.allocate(Long.BYTES).putLong(0, now);
    }

    /** Takes the time, where the pong answers the latest ping. */
    void pong(ByteBuffer payload, long clock) {
        if (payload.remaining() == Long.BYTES && payload.getLong(payload.position()) == pingSentAt) {
            roundTripNanos = clock - pingSentAt;
        }
    }

    /** Null before the first pong. */
    Duration roundTripTime() {
        return roundTripNanos < 0 ? null : Duration.ofNanos(roundTripNanos);
    }

    /** Whether there was no message for the time of a ping. */
    boolean isQuiet(Limits limits, long now) {
        return now - lastMessageAt >= limits.pingInterval;
    }

    /** While reading is paused, a pong could not be seen. */
    private boolean awaitsPong(boolean paused) {
        return lastHeardAt - pingSentAt < 0 && !paused;
    }

    Due due(Limits limits, long now, boolean paused) {
        boolean pings = limits.pingInterval > 0;
        long elapsed = now - pingSentAt;
        if (pings && awaitsPong(paused) && elapsed >= limits.pongTimeout) {
            return Due.SILENT;
        }
        if (limits.idleTimeout > 0 && now - lastMessageAt >= limits.idleTimeout) {
            return Due.IDLE;
        }
        return pings && !awaitsPong(paused) && elapsed >= limits.pingInterval ? Due.PING : Due.NOTHING;
    }

    /** How long until something may be due; {@link Long#MAX_VALUE} for never. */
    long nanosToNext(Limits limits, long now, boolean paused) {
        long next = Long.MAX_VALUE;
        if (limits.pingInterval > 0) {
            long elapsed = now - pingSentAt;
            next = limits.pingInterval - elapsed;
            if (awaitsPong(paused)) {
                // The pong may have come by then, be it late, and the next ping is due.
                next = Math.min(next > 0 ? next : limits.pingInterval, limits.pongTimeout - elapsed);
            }
        }
        if (limits.idleTimeout > 0) {
            next = Math.min(next, lastMessageAt - now + limits.idleTimeout);
        }
        return next;
    }
}
