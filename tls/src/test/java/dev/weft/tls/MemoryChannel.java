package dev.weft.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** One end of a connection in memory, which cuts the stream wherever a test wants. */
final class MemoryChannel extends SocketChannel {
    /** What a reader may still read, and what a writer may still write, in bytes; tests change them as they like. */
    int readable = Integer.MAX_VALUE;

    int writable = Integer.MAX_VALUE;
    /** The most that one call moves. */
    int chunk = Integer.MAX_VALUE;

    /** Reads of nothing: many of them are a loop that spins. */
    int emptyReads;

    int writes;

    private MemoryChannel peer;
    private byte[] arrived = new byte[0];
    private boolean outputShut;
    /** Everything that was ever written. */
    ByteArrayOutputStream log = new ByteArrayOutputStream();

    private MemoryChannel() {
        super(null);
    }

    static MemoryChannel[] pair() {
        MemoryChannel a = new MemoryChannel();
        MemoryChannel b = new MemoryChannel();
        a.peer = b;
        b.peer = a;
        return new MemoryChannel[] {a, b};
    }

    boolean isReadable() {
        return isOpen() && (peerEnded() || arrived.length > 0 && readable > 0);
    }

    private boolean peerEnded() {
        return arrived.length == 0 && (peer.outputShut || !peer.isOpen());
    }

    boolean isWritable() {
        return isOpen() && writable > 0;
    }

    boolean isOutputShut() {
        return outputShut;
    }

    /** Puts bytes on the wire as if the peer had sent them. */
    void inject(byte[] bytes) {
        byte[] more = java.util.Arrays.copyOf(arrived, arrived.length + bytes.length);
        System.arraycopy(bytes, 0, more, arrived.length, bytes.length);
        arrived = more;
    }

    byte[] arrived() {
        return arrived;
    }

    /** Takes what has arrived off the wire, unread. */
    byte[] intercept() {
        byte[] all = arrived;
        arrived = new byte[0];
        return all;
    }

    /** Lets go of the peer and of all that was written: what is left is about the size of a real channel's object. */
    void forget() {
        peer = null;
        log = null;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (peerEnded()) {
            return -1;
        }
        int count = Math.min(Math.min(arrived.length, target.remaining()), Math.min(readable, chunk));
        emptyReads += count == 0 ? 1 : 0;
        target.put(arrived, 0, count);
        arrived = java.util.Arrays.copyOfRange(arrived, count, arrived.length);
        readable -= count;
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (!isOpen() || outputShut) {
            throw new ClosedChannelException();
        }
        writes++;
        byte[] taken = new byte[Math.min(source.remaining(), Math.min(writable, chunk))];
        source.get(taken);
        writable -= taken.length;
        log.writeBytes(taken);
        peer.inject(taken);
        return taken.length;
    }

    @Override
    public SocketChannel shutdownOutput() {
        outputShut = true;
        return this;
    }

    @Override
    protected void implCloseSelectableChannel() {}

    @Override
    protected void implConfigureBlocking(boolean block) {}

    @Override
    public SocketChannel bind(SocketAddress local) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
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
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isConnectionPending() {
        return false;
    }

    @Override
    public boolean connect(SocketAddress remote) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean finishConnect() {
        return true;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return null;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return null;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }
}
