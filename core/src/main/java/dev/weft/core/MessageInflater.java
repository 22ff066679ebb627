package dev.weft.core;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses the peer's messages (RFC 7692 §7.2.2), piece by piece. A connection holds an {@link Inflater} of its own inside
 * of a message, and between messages only where the context goes on; its last output is then kept too, from which another
 * Inflater can go on after a final block, or after the native memory was given back.
 */
final class MessageInflater {
    /**
     * What the sender left out at a message's end (§7.2.2), and an empty block: where the message lacks octets, both are read
     * as one block with content, which shows.
     */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF, 0, 0, 0, (byte) 0xFF, (byte) 0xFF};
    /** The same with a final block: data that really ends there then shows as finished. */
    private static final byte[] FINAL_TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF, 1, 0, 0, (byte) 0xFF, (byte) 0xFF};

    private final boolean takeover;
    private final int windowBits;
    /** The latest output; only with context takeover, and once there is some. */
    private Window received;

    private Inflater inflater;
    private boolean inMessage;
    private byte[] input;
    private int inputEnd;
    private boolean tailDue;
    private boolean tailTaken;

    private MessageInflater(boolean takeover, int windowBits) {
        this.takeover = takeover;
        this.windowBits = DeflateParameters.effective(windowBits);
    }

    static MessageInflater of(Role receiver, DeflateParameters agreed) {
        return receiver == Role.CLIENT
                ? new MessageInflater(!agreed.serverNoContextTakeover(), agreed.serverMaxWindowBits())
                : new MessageInflater(!agreed.clientNoContextTakeover(), agreed.clientMaxWindowBits());
    }

    boolean isInMessage() {
        return inMessage;
    }

    /** A compressed message starts. */
    void begin(Workspace workspace) {
        inMessage = true;
        tailDue = false;
        tailTaken = false;
        if (takeover && received == null) {
            Window window = new Window(windowBits);
            workspace.claim(1 << windowBits);
            received = window;
        }
        if (inflater == null) {
            inflater = workspace.zlib.takeInflater();
            restoreContext();
        }
    }

    private void restoreContext() {
        if (received != null) {
            inflater.setDictionary(received.all());
        }
    }

    /** Takes a piece of the message's payload; it is read where it lies until {@link #read} has given all. */
    void input(byte[] bytes, int from, int to, boolean end) {
        tailDue = end;
        setInput(bytes, from, to);
    }

    private void setInput(byte[] bytes, int from, int to) {
        input = bytes;
        inputEnd = to;
        inflater.setInput(bytes, from, to - from);
    }

    /**
     * Decompresses as much as the output takes.
     *
     * @return how much that is; less than the output takes where the input is used up
     * @throws ProtocolException 1007 where the data is broken
     */
    int read(byte[] output) {
        int size = 0;
        try {
            while (size < output.length) {
                int count = inflater.inflate(output, size, output.length - size);
                if (tailTaken && count > 0) {
                    throw broken(); // the message ends inside of a block
                }
                if (takeover && count > 0) {
                    received.add(output, size, size + count);
                }
                size += count;
                if (size < output.length && !moreInput()) {
                    return size; // an Inflater that leaves room has used up its input
                }
            }
            return size;
        } catch (DataFormatException e) {
            throw broken();
        }
    }

    private boolean moreInput() {
        if (inflater.finished()) {
            // A peer may end its stream and go on with a new one, even inside of a message (§7.2.3.4, §7.2.3.5).
            int rest = inflater.getRemaining();
            inflater.reset();
            restoreContext();
            if (rest == 0) {
                tailDue = false;
                return false;
            }
            setInput(input, inputEnd - rest, inputEnd);
            return true;
        }
        if (tailDue) {
            tailDue = false;
            tailTaken = true;
            byte[] tail = takeover ? TAIL : FINAL_TAIL;
            setInput(tail, 0, tail.length);
            return true;
        }
        if (tailTaken && !takeover) {
            throw broken();
        }
        return false;
    }

    private static ProtocolException broken() {
        return new ProtocolException(CloseCode.INVALID_PAYLOAD, "compressed message is broken (RFC 7692 §7.2.2)");
    }

    /** The message is over. */
    void end(Workspace workspace) {
        inMessage = false;
        input = null;
        if (!takeover) {
            workspace.zlib.giveBack(inflater);
            inflater = null;
        }
    }

    /** Gives native memory back, where that does no harm: between messages. */
    void release(Workspace workspace) {
        if (inflater != null && !inMessage) {
            workspace.zlib.giveBack(inflater);
            inflater = null;
        }
    }

    /** The connection is over. */
    void discard(Workspace workspace) {
        inMessage = false;
        release(workspace);
        if (received != null) {
            workspace.retain(-(1 << windowBits));
            received = null;
        }
    }
}
