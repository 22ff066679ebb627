package dev.weft.benchmarks.servers;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty with one acceptor and one selector; its messages run on its thread pool, as it wants them to. */
public final class Jetty implements Subject {
    private final Set<Session> everyone = ConcurrentHashMap.newKeySet();

    @Override
    public int start(Setup setup) throws Exception {
        Subject.refuse(setup.tls(), "TLS");
        Server server = new Server(new QueuedThreadPool(8, 4));
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(1024);
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            container.setMaxBinaryMessageSize(MAX_MESSAGE);
            container.setMaxTextMessageSize(MAX_MESSAGE);
            container.setMaxFrameSize(MAX_MESSAGE);
            container.setIdleTimeout(Duration.ofMinutes(5));
            container.addMapping(
                    "/*", (request, response, callback) -> setup.broadcast() ? new Broadcast() : new Echo());
        }));
        server.start();
        return connector.getLocalPort();
    }

    /** Public, as Jetty calls it by reflection. */
    public static final class Echo extends Session.Listener.AbstractAutoDemanding {
        @Override
        public void onWebSocketText(String message) {
            getSession().sendText(message, Callback.NOOP);
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            getSession().sendBinary(payload, callback);
        }
    }

    /** Public, as Jetty calls it by reflection. */
    public final class Broadcast extends Session.Listener.AbstractAutoDemanding {
        @Override
        public void onWebSocketOpen(Session session) {
            super.onWebSocketOpen(session);
            everyone.add(session);
        }

        @Override
        public void onWebSocketText(String message) {
            everyone.forEach(session -> session.sendText(message, Callback.NOOP));
        }

        @Override
        public void onWebSocketClose(int code, String reason, Callback callback) {
            everyone.remove(getSession());
            callback.succeed();
        }
    }
}
