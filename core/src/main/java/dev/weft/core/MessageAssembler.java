package dev.weft.core;

import java.nio.ByteBuffer;

/**
 * Holds a message while it is incomplete (RFC 6455 §5.4): its type, its bytes so far, and the UTF-8 state of a text, which
 * is validated piece by piece so that an invalid byte fails at once (§8.1).
 */
final class MessageAssembler implements IncomingMessage {
    /** Memory runs at most so far ahead of the bytes that have really come, whatever a header promises. */
    private static final int MIN_STEP = 4 * 1024;

    private static final int GROWTH = 16;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;
    private static final byte[] NONE = {};

    private final int opcode;
    private final int limit;
    private final Workspace workspace;
    private final ConnectionListener listener;

    private byte[] bytes = NONE;
    /** How much of that is counted as retained. */
    private int retained;

    private int size;
    private int fragments;
    private int utf8State = Utf8Validator.ACCEPT;

    /**
     * An empty message.
     *
     * @param opcode {@link Opcode#TEXT} or {@link Opcode#BINARY}
     * @param limit of its size, in bytes
     * @param workspace lends the memory
     * @param listener gets it when it is complete
     */
    MessageAssembler(int opcode, int limit, Workspace workspace, ConnectionListener listener) {
        this.workspace = workspace;
        this.opcode = opcode;
        this.limit = limit;
        this.listener = listener;
    }

    @Override
    public void beginFrame(long payloadLength) {
        checkSize(size, payloadLength, limit);
        fragments++;
        if (fragments > maxFragments(limit)) {
            throw new ProtocolException(
                    CloseCode.MESSAGE_TOO_BIG,
                    "message has over " + maxFragments(limit) + " fragments, the limit here");
        }
    }

    static void checkSize(int received, long payloadLength, int limit) {
        if (payloadLength > limit - received) {
            throw new ProtocolException(
                    CloseCode.MESSAGE_TOO_BIG,
                    "message is over " + limit + " bytes: " + received + " so far, and " + payloadLength + " more");
        }
    }

    /** Fragments cost time even where they bring no bytes: a message may have one for every 16 bytes of its limit. */
    private static int maxFragments(int limit) {
        return Math.max(1024, limit / 16);
    }

    @Override
    public void append(byte[] source, int from, int to, long expected, boolean end) {
        if (end) {
            discard(); // what is left of its time is this call
        }
        checkSize(size, to - from, limit);
        if (opcode == Opcode.TEXT) {
            utf8State = Utf8Validator.validate(utf8State, source, from, to);
            if (utf8State == Utf8Validator.REJECT || end && utf8State != Utf8Validator.ACCEPT) {
                throw notUtf8();
            }
        }
        int length = to - from;
        if (length > bytes.length - size) {
            long promised = size + length + expected;
            // With the header, so that a first read of 64 KiB is enough for a mebibyte, which need not be moved then.
            long step = Math.max((long) GROWTH * (FrameHeader.MAX_BYTES + size + length), MIN_STEP);
            // A frame that is not the message's last promises less than what will come: leave room for more.
            long capacity = Math.min(step, expected > 0 || end ? promised : 2 * promised);
            capacity = Math.min(capacity, MAX_ARRAY);
            if (!end) {
                workspace.claim(capacity - retained);
                retained = (int) capacity;
            }
            byte[] larger = workspace.takeMessage((int) capacity);
            System.arraycopy(bytes, 0, larger, 0, size);
            workspace.releaseMessage(bytes);
            bytes = larger;
        }
        if (source != bytes) { // else read straight to there
            System.arraycopy(source, from, bytes, size, length);
        }
        size += length;
        if (end && opcode == Opcode.TEXT) {
            listener.onText(workspace.decoder.decode(bytes, 0, size));
        } else if (end) {
            listener.onBinary(ByteBuffer.wrap(bytes, 0, size));
        }
        if (end) {
            workspace.releaseMessage(bytes);
        }
    }

    @Override
    public ByteBuffer room(int wanted) {
        return wanted > bytes.length - size
                ? null
                : ByteBuffer.wrap(bytes, size, wanted).slice();
    }

    @Override
    public void discard() {
        if (retained > 0) {
            workspace.retain(-retained);
            retained = 0;
        }
    }

    static ProtocolException notUtf8() {
        return new ProtocolException(CloseCode.INVALID_PAYLOAD, "text message is not UTF-8 (RFC 6455 §8.1)");
    }
}
