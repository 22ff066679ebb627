package dev.weft.core;

import java.nio.ByteBuffer;

/**
 * Cuts a byte stream into frames, incrementally, and unmasks their payload in place (RFC 6455 §5.2, §5.3). It is pulled:
 * each {@link #next} yields one <i>piece</i>, the part of one frame's payload that is there, and describes it in its
 * fields; nothing is allocated. A control frame always comes as one piece; a data frame in as many as its bytes arrive in,
 * the first of them possibly empty, so that its header can be judged before its payload is there.
 *
 * <p>Not thread-safe. Holds only what is incomplete; between frames ({@link #idle}) it can serve another stream.
 */
public final class FrameParser {
    private final FrameHeader header = new FrameHeader();
    /** Bytes of a header, or of a control frame's payload, that came in parts. */
    private final byte[] partial = new byte[FrameHeader.MAX_CONTROL_PAYLOAD];

    private int partialSize;
    private boolean inPayload;
    private long remaining;
    /** Turned to the next octet of the payload. */
    private int maskKey;

    private byte[] array;
    private int from;
    private int to;
    private boolean first;

    /** A parser at the start of a stream. */
    public FrameParser() {}

    /**
     * Takes the next piece from the input.
     *
     * @param in an array-backed buffer; its position moves past what was read, and the payload in it is unmasked in place
     * @param receiver the role of the endpoint that reads; the same throughout a stream
     * @param allowedRsv RSV bits that a negotiated extension defines: {@link FrameHeader#RSV1} or 0
     * @return whether there is a piece; without one the input is used up
     * @throws ProtocolException 1002 where a header breaks §5; the parser is then of no more use
     */
    public boolean next(ByteBuffer in, Role receiver, int allowedRsv) {
        array = in.array();
        first = !inPayload;
        if (first && !readHeader(in, receiver, allowedRsv)) {
            return false;
        }
        int available = in.remaining();
        if (available == 0 && !first) {
            return false;
        }
        int start = in.arrayOffset() + in.position();
        int length = (int) Math.min(remaining, available);
        maskKey = Masking.apply(array, start, start + length, maskKey);
        in.position(in.position() + length);
        remaining -= length;
        inPayload = remaining > 0;
        from = start;
        to = start + length;
        return !Opcode.isControl(header.opcode) || wholeControlFrame();
    }

    private boolean readHeader(ByteBuffer in, Role receiver, int allowedRsv) {
        int start = in.arrayOffset() + in.position();
        int end = in.arrayOffset() + in.limit();
        int size = partialSize == 0 ? header.parse(array, start, end, receiver, allowedRsv) : 0;
        if (size > 0) {
            in.position(in.position() + size);
        } else {
            while (size == 0 && in.hasRemaining()) {
                partial[partialSize++] = in.get();
                size = header.parse(partial, 0, partialSize, receiver, allowedRsv);
            }
            if (size == 0) {
                return false;
            }
            partialSize = 0;
        }
        remaining = header.payloadLength;
        maskKey = header.maskKey;
        inPayload = true;
        return true;
    }

    /** A control frame's payload is gathered where it comes in parts, and then is one piece. */
    private boolean wholeControlFrame() {
        if (partialSize == 0 && remaining == 0) {
            first = true;
            return true;
        }
        System.arraycopy(array, from, partial, partialSize, to - from);
        partialSize += to - from;
        if (remaining > 0) {
            return false;
        }
        array = partial;
        from = 0;
        to = partialSize;
        partialSize = 0;
        first = true;
        return true;
    }

    /**
     * Whether the parser stands between frames and holds no bytes.
     *
     * @return false inside a header or payload
     */
    public boolean idle() {
        return !inPayload && partialSize == 0;
    }

    /**
     * The header of the current piece's frame.
     *
     * @return one object for the parser's whole life
     */
    public FrameHeader header() {
        return header;
    }

    /**
     * Holds the current piece, between {@link #from} and {@link #to}; valid until the input is changed or the parser asked
     * again.
     *
     * @return the input's array, or one of the parser's own
     */
    public byte[] array() {
        return array;
    }

    /**
     * Where the current piece starts in {@link #array}.
     *
     * @return first index
     */
    public int from() {
        return from;
    }

    /**
     * Where the current piece ends in {@link #array}.
     *
     * @return end index
     */
    public int to() {
        return to;
    }

    /**
     * Whether the current piece is its frame's first.
     *
     * @return whether the header has just been read
     */
    public boolean first() {
        return first;
    }

    /**
     * How much of the frame's payload follows the current piece.
     *
     * @return in bytes
     */
    public long remaining() {
        return remaining;
    }

    /**
     * Whether the current piece ends its frame.
     *
     * @return whether none of the payload is missing
     */
    public boolean last() {
        return !inPayload;
    }
}
