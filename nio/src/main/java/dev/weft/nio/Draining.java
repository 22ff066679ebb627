package dev.weft.nio;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The common end of the connections that a server or client has on one loop: what is not a WebSocket goes at once, one WebSocket
 * after the other over a given time, so that not all peers come back in the same moment.
 */
final class Draining extends Handler {
    private final List<WebSocketChannel> open = new ArrayList<>();
    private final long step;
    private int next;

    Draining(EventLoop loop, Connections owner, long spreadNanos) {
        super(loop, owner);
        for (Handler each : loop.handlers()) {
            if (each.owner != null && each.owner.whole() == owner) {
                if (each instanceof WebSocketChannel ws) {
                    open.add(ws);
                } else {
                    EventLoop.guard(each, Handler::goAway);
                }
            }
        }
        step = spreadNanos / Math.max(1, open.size());
        deadline = loop.now();
        expired();
    }

    @Override
    void expired() {
        for (; next < open.size() && deadline - loop.now() <= 0; deadline += step) {
            EventLoop.guard(open.get(next++), Handler::goAway);
        }
        if (next < open.size()) {
            loop.setDeadline(this, deadline);
        }
    }

    @Override
    void ready() {
        throw new AssertionError("has no channel");
    }

    @Override
    void abandon(IOException why) {
        goAway();
    }

    /** Another one, which was asked for later, takes over. */
    @Override
    void goAway() {
        loop.clearDeadline(this);
    }
}
