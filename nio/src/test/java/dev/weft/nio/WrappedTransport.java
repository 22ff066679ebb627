package dev.weft.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A plain transport to be watched or bent. */
class WrappedTransport implements Transport {
    private final PlainTransport plain;

    WrappedTransport(SocketChannel channel) {
        plain = new PlainTransport(channel);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return plain.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return plain.write(source);
    }

    @Override
    public int interestOps(boolean read, boolean write) {
        return plain.interestOps(read, write);
    }

    @Override
    public boolean hasBufferedInput() {
        return plain.hasBufferedInput();
    }

    @Override
    public boolean isFlushed() {
        return plain.isFlushed();
    }

    @Override
    public Runnable task() {
        return plain.task();
    }

    @Override
    public void shutdownOutput() throws IOException {
        plain.shutdownOutput();
    }

    @Override
    public void close() {
        plain.close();
    }
}
