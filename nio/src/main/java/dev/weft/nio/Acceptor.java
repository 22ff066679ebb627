package dev.weft.nio;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A server's listening socket. */
final class Acceptor extends Handler {
    /** Accepted in a row before established connections have their turn. */
    private static final int MAX_ACCEPTS = 64;
    /** Accepting fails where file descriptors run out: trying again at once would only burn the processor. */
    private static final long PAUSE_NANOS = 100_000_000L;
    /** What lasts, or comes as often as peers like, is a warning once in this time. */
    private static final long QUIET_NANOS = 60_000_000_000L;

    private final WebSocketServer server;
    private final ServerSocketChannel listening;
    private long warnedAt;
    private boolean warned;

    Acceptor(EventLoop loop, WebSocketServer server, ServerSocketChannel listening) {
        super(loop, server.connections());
        this.server = server;
        this.listening = listening;
    }

    void start() {
        try {
            key = listening.register(loop.selector(), SelectionKey.OP_ACCEPT, this);
        } catch (ClosedChannelException e) {
            Log.debug("a server was closed before it accepted", e);
        }
    }

    @Override
    void ready() {
        for (int i = 0; i < MAX_ACCEPTS; i++) {
            if (server.isFullOfHandshakes()) {
                warn("accepting pauses while maxHandshakes connections are in their opening handshake", null);
                key.interestOps(0); // the end of any of them brings it back
                return;
            }
            SocketChannel channel = null;
            try {
                channel = listening.accept();
                if (channel == null) {
                    return;
                }
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                server.accepted(channel);
            } catch (Throwable t) { // of any kind, the lack of memory too: nothing but its owner ends a server
                if (channel == null) {
                    warn("accepting failed, and is tried again ten times a second", t);
                    key.interestOps(0);
                    loop.setDeadline(this, loop.now() + PAUSE_NANOS);
                    return;
                }
                Log.debug("an accepted connection was gone at once", t);
                new PlainTransport(channel).close();
            }
        }
    }

    void warn(String message, Throwable cause) {
        if (warned && loop.now() - warnedAt < QUIET_NANOS) {
            Log.debug(message, cause);
            return;
        }
        warned = true;
        warnedAt = loop.now();
        Log.warning(message, cause);
    }

    @Override
    void expired() {
        if (key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    @Override
    void abandon(IOException why) {
        loop.clearDeadline(this);
        try {
            listening.close();
        } catch (IOException e) {
            Log.debug("closing a listening socket failed", e);
        }
    }

    @Override
    void goAway() {
        abandon(null);
        try {
            loop.releaseClosed(); // the port is free when the server is closed, not a turn later
        } catch (IOException e) {
            Log.debug("freeing a port failed", e);
        }
    }
}
