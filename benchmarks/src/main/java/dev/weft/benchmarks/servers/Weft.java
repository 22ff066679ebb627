package dev.weft.benchmarks.servers;

import dev.weft.core.Deflate;
import dev.weft.core.PreparedMessage;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import dev.weft.tls.Tls;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Weft by its public API, like the examples "echo" and "broadcast". */
final class Weft implements Subject {
    @Override
    public int start(Setup setup) throws Exception {
        WebSocketListener listener = setup.broadcast() ? new Broadcast() : new Echo();
        WebSocketServer.Builder builder = WebSocketServer.builder()
                .address(new InetSocketAddress("127.0.0.1", 0))
                .limits(Limits.DEFAULT.maxMessage(MAX_MESSAGE))
                .loops(setup.loops())
                .path("/*", () -> listener);
        if (setup.deflate()) {
            builder.deflate(Deflate.DEFAULT);
        }
        if (setup.tls()) {
            builder.secure(Tls.server(Certificate.context()));
        }
        return builder.start().port();
    }

    private static final class Echo implements WebSocketListener {
        @Override
        public void onText(WebSocket ws, String text) {
            ws.send(text);
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer data) {
            ws.send(data);
        }
    }

    private static final class Broadcast implements WebSocketListener {
        private final Set<WebSocket> everyone = ConcurrentHashMap.newKeySet();

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
}
