package dev.weft.nio;

import java.nio.ByteBuffer;

/**
 * Gets the events of one connection, on its loop's thread: it must not block. Calls never overlap, and follow this grammar:
 *
 * <pre>
 * onOpen? (onText | onBinary | onTextPart | onBinaryPart | onPing | onPong | onWritable)* onError? onClose
 * </pre>
 *
 * <p>{@code onClose} comes exactly once for every attempt to connect, be it failed. An exception thrown by {@code onError} or
 * {@code onClose} is logged; thrown by another method it fails the connection with 1011 (RFC 6455 §7.4.1) and comes back as
 * the cause in {@code onError} and {@code onClose}. It never disturbs other connections.
 */
public interface WebSocketListener {
    /**
     * The connection is open (RFC 6455 §4.1).
     *
     * @param ws the connection
     */
    default void onOpen(WebSocket ws) {}

    /**
     * A whole text message (§6.2).
     *
     * @param ws the connection
     * @param text valid Unicode
     */
    default void onText(WebSocket ws, String text) {}

    /**
     * A whole binary message (§6.2).
     *
     * @param ws the connection
     * @param data from position to limit; a view of the loop's memory, valid until the method returns: copy what is to be kept
     */
    default void onBinary(WebSocket ws, ByteBuffer data) {}

    /**
     * Whether messages are to be given in parts as they come, to {@link #onTextPart} and {@link #onBinaryPart}: then their size
     * has no limit, and takes no memory. Asked once, when the connection opens.
     *
     * @return false for whole messages
     */
    default boolean takesParts() {
        return false;
    }

    /**
     * A part of a text message, for a listener that takes parts (§5.4).
     *
     * @param ws the connection
     * @param part whole characters, perhaps none at the end
     * @param last whether it ends the message
     */
    default void onTextPart(WebSocket ws, String part, boolean last) {}

    /**
     * A part of a binary message, for a listener that takes parts (§5.4).
     *
     * @param ws the connection
     * @param part valid until the method returns: copy what is to be kept
     * @param last whether it ends the message
     */
    default void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {}

    /**
     * A ping; it is answered without the listener's doing (§5.5.2).
     *
     * @param ws the connection
     * @param data at most 125 bytes, valid until the method returns
     */
    default void onPing(WebSocket ws, ByteBuffer data) {}

    /**
     * A pong: the answer to a ping of the application's or to a keep-alive ping, or unasked (§5.5.3).
     *
     * @param ws the connection
     * @param data at most 125 bytes, valid until the method returns
     */
    default void onPong(WebSocket ws, ByteBuffer data) {}

    /**
     * Everything queued has gone to the operating system, after the peer had been too slow for that: time to send more.
     *
     * @param ws the connection
     */
    default void onWritable(WebSocket ws) {}

    /**
     * Something went wrong; {@code onClose} follows.
     *
     * @param ws the connection
     * @param cause what, the same as {@link CloseEvent#cause}
     */
    default void onError(WebSocket ws, Throwable cause) {}

    /**
     * The connection is closed, or could not be opened. The last event.
     *
     * @param ws the connection
     * @param event how it ended
     */
    default void onClose(WebSocket ws, CloseEvent event) {}
}
