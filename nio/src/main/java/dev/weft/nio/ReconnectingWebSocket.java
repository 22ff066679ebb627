package dev.weft.nio;

import dev.weft.core.CloseCode;
import dev.weft.core.Headers;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

/**
 * A client that connects again when its connection is lost, as {@link Backoff} says: the listener of one {@link WebSocket} after
 * the other. Nothing is kept for a connection to come: what is sent while there is none is refused, and what was sent on one
 * that is lost may not have arrived.
 *
 * <p>Its events come on the client's thread and never overlap. With <i>connection</i> for what {@link WebSocketListener} tells of
 * one, onClose excepted, they follow the grammar
 *
 * <pre>
 * (connection onRetry)* connection? onEnd
 * </pre>
 *
 * <p>The methods that are final may be called on any thread, and never block.
 */
public abstract class ReconnectingWebSocket extends Handler implements WebSocketListener {
    private final WebSocketClient client;
    private final URI uri;
    private final Backoff backoff;
    private final String[] subprotocols;

    /** From the beginning of an attempt to the end of its connection, otherwise null. */
    private volatile WebSocket current;

    private volatile boolean closing;
    private boolean ended;
    private long startedAt;
    /** In a row. */
    private int retries;

    private CloseEvent last = new CloseEvent(CloseCode.ABNORMAL, "", false, null);

    /**
     * Does not connect yet.
     *
     * @param client carries the connections, and ends this when it is closed
     * @param uri where to
     * @param backoff when to try again, such as {@link Backoff#DEFAULT}
     * @param subprotocols to offer, best first
     */
    protected ReconnectingWebSocket(WebSocketClient client, URI uri, Backoff backoff, String... subprotocols) {
        super(client.loop(), client.connections());
        this.client = client;
        this.uri = uri;
        this.backoff = Objects.requireNonNull(backoff, "backoff");
        this.subprotocols = subprotocols;
    }

    /**
     * Begins; while it waits for a retry, tries at once. Without effect where it has a connection or an attempt under way, or has
     * ended.
     */
    public final void connect() {
        expireSoon();
    }

    /**
     * Sends a text message on the connection that is open now.
     *
     * @param text unpaired surrogates are sent as U+FFFD
     * @return whether it was taken, as for {@link WebSocket#send(String)}; false where no connection is open
     */
    public final boolean send(String text) {
        WebSocket ws = open();
        return ws != null && ws.send(text);
    }

    /**
     * Sends a binary message on the connection that is open now.
     *
     * @param data from position to limit, copied before the method returns; the position does not move
     * @return whether it was taken, as for {@link WebSocket#send(ByteBuffer)}; false where no connection is open
     */
    public final boolean send(ByteBuffer data) {
        WebSocket ws = open();
        return ws != null && ws.send(data);
    }

    private WebSocket open() {
        WebSocket ws = current;
        return ws == null || closing || ws.readyState() == ReadyState.CONNECTING ? null : ws;
    }

    /** Ends this for good: its connection is closed with 1000, an attempt or the waiting for one given up. */
    public final void close() {
        closing = true;
        expireSoon();
    }

    /**
     * Asked before each attempt.
     *
     * @return what is to be added to the request, such as Authorization
     */
    protected Headers headers() {
        return Headers.EMPTY;
    }

    /**
     * A connection has ended, or an attempt to connect has failed, and there will be another one.
     *
     * @param cause how it ended
     * @param retry 1 for the first since a connection was stable
     * @param delay how long until then
     */
    protected void onRetry(CloseEvent cause, int retry, Duration delay) {}

    /**
     * There will be no more attempts. Comes exactly once, as the last event.
     *
     * @param last how the last connection or attempt ended; with an exception as the cause where an attempt could not even
     *     begin, such as for an invalid URL
     */
    protected void onEnd(CloseEvent last) {}

    // ---------------------------------------------------------------- on the loop's thread

    /** Not for the application, which is told by onRetry or onEnd. */
    @Override
    public final void onClose(WebSocket ws, CloseEvent event) {
        current = null;
        last = event;
        if (ws.transport() != null && loop.now() - startedAt >= backoff.max) { // it was open, and for long enough
            retries = 0;
        }
        boolean over = closing || owner.isClosing() || loop.isClosing();
        if (over || retries >= backoff.maxRetries || Backoff.isFinal(event)) {
            end();
            return;
        }
        retries++;
        long delay = backoff.delay(retries, event, Math.random());
        loop.setDeadline(this, loop.now() + delay);
        onRetry(event, retries, Duration.ofNanos(delay));
    }

    /** Does what is to be done now, be it because the time has come or because the application wants it. */
    @Override
    final void expired() {
        if (current != null) {
            if (closing) {
                current.close();
            }
        } else if (closing) {
            end();
        } else {
            loop.clearDeadline(this); // which is still set where the application does not want to wait
            startedAt = loop.now();
            try {
                current = client.connect(uri, headers(), this, subprotocols);
            } catch (Throwable t) {
                last = new CloseEvent(CloseCode.ABNORMAL, "", false, t);
                end();
            }
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            closing = true;
            loop.clearDeadline(this);
            onEnd(last);
        }
    }

    @Override
    final void ready() {}

    @Override
    final void abandon(IOException why) {
        end();
    }

    @Override
    final void goAway() {
        end();
    }
}
