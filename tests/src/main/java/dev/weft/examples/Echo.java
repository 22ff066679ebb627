package dev.weft.examples;

import dev.weft.core.PreparedMessage;
import dev.weft.nio.Limits;
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
        return options.run(options.server()
                .limits(options.limits().sendOverflow(Limits.Overflow.REFUSE))
                .path("/*", EchoListener::new));
    }

    /** Stops reading while the peer does not read, so that TCP slows down a peer that only sends. */
    private static final class EchoListener implements WebSocketListener {
        /** What the send queue had no room for. */
        private PreparedMessage refused;

        @Override
        public void onText(WebSocket ws, String text) {
            if (!ws.send(text)) {
                hold(ws, PreparedMessage.text(text));
            }
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer data) {
            if (!ws.send(data)) {
                hold(ws, PreparedMessage.binary(data));
            }
        }

        private void hold(WebSocket ws, PreparedMessage message) {
            refused = message;
            ws.pause();
        }

        @Override
        public void onWritable(WebSocket ws) {
            if (refused != null) {
                ws.send(refused);
                refused = null;
                ws.resume();
            }
        }
    }
}
