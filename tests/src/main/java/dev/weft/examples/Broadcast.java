package dev.weft.examples;

import dev.weft.core.PreparedMessage;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Sends every message to every connection, framed once. */
@Command(
        name = "broadcast",
        description = "A server that sends every message to everyone.",
        mixinStandardHelpOptions = true)
final class Broadcast implements Callable<Integer>, WebSocketListener {
    @Mixin
    private ServerOptions options;

    private final Set<WebSocket> everyone = ConcurrentHashMap.newKeySet();

    @Override
    public Integer call() throws Exception {
        return options.run(options.server().path("/*", () -> this));
    }

    @Override
    public void onOpen(WebSocket ws) {
        everyone.add(ws);
    }

    @Override
    public void onText(WebSocket from, String text) {
        PreparedMessage message = PreparedMessage.text(text);
        everyone.forEach(ws -> ws.send(message));
    }

    @Override
    public void onBinary(WebSocket from, ByteBuffer data) {
        PreparedMessage message = PreparedMessage.binary(data);
        everyone.forEach(ws -> ws.send(message));
    }

    @Override
    public void onClose(WebSocket ws, CloseEvent event) {
        everyone.remove(ws);
    }
}
