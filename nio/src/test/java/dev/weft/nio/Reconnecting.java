package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.core.Headers;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Records what it goes through, and notes where its callbacks break the grammar or overlap. */
final class Reconnecting extends ReconnectingWebSocket {
    private static final long PATIENCE_SECONDS = 20;

    /** "open", "text hello", "error", "retry 1 code 1006", "end code 1000". */
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final AtomicBoolean inside = new AtomicBoolean();
    private volatile String violation = "";
    private String previous = "retry";

    volatile Duration delay;
    volatile CloseEvent last;
    Supplier<Headers> headers = () -> Headers.EMPTY;
    Runnable whenOpen = () -> {};
    Runnable whenRetry = () -> {};
    Runnable whenEnd = () -> {};

    Reconnecting(WebSocketClient client, URI uri, Backoff backoff) {
        super(client, uri, backoff);
    }

    @Override
    protected Headers headers() {
        return headers.get();
    }

    @Override
    public void onOpen(WebSocket ws) {
        record("open", previous.startsWith("retry"), whenOpen);
    }

    @Override
    public void onText(WebSocket ws, String text) {
        record("text " + text, previous.startsWith("open") || previous.startsWith("text"), () -> {});
    }

    @Override
    public void onError(WebSocket ws, Throwable cause) {
        record("error", !previous.startsWith("error"), () -> {});
    }

    @Override
    protected void onRetry(CloseEvent cause, int retry, Duration untilThen) {
        delay = untilThen;
        last = cause;
        record("retry " + retry + " code " + cause.code(), true, whenRetry);
    }

    @Override
    protected void onEnd(CloseEvent how) {
        last = how;
        record("end code " + how.code(), true, whenEnd);
    }

    private void record(String event, boolean allowed, Runnable action) {
        if (!allowed || previous.startsWith("end")) {
            violation += event + " after " + previous + "; ";
        }
        if (!inside.compareAndSet(false, true)) {
            violation += event + " inside of " + previous + "; ";
        }
        previous = event;
        events.add(event);
        try {
            action.run();
        } finally {
            inside.set(false);
        }
    }

    /** What has happened since it was asked last, all of it. */
    Reconnecting expect(String... expected) {
        assertEquals(String.join("\n", expected), String.join("\n", events));
        assertEquals("", violation);
        events.clear();
        return this;
    }

    /** The next event; waits for it. */
    String next() throws InterruptedException {
        String event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals("", violation);
        return event;
    }

    /** Calls on another thread than the loop's. */
    static <T> T elsewhere(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, task -> new Thread(task, "test-elsewhere").start())
                .join();
    }
}
