package dev.weft.tests.simulation;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** A socket with the semantics of the JDK's on Linux. Never blocks. */
final class VirtualSocket extends SocketChannel implements VirtualSelector.Selectable {
    private enum Phase {
        NEW,
        CONNECTING,
        /** Both ends know, but the application has not asked. */
        ESTABLISHED,
        REFUSED,
        CONNECTED
    }

    private final Network network;
    private final int number;
    private final InetSocketAddress local;
    private InetSocketAddress remote;
    private Phase phase = Phase.NEW;
    private Cable cable;
    private Direction out;
    private Direction in;
    private WireCheck wire;

    private long tookAt;
    private boolean reset;
    /** Closed, and nothing of it is left in the system. */
    private boolean released;

    VirtualSocket(Network network, InetSocketAddress local) {
        super(network);
        this.network = network;
        this.local = local;
        number = network.nextSocket();
        network.opened();
    }

    /** The server's end. */
    private VirtualSocket(Network network, InetSocketAddress local, VirtualSocket client) {
        this(network, local);
        remote = client.local;
        phase = Phase.CONNECTED;
    }

    // ---------------------------------------------------------------- connecting

    @Override
    public boolean connect(SocketAddress address) {
        remote = (InetSocketAddress) address;
        phase = Phase.CONNECTING;
        network.progressed();
        VirtualListener listener = network.listener(remote.getPort());
        if (network.dice.percent(network.weather.hangPercent)) {
            network.trace.add("%s connects, and nobody answers", this);
        } else if (listener == null || network.dice.percent(network.weather.refusePercent)) {
            network.schedule(network.latency(), this::refused);
        } else if (network.dice.percent(network.weather.atOncePercent)) {
            arrive(listener);
            if (phase == Phase.ESTABLISHED) {
                phase = Phase.CONNECTED;
                return true;
            }
        } else {
            network.schedule(network.latency(), () -> arrive(listener));
        }
        return false;
    }

    private void refused() {
        if (phase == Phase.CONNECTING) {
            network.trace.add("%s is refused", this);
            phase = Phase.REFUSED;
        }
    }

    private void arrive(VirtualListener listener) {
        if (!isOpen() || listener.isFull()) {
            return;
        }
        if (!listener.isOpen()) {
            refused();
            return;
        }
        VirtualSocket server = new VirtualSocket(network, remote, this);
        new Cable(network, this, server);
        network.trace.add("%s is connected to %s", this, server);
        phase = Phase.ESTABLISHED;
        listener.arrive(server);
    }

    void connect(Cable both, Direction outgoing, Direction incoming) {
        cable = both;
        out = outgoing;
        in = incoming;
        wire = network.weather.secure ? null : new WireCheck(network, phase != Phase.CONNECTED);
    }

    /** The listener that holds this end was closed before it was accepted. */
    void refuse() {
        try {
            close();
        } catch (IOException e) {
            throw new Violation("closing a socket failed", e);
        }
        answerByReset();
    }

    @Override
    public boolean finishConnect() throws IOException {
        requireOpen();
        if (phase == Phase.CONNECTED) {
            return true;
        }
        if (phase == Phase.NEW) {
            throw new NoConnectionPendingException();
        }
        if (phase == Phase.REFUSED) {
            network.progressed();
            close();
            throw new ConnectException("Connection refused");
        }
        if (phase == Phase.ESTABLISHED) {
            network.progressed();
            phase = Phase.CONNECTED;
        }
        return phase == Phase.CONNECTED;
    }

    @Override
    public boolean isConnected() {
        return phase == Phase.CONNECTED;
    }

    @Override
    public boolean isConnectionPending() {
        return phase == Phase.CONNECTING || phase == Phase.ESTABLISHED || phase == Phase.REFUSED;
    }

    // ---------------------------------------------------------------- bytes

    @Override
    public int read(ByteBuffer target) throws IOException {
        requireConnected();
        if (in.readable() == 0) {
            if (reset) {
                network.progressed();
                throw new SocketException("Connection reset");
            }
            return in.isEndReadable() ? -1 : 0;
        }
        if (network.dice.percent(network.weather.nothingPercent)) {
            return 0;
        }
        int count = in.receive(target);
        network.progressed();
        network.trace.add("%s reads %d", this, count);
        return count;
    }

    /** When it last took something to be sent. */
    long tookAt() {
        return tookAt;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        requireConnected();
        if (out.isEndSent()) {
            throw new ClosedChannelException();
        }
        if (reset) {
            network.progressed();
            throw new SocketException("Broken pipe");
        }
        if (!source.hasRemaining() || network.dice.percent(network.weather.nothingPercent)) {
            return 0;
        }
        int asked = source.remaining();
        byte[] taken = out.send(source);
        if (wire != null) {
            wire.sent(taken);
        }
        if (taken.length > 0) {
            network.progressed();
            tookAt = network.steadyTime();
        }
        network.trace.add("%s writes %d of %d", this, taken.length, asked);
        return taken.length;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        requireConnected();
        if (!out.isEndSent()) {
            network.progressed();
            network.trace.add("%s ends its output", this);
            out.sendEnd();
        }
        return this;
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void requireConnected() throws ClosedChannelException {
        requireOpen();
        if (phase != Phase.CONNECTED) {
            throw new NotYetConnectedException();
        }
    }

    // ---------------------------------------------------------------- readiness

    @Override
    public int readyOps() {
        return switch (phase) {
            case NEW, CONNECTING -> 0;
            case ESTABLISHED, REFUSED -> SelectionKey.OP_CONNECT;
            case CONNECTED ->
                reset
                        ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                        : (in.readable() > 0 || in.isEndReadable() ? SelectionKey.OP_READ : 0)
                                | (out.room() > 0 ? SelectionKey.OP_WRITE : 0);
        };
    }

    // ---------------------------------------------------------------- ending

    /** The connection is gone, as far as this end can tell. */
    void reset() {
        if (!reset) {
            reset = true;
            out.stop();
            if (network.dice.percent(50)) {
                in.clear(); // some systems keep what has come, some do not
            }
        }
    }

    /** What has come, or comes, will never be read: the peer is told. */
    void answerByReset() {
        if (cable.happened() != Cable.Fault.VANISH) {
            VirtualSocket peer = cable.client == this ? cable.server : cable.client;
            network.schedule(network.latency(), peer::reset);
        }
    }

    @Override
    protected void implCloseSelectableChannel() {
        network.closed();
        network.progressed();
        network.trace.add("%s is closed", this);
        if (out != null) {
            out.sendEnd();
        }
        if (!isRegistered()) {
            released();
        }
    }

    @Override
    public void released() {
        released = true;
        if (in != null && in.readable() > 0) {
            answerByReset();
        }
    }

    boolean isReleased() {
        return released;
    }

    // ---------------------------------------------------------------- the rest

    Direction out() {
        return out;
    }

    /** Null until it is connected. */
    Cable cable() {
        return cable;
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        requireOpen();
        return phase == Phase.CONNECTED ? remote : null;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return local;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
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
    protected void implConfigureBlocking(boolean block) {}

    @Override
    public SocketChannel bind(SocketAddress address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketChannel shutdownInput() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return (cable == null || cable.client == this ? "c" : "s") + number;
    }
}
