package dev.weft.nio;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections of one server or client: how many there are, and their common end. Thread-safe. */
final class Connections {
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<Void> allGone = new CompletableFuture<>();
    private volatile boolean closing;

    int count() {
        return count.get();
    }

    boolean isClosing() {
        return closing;
    }

    /** Counts one more; false where the end has begun, and none may come. */
    synchronized boolean add() {
        if (!closing) {
            count.incrementAndGet();
        }
        return !closing;
    }

    void removed() {
        if (count.decrementAndGet() == 0 && closing) {
            allGone.complete(null);
        }
    }

    /**
     * Has every connection take leave of its peer, each within its own deadline.
     *
     * @return completed when the last is gone
     */
    synchronized CompletableFuture<Void> close(Collection<EventLoop> loops) {
        if (closing) {
            return allGone;
        }
        // Counted in, so that the future cannot complete before every loop has been told.
        count.addAndGet(loops.size());
        closing = true;
        for (EventLoop loop : loops) {
            loop.execute(() -> {
                for (Handler handler : loop.handlers()) {
                    if (handler.owner == this) {
                        handler.goAway();
                    }
                }
                removed();
            });
        }
        return allGone;
    }
}
