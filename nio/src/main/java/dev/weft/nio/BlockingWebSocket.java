package dev.weft.nio;

import dev.weft.core.Headers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A client's connection for code that waits: scripts, tests, virtual threads. Connecting, sending and receiving block the
 * calling thread and nothing else. Thread-safe. A receiver that falls behind slows the peer down: at most
 * {@value #MAX_WAITING} messages wait, and what had been read with them.
 */
public final class BlockingWebSocket implements AutoCloseable {
    private static final int MAX_WAITING = 64;

    /** A whole message. */
    public sealed interface Message {}

    /**
     * A text message.
     *
     * @param text valid Unicode
     */
    public record Text(String text) implements Message {
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A binary message.
     *
     * @param data the receiver's own
     */
    public record Binary(ByteBuffer data) implements Message {}

    private final WebSocketClient ownClient;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // The rest is guarded by the lock.
    private final Queue<Message> waiting = new ArrayDeque<>();
    private WebSocket ws;
    private boolean open;
    private boolean paused;
    private CloseEvent closed;

    private BlockingWebSocket(WebSocketClient ownClient) {
        this.ownClient = ownClient;
    }

    /**
     * Connects, with a client and a thread for this connection alone.
     *
     * @param uri where to
     * @param subprotocols to offer, best first
     * @return an open connection
     * @throws IOException where it cannot be opened: the cause as in {@link CloseEvent#cause}
     */
    public static BlockingWebSocket connect(URI uri, String... subprotocols) throws IOException {
        WebSocketClient client = WebSocketClient.builder().build();
        try {
            return connect(new BlockingWebSocket(client), client, uri, Headers.EMPTY, subprotocols);
        } catch (IOException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /**
     * Connects, on a client's thread.
     *
     * @param client carries the connection; its send queue's limit makes senders wait, whatever it does otherwise
     * @param uri where to
     * @param headers to be added to the request
     * @param subprotocols to offer, best first
     * @return an open connection
     * @throws IOException where it cannot be opened: the cause as in {@link CloseEvent#cause}
     */
    public static BlockingWebSocket connect(WebSocketClient client, URI uri, Headers headers, String... subprotocols)
            throws IOException {
        return connect(new BlockingWebSocket(null), client, uri, headers, subprotocols);
    }

    private static BlockingWebSocket connect(
            BlockingWebSocket blocking, WebSocketClient client, URI uri, Headers headers, String... subprotocols)
            throws IOException {
        blocking.lock.lock();
        try {
            Limits limits = client.limits().sendOverflow(Limits.Overflow.REFUSE);
            blocking.ws = client.connect(uri, headers, limits, blocking.new Listener(), subprotocols);
            while (!blocking.open) {
                blocking.requireNotFailed();
                blocking.await(Long.MAX_VALUE);
            }
            return blocking;
        } catch (IOException e) {
            blocking.ws.terminate(); // interrupted: nobody is left to close it
            throw e;
        } finally {
            blocking.lock.unlock();
        }
    }

    /**
     * Sends a text message; waits while the send queue is full.
     *
     * @param text unpaired surrogates are sent as U+FFFD
     * @throws IOException where the connection is closed, or the thread interrupted
     */
    public void send(String text) throws IOException {
        send(() -> ws.send(text));
    }

    /**
     * Sends a binary message; waits while the send queue is full.
     *
     * @param data from position to limit, copied; the position does not move
     * @throws IOException where the connection is closed, or the thread interrupted
     */
    public void send(ByteBuffer data) throws IOException {
        send(() -> ws.send(data));
    }

    /**
     * Sends a part of a binary message, for one that is larger than memory; waits while the send queue is full.
     *
     * @param part from position to limit, copied; the position does not move
     * @param last whether it ends the message
     * @throws IOException where the connection is closed, or the thread interrupted
     */
    public void sendPart(ByteBuffer part, boolean last) throws IOException {
        send(() -> ws.sendPart(part, last));
    }

    private void send(BooleanSupplier sending) throws IOException {
        lock.lock();
        try {
            while (!sending.getAsBoolean()) {
                if (closed != null || ws.readyState() != ReadyState.OPEN) {
                    throw new IOException("the connection is closed", closed == null ? null : closed.cause());
                }
                await(Long.MAX_VALUE);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next message.
     *
     * @param timeout how long at most
     * @return the message, or null where the connection was closed cleanly and nothing is left
     * @throws SocketTimeoutException where none comes in time; the connection stays as it is
     * @throws IOException where the connection was lost and nothing is left, or the thread is interrupted
     */
    public Message receive(Duration timeout) throws IOException {
        long deadline = System.nanoTime() + Limits.nanos(timeout);
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (closed != null) {
                    requireNotFailed();
                    return null;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new SocketTimeoutException("no message within " + timeout.toMillis() + " ms");
                }
                await(left);
            }
            Message next = waiting.poll();
            if (paused && waiting.isEmpty()) {
                paused = false;
                ws.resume();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void requireNotFailed() throws IOException {
        if (closed == null || closed.wasClean()) {
            return;
        }
        if (closed.cause() instanceof IOException cause) {
            throw cause;
        }
        throw new IOException("the connection was lost, close code " + closed.code(), closed.cause());
    }

    private void await(long nanos) throws IOException {
        try {
            changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /**
     * The connection itself, for its attributes.
     *
     * @return the connection
     */
    public WebSocket webSocket() {
        return ws;
    }

    /**
     * How the connection ended.
     *
     * @return null while it has not
     */
    public CloseEvent closeEvent() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Closes with 1000 and waits for the end of the closing handshake. */
    @Override
    public void close() {
        close(1000, "");
    }

    /**
     * Closes, and waits for the end of the closing handshake, at most {@link Limits#closeTimeout}.
     *
     * @param code 1000, or 3000 to 4999
     * @param reason at most 123 bytes of UTF-8
     * @throws IllegalArgumentException for another code, or a longer reason
     */
    public void close(int code, String reason) {
        ws.close(code, reason);
        lock.lock();
        try {
            while (closed == null) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        if (ownClient != null) {
            ownClient.close();
        }
    }

    /** Runs on the loop's thread. */
    private final class Listener implements WebSocketListener {
        @Override
        public void onOpen(WebSocket opened) {
            change(() -> open = true);
        }

        @Override
        public void onText(WebSocket from, String text) {
            arrived(from, new Text(text));
        }

        @Override
        public void onBinary(WebSocket from, ByteBuffer data) {
            arrived(
                    from,
                    new Binary(ByteBuffer.allocate(data.remaining()).put(data).flip()));
        }

        private void arrived(WebSocket from, Message message) {
            change(() -> {
                waiting.add(message);
                if (waiting.size() >= MAX_WAITING) {
                    paused = true;
                    from.pause();
                }
            });
        }

        @Override
        public void onWritable(WebSocket writable) {
            change(() -> {});
        }

        @Override
        public void onClose(WebSocket ended, CloseEvent event) {
            change(() -> closed = event);
        }

        private void change(Runnable change) {
            lock.lock();
            try {
                change.run();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
