package dev.weft.nio;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The last phase of a connection that this side ends: what is left to say is written, the output is shut down, and input is
 * thrown away until the peer closes too. Closing at once would have the operating system answer unread input with a reset,
 * which can overtake the last bytes sent (RFC 6455 §7.1.1).
 */
final class Lingering extends Handler {
    private final ByteBuffer last;
    private boolean outputEnded;
    private boolean inputEnded;

    /** After everything was said. */
    Lingering(Handler predecessor, long timeoutNanos) {
        this(predecessor, ByteBuffer.allocate(0), timeoutNanos);
    }

    /** With last words. */
    Lingering(Handler predecessor, ByteBuffer last, long timeoutNanos) {
        super(predecessor.loop, null);
        this.last = last;
        takeOver(predecessor);
        loop.setDeadline(this, loop.now() + timeoutNanos);
        ready();
    }

    @Override
    void ready() {
        try {
            if (last.hasRemaining() || !transport.isFlushed()) {
                transport.write(last);
            }
            if (!outputEnded && !last.hasRemaining() && transport.isFlushed()) {
                outputEnded = true;
                transport.shutdownOutput();
            }
            inputEnded = inputEnded || transport.read(loop.readBuffer()) < 0;
            if (inputEnded && outputEnded) {
                closeChannel();
            } else {
                await(!inputEnded, last.hasRemaining() || !transport.isFlushed());
            }
        } catch (IOException e) {
            closeChannel();
        }
    }

    @Override
    void expired() {
        closeChannel();
    }

    @Override
    void abandon() {
        closeChannel();
    }

    @Override
    void goAway() {
        closeChannel();
    }
}
