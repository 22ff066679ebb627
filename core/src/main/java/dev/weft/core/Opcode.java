package dev.weft.core;

/** The interpretation of a frame's payload (RFC 6455 §5.2). Plain ints, as they are on the wire. */
public final class Opcode {
    /** A further fragment of the message that is open (§5.4). */
    public static final int CONTINUATION = 0x0;
    /** UTF-8 text (§5.6). */
    public static final int TEXT = 0x1;
    /** Arbitrary bytes (§5.6). */
    public static final int BINARY = 0x2;
    /** Starts or answers the closing handshake (§5.5.1). */
    public static final int CLOSE = 0x8;
    /** Asks for a pong (§5.5.2). */
    public static final int PING = 0x9;
    /** Answers a ping, or is a one-way heartbeat (§5.5.3). */
    public static final int PONG = 0xA;

    private Opcode() {}

    /**
     * Whether the opcode is one of control frames, known or reserved (§5.5).
     *
     * @param opcode 0 to 15
     * @return whether its most significant bit is set
     */
    public static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }

    /**
     * Whether the opcode is reserved: 3–7 for data frames, 11–15 for control frames (§5.2).
     *
     * @param opcode 0 to 15
     * @return whether nothing defines it
     */
    public static boolean isReserved(int opcode) {
        return (opcode & 0x7) > BINARY;
    }
}
