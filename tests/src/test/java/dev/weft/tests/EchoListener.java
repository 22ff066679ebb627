package dev.weft.tests;

import dev.weft.nio.CloseEvent;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Sends every message back, and tells how the connection ended. */
final class EchoListener implements WebSocketListener {
    final CompletableFuture<CloseEvent> closed = new CompletableFuture<>();

    @Override
    public void onText(WebSocket ws, String text) {
        ws.send(text);
    }

    @Override
    public void onBinary(WebSocket ws, ByteBuffer data) {
        ws.send(data);
    }

    @Override
    public void onClose(WebSocket ws, CloseEvent event) {
        closed.complete(event);
    }
}
