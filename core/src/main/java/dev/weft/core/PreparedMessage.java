package dev.weft.core;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A message framed once, to be sent over many connections: a server's connections all share its bytes (a client has to copy
 * them, since every frame needs a mask of its own). Immutable and thread-safe.
 */
public final class PreparedMessage {
    final int opcode;
    /** The unmasked frame, header and payload. */
    private final byte[] frame;

    private final int headerSize;
    /** Compressed frames by {@link MessageDeflater#key}; guarded by this. */
    private final Map<Integer, byte[]> compressed = new HashMap<>(2);

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

    /** The unmasked, uncompressed frame; not to be changed. */
    byte[] frame() {
        return frame;
    }

    /** The unmasked frame for a connection that compresses: made once for all whose parameters are the same. */
    byte[] frame(MessageDeflater deflater, Workspace workspace) {
        if (frame.length - headerSize < deflater.threshold()) {
            return frame;
        }
        byte[] made;
        synchronized (this) {
            made = compressed.computeIfAbsent(deflater.key(), key -> compress(deflater, workspace));
        }
        if (made != frame) {
            deflater.forget(); // the peer's window now ends in something that this connection's deflater has not seen
        }
        return made;
    }

    private byte[] compress(MessageDeflater deflater, Workspace workspace) {
        byte[] out = workspace.deflated(frame.length + MessageDeflater.MIN_ROOM);
        int size = deflater.deflateAlone(workspace, frame, headerSize, frame.length, out);
        if (size < 0) {
            return frame;
        }
        int compressedHeader = FrameHeader.size(size, false);
        byte[] made = new byte[compressedHeader + size];
        FrameHeader.write(made, 0, true, FrameHeader.RSV1, opcode, size, false, 0);
        System.arraycopy(out, 0, made, compressedHeader, size);
        return made;
    }

    /** The payload, as a new view. */
    ByteBuffer payload() {
        return ByteBuffer.wrap(frame, headerSize, frame.length - headerSize).slice();
    }
}
