package dev.weft.core;

import java.nio.ByteBuffer;

/**
 * A message framed once, to be sent over many connections: a server's connections all share its bytes (a client has to copy
 * them, since every frame needs a mask of its own). Immutable and thread-safe.
 */
public final class PreparedMessage {
    final int opcode;
    /** The unmasked frame, header and payload. */
    final byte[] frame;

    private final int headerSize;

    private PreparedMessage(int opcode, ByteBuffer payload) {
        int length = payload.remaining();
        headerSize = FrameHeader.size(length, false);
        this.opcode = opcode;
        frame = new byte[headerSize + length];
        FrameHeader.write(frame, 0, true, 0, opcode, length, false, 0);
        payload.get(payload.position(), frame, headerSize, length);
    }

    /**
     * A text message.
     *
     * @param text unpaired surrogates are sent as U+FFFD
     * @return the message
     */
    public static PreparedMessage text(String text) {
        return new PreparedMessage(Opcode.TEXT, ByteBuffer.wrap(Utf8.encode(text)));
    }

    /**
     * A binary message.
     *
     * @param payload copied from position to limit; the position does not move
     * @return the message
     */
    public static PreparedMessage binary(ByteBuffer payload) {
        return new PreparedMessage(Opcode.BINARY, payload);
    }

    /**
     * The size of the unmasked frame.
     *
     * @return in bytes, header included
     */
    public int size() {
        return frame.length;
    }

    /** The payload, as a new view. */
    ByteBuffer payload() {
        return ByteBuffer.wrap(frame, headerSize, frame.length - headerSize).slice();
    }
}
