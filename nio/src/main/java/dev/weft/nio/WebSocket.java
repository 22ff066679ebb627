package dev.weft.nio;

import dev.weft.core.PreparedMessage;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A WebSocket connection, with the attributes and methods of the browser's {@code WebSocket}. All methods may be called on
 * any thread, never block, and take effect in the order of a thread's calls.
 */
public interface WebSocket {
    /**
     * The URL of the connection.
     *
     * @return on a client, what it connects to; on a server, what the client asked for, by its Host header
     */
    URI url();

    /**
     * The subprotocol in use (RFC 6455 §1.9).
     *
     * @return empty where there is none, and before the connection is open
     */
    String protocol();

    /**
     * The extensions in use (§9).
     *
     * @return as in the header Sec-WebSocket-Extensions; empty where there are none
     */
    String extensions();

    /**
     * The state of the connection.
     *
     * @return the state, which only ever moves on
     */
    ReadyState readyState();

    /**
     * The bytes that were sent but have not gone to the operating system yet, with the few bytes of framing that each message
     * has. Over TLS, what is encrypted already counts as gone, though up to 40 KiB of it may still wait. As in browsers, it does
     * not fall to 0 where the connection closes before they went.
     *
     * @return in bytes
     */
    long bufferedAmount();

    /**
     * Sends a text message (§6.1).
     *
     * @param text unpaired surrogates are sent as U+FFFD
     * @return whether it was taken. It is not in the states CLOSING and CLOSED, nor where the send queue is full: then the
     *     connection is terminated, or the message refused, by {@link Limits#sendOverflow}
     * @throws IllegalStateException in the state CONNECTING
     */
    boolean send(String text);

    /**
     * Sends a binary message (§6.1).
     *
     * @param data from position to limit, copied before the method returns; the position does not move
     * @return whether it was taken, as for {@link #send(String)}
     * @throws IllegalStateException in the state CONNECTING
     */
    boolean send(ByteBuffer data);

    /**
     * Sends a message that is framed already and shared with other connections: the way to broadcast.
     *
     * @param message the message
     * @return whether it was taken, as for {@link #send(String)}
     * @throws IllegalStateException in the state CONNECTING
     */
    boolean send(PreparedMessage message);

    /**
     * Sends a part of a text message, for one that is larger than memory or made bit by bit (§5.4). From the first part to the
     * last, whole messages wait behind it; its parts are to come from one sender, and are all of one type. A {@link #close()}
     * before the last part gives the message up, and with it those that wait: {@link #bufferedAmount} still counts them.
     *
     * @param part any part of the text; a surrogate pair may be cut
     * @param last whether it ends the message
     * @return whether it was taken, as for {@link #send(String)}; one that was refused may be sent again
     * @throws IllegalStateException in the state CONNECTING
     */
    boolean sendPart(String part, boolean last);

    /**
     * Sends a part of a binary message; as {@link #sendPart(String, boolean)}.
     *
     * @param part from position to limit, copied before the method returns; the position does not move
     * @param last whether it ends the message
     * @return whether it was taken, as for {@link #send(String)}; one that was refused may be sent again
     * @throws IllegalStateException in the state CONNECTING
     */
    boolean sendPart(ByteBuffer part, boolean last);

    /**
     * Sends a ping (§5.5.2). Keep-alive needs none of these: {@link Limits#pingInterval} does it.
     *
     * @param data at most 125 bytes, copied; the position does not move
     * @return whether it was taken
     * @throws IllegalArgumentException where there is more data
     * @throws IllegalStateException in the state CONNECTING
     */
    boolean ping(ByteBuffer data);

    /** Closes with code 1000 and no reason. */
    default void close() {
        close(1000, "");
    }

    /**
     * Starts the closing handshake (§7.1.2) after what has been sent; in the state CONNECTING it fails the attempt, in CLOSING
     * and CLOSED it does nothing. Messages that still come are not delivered. Where the peer does not answer within
     * {@link Limits#closeTimeout}, the connection is terminated.
     *
     * @param code on a client 1000 or 3000–4999, as in browsers; on a server any that may be sent (§7.4)
     * @param reason for people and logs, at most 123 bytes of UTF-8
     * @throws IllegalArgumentException for another code, or a longer reason
     */
    void close(int code, String reason);

    /** Closes the socket at once, without a closing handshake; what was not written yet is lost. */
    void terminate();

    /**
     * Stops reading: no more messages come after the current one, and TCP slows the peer down. The peer's pongs and its Close
     * are not seen either: keep-alive pings go on, but their answers are not demanded. What was not delivered yet is lost with the
     * connection, such as where the peer has closed and does not wait any longer.
     */
    void pause();

    /** Reads again. */
    void resume();

    /**
     * The time that the latest answered keep-alive ping took.
     *
     * @return null before the first
     */
    Duration roundTripTime();

    /**
     * The peer's address.
     *
     * @return null before the connection is open, and after it is closed
     */
    InetSocketAddress remoteAddress();

    /**
     * What carries the bytes: the way to ask a secure transport about the peer.
     *
     * @return null before the connection is open
     */
    Transport transport();
}
