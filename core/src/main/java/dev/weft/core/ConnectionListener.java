package dev.weft.core;

import java.nio.ByteBuffer;

/**
 * What a {@link Connection} tells its owner, during {@link Connection#receive} and in the order of the wire:
 * {@code (onText | onBinary | onTextPart | onBinaryPart | onPing | onPong)* (onClose | onFail)?}. The buffers are views of the input, valid until the
 * method returns; what is to be kept has to be copied.
 *
 * <p>An exception passes through {@code receive} to the owner, who should then {@link Connection#fail fail} the connection: of a
 * message that was compressed, what had not been given yet is lost. Only a {@link ProtocolException} does not pass: it counts as
 * the peer's violation, and fails the connection with its code.
 */
public interface ConnectionListener {
    /**
     * Whether messages are to be given in parts as they come, to {@link #onTextPart} and {@link #onBinaryPart}: then their size
     * has no limit, and takes no memory. Asked once.
     *
     * @return false for whole messages
     */
    default boolean takesParts() {
        return false;
    }

    /**
     * A part of a text message, for a listener that takes parts.
     *
     * @param part whole characters, perhaps none at the end
     * @param last whether it ends the message
     */
    default void onTextPart(String part, boolean last) {}

    /**
     * A part of a binary message, for a listener that takes parts.
     *
     * @param part valid until the method returns
     * @param last whether it ends the message
     */
    default void onBinaryPart(ByteBuffer part, boolean last) {}

    /**
     * A whole text message (RFC 6455 §6.2).
     *
     * @param text valid Unicode
     */
    void onText(String text);

    /**
     * A whole binary message (§6.2).
     *
     * @param payload valid until the method returns
     */
    void onBinary(ByteBuffer payload);

    /**
     * A ping; the connection answers it by itself (§5.5.2).
     *
     * @param payload at most 125 bytes, valid until the method returns
     */
    default void onPing(ByteBuffer payload) {}

    /**
     * A pong, asked for or not (§5.5.3).
     *
     * @param payload at most 125 bytes, valid until the method returns
     */
    default void onPong(ByteBuffer payload) {}

    /**
     * The peer's Close frame (§5.5.1); it has been answered where it was the first of the two. Nothing more is received.
     *
     * @param close its code, {@link CloseCode#NO_STATUS} where it had none, and reason
     */
    default void onClose(ClosePayload close) {}

    /**
     * The peer broke the protocol or a limit; a Close frame that says so is queued, where none had been sent. Nothing more
     * is received: write what is queued, then close the socket (§7.1.7).
     *
     * @param violation what was wrong
     */
    default void onFail(ProtocolException violation) {}
}
