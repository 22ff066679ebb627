package dev.weft.tls;

import dev.weft.nio.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * A socket's bytes through an SSLEngine. The engine knows the state of TLS; this class knows what has not gone through it yet:
 * at most a buffer of records that came, of which the last may be incomplete, and one of records that the socket did not take.
 */
final class TlsTransport implements Transport {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final byte ALERT = 21;
    private static final byte HANDSHAKE = 22;
    private static final byte[] PLAIN_ANSWER = ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n"
                    + "Content-Length: 41\r\nConnection: close\r\n\r\n"
                    + "this port speaks TLS: use wss: or https:\n")
            .getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel channel;
    final SSLEngine engine;
    /** For messages. */
    private final String peer;

    /** Ciphertext that the engine has not taken; null where there is none. */
    private ByteBuffer received;
    /** Ciphertext that the socket has not taken; null where there is none. */
    private ByteBuffer unsent;
    /** Whether there is something to read without the channel: records, or the end after them. */
    private boolean waiting;
    /** Whether anything has come that looks like TLS. */
    private boolean greeted;

    private boolean handshaken;
    private boolean outputEnded;
    private boolean failed;
    /** What broke the stream behind data that was read: told by the next call. */
    private IOException untold;
    /** Whether a task is out: until it is done, the engine's lock is not to be had. */
    private volatile boolean busy;

    TlsTransport(SocketChannel channel, SSLEngine engine, String peer) throws SSLException {
        this.channel = channel;
        this.engine = engine;
        this.peer = peer;
        engine.beginHandshake();
    }

    private HandshakeStatus status() {
        HandshakeStatus status = engine.getHandshakeStatus();
        handshaken |= status == HandshakeStatus.NOT_HANDSHAKING;
        return status;
    }

    // ---------------------------------------------------------------- reading

    @Override
    public int read(ByteBuffer target) throws IOException {
        tell();
        if (busy) {
            return 0;
        }
        Scratch scratch = Scratch.take();
        int start = target.position();
        try {
            if (failed) {
                return channel.read(scratch.in) < 0 ? -1 : 0;
            }
            boolean ended = fill(scratch.in);
            unwrap(scratch.in, target, scratch.out);
            received = scratch.in.hasRemaining() ? copy(scratch.in) : null;
            if (target.position() > start) {
                return target.position() - start;
            }
            if (engine.isInboundDone()) {
                return -1;
            }
            if (ended) {
                throw truncated();
            }
            return 0;
        } catch (IOException e) {
            IOException failure = e instanceof SSLException tls ? fail(tls, scratch.out) : e;
            if (target.position() == start) {
                throw failure;
            }
            untold = failure;
            return target.position() - start;
        } finally {
            scratch.giveBack();
        }
    }

    private void tell() throws IOException {
        IOException failure = untold;
        if (failure != null) {
            untold = null;
            throw failure;
        }
    }

    /** What was kept, and what the channel has; true at its end. */
    private boolean fill(ByteBuffer in) throws IOException {
        if (received != null) {
            in.put(received);
            received.rewind(); // still there, should the channel throw
        }
        boolean ended = !waiting && channel.read(in) < 0;
        in.flip();
        if (!greeted && in.hasRemaining()) {
            byte first = in.get(0);
            if (first != HANDSHAKE && !(first == ALERT && engine.getUseClientMode())) {
                unsent = engine.getUseClientMode() ? null : ByteBuffer.wrap(PLAIN_ANSWER);
                throw new SSLException(String.format("it does not speak TLS, its first byte is 0x%02X", first));
            }
            greeted = true;
        }
        return ended;
    }

    /** Decrypts record by record; what the handshake answers is sent. */
    private void unwrap(ByteBuffer in, ByteBuffer target, ByteBuffer out) throws IOException {
        int start = target.position();
        waiting = false;
        while (true) {
            HandshakeStatus status = status();
            if (status == HandshakeStatus.NEED_TASK) {
                refuseRenegotiation();
                waiting = true;
                return;
            }
            if (status == HandshakeStatus.NEED_WRAP) {
                wrap(NOTHING, out);
                if (unsent != null) {
                    waiting = true; // a peer that asks and does not read is not listened to further
                    return;
                }
            }
            if (engine.isInboundDone()) {
                waiting = target.position() > start; // the end comes after the data
                return;
            }
            if (!in.hasRemaining()) {
                return; // which is all that the engine would say
            }
            SSLEngineResult result = engine.unwrap(in, target);
            SSLEngineResult.Status outcome = result.getStatus();
            if (outcome == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
                return;
            }
            if (outcome == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                if (target.position() == start) {
                    throw new IllegalArgumentException("target has room for " + target.remaining()
                            + " bytes, a record may need " + Scratch.RECORD_BYTES);
                }
                waiting = true;
                return;
            }
            if (result.bytesConsumed() == 0 && status() == status) {
                return; // no engine should do that, and none shall make the loop spin
            }
        }
    }

    /** The one reason for work once the handshake is over (RFC 5246 §7.2.2): TLS 1.3 has no such thing, nobody needs it. */
    private void refuseRenegotiation() throws SSLException {
        if (handshaken) {
            throw new SSLException("it asked for a renegotiation, which is refused");
        }
    }

    private SSLException truncated() {
        return new SSLException(
                handshaken
                        ? "it closed the TCP connection without close_notify, its data may be cut off (RFC 8446 §6.1)"
                        : "it closed the TCP connection during the TLS handshake");
    }

    private static ByteBuffer copy(ByteBuffer data) {
        return ByteBuffer.allocate(data.remaining()).put(data).flip();
    }

    @Override
    public boolean hasBufferedInput() {
        return untold != null || waiting && unsent == null && !busy;
    }

    // ---------------------------------------------------------------- writing

    @Override
    public int write(ByteBuffer source) throws IOException {
        tell();
        if (busy) {
            return 0;
        }
        int start = source.position();
        flush();
        if (failed || outputEnded && engine.isOutboundDone()) {
            if (source.hasRemaining()) {
                throw new SSLException("TLS with " + peer + " has ended");
            }
        } else if (unsent == null) {
            Scratch scratch = Scratch.take();
            try {
                wrap(source, scratch.out);
            } catch (SSLException e) {
                throw fail(e, scratch.out);
            } finally {
                scratch.giveBack();
            }
        }
        if (outputEnded && unsent == null) {
            channel.shutdownOutput();
        }
        return source.position() - start;
    }

    /**
     * Encrypts data, and before it what the handshake has to say, as long as the socket takes it. As many records leave together
     * as the buffer holds: what a full one leaves over would cost another write. So much may be held back.
     */
    private void wrap(ByteBuffer source, ByteBuffer out) throws IOException {
        while (unsent == null) {
            HandshakeStatus status = status();
            boolean speaks = status == HandshakeStatus.NEED_WRAP
                    || status == HandshakeStatus.NOT_HANDSHAKING && source.hasRemaining();
            if (!speaks) {
                send(out);
                return;
            }
            SSLEngineResult.Status result = engine.wrap(source, out).getStatus();
            boolean closed = result == SSLEngineResult.Status.CLOSED;
            if (closed || result == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                send(out);
            }
            if (closed) {
                if (source.hasRemaining()) {
                    throw new SSLException("it has ended the stream");
                }
                return;
            }
        }
    }

    /** Writes the records gathered in a buffer, and empties it. */
    private void send(ByteBuffer records) throws IOException {
        records.flip();
        if (records.hasRemaining()) {
            channel.write(records);
        }
        if (records.hasRemaining()) {
            unsent = copy(records);
        }
        records.clear();
    }

    private void flush() throws IOException {
        if (unsent != null) {
            channel.write(unsent);
            if (!unsent.hasRemaining()) {
                unsent = null;
            }
        }
    }

    @Override
    public boolean isFlushed() {
        return unsent == null;
    }

    // ---------------------------------------------------------------- waiting

    @Override
    public int interestOps(boolean read, boolean write) {
        if (busy) {
            return 0;
        }
        // During the handshake, what the caller wants to write waits for what the peer has to say.
        boolean reads = (read || !handshaken && !failed) && !waiting;
        boolean writes = unsent != null || write && handshaken;
        return (reads ? SelectionKey.OP_READ : 0) | (writes ? SelectionKey.OP_WRITE : 0);
    }

    @Override
    public Runnable task() {
        if (handshaken || failed || busy || engine.getHandshakeStatus() != HandshakeStatus.NEED_TASK) {
            return null;
        }
        busy = true;
        return () -> {
            try {
                // Not for a connection that was given up while it queued.
                for (Runnable next; channel.isOpen() && (next = engine.getDelegatedTask()) != null; ) {
                    next.run();
                }
            } finally {
                busy = false;
            }
        };
    }

    // ---------------------------------------------------------------- ending

    @Override
    public void shutdownOutput() throws IOException {
        outputEnded = true;
        if (!failed) {
            engine.closeOutbound();
        }
        write(NOTHING);
    }

    /** Nothing goes through the engine any more; the peer is told why by an alert, where that can be sent. */
    private SSLException fail(SSLException e, ByteBuffer out) {
        failed = true;
        received = null;
        waiting = false;
        if (unsent == null) {
            try {
                for (boolean more = true; more && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP; ) {
                    more = engine.wrap(NOTHING, out).bytesProduced() > 0;
                }
                send(out);
            } catch (IOException noAlert) {
                e.addSuppressed(noAlert);
            }
        }
        return Reason.explain(e, peer, handshaken);
    }

    @Override
    public void close() {
        try (channel) {
            // "Each party MUST send a "close_notify" alert before closing its write side" (RFC 8446 §6.1)
            if (handshaken && !failed && !outputEnded && unsent == null && channel.isOpen()) {
                engine.closeOutbound();
                write(NOTHING);
            }
        } catch (IOException e) {
            failed = true; // and nobody is left who could be told
        }
    }
}
