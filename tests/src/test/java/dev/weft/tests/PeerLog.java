package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.weft.nio.CloseEvent;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a connection tells, for a test to take one by one. */
final class PeerLog implements WebSocketListener {
    private static final int TIMEOUT_SECONDS = 30;

    final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
    final CompletableFuture<CloseEvent> closed = new CompletableFuture<>();
    /** Text as String, binary as ByteBuffer. */
    private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();

    private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();

    WebSocket socket() throws Exception {
        return opened.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    CloseEvent end() throws Exception {
        return closed.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    void assertReceives(Object message) throws InterruptedException {
        Object received = messages.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        assertNotNull(received, "a message");
        assertEquals(message, received);
    }

    void assertPong(String payload) throws InterruptedException {
        assertEquals(payload, pongs.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS));
    }

    @Override
    public void onOpen(WebSocket ws) {
        opened.complete(ws);
    }

    @Override
    public void onText(WebSocket ws, String text) {
        messages.add(text);
    }

    @Override
    public void onBinary(WebSocket ws, ByteBuffer data) {
        messages.add(ByteBuffer.allocate(data.remaining()).put(data).flip());
    }

    @Override
    public void onPong(WebSocket ws, ByteBuffer data) {
        byte[] payload = new byte[data.remaining()];
        data.get(payload);
        pongs.add(new String(payload, StandardCharsets.UTF_8));
    }

    @Override
    public void onClose(WebSocket ws, CloseEvent event) {
        opened.completeExceptionally(new AssertionError("closed: " + event));
        closed.complete(event);
    }
}
