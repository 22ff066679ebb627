package dev.weft.core;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A WebSocket connection after its opening handshake (RFC 6455 §5 to §8), without I/O: bytes that came go in by
 * {@link #receive}, events come out at the {@link ConnectionListener}, bytes to be written are taken by {@link #peek} and
 * {@link #consume}. It answers pings and the peer's Close by itself, and fails the connection where the peer breaks a rule.
 *
 * <p>The owner's part: read the socket, write what is queued ({@link #hasOutput}), and close the socket once
 * {@link #isDone} says so and the output is written. A server closes at once, a client lets the server close first and waits
 * a while for that (§7.1.1).
 *
 * <p>Not thread-safe; connections that share a {@link Workspace} belong to one thread. From within its callbacks the
 * listener may call any method but {@code receive}, be it of this connection or of another with the same workspace.
 */
public final class Connection {
    private final Role role;
    private final Workspace workspace;
    private final ConnectionListener listener;
    private final int maxMessageBytes;
    private final boolean takesParts;
    /** What is to be written; null where that is nothing, as it mostly is. */
    private OutputQueue output;
    /** Whole messages that wait for the end of the one that is being sent in parts; null where none is. */
    private OutputQueue behindParts;
    /** The first half of a surrogate pair that the latest part of a text ended in; 0 where it did not. */
    private char halfPair;
    /** Null without compression. */
    private final MessageDeflater deflater;
    /** Null without compression. */
    private final MessageInflater inflater;

    /** Only inside a frame; otherwise the workspace's. */
    private FrameParser parser;
    /** Only inside a message that did not come as one piece. */
    private IncomingMessage message;
    /** The latest ping's payload, while pongs wait for the peer to read (§5.5.3). */
    private ByteBuffer pendingPong;

    /** Whether the last write left bytes behind: the peer reads more slowly than it is written to. */
    private boolean stalled;

    private boolean paused;
    private boolean closeSent;
    private boolean closeReceived;
    private boolean failed;

    /**
     * A connection in the state OPEN.
     *
     * @param role the side to play
     * @param maxMessageBytes the largest message to take, in bytes of its payload; beyond it the connection fails with 1009.
     *     A message may come in at most one fragment for every 16 bytes of this, and 1,024 in any case
     * @param workspace memory shared with the other connections of the thread
     * @param listener gets the events
     */
    public Connection(Role role, int maxMessageBytes, Workspace workspace, ConnectionListener listener) {
        this(role, maxMessageBytes, workspace, null, null, listener);
    }

    /**
     * A connection in the state OPEN that compresses, where that was agreed.
     *
     * @param role the side to play
     * @param maxMessageBytes as above; of a compressed message, what it decompresses to
     * @param workspace memory shared with the other connections of the thread
     * @param deflate how to compress; not looked at where nothing was agreed
     * @param agreed the outcome of the handshake, null for no compression
     * @param listener gets the events
     */
    public Connection(
            Role role,
            int maxMessageBytes,
            Workspace workspace,
            Deflate deflate,
            DeflateParameters agreed,
            ConnectionListener listener) {
        if (maxMessageBytes < 0) {
            throw new IllegalArgumentException("maxMessageBytes is " + maxMessageBytes + ", it must be 0 or more");
        }
        this.role = Objects.requireNonNull(role, "role");
        this.maxMessageBytes = maxMessageBytes;
        this.workspace = Objects.requireNonNull(workspace, "workspace");
        this.listener = Objects.requireNonNull(listener, "listener");
        takesParts = listener.takesParts();
        deflater = agreed == null ? null : MessageDeflater.of(role, deflate, agreed);
        inflater = agreed == null ? null : MessageInflater.of(role, agreed);
    }

    // ---------------------------------------------------------------- receiving

    /**
     * Where to read what the peer sends next, to be passed to {@link #receive} before anything else is done: inside a large
     * frame the memory of its message, which spares a copy.
     *
     * @param shared an empty buffer, such as one for all connections of the thread
     * @return a buffer with as much room as the shared one, or the shared one itself
     */
    public ByteBuffer inputBuffer(ByteBuffer shared) {
        int size = shared.remaining();
        boolean plain = inflater == null || !inflater.isInMessage();
        boolean large = message != null && plain && parser != null && parser.remaining() >= size;
        ByteBuffer own = large ? message.room(size) : null;
        return own != null ? own : shared;
    }

    /**
     * Takes bytes that the peer sent, in pieces of any size. All are consumed, unless the connection is {@link #pause
     * paused}. The buffer's content is changed: frames are unmasked where they lie.
     *
     * @param in bytes from position to limit; a buffer with an accessible array is read in place, any other is copied
     */
    public void receive(ByteBuffer in) {
        if (!in.hasArray()) {
            ByteBuffer copy =
                    ByteBuffer.allocate(in.remaining()).put(in.duplicate()).flip();
            try {
                receive(copy);
            } finally { // an exception of the listener leaves the rest, not all of it again
                in.position(in.limit() - copy.remaining());
            }
            return;
        }
        try {
            while (!paused && !closeReceived && !failed && receiveNext(in)) {}
        } catch (ProtocolException violation) {
            fail(violation.closeCode(), violation.getMessage());
            listener.onFail(violation);
        }
        if (closeReceived || failed) {
            in.position(in.limit()); // "further data MUST be discarded" (§1.4, §7.1.7)
        }
    }

    private boolean receiveNext(ByteBuffer in) {
        FrameParser frames = parser != null ? parser : workspace.takeParser();
        parser = frames;
        boolean piece = frames.next(in, role, inflater == null ? 0 : FrameHeader.RSV1);
        // Given back before the listener is called: another connection may use it then.
        int opcode = frames.header().opcode();
        boolean fin = frames.header().fin();
        boolean compressed = frames.header().rsv() != 0;
        boolean first = frames.first();
        boolean last = frames.last();
        long expected = frames.remaining();
        byte[] array = frames.array();
        int from = frames.from();
        int to = frames.to();
        if (frames.idle()) {
            parser = null;
            workspace.release(frames);
        }
        if (!piece) {
            return false;
        }
        if (Opcode.isControl(opcode)) {
            receiveControl(opcode, array, from, to);
        } else if (!closeSent) {
            if (first) {
                checkSequence(opcode);
            }
            if (compressed || inflater != null && inflater.isInMessage()) {
                receiveCompressed(opcode, fin && last, first, array, from, to);
            } else {
                receiveData(opcode, fin && last, first, array, from, to, expected);
            }
        }
        return true;
    }

    private void receiveData(int opcode, boolean end, boolean first, byte[] array, int from, int to, long expected) {
        if (first) {
            if (end && message == null && !takesParts) {
                MessageAssembler.checkSize(0, to - from, maxMessageBytes);
                deliver(opcode, array, from, to);
                return;
            }
            if (message == null) {
                message = incoming(opcode);
            }
            message.beginFrame(to - from + expected);
        }
        append(array, from, to, expected, end);
    }

    /** The limit is kept while the message is decompressed, before memory is taken for what a bomb would become. */
    private void receiveCompressed(int opcode, boolean end, boolean first, byte[] array, int from, int to) {
        if (!inflater.isInMessage()) {
            inflater.begin(workspace);
        }
        inflater.input(array, from, to, end);
        byte[] inflated = workspace.inflated();
        int size = inflater.read(inflated);
        if (end && message == null && !takesParts && size < inflated.length) {
            inflater.end(workspace);
            MessageAssembler.checkSize(0, size, maxMessageBytes);
            deliver(opcode, inflated, 0, size);
            return;
        }
        if (message == null) {
            message = incoming(opcode);
        }
        if (first) {
            message.beginFrame(0);
        }
        while (size == inflated.length) {
            append(inflated, 0, size, 0, false);
            if (failed || closeSent) {
                return; // by the listener, on the part that it was given
            }
            size = inflater.read(inflated);
        }
        if (end) {
            inflater.end(workspace);
        }
        append(inflated, 0, size, 0, end);
    }

    private IncomingMessage incoming(int opcode) {
        return takesParts
                ? new MessageParts(opcode, workspace.decoder, listener)
                : new MessageAssembler(opcode, maxMessageBytes, workspace, listener);
    }

    private void append(byte[] array, int from, int to, long expected, boolean end) {
        IncomingMessage current = message;
        if (end) {
            message = null; // before the listener is told, who may close or fail
        }
        current.append(array, from, to, expected, end);
    }

    /** Fragments of one message must not be interleaved with another message (§5.4). */
    private void checkSequence(int opcode) {
        if (opcode == Opcode.CONTINUATION && message == null) {
            throw new ProtocolException(
                    CloseCode.PROTOCOL_ERROR, "continuation frame without a message to continue (RFC 6455 §5.4)");
        }
        if (opcode != Opcode.CONTINUATION && message != null) {
            throw new ProtocolException(
                    CloseCode.PROTOCOL_ERROR, "new message inside a fragmented message (RFC 6455 §5.4)");
        }
    }

    /** A message that lies in the input as one piece, which most do: straight from there. */
    private void deliver(int opcode, byte[] array, int from, int to) {
        if (opcode == Opcode.BINARY) {
            listener.onBinary(workspace.view(array, from, to));
            return;
        }
        String text = workspace.decoder.decode(array, from, to);
        if (text == null) {
            throw MessageAssembler.notUtf8();
        }
        workspace.delivering(text, array, from, to);
        try {
            listener.onText(text);
        } finally {
            workspace.delivered();
        }
    }

    private void receiveControl(int opcode, byte[] array, int from, int to) {
        switch (opcode) {
            case Opcode.PING -> {
                pong(array, from, to);
                listener.onPing(workspace.view(array, from, to));
            }
            case Opcode.PONG -> listener.onPong(workspace.view(array, from, to));
            default -> receiveClose(ClosePayload.parse(array, from, to));
        }
    }

    /**
     * "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response" (§5.5.2). While the peer does not read,
     * only the latest ping is remembered, which §5.5.3 allows: a flood of pings takes no memory.
     */
    private void pong(byte[] array, int from, int to) {
        if (stalled) {
            pendingPong =
                    ByteBuffer.allocate(to - from).put(array, from, to - from).flip();
        } else {
            send(Opcode.PONG, workspace.view(array, from, to));
        }
    }

    private void receiveClose(ClosePayload close) {
        closeReceived = true;
        discardMessage();
        // "it typically echos the status code it received" (§5.5.1)
        sendClose(new ClosePayload(close.code(), ""));
        listener.onClose(close);
    }

    /**
     * Stops the delivery of events from the next frame on: {@link #receive} then returns with the rest of its input
     * unconsumed, which the owner keeps and passes again after {@link #resume}.
     */
    public void pause() {
        paused = true;
    }

    /** Undoes {@link #pause}. */
    public void resume() {
        paused = false;
    }

    /**
     * Whether {@link #pause} holds.
     *
     * @return whether {@link #receive} leaves its input alone
     */
    public boolean isPaused() {
        return paused;
    }

    // ---------------------------------------------------------------- sending

    /**
     * Queues the head that opens the connection (a server's response 101), so that it leaves together with the first frames.
     *
     * @param head its bytes, copied; before any message is sent
     */
    public void sendHandshake(ByteBuffer head) {
        byte[] bytes = new byte[head.remaining()];
        head.get(head.position(), bytes);
        output().appendShared(workspace, bytes);
    }

    /**
     * Queues a text message (§6.1).
     *
     * @param text unpaired surrogates are sent as U+FFFD
     * @return false where a Close frame has been sent, after which nothing may follow (§5.5.1)
     */
    public boolean sendText(String text) {
        if (closeSent) {
            return false;
        }
        ByteBuffer utf8 = workspace.utf8(text);
        if (utf8 != null) {
            return sendData(Opcode.TEXT, utf8);
        }
        long mostBytes = (long) Utf8Encoder.MAX_BYTES_PER_CHAR * text.length();
        if (deflater != null && mostBytes >= deflater.threshold()) {
            return sendData(Opcode.TEXT, ByteBuffer.wrap(Utf8.encode(text)));
        }
        messages().appendText(workspace, text, role == Role.CLIENT, nextMaskKey());
        return true;
    }

    /**
     * Queues a text message that is UTF-8 already.
     *
     * @param utf8 valid UTF-8, which is not checked; copied from position to limit, the position does not move
     * @return false where a Close frame has been sent
     */
    public boolean sendText(ByteBuffer utf8) {
        return sendData(Opcode.TEXT, utf8);
    }

    /**
     * Queues a binary message (§6.1).
     *
     * @param payload copied from position to limit; the position does not move
     * @return false where a Close frame has been sent
     */
    public boolean sendBinary(ByteBuffer payload) {
        return sendData(Opcode.BINARY, payload);
    }

    /**
     * As {@link #sendBinary}, but without a copy where that can be done: for a large message that the socket may take at once.
     * Write as far as it goes, then call {@link #keep}; until then the payload must not change, and nothing else be queued.
     *
     * @param payload from position to limit; the position does not move
     * @return false where a Close frame has been sent
     */
    public boolean sendBorrowed(ByteBuffer payload) {
        boolean changed = role == Role.CLIENT || deflater != null; // masked, or compressed
        if (closeSent || changed || behindParts != null || !payload.hasArray()) {
            return sendBinary(payload);
        }
        output().appendBorrowed(workspace, Opcode.BINARY, payload);
        return true;
    }

    /** Copies what is left of a borrowed payload, which its owner may then change. */
    public void keep() {
        if (output != null) {
            output.keep(workspace);
        }
    }

    /**
     * Queues a message that other connections send as well. A server's connection shares its bytes.
     *
     * @param prepared the message
     * @return false where a Close frame has been sent
     */
    public boolean send(PreparedMessage prepared) {
        if (closeSent) {
            return false;
        }
        if (role == Role.CLIENT) {
            return sendData(prepared.opcode, prepared.payload());
        }
        messages().appendShared(workspace, deflater == null ? prepared.frame() : prepared.frame(deflater, workspace));
        return true;
    }

    /**
     * Queues a ping (§5.5.2).
     *
     * @param payload at most 125 bytes, copied; the position does not move
     * @return false where a Close frame has been sent
     * @throws IllegalArgumentException where the payload is longer
     */
    public boolean sendPing(ByteBuffer payload) {
        return sendControl(Opcode.PING, payload);
    }

    /**
     * Queues a pong that nobody asked for, a one-way heartbeat (§5.5.3).
     *
     * @param payload at most 125 bytes, copied; the position does not move
     * @return false where a Close frame has been sent
     * @throws IllegalArgumentException where the payload is longer
     */
    public boolean sendPong(ByteBuffer payload) {
        return sendControl(Opcode.PONG, payload);
    }

    /**
     * Queues a part of a text message (§5.4), as a frame of its own and without compression. Until the last part, other messages
     * wait behind this one; pings, pongs and Close do not.
     *
     * @param part any part of the text; a surrogate pair may be cut
     * @param last whether it ends the message
     * @return false where a Close frame has been sent
     */
    public boolean sendTextPart(String part, boolean last) {
        String text = halfPair == 0 ? part : halfPair + part;
        boolean cut = !last && !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
        halfPair = cut ? text.charAt(text.length() - 1) : 0;
        return sendPart(
                Opcode.TEXT, ByteBuffer.wrap(Utf8.encode(cut ? text.substring(0, text.length() - 1) : text)), last);
    }

    /**
     * Queues a part of a binary message; as {@link #sendTextPart}. The parts of one message are all of one type.
     *
     * @param part copied from position to limit; the position does not move
     * @param last whether it ends the message
     * @return false where a Close frame has been sent
     */
    public boolean sendBinaryPart(ByteBuffer part, boolean last) {
        return sendPart(Opcode.BINARY, part, last);
    }

    private boolean sendPart(int type, ByteBuffer part, boolean last) {
        if (closeSent) {
            return false;
        }
        int opcode = behindParts == null ? type : Opcode.CONTINUATION;
        output().appendFrame(workspace, last, 0, opcode, part, role == Role.CLIENT, nextMaskKey());
        if (last && behindParts != null) {
            output.appendAll(behindParts);
            workspace.release(behindParts);
            behindParts = null;
        } else if (!last && behindParts == null) {
            behindParts = workspace.takeQueue();
        }
        return true;
    }

    /** Where a whole message goes. */
    private OutputQueue messages() {
        return behindParts == null ? output() : behindParts;
    }

    private OutputQueue output() {
        if (output == null) {
            output = workspace.takeQueue();
        }
        return output;
    }

    /** Sends a message compressed where that makes it smaller. */
    private boolean sendData(int opcode, ByteBuffer payload) {
        int length = payload.remaining();
        if (closeSent || deflater == null || length < deflater.threshold()) {
            return send(opcode, payload);
        }
        ByteBuffer plain = payload;
        if (!payload.hasArray()) {
            plain = ByteBuffer.allocate(length).put(payload.duplicate()).flip();
        }
        int from = plain.arrayOffset() + plain.position();
        byte[] out = workspace.deflated(length + MessageDeflater.MIN_ROOM);
        try {
            int size = deflater.deflate(workspace, plain.array(), from, from + length, out);
            return size < 0 ? send(opcode, payload) : send(FrameHeader.RSV1, opcode, ByteBuffer.wrap(out, 0, size));
        } catch (Throwable t) {
            deflater.forget(); // the peer will not see what the deflater has seen
            throw t;
        }
    }

    private boolean sendControl(int opcode, ByteBuffer payload) {
        if (payload.remaining() > FrameHeader.MAX_CONTROL_PAYLOAD) {
            throw new IllegalArgumentException("control frame payload is " + payload.remaining() + " bytes, limit "
                    + FrameHeader.MAX_CONTROL_PAYLOAD + " (RFC 6455 §5.5)");
        }
        return send(opcode, payload);
    }

    private boolean send(int opcode, ByteBuffer payload) {
        return send(0, opcode, payload);
    }

    private boolean send(int rsv, int opcode, ByteBuffer payload) {
        if (closeSent) {
            return false;
        }
        OutputQueue queue = Opcode.isControl(opcode) ? output() : messages();
        queue.appendFrame(workspace, true, rsv, opcode, payload, role == Role.CLIENT, nextMaskKey());
        return true;
    }

    /** "A client MUST mask all frames that it sends", each with a fresh key (§5.1, §5.3). */
    private int nextMaskKey() {
        return role == Role.CLIENT ? workspace.maskKeys.next() : 0;
    }

    /**
     * Starts the closing handshake (§7.1.2); without effect once a Close frame has been sent. Data that the peer sends from
     * here on is discarded, as the browser's API does in the state CLOSING.
     *
     * @param close what to send
     */
    public void close(ClosePayload close) {
        sendClose(close);
        discardMessage();
    }

    /**
     * Fails the WebSocket Connection (§7.1.7): queues a Close frame where none was sent, and receives nothing more.
     *
     * @param code why, a code that may be sent
     * @param reason for people and logs; cut to what a Close frame holds
     * @throws IllegalArgumentException where the code may not be sent
     */
    public void fail(int code, String reason) {
        ClosePayload close = ClosePayload.truncated(code, reason);
        failed = true;
        discardMessage();
        parser = null;
        sendClose(close);
    }

    private void sendClose(ClosePayload close) {
        if (!closeSent) {
            send(Opcode.CLOSE, close.toBytes());
            closeSent = true;
            pendingPong = null;
        }
    }

    // ---------------------------------------------------------------- output

    /**
     * Whether there is something to write.
     *
     * @return whether {@link #peek} would give bytes
     */
    public boolean hasOutput() {
        return output != null && !output.isEmpty();
    }

    /**
     * The bytes that wait to be written, framing included.
     *
     * @return in bytes
     */
    public long outputSize() {
        return (output == null ? 0 : output.size()) + heldBackSize();
    }

    /**
     * How much of {@link #outputSize} are whole messages that wait for the last part of another one.
     *
     * @return in bytes
     */
    public long heldBackSize() {
        return behindParts == null ? 0 : behindParts.size();
    }

    /**
     * Copies bytes to be written from the front of the queue, as many as the target takes, and leaves them queued.
     *
     * @param target filled from its position on
     * @return how many bytes were copied
     */
    public int peek(ByteBuffer target) {
        return output == null ? 0 : output.peek(target);
    }

    /**
     * Removes bytes that have been written.
     *
     * @param bytes how many from the front; at most what the last {@link #peek} gave
     */
    public void consume(int bytes) {
        if (output == null) {
            return;
        }
        output.consume(bytes, workspace);
        stalled = !output.isEmpty();
        if (!stalled) {
            workspace.release(output);
            output = null;
        }
        if (!stalled && pendingPong != null) {
            send(Opcode.PONG, pendingPong);
            pendingPong = null;
        }
    }

    /**
     * Gives native memory back that compression holds between messages: for a connection that has not been used for a while.
     * What it holds in the heap to go on stays.
     */
    public void releaseIdle() {
        if (deflater != null) {
            deflater.release(workspace);
            inflater.release(workspace);
        }
    }

    /** Gives up the output that is left and all that is held, native memory too, once the socket is gone. To be called at the end. */
    public void discard() {
        failed = true;
        closeSent = true;
        discardMessage();
        parser = null;
        pendingPong = null;
        output = discard(output);
        behindParts = discard(behindParts);
        if (deflater != null) {
            deflater.discard(workspace);
            inflater.discard(workspace);
        }
    }

    private void discardMessage() {
        if (message != null) {
            message.discard();
            message = null;
        }
    }

    private OutputQueue discard(OutputQueue queue) {
        if (queue != null) {
            queue.clear(workspace);
            workspace.release(queue);
        }
        return null;
    }

    // ---------------------------------------------------------------- state

    /**
     * The side that this connection plays.
     *
     * @return the role
     */
    public Role role() {
        return role;
    }

    /**
     * Whether a Close frame has been queued; nothing can follow it.
     *
     * @return whether the closing handshake has begun on this side
     */
    public boolean isCloseSent() {
        return closeSent;
    }

    /**
     * Whether the peer's Close frame has come.
     *
     * @return whether the closing handshake has begun on the other side
     */
    public boolean isCloseReceived() {
        return closeReceived;
    }

    /**
     * Whether the connection was failed, by the peer's fault or by {@link #fail}.
     *
     * @return whether no closing handshake is to be waited for
     */
    public boolean isFailed() {
        return failed;
    }

    /**
     * Whether nothing more will be received or queued: the closing handshake is complete, or the connection failed. What is
     * left is to write the output and close the socket.
     *
     * @return whether the connection is over
     */
    public boolean isDone() {
        return failed || closeSent && closeReceived;
    }
}
