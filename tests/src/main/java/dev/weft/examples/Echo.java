package dev.weft.examples;

import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Sends every message back. */
@Command(name = "echo", description = "A server that sends every message back.", mixinStandardHelpOptions = true)
final class Echo implements Callable<Integer> {
    @Mixin
    private ServerOptions options;

    @Override
    public Integer call() throws Exception {
        return options.run(options.server().path("/*", EchoListener::new));
    }

    private static final class EchoListener implements WebSocketListener {
        @Override
        public void onText(WebSocket ws, String text) {
            ws.send(text);
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer data) {
            ws.send(data);
        }
    }
}
