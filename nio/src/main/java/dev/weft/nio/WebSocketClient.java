package dev.weft.nio;

import dev.weft.core.BrowserRules;
import dev.weft.core.ClientHandshake;
import dev.weft.core.CloseCode;
import dev.weft.core.Deflate;
import dev.weft.core.Headers;
import dev.weft.core.Role;
import dev.weft.core.WebSocketUri;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Opens WebSocket connections (RFC 6455 §4.1), any number of them on one thread. Made by {@link #builder}; thread-safe.
 * Redirects are not followed, as in browsers: the application sees the response, and may connect elsewhere.
 */
public final class WebSocketClient implements AutoCloseable {
    private final EventLoop loop;
    private final boolean ownsLoop;
    private final Limits limits;
    private final Deflate deflate;
    private final boolean browserRules;
    private final Transport.Factory secure;
    private final Connections connections = new Connections();

    private WebSocketClient(Builder builder) {
        ownsLoop = builder.loop == null;
        loop = ownsLoop ? new EventLoop().startDaemon() : builder.loop;
        limits = builder.limits;
        deflate = builder.deflate;
        browserRules = builder.browserRules;
        secure = builder.secure;
    }

    /**
     * Starts with a client of nothing but defaults: {@link Limits#DEFAULT}, a loop of its own on a daemon thread, {@code ws:}
     * only.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Opens a connection; as {@link #connect(URI, Headers, WebSocketListener, String...)}.
     *
     * @param uri where to
     * @param listener gets the events
     * @param subprotocols to offer, best first
     * @return the connection, in the state CONNECTING
     */
    public WebSocket connect(URI uri, WebSocketListener listener, String... subprotocols) {
        return connect(uri, Headers.EMPTY, listener, subprotocols);
    }

    /**
     * Opens a connection. Whether that succeeds is told to the listener: by onOpen, or by onError and onClose. User and password
     * in the URL are sent as Basic authorization.
     *
     * @param uri where to: {@code ws} or {@code wss} (or {@code http}, {@code https}, which mean the same), without a fragment
     * @param headers to be added to the request, such as Origin, Cookie or Authorization
     * @param listener gets the events
     * @param subprotocols to offer, best first; each a token, no two the same
     * @return the connection, in the state CONNECTING
     * @throws IllegalArgumentException for a URL, header or subprotocol that cannot be sent, and for {@code wss} where the client
     *     was built without {@link Builder#secure}
     * @throws IllegalStateException where the client or its loop is closed
     * @throws SecurityException for a port or mixed content that browsers refuse, where {@link Builder#browserRules} are on
     */
    public WebSocket connect(URI uri, Headers headers, WebSocketListener listener, String... subprotocols) {
        return connect(uri, headers, limits, listener, subprotocols);
    }

    WebSocket connect(URI uri, Headers headers, Limits own, WebSocketListener listener, String... subprotocols) {
        if (connections.isClosing()) {
            throw new IllegalStateException("the client is closed");
        }
        loop.requireOpen();
        WebSocketUri target = WebSocketUri.of(uri);
        if (target.secure() && secure == null) {
            throw new IllegalArgumentException(
                    "wss: needs a secure transport: add weft-tls and WebSocketClient.builder().secure(Tls.client())");
        }
        if (browserRules) {
            BrowserRules.check(target, headers.first("Origin"));
        }
        ClientHandshake handshake = new ClientHandshake(target, List.of(subprotocols), deflate, headers);
        Objects.requireNonNull(listener, "listener");
        WebSocketChannel ws = new WebSocketChannel(
                loop, connections, Role.CLIENT, target.uri().toString(), own, deflate, listener);
        Transport.Factory transports = target.secure() ? secure : PlainTransport.FACTORY;
        ClientOpening opening = new ClientOpening(loop, connections, ws, target, handshake, own, transports);
        ws.opening(opening);
        if (!connections.add()) {
            throw new IllegalStateException("the client is closed");
        }
        loop.execute(opening::start);
        return ws;
    }

    Limits limits() {
        return limits;
    }

    EventLoop loop() {
        return loop;
    }

    Connections connections() {
        return connections;
    }

    /**
     * The number of connections, those still in their opening handshake included.
     *
     * @return 0 or more
     */
    public int connectionCount() {
        return connections.count();
    }

    /**
     * Closes every connection with 1001, each within {@link Limits#closeTimeout}; then ends the loop, where it is the client's own.
     * Waits for all that, unless the caller is the loop's thread, or turns the loop itself.
     */
    @Override
    public void close() {
        CompletableFuture<Void> gone = connections.close(List.of(loop), CloseCode.GOING_AWAY, 0);
        if (loop.turnsElsewhere()) {
            gone.join();
        }
        if (ownsLoop) {
            gone.thenRun(loop::close);
        }
    }

    /** What a client is made of. Not thread-safe. */
    public static final class Builder {
        private EventLoop loop;
        private Limits limits = Limits.DEFAULT;
        private Deflate deflate;
        private boolean browserRules;
        private Transport.Factory secure;

        private Builder() {}

        /**
         * A loop of the caller's, to be shared with servers and other clients; the client does not close it.
         *
         * @param shared the loop
         * @return this
         */
        public Builder loop(EventLoop shared) {
            loop = Objects.requireNonNull(shared, "shared");
            return this;
        }

        /**
         * The limits of every connection.
         *
         * @param each connection's
         * @return this
         */
        public Builder limits(Limits each) {
            limits = Objects.requireNonNull(each, "each");
            return this;
        }

        /**
         * Offers to compress messages (RFC 7692).
         *
         * @param how such as {@link Deflate#DEFAULT}, which also tells why this is off by default
         * @return this
         */
        public Builder deflate(Deflate how) {
            deflate = Objects.requireNonNull(how, "how");
            return this;
        }

        /**
         * Refuses what browsers refuse: blocked ports, and mixed content as seen from the Origin header.
         *
         * @return this
         */
        public Builder browserRules() {
            browserRules = true;
            return this;
        }

        /**
         * Speaks {@code wss:} too.
         *
         * @param transports makes the transports, such as those of weft-tls
         * @return this
         */
        public Builder secure(Transport.Factory transports) {
            secure = Objects.requireNonNull(transports, "transports");
            return this;
        }

        /**
         * Makes the client.
         *
         * @return a client that can connect
         */
        public WebSocketClient build() {
            return new WebSocketClient(this);
        }
    }
}
