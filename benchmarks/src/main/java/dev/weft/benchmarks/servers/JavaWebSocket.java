package dev.weft.benchmarks.servers;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** Java-WebSocket with one decoding thread beside its selector's. */
final class JavaWebSocket implements Subject {
    @Override
    public int start(Setup setup) throws Exception {
        Subject.refuse(setup.tls(), "TLS");
        Draft draft = setup.deflate() ? new Draft_6455(new PerMessageDeflateExtension()) : new Draft_6455();
        Server server = new Server(setup.broadcast(), draft);
        server.setTcpNoDelay(true);
        server.setMaxPendingConnections(1024);
        server.setConnectionLostTimeout(0);
        server.start();
        server.bound.await();
        return server.getPort();
    }

    private static final class Server extends WebSocketServer {
        final CountDownLatch bound = new CountDownLatch(1);
        private final boolean broadcast;

        Server(boolean broadcast, Draft draft) {
            super(new InetSocketAddress("127.0.0.1", 0), 1, List.of(draft));
            this.broadcast = broadcast;
        }

        @Override
        public void onStart() {
            bound.countDown();
        }

        @Override
        public void onOpen(WebSocket connection, ClientHandshake handshake) {}

        @Override
        public void onMessage(WebSocket connection, String message) {
            if (broadcast) {
                broadcast(message);
            } else {
                connection.send(message);
            }
        }

        @Override
        public void onMessage(WebSocket connection, ByteBuffer message) {
            connection.send(message);
        }

        @Override
        public void onClose(WebSocket connection, int code, String reason, boolean remote) {}

        @Override
        public void onError(WebSocket connection, Exception e) {}
    }
}
