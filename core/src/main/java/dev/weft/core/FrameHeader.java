package dev.weft.core;

/**
 * The header of a frame (RFC 6455 §5.2): one mutable object that a parser reuses, so that a frame costs no allocation, and
 * the functions that read and write it.
 *
 * <pre>
 *  0               1               2               3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-------+-+-------------+-------------------------------+
 * |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
 * |I|S|S|S|  (4)  |A|     (7)     |       (16, if len is 126;     |
 * |N|V|V|V|       |S|             |        64, if len is 127)     |
 * | |1|2|3|       |K|             |                               |
 * +-+-+-+-+-------+-+-------------+-------------------------------+
 * |               Masking-key (32 bits, if MASK is set)           |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class FrameHeader {
    /** The largest header: 2 bytes, a 64-bit length, a masking key. */
    public static final int MAX_BYTES = 14;

    /** The largest payload of a control frame, in bytes (§5.5). */
    public static final int MAX_CONTROL_PAYLOAD = 125;

    /** Bit of {@link #rsv} that permessage-deflate uses (RFC 7692 §6). */
    public static final int RSV1 = 0b100;

    private static final int FIN_BIT = 0x80;
    private static final int MASK_BIT = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    /** Whether this is the final fragment of a message. */
    boolean fin;
    /** RSV1, RSV2, RSV3 as one number: 4, 2 and 1. */
    int rsv;
    /** See {@link Opcode}. */
    int opcode;
    /** In bytes. */
    long payloadLength;
    /** In network byte order; 0, which masks nothing, where the frame has no mask. */
    int maskKey;

    /** An empty header, to be filled by {@link #parse}. */
    public FrameHeader() {}

    /**
     * Reads the header at {@code from}. A violation is reported as soon as the bytes that show it are there.
     *
     * @param bytes the input, not changed
     * @param from index of the header's first byte
     * @param to end of the input
     * @param receiver the role of the endpoint that reads: a server requires a mask, a client refuses one (§5.1)
     * @param allowedRsv the RSV bits that negotiated extensions give a meaning: {@link #RSV1} or 0
     * @return the header's size, or 0 where it is not complete yet; the fields are then undefined
     * @throws ProtocolException 1002, where the header breaks §5
     */
    public int parse(byte[] bytes, int from, int to, Role receiver, int allowedRsv) {
        int available = to - from;
        if (available < 1) {
            return 0;
        }
        int first = bytes[from];
        fin = (first & FIN_BIT) != 0;
        rsv = first >> 4 & 0b111;
        opcode = first & 0xF;
        checkFirstByte(allowedRsv);
        if (available < 2) {
            return 0;
        }
        int second = bytes[from + 1];
        boolean masked = (second & MASK_BIT) != 0;
        int length = second & 0x7F;
        checkSecondByte(masked, length, receiver);
        int maskAt = from + (length < LENGTH_16 ? 2 : length == LENGTH_16 ? 4 : 10);
        if (maskAt > to) {
            return 0;
        }
        payloadLength = length < LENGTH_16 ? length : extendedLength(bytes, from + 2, length);
        if (!masked) {
            maskKey = 0;
            return maskAt - from;
        }
        if (maskAt + 4 > to) {
            return 0;
        }
        maskKey = (int) Bytes.INT.get(bytes, maskAt);
        return maskAt + 4 - from;
    }

    private void checkFirstByte(int allowedRsv) {
        if ((rsv & ~allowedRsv) != 0) {
            // "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values" (§5.2)
            throw violation("RSV bits are " + Integer.toBinaryString(8 | rsv).substring(1)
                    + ", but no extension defines them (RFC 6455 §5.2)");
        }
        if (Opcode.isReserved(opcode)) {
            throw violation("opcode " + opcode + " is reserved (RFC 6455 §5.2)");
        }
        if (opcode == Opcode.CONTINUATION && rsv != 0) {
            throw violation("continuation frame has RSV1 set (RFC 7692 §6.1)");
        }
        if (Opcode.isControl(opcode)) {
            if (!fin) {
                throw violation("control frame is fragmented, opcode " + opcode + " (RFC 6455 §5.5)");
            }
            if (rsv != 0) {
                throw violation("control frame has RSV1 set (RFC 7692 §6)");
            }
        }
    }

    private void checkSecondByte(boolean masked, int length, Role receiver) {
        if (masked != (receiver == Role.SERVER)) {
            throw violation(
                    masked
                            ? "frame from server is masked (RFC 6455 §5.1)"
                            : "frame from client is not masked (RFC 6455 §5.1)");
        }
        if (Opcode.isControl(opcode) && length > MAX_CONTROL_PAYLOAD) {
            throw violation("control frame payload is over 125 bytes, length field " + length + " (RFC 6455 §5.5)");
        }
    }

    private static long extendedLength(byte[] bytes, int at, int length) {
        long extended =
                length == LENGTH_16 ? (short) Bytes.SHORT.get(bytes, at) & 0xFFFF : (long) Bytes.LONG.get(bytes, at);
        if (extended < 0) {
            throw violation("64-bit payload length has its most significant bit set (RFC 6455 §5.2)");
        }
        if (extended < (length == LENGTH_16 ? LENGTH_16 : 0x10000)) {
            // "the minimal number of bytes MUST be used to encode the length" (§5.2)
            throw violation("payload length " + extended + " is not in its minimal encoding (RFC 6455 §5.2)");
        }
        return extended;
    }

    private static ProtocolException violation(String message) {
        return new ProtocolException(CloseCode.PROTOCOL_ERROR, message);
    }

    /**
     * The size of a header.
     *
     * @param payloadLength of its frame, in bytes
     * @param masked whether it has a masking key
     * @return 2 to 14 bytes
     */
    public static int size(long payloadLength, boolean masked) {
        return (payloadLength < LENGTH_16 ? 2 : payloadLength <= 0xFFFF ? 4 : 10) + (masked ? 4 : 0);
    }

    /**
     * Writes a header. Values are not checked: what to send is the {@link Connection}'s business.
     *
     * @param bytes the output, with room for {@link #size} bytes at {@code at}
     * @param at index of the header's first byte
     * @param fin whether the frame is the final fragment of its message
     * @param rsv the RSV bits, 0 to 7
     * @param opcode see {@link Opcode}
     * @param payloadLength in bytes
     * @param masked whether to set the MASK bit and write the key
     * @param maskKey in network byte order; ignored without {@code masked}
     * @return index after the header
     */
    public static int write(
            byte[] bytes, int at, boolean fin, int rsv, int opcode, long payloadLength, boolean masked, int maskKey) {
        int maskBit = masked ? MASK_BIT : 0;
        bytes[at] = (byte) ((fin ? FIN_BIT : 0) | rsv << 4 | opcode);
        int end;
        if (payloadLength < LENGTH_16) {
            bytes[at + 1] = (byte) (maskBit | payloadLength);
            end = at + 2;
        } else if (payloadLength <= 0xFFFF) {
            bytes[at + 1] = (byte) (maskBit | LENGTH_16);
            Bytes.SHORT.set(bytes, at + 2, (short) payloadLength);
            end = at + 4;
        } else {
            bytes[at + 1] = (byte) (maskBit | LENGTH_64);
            Bytes.LONG.set(bytes, at + 2, payloadLength);
            end = at + 10;
        }
        if (!masked) {
            return end;
        }
        Bytes.INT.set(bytes, end, maskKey);
        return end + 4;
    }

    /**
     * Whether this is the final fragment of a message (FIN).
     *
     * @return also true for every control frame
     */
    public boolean fin() {
        return fin;
    }

    /**
     * The RSV bits.
     *
     * @return RSV1, RSV2, RSV3 as 4, 2 and 1
     */
    public int rsv() {
        return rsv;
    }

    /**
     * What the payload is.
     *
     * @return see {@link Opcode}
     */
    public int opcode() {
        return opcode;
    }

    /**
     * The payload's size.
     *
     * @return in bytes, 0 to 2^63 − 1
     */
    public long payloadLength() {
        return payloadLength;
    }

    /**
     * The masking key, in network byte order.
     *
     * @return 0 where the frame has no mask
     */
    public int maskKey() {
        return maskKey;
    }
}
