package dev.weft.nio;

import java.io.IOException;
import java.nio.channels.SelectionKey;

/**
 * What the loop calls for a channel: when it is ready, and when its one deadline has passed. A connection changes handlers
 * as it goes through its phases (opening, WebSocket, lingering); each hands the channel over to the next. All on the loop's
 * thread.
 */
abstract class Handler {
    final EventLoop loop;

    /** Whose connection it is; null once it counts no more. */
    final Connections owner;

    /** Null before the channel is registered. */
    SelectionKey key;
    /** Null before the channel is connected. */
    Transport transport;

    /** In the loop's nanoseconds; meaningful while {@link #deadlineIndex} is not negative. Owned by {@link Deadlines}. */
    long deadline;
    /** The place in the heap of {@link Deadlines}, −1 outside of it. */
    int deadlineIndex = -1;

    Handler(EventLoop loop, Connections owner) {
        this.loop = loop;
        this.owner = owner;
    }

    /** The channel is ready for some of the operations that were asked for. */
    abstract void ready();

    /** The deadline has passed; it is no longer set. */
    abstract void expired();

    /** The loop ends, or something went wrong inside of it: give up at once. */
    abstract void abandon(IOException why);

    /** Its server or client ends: take leave of the peer in good order. */
    abstract void goAway();

    /** Makes this the handler of another one's channel. */
    final void takeOver(Handler predecessor) {
        key = predecessor.key;
        transport = predecessor.transport;
        loop.clearDeadline(predecessor);
        key.attach(this);
    }

    /**
     * To be called whenever the transport was used: selects for what it and the handler wait for, or has its long work done
     * elsewhere first.
     */
    final void await(boolean read, boolean write) {
        if (!key.isValid()) {
            return;
        }
        Runnable task = transport.task();
        if (task != null) {
            loop.offload(() -> {
                task.run();
                loop.execute(this::readyAgain);
            });
        }
        if (task == null && read && transport.hasBufferedInput()) {
            loop.execute(this::readyAgain);
        }
        int ops = task != null ? 0 : transport.interestOps(read, write);
        if (key.interestOps() != ops) {
            key.interestOps(ops);
        }
    }

    private void readyAgain() {
        if (key.isValid() && key.attachment() == this) {
            EventLoop.guard(this, Handler::ready);
        }
    }

    /** Has {@link #expired} called without a deadline; may be called on any thread. */
    final void expireSoon() {
        loop.execute(this::expired);
    }

    /** Closes the channel, and with it its key. */
    final void closeChannel() {
        loop.clearDeadline(this);
        if (transport != null) {
            transport.close();
        }
    }
}
