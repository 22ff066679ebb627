package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Records the events of one connection, and fails the test where they break the grammar
 * {@code onOpen? (onText | onBinary | onPing | onPong | onWritable)* onError? onClose} or overlap.
 */
final class RecordingListener implements WebSocketListener {
    private static final long PATIENCE_SECONDS = 20;

    /** "open", "text hello", "binary 3", "ping x", "pong x", "writable", "error …", "close 1000 bye". */
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
    private final CompletableFuture<CloseEvent> closed = new CompletableFuture<>();
    private final AtomicBoolean inside = new AtomicBoolean();
    private volatile String violation;
    private volatile Throwable error;
    private String last = "";

    private Consumer<WebSocket> whenOpen = ws -> {};
    private BiConsumer<WebSocket, String> whenText = (ws, text) -> {};
    private BiConsumer<WebSocket, ByteBuffer> whenBinary = (ws, data) -> {};
    private Consumer<WebSocket> whenWritable = ws -> {};
    private Consumer<WebSocket> whenPing = ws -> {};
    private Consumer<WebSocket> whenPong = ws -> {};
    private Consumer<WebSocket> whenError = ws -> {};
    private Consumer<WebSocket> whenClose = ws -> {};

    RecordingListener whenOpen(Consumer<WebSocket> action) {
        whenOpen = action;
        return this;
    }

    RecordingListener whenText(BiConsumer<WebSocket, String> action) {
        whenText = action;
        return this;
    }

    RecordingListener whenBinary(BiConsumer<WebSocket, ByteBuffer> action) {
        whenBinary = action;
        return this;
    }

    RecordingListener whenWritable(Consumer<WebSocket> action) {
        whenWritable = action;
        return this;
    }

    RecordingListener whenPing(Consumer<WebSocket> action) {
        whenPing = action;
        return this;
    }

    RecordingListener whenPong(Consumer<WebSocket> action) {
        whenPong = action;
        return this;
    }

    RecordingListener whenError(Consumer<WebSocket> action) {
        whenError = action;
        return this;
    }

    RecordingListener whenClose(Consumer<WebSocket> action) {
        whenClose = action;
        return this;
    }

    // ---------------------------------------------------------------- events

    @Override
    public void onOpen(WebSocket ws) {
        record("open", last.isEmpty(), () -> {
            opened.complete(ws);
            whenOpen.accept(ws);
        });
    }

    @Override
    public void onText(WebSocket ws, String text) {
        record("text " + text, isOpen(), () -> whenText.accept(ws, text));
    }

    @Override
    public void onBinary(WebSocket ws, ByteBuffer data) {
        record("binary " + data.remaining(), isOpen(), () -> whenBinary.accept(ws, data));
    }

    @Override
    public void onPing(WebSocket ws, ByteBuffer data) {
        record("ping " + ascii(data), isOpen(), () -> whenPing.accept(ws));
    }

    @Override
    public void onPong(WebSocket ws, ByteBuffer data) {
        record("pong " + ascii(data), isOpen(), () -> whenPong.accept(ws));
    }

    @Override
    public void onWritable(WebSocket ws) {
        record("writable", isOpen(), () -> whenWritable.accept(ws));
    }

    @Override
    public void onError(WebSocket ws, Throwable cause) {
        boolean allowed = !last.startsWith("error") && !last.startsWith("close");
        error = cause;
        record("error " + cause.getClass().getSimpleName(), allowed, () -> whenError.accept(ws));
    }

    @Override
    public void onClose(WebSocket ws, CloseEvent event) {
        if (event.cause() != error) {
            violation = "onClose has another cause than onError: " + event.cause() + ", " + error;
        }
        boolean allowed = !last.startsWith("close");
        try {
            record("close " + event.code() + " " + event.reason(), allowed, () -> whenClose.accept(ws));
        } finally {
            closed.complete(event);
        }
    }

    private boolean isOpen() {
        return !last.isEmpty() && !last.startsWith("error") && !last.startsWith("close");
    }

    private void record(String event, boolean allowed, Runnable action) {
        if (!allowed) {
            violation = event + " after " + (last.isEmpty() ? "nothing" : last);
        }
        if (!inside.compareAndSet(false, true)) {
            violation = event + " inside of " + last;
        }
        last = event;
        events.add(event);
        try {
            action.run();
        } finally {
            inside.set(false);
        }
    }

    private static String ascii(ByteBuffer data) {
        return StandardCharsets.US_ASCII.decode(data.duplicate()).toString();
    }

    // ---------------------------------------------------------------- asking

    /** The connection, once it is open. */
    WebSocket opened() throws Exception {
        return opened.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** How it ended, once it has. */
    CloseEvent closed() throws Exception {
        CloseEvent event = closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNull(violation, "grammar of the callbacks");
        return event;
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** The next event; waits for it. */
    String next() throws InterruptedException {
        String event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(event, "an event within " + PATIENCE_SECONDS + " s");
        assertNull(violation, "grammar of the callbacks");
        return event;
    }

    RecordingListener expect(String... expected) throws InterruptedException {
        for (String event : expected) {
            assertEquals(event, next());
        }
        return this;
    }
}
