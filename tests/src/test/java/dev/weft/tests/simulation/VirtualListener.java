package dev.weft.tests.simulation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;

/** A listening socket. */
final class VirtualListener extends ServerSocketChannel implements VirtualSelector.Selectable {
    private final Network network;
    private final Queue<VirtualSocket> backlog = new ArrayDeque<>();
    private InetSocketAddress address;
    private int maxBacklog;

    VirtualListener(Network network) {
        super(network);
        this.network = network;
        network.opened();
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int size) {
        int port = ((InetSocketAddress) local).getPort();
        address = port == 0 ? network.freeAddress() : new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        maxBacklog = size;
        network.bind(address.getPort(), this);
        return this;
    }

    boolean isFull() {
        return backlog.size() >= maxBacklog;
    }

    /** A connection has come. */
    void arrive(VirtualSocket socket) {
        backlog.add(socket);
    }

    @Override
    public SocketChannel accept() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (!backlog.isEmpty() && network.dice.percent(network.weather.noFilePercent)) {
            network.progressed();
            network.trace.add("accept fails");
            throw new IOException("Too many open files");
        }
        VirtualSocket socket = backlog.poll();
        if (socket != null) {
            network.progressed();
            network.trace.add("%s accepted", socket);
        }
        return socket;
    }

    @Override
    public int readyOps() {
        return backlog.isEmpty() ? 0 : SelectionKey.OP_ACCEPT;
    }

    @Override
    protected void implCloseSelectableChannel() {
        network.closed();
        if (address != null) {
            network.unbind(address.getPort());
        }
        for (VirtualSocket waiting : backlog) {
            waiting.refuse();
        }
        backlog.clear();
    }

    @Override
    public void released() {}

    @Override
    protected void implConfigureBlocking(boolean block) {}

    @Override
    public SocketAddress getLocalAddress() {
        return address;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        return null;
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public ServerSocket socket() {
        throw new UnsupportedOperationException();
    }
}
