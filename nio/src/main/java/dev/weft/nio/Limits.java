package dev.weft.nio;

import java.time.Duration;
import java.util.Objects;

/**
 * Every limit of a connection, in one place, each bounded by default. Immutable: the setters return a changed copy of
 * {@link #DEFAULT}.
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><th>limit</th><th>default</th><th>at the limit</th></tr>
 * <tr><td>{@link #maxMessage}</td><td>1 MiB</td><td>close 1009</td></tr>
 * <tr><td>{@link #sendQueue}</td><td>4 MiB</td><td>terminated, or the message refused: {@link #sendOverflow}</td></tr>
 * <tr><td>{@link #connectTimeout}</td><td>10 s</td><td>the attempt fails</td></tr>
 * <tr><td>{@link #handshakeTimeout}</td><td>10 s</td><td>the attempt fails; a server answers 408 and closes</td></tr>
 * <tr><td>{@link #pingInterval}</td><td>20 s</td><td>a ping is sent</td></tr>
 * <tr><td>{@link #pongTimeout}</td><td>20 s</td><td>terminated</td></tr>
 * <tr><td>{@link #idleTimeout}</td><td>off</td><td>close 1001</td></tr>
 * <tr><td>{@link #closeTimeout}</td><td>5 s</td><td>terminated</td></tr>
 * <tr><td>{@link #maxHead}</td><td>16 KiB</td><td>a server answers 431; a client's attempt fails</td></tr>
 * <tr><td>{@link #maxHeaders}</td><td>100</td><td>the same</td></tr>
 * </table>
 */
public final class Limits implements Cloneable {
    /** The defaults. */
    public static final Limits DEFAULT = new Limits();

    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE / 4);

    /** What happens to a message that the send queue has no room for. */
    public enum Overflow {
        /** The connection is terminated: a peer that slow is as good as gone, and nothing is skipped in silence. */
        TERMINATE,
        /** {@code send} returns false; {@code onWritable} tells when to go on. */
        REFUSE
    }

    int maxMessage = 1 << 20;
    long sendQueue = 4 << 20;
    Overflow sendOverflow = Overflow.TERMINATE;
    long connectTimeout = Duration.ofSeconds(10).toNanos();
    long handshakeTimeout = Duration.ofSeconds(10).toNanos();
    long pingInterval = Duration.ofSeconds(20).toNanos();
    long pongTimeout = Duration.ofSeconds(20).toNanos();
    long idleTimeout;
    long closeTimeout = Duration.ofSeconds(5).toNanos();
    int maxHead = 16 << 10;
    int maxHeaders = 100;

    private Limits() {}

    private Limits copy() {
        try {
            return (Limits) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("is cloneable", e);
        }
    }

    /**
     * The largest message to take. A message may come in one fragment for every 16 bytes of it, and 1,024 in any case.
     *
     * @param bytes 0 or more
     * @return the changed copy
     */
    public Limits maxMessage(int bytes) {
        Limits copy = copy();
        copy.maxMessage = (int) atLeast(0, bytes, "maxMessage");
        return copy;
    }

    /**
     * How much may wait to be written. A single message is taken at any size while nothing else waits.
     *
     * @param bytes 0 or more
     * @return the changed copy
     */
    public Limits sendQueue(long bytes) {
        Limits copy = copy();
        copy.sendQueue = atLeast(0, bytes, "sendQueue");
        return copy;
    }

    /**
     * What happens to a message that the send queue has no room for.
     *
     * @param overflow the policy
     * @return the changed copy
     */
    public Limits sendOverflow(Overflow overflow) {
        Limits copy = copy();
        copy.sendOverflow = Objects.requireNonNull(overflow, "overflow");
        return copy;
    }

    /**
     * How long a client waits for the look-up of the host and the TCP connection.
     *
     * @param timeout positive
     * @return the changed copy
     */
    public Limits connectTimeout(Duration timeout) {
        Limits copy = copy();
        copy.connectTimeout = atLeast(1, nanos(timeout), "connectTimeout");
        return copy;
    }

    /**
     * How long the opening handshake may take, TLS included.
     *
     * @param timeout positive
     * @return the changed copy
     */
    public Limits handshakeTimeout(Duration timeout) {
        Limits copy = copy();
        copy.handshakeTimeout = atLeast(1, nanos(timeout), "handshakeTimeout");
        return copy;
    }

    /**
     * How often a keep-alive ping is sent.
     *
     * @param interval zero for never
     * @return the changed copy
     */
    public Limits pingInterval(Duration interval) {
        Limits copy = copy();
        copy.pingInterval = atLeast(0, nanos(interval), "pingInterval");
        return copy;
    }

    /**
     * How long after a keep-alive ping something, be it anything, has to come from the peer; or it has to take some of what waits to
     * be written, behind which the ping may have queued.
     *
     * @param timeout positive
     * @return the changed copy
     */
    public Limits pongTimeout(Duration timeout) {
        Limits copy = copy();
        copy.pongTimeout = atLeast(1, nanos(timeout), "pongTimeout");
        return copy;
    }

    /**
     * How long a connection may be without a message in either direction.
     *
     * @param timeout zero for ever
     * @return the changed copy
     */
    public Limits idleTimeout(Duration timeout) {
        Limits copy = copy();
        copy.idleTimeout = atLeast(0, nanos(timeout), "idleTimeout");
        return copy;
    }

    /**
     * How long to wait for the peer's part of the closing handshake, and for its end of the TCP connection. While the peer takes what
     * was sent before, the time starts anew.
     *
     * @param timeout positive
     * @return the changed copy
     */
    public Limits closeTimeout(Duration timeout) {
        Limits copy = copy();
        copy.closeTimeout = atLeast(1, nanos(timeout), "closeTimeout");
        return copy;
    }

    /**
     * The largest head of an HTTP request or response.
     *
     * @param bytes 256 or more
     * @return the changed copy
     */
    public Limits maxHead(int bytes) {
        Limits copy = copy();
        copy.maxHead = (int) atLeast(256, bytes, "maxHead");
        return copy;
    }

    /**
     * The most header fields of an HTTP request or response.
     *
     * @param count 1 or more
     * @return the changed copy
     */
    public Limits maxHeaders(int count) {
        Limits copy = copy();
        copy.maxHeaders = (int) atLeast(1, count, "maxHeaders");
        return copy;
    }

    /** What is for ever to a caller, some 70 years, must not overflow when it is added to a time. */
    static long nanos(Duration duration) {
        return duration.compareTo(FOR_EVER) < 0 ? duration.toNanos() : FOR_EVER.toNanos();
    }

    static long atLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be at least " + least);
        }
        return value;
    }
}
