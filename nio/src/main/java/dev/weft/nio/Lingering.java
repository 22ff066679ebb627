package dev.weft.nio;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The last phase of a connection that this side ends: what is left to say is written, the output is shut down, and input is
 * thrown away until the peer closes too. Closing at once would have the operating system answer unread input with a reset,
 * which can overtake the last bytes sent (RFC 6455 §7.1.1).
 */
final class Lingering extends Handler {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer last;
    private final long timeoutNanos;
    private int retained;
    private boolean outputEnded;
    private boolean inputEnded;

    /** After everything was said. */
    Lingering(Handler predecessor, long timeoutNanos) {
        this(predecessor, null, NOTHING, timeoutNanos);
    }

    /** With last words; the owner, unless null, counts the connection until its end. */
    Lingering(Handler predecessor, Connections owner, ByteBuffer last, long timeoutNanos) {
        super(predecessor.loop, owner);
        this.last = last;
        this.timeoutNanos = timeoutNanos;
        takeOver(predecessor);
        loop.setDeadline(this, loop.now() + timeoutNanos);
        retained = last.remaining();
        loop.workspace.retain(retained);
        ready();
        if (last.hasRemaining() && loop.workspace.isSpent() && key.isValid()) {
            end();
        }
    }

    @Override
    void ready() {
        try {
            if (last.hasRemaining() || !transport.isFlushed()) {
                write();
            }
            if (!outputEnded && !last.hasRemaining() && transport.isFlushed()) {
                outputEnded = true;
                letGo();
                transport.shutdownOutput();
            }
            inputEnded = inputEnded || transport.read(loop.readBuffer()) < 0;
            if (inputEnded && outputEnded) {
                end();
            } else {
                await(!inputEnded, last.hasRemaining() || !transport.isFlushed());
            }
        } catch (IOException e) {
            end();
        }
    }

    private void write() throws IOException {
        int before = last.remaining();
        ByteBuffer out;
        do {
            // Part by part: of a buffer on the heap, the JDK copies the whole rest for every write.
            out = loop.writeBuffer();
            int part = Math.min(last.remaining(), out.remaining());
            out.put(last.slice(last.position(), part)).flip();
            last.position(last.position() + transport.write(out));
        } while (last.hasRemaining() && !out.hasRemaining());
        if (last.remaining() < before && (owner == null || !owner.isClosing())) {
            loop.setDeadline(this, loop.now() + timeoutNanos); // slow, but not stuck
        }
    }

    private void letGo() {
        loop.workspace.retain(-retained);
        retained = 0;
        last = NOTHING;
    }

    private void end() {
        letGo();
        closeChannel();
        if (owner != null) {
            owner.removed();
        }
    }

    @Override
    void expired() {
        end();
    }

    @Override
    void abandon(IOException why) {
        end();
    }

    @Override
    void goAway() {
        if (outputEnded) {
            end();
        }
    }
}
