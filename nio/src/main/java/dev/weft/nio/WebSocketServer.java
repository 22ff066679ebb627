package dev.weft.nio;

import dev.weft.core.CloseCode;
import dev.weft.core.Deflate;
import dev.weft.core.HttpRequest;
import dev.weft.core.HttpResponse;
import dev.weft.core.OriginPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A WebSocket server (RFC 6455 §4.2) that also answers plain GET and HEAD requests on the same port. Made by
 * {@link #builder}; thread-safe.
 */
public final class WebSocketServer implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final Routes routes;
    private final OriginPolicy origins;
    private final List<String> subprotocols;
    private final Limits limits;
    private final Deflate deflate;
    private final int maxConnections;
    private final int maxHandshakes;
    private final int maxPerAddress;
    private final Transport.Factory transports;
    private final List<EventLoop> loops;
    private final boolean ownsLoops;
    private final InetSocketAddress address;
    private final Connections connections = new Connections();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final Acceptor acceptor;
    private int nextLoop;
    private volatile RequestUrl latestUrl = new RequestUrl("", "");

    private WebSocketServer(Builder builder) throws IOException {
        routes = builder.routes;
        origins = builder.origins;
        subprotocols = builder.subprotocols;
        limits = builder.limits;
        deflate = builder.deflate;
        maxConnections = builder.maxConnections;
        maxHandshakes = builder.maxHandshakes;
        maxPerAddress = builder.maxPerAddress;
        transports = builder.transports;
        ownsLoops = builder.givenLoops.isEmpty();
        loops = new ArrayList<>(builder.givenLoops);
        loops.forEach(EventLoop::requireOpen);
        ServerSocketChannel listening = null;
        try {
            for (int i = 0; ownsLoops && i < builder.loopCount; i++) {
                loops.add(new EventLoop());
            }
            listening = loops.get(0).provider().openServerSocketChannel();
            listening.configureBlocking(false);
            // A server that was stopped and is started again finds its port free at once.
            listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listening.bind(builder.address, BACKLOG);
            address = (InetSocketAddress) listening.getLocalAddress();
        } catch (IOException
                | RuntimeException e) { // unchecked: no selector, an unknown host, a family that this machine lacks
            if (listening != null) {
                listening.close();
            }
            if (ownsLoops) {
                loops.forEach(EventLoop::close);
            }
            String said = e.getMessage() != null ? e.getMessage() : e.toString();
            String why = e instanceof UnresolvedAddressException ? "unknown host" : said;
            throw new IOException("cannot listen on " + builder.address + ": " + why, e);
        }
        if (ownsLoops) {
            loops.forEach(EventLoop::start);
        }
        Log.debug("a server listens", null); // opens the log while there are files to be had
        acceptor = new Acceptor(loops.get(0), this, listening);
        acceptor.loop.execute(acceptor::start);
    }

    /**
     * Starts with a server of nothing but defaults: any local address, a free port, no paths, pages of the same host only,
     * {@link Limits#DEFAULT}, 10,000 connections, one loop of its own.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Where the server listens.
     *
     * @return the address it is bound to
     */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * The port that the server listens on.
     *
     * @return 1 to 65535, also where a free one was asked for by 0
     */
    public int port() {
        return address.getPort();
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
     * Stops accepting and closes every connection with 1001, each within {@link Limits#closeTimeout}; then ends the loops, where
     * they are the server's own. Waits for all that, unless the caller is a loop's thread, or turns the loop itself.
     */
    @Override
    public void close() {
        CompletableFuture<Void> closed = closeLater();
        if (loops.stream().allMatch(EventLoop::turnsElsewhere)) {
            closed.join();
        }
    }

    /**
     * As {@link #close}, without waiting. May be called again, and again gives the end.
     *
     * @return completed when every listener has had its onClose and the port is free
     */
    public CompletableFuture<Void> closeLater() {
        return drain(CloseCode.GOING_AWAY, Duration.ZERO);
    }

    /**
     * As {@link #closeLater}, but not of all connections at once, so that their peers do not all come back at once. Stops accepting
     * now, ends opening handshakes and finishes responses that are on their way; then closes the WebSockets one after the other.
     * May be called again, or {@link #close}, to make it shorter.
     *
     * @param code for the peers: 1001 where the server goes away for good, 1012 where it is started again, or any other that may be
     *     sent (RFC 6455 §7.4)
     * @param spread from the first Close to the last; zero for all at once. After the last, the end comes within
     *     {@link Limits#closeTimeout}
     * @return completed when every listener has had its onClose and the port is free
     * @throws IllegalArgumentException where the code may not be sent, or the spread is negative
     */
    public CompletableFuture<Void> drain(int code, Duration spread) {
        if (!CloseCode.isSendable(code)) {
            throw new IllegalArgumentException("close code " + code + " may not be sent (RFC 6455 §7.4)");
        }
        long nanos = Limits.atLeast(0, Limits.nanos(spread), "spread");
        CompletableFuture<Void> gone = connections.close(loops, code, nanos);
        // On a thread of its own, since it waits for the loops, on one of which the last connection went.
        return ownsLoops ? gone.thenRunAsync(() -> loops.forEach(EventLoop::close), WebSocketServer::onThread) : gone;
    }

    private static void onThread(Runnable end) {
        new Thread(end, "weft-close").start();
    }

    // ---------------------------------------------------------------- for handlers

    /** Gives a new connection to the loop whose turn it is. On the acceptor's loop. */
    void accepted(SocketChannel channel) throws IOException {
        Connections owner = null;
        if (connections.count() >= maxConnections) {
            acceptor.warn("connections are refused, there are " + maxConnections + " already", null);
        } else {
            owner = connections.add(((InetSocketAddress) channel.getRemoteAddress()).getAddress(), maxPerAddress);
        }
        if (owner == null) {
            new PlainTransport(channel).close();
            return;
        }
        handshakes.incrementAndGet();
        EventLoop loop = loops.get(Math.floorMod(nextLoop++, loops.size()));
        ServerOpening opening = new ServerOpening(loop, this, owner);
        if (loop.inLoop()) {
            opening.start(channel);
        } else {
            loop.execute(() -> opening.start(channel));
        }
    }

    boolean isFullOfHandshakes() {
        return handshakes.get() >= maxHandshakes;
    }

    /** An opening handshake is over, in whatever way. */
    void handshakeOver() {
        if (handshakes.getAndDecrement() == maxHandshakes) {
            acceptor.loop.execute(acceptor::expired);
        }
    }

    /** The URL that a client asked for; one string, checked once, for all that ask for the same one after the other. */
    String url(String asked) {
        RequestUrl latest = latestUrl;
        if (!latest.asked().equals(asked)) {
            latest = RequestUrl.of(asked);
            latestUrl = latest;
        }
        return latest.url();
    }

    Routes routes() {
        return routes;
    }

    OriginPolicy origins() {
        return origins;
    }

    List<String> subprotocols() {
        return subprotocols;
    }

    Limits limits() {
        return limits;
    }

    /** Null for no compression. */
    Deflate deflate() {
        return deflate;
    }

    Transport.Factory transports() {
        return transports;
    }

    Connections connections() {
        return connections;
    }

    String scheme() {
        return transports == PlainTransport.FACTORY ? "ws" : "wss";
    }

    // ---------------------------------------------------------------- configuration

    /** What a server is made of. Not thread-safe. */
    public static final class Builder {
        private final Routes routes = new Routes();
        private InetSocketAddress address = new InetSocketAddress(0);
        private OriginPolicy origins = OriginPolicy.sameHost();
        private List<String> subprotocols = List.of();
        private Limits limits = Limits.DEFAULT;
        private Deflate deflate;
        private int maxConnections = 10_000;
        private int maxHandshakes = 1_000;
        private int maxPerAddress = Integer.MAX_VALUE;
        private int loopCount = 1;
        private List<EventLoop> givenLoops = List.of();
        private Transport.Factory transports = PlainTransport.FACTORY;

        private Builder() {}

        /**
         * Where to listen: on every local address.
         *
         * @param port 1 to 65535, or 0 for a free one
         * @return this
         */
        public Builder port(int port) {
            return address(new InetSocketAddress(port));
        }

        /**
         * Where to listen: on one local address.
         *
         * @param local IPv4 or IPv6, port 0 for a free one
         * @return this
         */
        public Builder address(InetSocketAddress local) {
            address = Objects.requireNonNull(local, "local");
            return this;
        }

        /**
         * Takes WebSockets at a path, each with a listener of its own.
         *
         * @param path exact, or ending in {@code /*} for all that begins so
         * @param listeners makes a connection's listener
         * @return this
         * @throws IllegalArgumentException where the path is taken, or does not start with a slash
         */
        public Builder path(String path, Supplier<? extends WebSocketListener> listeners) {
            return path(path, request -> Upgrade.accept(listeners.get()));
        }

        /**
         * Takes WebSockets at a path, or refuses them, as the application decides.
         *
         * @param path exact, or ending in {@code /*} for all that begins so
         * @param handler decides, by {@link Upgrade#accept} or {@link Upgrade#reject}, on the loop's thread: it must not block; an
         *     exception is answered with 500
         * @return this
         * @throws IllegalArgumentException where the path is taken, or does not start with a slash
         */
        public Builder path(String path, Function<UpgradeRequest, Upgrade> handler) {
            routes.upgrade(path, Objects.requireNonNull(handler, "handler"));
            return this;
        }

        /**
         * Answers plain GET and HEAD requests at a path. The connection is closed after the response.
         *
         * @param path exact, or ending in {@code /*} for all that begins so
         * @param handler gives the response, on the loop's thread: it must not block
         * @return this
         * @throws IllegalArgumentException where the path is taken, or does not start with a slash
         */
        public Builder http(String path, Function<HttpRequest, HttpResponse> handler) {
            routes.http(path, Objects.requireNonNull(handler, "handler"));
            return this;
        }

        /**
         * The subprotocols that the server speaks (RFC 6455 §1.9).
         *
         * @param supported best first; the first that a client offers is used, none where it offers none of them
         * @return this
         */
        public Builder subprotocols(String... supported) {
            subprotocols = List.of(supported);
            return this;
        }

        /**
         * Which web pages may connect; others get 403.
         *
         * @param policy the rule
         * @return this
         */
        public Builder origins(OriginPolicy policy) {
            origins = Objects.requireNonNull(policy, "policy");
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
         * Compresses messages (RFC 7692) with clients that offer it.
         *
         * @param how such as {@link Deflate#DEFAULT}, which also tells why this is off by default
         * @return this
         */
        public Builder deflate(Deflate how) {
            deflate = Objects.requireNonNull(how, "how");
            return this;
        }

        /**
         * The most connections at a time; one more is closed as soon as it is accepted. 10,000 by default.
         *
         * @param count 1 or more
         * @return this
         */
        public Builder maxConnections(int count) {
            maxConnections = (int) Limits.atLeast(1, count, "maxConnections");
            return this;
        }

        /**
         * The most connections at a time that are in their opening handshake, TLS included; 1,000 by default. While there are as
         * many, accepting pauses: further ones wait in the operating system's queue, as after a restart, when all come at once.
         *
         * @param count 1 or more
         * @return this
         */
        public Builder maxHandshakes(int count) {
            maxHandshakes = (int) Limits.atLeast(1, count, "maxHandshakes");
            return this;
        }

        /**
         * The most connections at a time from one IPv4 address, or one IPv6 network of 64 bits; one more is closed as soon as it is
         * accepted. Without limit by default: behind a proxy all come from one address.
         *
         * @param count 1 or more
         * @return this
         */
        public Builder maxPerAddress(int count) {
            maxPerAddress = (int) Limits.atLeast(1, count, "maxPerAddress");
            return this;
        }

        /**
         * The number of loops, each with a thread of its own, that the server makes and shares its connections out to.
         *
         * @param count 1 or more; more than processor cores are of no use
         * @return this
         */
        public Builder loops(int count) {
            loopCount = (int) Limits.atLeast(1, count, "loops");
            return this;
        }

        /**
         * Loops of the caller's, to be shared with other servers and clients; the server does not close them.
         *
         * @param shared at least one, all of the same provider
         * @return this
         */
        public Builder loops(EventLoop... shared) {
            givenLoops = List.of(shared);
            return this;
        }

        /**
         * Speaks {@code wss:} instead of {@code ws:}.
         *
         * @param secure makes the transports, such as those of weft-tls
         * @return this
         */
        public Builder secure(Transport.Factory secure) {
            transports = Objects.requireNonNull(secure, "secure");
            return this;
        }

        /**
         * Starts the server.
         *
         * @return a server that is bound, and accepts as soon as its loop turns
         * @throws IOException where the address cannot be bound
         * @throws IllegalStateException where a loop of the caller's is closed
         */
        public WebSocketServer start() throws IOException {
            return new WebSocketServer(this);
        }
    }
}
