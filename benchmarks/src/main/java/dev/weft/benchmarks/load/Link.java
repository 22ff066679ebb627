package dev.weft.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;

/** A connection of the load client: sends one frame again and again, and compares every byte that comes back. */
final class Link {
    /** Frames are laid out several times over, so that many go out and are compared at once; about so many bytes. */
    private static final int REPEATED_BYTES = 32 * 1024;

    private final SocketChannel channel;
    /** The channel, or TLS on it. */
    private final ByteChannel stream;

    private final int index;
    private final byte[] payload;
    private final boolean deflate;
    private SelectionKey key;

    /** Whole frames; shared by all messages. */
    private ByteBuffer out;

    private int outFrame;
    private long unsent;

    /** What has to come, in whole frames; null until the first compressed one has shown how this server compresses. */
    private ByteBuffer expected;

    private int expectedFrame;
    private ByteBuffer firstFrame = ByteBuffer.allocate(0);
    /** Messages that have come in whole. */
    long received;

    /** When the messages under way were handed over to be sent, by their number modulo as many. */
    private final long[] sentAt;

    private long sent;

    Link(Load load, int index) throws IOException {
        this.index = index;
        sentAt = new long[load.inFlight()];
        deflate = load.deflate();
        channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves no port behind in TIME_WAIT
        channel.connect(new InetSocketAddress("127.0.0.1", load.port()));
        stream = load.tls() ? new TlsChannel(channel) : channel;
        boolean broadcast = load.mode().equals("broadcast");
        int sender = broadcast ? 0 : index;
        payload = Payloads.of(load.kind(), load.size(), sender);
        if (!broadcast || index == 0) {
            boolean text = Payloads.isText(load.kind(), sender);
            layOut(load, Wire.frame(text, deflate, deflate ? Wire.deflate(payload) : payload, true));
        }
        if (!deflate) {
            expect(Wire.frame(Payloads.isText(load.kind(), sender), false, payload, false));
        }
    }

    private void layOut(Load load, byte[] frame) {
        outFrame = frame.length;
        out = repeat(frame, Math.min(load.inFlight(), 1 + REPEATED_BYTES / frame.length));
    }

    private void expect(byte[] frame) {
        expectedFrame = frame.length;
        expected = repeat(frame, 1 + REPEATED_BYTES / frame.length).limit(frame.length);
    }

    private static ByteBuffer repeat(byte[] frame, int count) {
        ByteBuffer frames = ByteBuffer.allocateDirect(frame.length * count);
        for (int i = 0; i < count; i++) {
            frames.put(frame);
        }
        return frames.clear();
    }

    // ---------------------------------------------------------------- opening, blocking

    void sendRequest(Load load) throws IOException {
        stream.write(ByteBuffer.wrap(Wire.request(load.port(), deflate)));
    }

    void readResponse() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(32 * 1024);
        String text = "";
        while (!text.contains("\r\n\r\n")) {
            if (stream.read(head) < 0) {
                throw new IOException("server closed after: " + text);
            }
            text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
        }
        Wire.checkResponse(text, deflate);
    }

    void register(Selector selector) throws IOException {
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    void close() throws IOException {
        channel.close();
    }

    // ---------------------------------------------------------------- sending

    void send(int messages) throws IOException {
        long now = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            sentAt[(int) (sent++ % sentAt.length)] = now;
        }
        unsent += (long) messages * outFrame;
        write();
    }

    private void write() throws IOException {
        boolean flushed = !(stream instanceof TlsChannel tls) || tls.flush();
        while (flushed && unsent > 0) {
            int position = out.position();
            out.limit((int) Math.min(out.capacity(), position + unsent));
            int wanted = out.remaining();
            int written = stream.write(out);
            unsent -= written;
            out.clear().position((position + written) % outFrame);
            flushed = written == wanted;
        }
        boolean waiting = unsent > 0 || stream instanceof TlsChannel tls && !tls.flush();
        int ops = waiting ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != ops) {
            key.interestOps(ops);
        }
    }

    // ---------------------------------------------------------------- receiving

    /** Serves the socket, and gives how many messages have become complete. */
    int ready(ByteBuffer in) throws IOException, DataFormatException {
        if (key.isWritable()) {
            write();
        }
        if (!key.isReadable()) {
            return 0;
        }
        if (stream.read(in.clear()) < 0) {
            throw new IOException("server closed connection " + index);
        }
        in.flip();
        if (expected == null && !learn(in)) {
            return 0;
        }
        int before = expected.position();
        int messages = (before + in.remaining()) / expectedFrame;
        while (in.hasRemaining()) {
            compare(in);
        }
        received += messages;
        return messages;
    }

    /** When a message that has just come back was sent; of an echo. */
    long sentAt(long message) {
        return sentAt[(int) (message % sentAt.length)];
    }

    private void compare(ByteBuffer in) {
        int at = expected.position();
        int length = Math.min(in.remaining(), expected.capacity() - at);
        int end = in.limit();
        expected.limit(at + length);
        in.limit(in.position() + length);
        int mismatch = expected.mismatch(in);
        if (mismatch >= 0) {
            throw new IllegalStateException("connection " + index + ", message " + received + ": byte "
                    + (at + mismatch) % expectedFrame + " of the frame is " + in.get(in.position() + mismatch)
                    + ", not "
                    + expected.get(at + mismatch));
        }
        in.position(in.limit()).limit(end);
        expected.clear().position((at + length) % expectedFrame);
    }

    /** Takes a server's first compressed frame as the model of all others, once it is found to hold the payload. */
    private boolean learn(ByteBuffer in) throws DataFormatException {
        firstFrame = ByteBuffer.allocate(firstFrame.remaining() + in.remaining())
                .put(firstFrame)
                .put(in)
                .flip();
        long size = Wire.frameSize(firstFrame);
        if (size == 0 || firstFrame.remaining() < size) {
            return false;
        }
        byte[] frame = new byte[(int) size];
        firstFrame.get(0, frame);
        if (!Arrays.equals(Wire.payload(frame), payload)) {
            throw new IllegalStateException("connection " + index + ": first message is not what was sent");
        }
        expect(frame);
        in.clear().put(firstFrame).flip();
        return true;
    }
}
