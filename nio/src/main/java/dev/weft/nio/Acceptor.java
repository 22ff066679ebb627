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
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final WebSocketServer server;
    private final ServerSocketChannel listening;

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
            SocketChannel channel;
            try {
                channel = listening.accept();
            } catch (IOException e) {
                Log.warning("accepting connections failed, it pauses for 1 s", e);
                key.interestOps(0);
                loop.setDeadline(this, loop.now() + PAUSE_NANOS);
                return;
            }
            if (channel == null) {
                return;
            }
            try {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            } catch (IOException e) {
                Log.debug("an accepted connection was gone at once", e);
                new PlainTransport(channel).close();
                continue;
            }
            server.accepted(channel);
        }
    }

    @Override
    void expired() {
        key.interestOps(SelectionKey.OP_ACCEPT);
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
