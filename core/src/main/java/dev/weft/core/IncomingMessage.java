package dev.weft.core;

import java.nio.ByteBuffer;

/** A data message that is being received and has not come as one piece (RFC 6455 §5.4). */
interface IncomingMessage {
    /**
     * Judges a frame by its header alone.
     *
     * @param payloadLength of the frame, 0 where it is compressed and so tells nothing
     * @throws ProtocolException 1009 where the message would pass its limits
     */
    void beginFrame(long payloadLength);

    /**
     * Adds a piece of payload, decompressed, and tells the listener what is due.
     *
     * @param expected how many bytes of the frame follow it, as far as known
     * @param end whether it is the message's last piece
     * @throws ProtocolException 1007 where a text is not UTF-8, 1009 where the message passes its limit
     */
    void append(byte[] source, int from, int to, long expected, boolean end);

    /**
     * Memory of the message that its next bytes can be read to. {@link #append} does not copy what lies there already.
     *
     * @param size how many bytes
     * @return from position 0 on; null where the message has no memory of its own, or not so much left
     */
    ByteBuffer room(int size);

    /** It will not be completed. */
    void discard();
}
