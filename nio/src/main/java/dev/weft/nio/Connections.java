package dev.weft.nio;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of one server or client: how many there are, from each address where that is limited, and their common end.
 * Thread-safe.
 */
final class Connections {
    /** Of IPv6: whoever has one address of such a network has all of them. */
    private static final int NETWORK_BYTES = 8;

    private final AtomicInteger count = new AtomicInteger();
    /** What this is the part of that comes from one address; null for the whole. */
    private final Connections whole;

    private final Object address;
    /** By address; guarded by this. */
    private final Map<Object, Connections> parts = new HashMap<>();

    private final CompletableFuture<Void> allGone = new CompletableFuture<>();
    private volatile boolean closing;
    private volatile int closeCode;

    Connections() {
        this(null, null);
    }

    private Connections(Connections whole, Object address) {
        this.whole = whole;
        this.address = address;
    }

    int count() {
        return count.get();
    }

    boolean isClosing() {
        return whole().closing;
    }

    /** Counts one more; false where the end has begun, and none may come. */
    synchronized boolean add() {
        if (!closing) {
            count.incrementAndGet();
        }
        return !closing;
    }

    /**
     * Counts one more that comes from an address.
     *
     * @param most from there, the largest int for no limit
     * @return what counts it, and is to be told when it is gone; null where none may come, or none from there
     */
    synchronized Connections add(InetAddress from, int most) {
        if (most == Integer.MAX_VALUE) {
            return add() ? this : null;
        }
        byte[] bytes = from.getAddress();
        Object key = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, NETWORK_BYTES));
        Connections part = parts.computeIfAbsent(key, each -> new Connections(this, each));
        if (part.count() >= most || !add()) {
            return null;
        }
        part.count.incrementAndGet();
        return part;
    }

    void removed() {
        if (whole != null) {
            synchronized (whole) {
                if (count.decrementAndGet() == 0) {
                    whole.parts.remove(address);
                }
            }
            whole.removed();
        } else if (count.decrementAndGet() == 0 && closing) {
            allGone.complete(null);
        }
    }

    /** The connections of all addresses. */
    Connections whole() {
        return whole == null ? this : whole;
    }

    /** The code of the Close that each takes its leave with. */
    int closeCode() {
        return whole().closeCode;
    }

    /**
     * Has every connection take leave of its peer, each within its own deadline. Called again, the rest of them anew.
     *
     * @param spreadNanos the time over which they are told
     * @return completed when the last is gone
     */
    CompletableFuture<Void> close(Collection<EventLoop> loops, int code, long spreadNanos) {
        synchronized (this) {
            // Counted in, so that the future cannot complete before every loop has been told.
            count.addAndGet(loops.size());
            closeCode = code;
            closing = true;
        }
        // Outside of the lock: a loop that is closed runs the task here, under a lock of its own.
        for (EventLoop loop : loops) {
            loop.execute(() -> {
                new Draining(loop, this, spreadNanos);
                removed();
            });
        }
        return allGone;
    }
}
