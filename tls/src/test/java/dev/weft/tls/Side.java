package dev.weft.tls;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/** Uses a transport exactly as the handlers of the event loop do: only when what it waits for is there. */
final class Side {
    private static final int MAX_TURNS = 2_000_000;

    final MemoryChannel channel;
    final TlsTransport transport;
    private final ByteBuffer target = ByteBuffer.allocate(64 * 1024);
    final ByteArrayOutputStream got = new ByteArrayOutputStream();
    ByteBuffer toSend = ByteBuffer.allocate(0);
    boolean ended;
    IOException failure;

    Side(MemoryChannel channel, dev.weft.nio.Transport.Factory factory, boolean client) throws IOException {
        this.channel = channel;
        transport = (TlsTransport) factory.open(channel, client ? "localhost" : null, client ? 443 : 0);
        toSend = ByteBuffer.allocate(0);
    }

    /** Two sides of one connection, the client first. */
    static Side[] pair(TlsClient client, TlsServer server) throws IOException {
        MemoryChannel[] channels = MemoryChannel.pair();
        return new Side[] {new Side(channels[0], client, true), new Side(channels[1], server, false)};
    }

    /** As a handler that was called by the selector. */
    private void serve() {
        try {
            if (toSend.hasRemaining() || !transport.isFlushed()) {
                transport.write(toSend);
            }
            if (!ended && transport.read(target.clear()) < 0) {
                ended = true;
            }
            got.write(target.array(), 0, target.position());
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            toSend = ByteBuffer.allocate(0);
        }
    }

    private boolean turn() {
        Runnable task = transport.task();
        if (task != null) {
            assertTrue(transport.task() == null && transport.interestOps(true, true) == 0, "waits for its task only");
            task.run();
            serve();
            return true;
        }
        int ops = transport.interestOps(!ended, toSend.hasRemaining() || !transport.isFlushed());
        boolean ready = (ops & SelectionKey.OP_READ) != 0 && channel.isReadable()
                || (ops & SelectionKey.OP_WRITE) != 0 && channel.isWritable()
                || !ended && transport.hasBufferedInput();
        if (ready && channel.isOpen()) {
            serve();
        }
        return ready && channel.isOpen();
    }

    /** Lets both do what they can until nothing is left to be done; a side that spins never comes to that. */
    static int run(Side... sides) {
        int turns = 0;
        boolean busy = true;
        while (busy) {
            busy = false;
            for (Side side : sides) {
                busy |= side.turn();
            }
            assertTrue(++turns < MAX_TURNS, "spins");
        }
        return turns;
    }

    Side send(byte[] data) {
        toSend = ByteBuffer.wrap(data);
        start();
        return this;
    }

    /** As a handler's first call. */
    void start() {
        serve();
    }

    /** In TLS 1.3, the JDK asks for an update of both keys (RFC 8446 §4.6.3). */
    void rekey() throws IOException {
        transport.engine.beginHandshake();
        transport.write(ByteBuffer.allocate(0));
    }

    byte[] received() {
        byte[] all = got.toByteArray();
        got.reset();
        return all;
    }
}
