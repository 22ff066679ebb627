package dev.weft.core;

import java.util.zip.Deflater;

/**
 * Compresses one side's messages (RFC 7692 §7.2.1). A connection has a {@link Deflater} of its own only where its context goes
 * on from message to message with the full window; otherwise the workspace's serves.
 *
 * <p>The JDK's Deflater always has a window of 2^15 bytes. A smaller one is kept by never letting it see more: the message goes
 * in as blocks of half the window, each after a full flush, with the half before it as dictionary, so that no distance can be
 * beyond the window.
 */
final class MessageDeflater {
    /** The end of a flush: an empty stored block, whose last four bytes are not sent (§7.2.1). */
    private static final int TAIL_BYTES = 4;
    /** A flush needs so much room, or the Deflater goes on for ever repeating it. */
    static final int MIN_ROOM = 16;

    private static final byte[] NONE = {};

    private final Deflate config;
    private final boolean takeover;
    private final int windowBits;

    /** Only with context takeover and the full window. */
    private Deflater own;
    /** Only with context takeover and a smaller window. */
    private Window sent;

    private MessageDeflater(Deflate config, boolean takeover, int windowBits) {
        this.config = config;
        this.takeover = takeover;
        this.windowBits = DeflateParameters.effective(windowBits);
    }

    static MessageDeflater of(Role sender, Deflate config, DeflateParameters agreed) {
        return sender == Role.SERVER
                ? new MessageDeflater(config, !agreed.serverNoContextTakeover(), agreed.serverMaxWindowBits())
                : new MessageDeflater(config, !agreed.clientNoContextTakeover(), agreed.clientMaxWindowBits());
    }

    int threshold() {
        return config.threshold;
    }

    /**
     * Compresses a message, with reference to those before it where that is allowed.
     *
     * @param out with room for {@link #MIN_ROOM} bytes more than the message has
     * @return its size, or −1 where it would not be smaller: then it is to be sent as it is
     */
    int deflate(Workspace workspace, byte[] plain, int from, int to, byte[] out) {
        if (!takeover) {
            return deflateAlone(workspace, plain, from, to, out);
        }
        int size;
        if (windowBits == DeflateParameters.MAX_BITS) {
            if (own == null) {
                if (workspace.isSpent()) {
                    return -1;
                }
                own = workspace.zlib.newDeflater(config.level);
                workspace.retain(Zlib.DEFLATER_BYTES);
            }
            size = deflateBlock(own, plain, from, to, out, 0, Deflater.SYNC_FLUSH);
        } else {
            if (sent == null) {
                if (workspace.isSpent()) {
                    return -1;
                }
                sent = new Window(windowBits);
                workspace.retain(1 << windowBits);
            }
            byte[] before = sent.last(1 << windowBits - 1);
            size = deflateBlocks(workspace.zlib.sharedDeflater(config.level), before, plain, from, to, out);
        }
        if (size < 0 || size >= to - from) {
            forget(); // the peer will not see what the deflater has seen
            return -1;
        }
        if (sent != null) {
            sent.add(plain, from, to);
        }
        return size;
    }

    /** As {@link #deflate}, without reference to other messages, and without regard to them. */
    int deflateAlone(Workspace workspace, byte[] plain, int from, int to, byte[] out) {
        Deflater shared = workspace.zlib.sharedDeflater(config.level);
        int size = windowBits == DeflateParameters.MAX_BITS
                ? deflateBlock(shared, plain, from, to, out, 0, Deflater.SYNC_FLUSH)
                : deflateBlocks(shared, NONE, plain, from, to, out);
        return size < to - from ? size : -1;
    }

    private int deflateBlocks(Deflater deflater, byte[] before, byte[] plain, int from, int to, byte[] out) {
        int half = 1 << windowBits - 1;
        if (before.length > 0) {
            deflater.setDictionary(before);
        }
        int size = 0;
        for (int block = from; block < to; block += half) {
            if (block > from) {
                deflater.setDictionary(plain, block - half, half);
                size += TAIL_BYTES; // is part of the message after all
            }
            size = deflateBlock(deflater, plain, block, Math.min(block + half, to), out, size, Deflater.FULL_FLUSH);
            if (size < 0) {
                return -1;
            }
        }
        return size;
    }

    /**
     * Appends a block to the output.
     *
     * @return the output's size without the flush's tail, −1 where it is full, and so the whole not smaller than what came in
     */
    private static int deflateBlock(Deflater deflater, byte[] plain, int from, int to, byte[] out, int at, int flush) {
        if (out.length - at < MIN_ROOM / 2) {
            return -1;
        }
        deflater.setInput(plain, from, to - from);
        int size = at + deflater.deflate(out, at, out.length - at, flush);
        deflater.setInput(NONE); // or it would hold on to a message of any size until the next one
        return size == out.length ? -1 : size - TAIL_BYTES;
    }

    /** Starts anew: what went out before is not referred to again, which the peer need not know. */
    void forget() {
        if (own != null) {
            own.reset();
        }
        if (sent != null) {
            sent.clear();
        }
    }

    /** Gives native memory back; the context is lost, which costs size once and nothing else. */
    void release(Workspace workspace) {
        if (own != null) {
            workspace.zlib.end(own);
            workspace.retain(-Zlib.DEFLATER_BYTES);
            own = null;
        }
    }

    /** The connection is over. */
    void discard(Workspace workspace) {
        release(workspace);
        if (sent != null) {
            workspace.retain(-(1 << windowBits));
            sent = null;
        }
    }

    /** What decides how a message without context is compressed: equal keys give equal bytes. */
    int key() {
        return windowBits << 4 | config.level;
    }
}
