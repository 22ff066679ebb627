package dev.weft.nio;

import dev.weft.core.CloseCode;
import dev.weft.core.ClosePayload;
import dev.weft.core.Connection;
import dev.weft.core.ConnectionListener;
import dev.weft.core.Deflate;
import dev.weft.core.DeflateParameters;
import dev.weft.core.FrameHeader;
import dev.weft.core.PreparedMessage;
import dev.weft.core.ProtocolException;
import dev.weft.core.Role;
import dev.weft.core.Utf8;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A WebSocket: the API's calls from any thread on one side, the socket on the other, the protocol's {@link Connection}
 * between them. Everything but the API's methods runs on the loop's thread, and what they change is handed over to it.
 */
final class WebSocketChannel extends Handler implements WebSocket, ConnectionListener {
    /** From here on, in bytes, a message goes straight to the socket where it can: a copy would cost more than a write. */
    private static final int LARGE_MESSAGE = 16 * 1024;

    /** What a message takes beside its content until the loop has it. */
    private static final int POSTED_BYTES = 128;
    /** A burst from another thread is no backlog: so much of it goes where the budget is spent, too. */
    private static final int POSTED_FREE = 64 * 1024;

    private final WebSocketListener listener;
    /** Asked for at the beginning, where what goes wrong is the caller's. */
    private final boolean takesParts;

    private final Limits limits;
    /** Null for no compression. */
    private final Deflate deflate;

    private final Role role;
    private final String url;
    private String protocol = "";
    /** Null for no compression. */
    private DeflateParameters agreed;

    /** What the connection waits for while it is CONNECTING; null on a server, and from then on. */
    private ClientOpening opening;
    /** Null while CONNECTING. */
    private Connection connection;
    /** Input that came before a pause took effect. */
    private ByteBuffer unread;

    private volatile ReadyState state = ReadyState.CONNECTING;
    /** Messages that other threads have sent and the loop has not taken yet, and their bytes; guarded by this. */
    private int posted;

    private long postedBytes;
    /** The size of the connection's output, for other threads. */
    private volatile long unwrittenBytes;
    /** How much of that waits behind the parts of a message, and cannot keep those waiting. */
    private volatile int heldBackBytes;
    /** Whether a message was refused, and its sender has not been told since that there is room again. */
    private boolean refused;
    /** The same of a part. */
    private boolean refusedPart;

    /** Whether this is inside of {@link #ready}, at whose end output is written anyway. */
    private boolean serving;
    /** Whether the loop will write at the end of the turn. */
    private boolean writeScheduled;
    /** Whether the socket took less than there was to write. */
    private boolean blocked;

    private boolean ended;
    /** Whether it was paused while CONNECTING. */
    private boolean pausedEarly;

    private ClosePayload closeReceived;
    private Throwable cause;

    /** Null while CONNECTING. */
    private volatile KeepAlive keepAlive;

    WebSocketChannel(
            EventLoop loop,
            Connections owner,
            Role role,
            String url,
            Limits limits,
            Deflate deflate,
            WebSocketListener listener) {
        super(loop, owner);
        this.role = role;
        this.url = url;
        this.limits = limits;
        this.deflate = deflate;
        this.listener = listener;
        takesParts = listener.takesParts();
    }

    // ---------------------------------------------------------------- opening

    void opening(ClientOpening clientOpening) {
        opening = clientOpening;
    }

    /**
     * The opening handshake is done.
     *
     * @param predecessor hands the channel over
     * @param head a server's response, to be sent first; null on a client
     * @param input what the peer sent behind its handshake; used up
     */
    void open(
            Handler predecessor,
            String subprotocol,
            DeflateParameters deflateParameters,
            ByteBuffer head,
            ByteBuffer input) {
        protocol = subprotocol;
        agreed = deflateParameters;
        connection = new Connection(role, limits.maxMessage, loop.workspace, deflate, agreed, this);
        if (head != null) {
            connection.sendHandshake(head);
        }
        keepAlive = new KeepAlive(loop.now());
        opening = null;
        takeOver(predecessor); // from here on, what fails is this one's
        if (pausedEarly) {
            connection.pause();
        }
        scheduleDeadline();
        advance(ReadyState.OPEN);
        serving = true;
        try {
            listener.onOpen(this);
        } catch (Throwable t) {
            listenerFailed(t);
        }
        if (input.hasRemaining()) {
            receive(input);
        }
        endServing();
    }

    /** The attempt to connect has come to nothing. */
    void openingFailed(Throwable why) {
        opening = null;
        cause = why;
        end();
    }

    // ---------------------------------------------------------------- attributes

    @Override
    public URI url() {
        return URI.create(url);
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public String extensions() {
        return agreed == null ? "" : agreed.toString();
    }

    @Override
    public ReadyState readyState() {
        return state;
    }

    @Override
    public long bufferedAmount() {
        long unwritten = loop.inLoop() && connection != null && !ended ? connection.outputSize() : unwrittenBytes;
        synchronized (this) {
            return unwritten + postedBytes;
        }
    }

    @Override
    public Duration roundTripTime() {
        KeepAlive opened = keepAlive;
        return opened == null ? null : opened.roundTripTime();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        SelectionKey registered = key;
        return registered == null ? null : remoteAddress((SocketChannel) registered.channel());
    }

    static InetSocketAddress remoteAddress(SocketChannel channel) {
        try {
            return (InetSocketAddress) channel.getRemoteAddress();
        } catch (IOException e) {
            return null; // closed
        }
    }

    @Override
    public Transport transport() {
        return transport;
    }

    /** Moves the state on, from whatever thread; never back. */
    private synchronized boolean advance(ReadyState next) {
        boolean moves = next.compareTo(state) > 0;
        if (moves) {
            state = next;
        }
        return moves;
    }

    // ---------------------------------------------------------------- sending

    @Override
    public boolean send(String text) {
        if (!loop.inLoop()) {
            ByteBuffer utf8 = ByteBuffer.wrap(Utf8.encode(text));
            return post(utf8.remaining(), utf8.remaining(), false, () -> connection.sendText(utf8));
        }
        return admit(text.length(), false) && sent(connection.sendText(text));
    }

    @Override
    public boolean send(ByteBuffer data) {
        if (!loop.inLoop()) {
            ByteBuffer copy = copy(data);
            return post(copy.remaining(), copy.remaining(), false, () -> connection.sendBinary(copy));
        }
        if (!admit(data.remaining(), false)) {
            return false;
        }
        if (data.remaining() < LARGE_MESSAGE || connection.hasOutput()) {
            return sent(connection.sendBinary(data));
        }
        boolean taken = connection.sendBorrowed(data);
        flush();
        connection.keep();
        return sent(taken);
    }

    @Override
    public boolean send(PreparedMessage message) {
        if (!loop.inLoop()) {
            return post(message.size(), 0, false, () -> connection.send(message));
        }
        return admit(message.size(), false) && sent(connection.send(message));
    }

    @Override
    public boolean sendPart(String part, boolean last) {
        if (!loop.inLoop()) {
            return post(part.length(), part.length(), true, () -> connection.sendTextPart(part, last));
        }
        return admit(part.length(), true) && sent(connection.sendTextPart(part, last));
    }

    @Override
    public boolean sendPart(ByteBuffer part, boolean last) {
        if (!loop.inLoop()) {
            ByteBuffer copy = copy(part);
            return post(copy.remaining(), copy.remaining(), true, () -> connection.sendBinaryPart(copy, last));
        }
        return admit(part.remaining(), true) && sent(connection.sendBinaryPart(part, last));
    }

    @Override
    public boolean ping(ByteBuffer data) {
        if (data.remaining() > FrameHeader.MAX_CONTROL_PAYLOAD) {
            throw new IllegalArgumentException("ping is " + data.remaining() + " bytes, limit "
                    + FrameHeader.MAX_CONTROL_PAYLOAD + " (RFC 6455 §5.5)");
        }
        if (!loop.inLoop()) {
            ByteBuffer copy = copy(data);
            return post(copy.remaining(), copy.remaining(), false, () -> connection.sendPing(copy));
        }
        return admit(data.remaining(), false) && sent(connection.sendPing(data));
    }

    private static ByteBuffer copy(ByteBuffer data) {
        return ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip();
    }

    private void requireOpened() {
        if (state == ReadyState.CONNECTING) {
            throw new IllegalStateException("the connection is still CONNECTING: send from onOpen on");
        }
    }

    private boolean hasRoom(long waiting, long size, int free) {
        return waiting == 0 || waiting + size <= limits.sendQueue && (waiting < free || !loop.workspace.isSpent());
    }

    /** What a message would wait for; a part not for those that wait for the end of its own message. */
    private long waiting(boolean part) {
        return connection.outputSize() - (part ? connection.heldBackSize() : 0);
    }

    /** Whether a message, or a part of one, may be queued now; on the loop's thread. */
    private boolean admit(long size, boolean part) {
        requireOpened();
        if (state != ReadyState.OPEN) {
            return false;
        }
        if (!hasRoom(waiting(part), size, 0) && !blocked) {
            flush(); // a burst is no backlog: what the socket takes at once does not count
            writeSoon();
        }
        if (ended || !hasRoom(waiting(part), size, 0)) {
            overflow(waiting(part), size, part);
            return false;
        }
        return true;
    }

    private boolean sent(boolean taken) {
        keepAlive.message(loop.now());
        writeSoon();
        return taken;
    }

    /**
     * Hands a message from another thread to the loop.
     *
     * @param own how much of it is held for this connection alone
     * @param send gives whether it was taken
     */
    private boolean post(long size, long own, boolean part, BooleanSupplier send) {
        requireOpened();
        synchronized (this) {
            if (state != ReadyState.OPEN) {
                return false;
            }
            long waiting = postedBytes + unwrittenBytes - (part ? heldBackBytes : 0);
            boolean room = hasRoom(waiting, size, POSTED_FREE);
            if (room) {
                posted++;
                postedBytes += size;
                loop.workspace.retain(POSTED_BYTES + own);
            }
            // Within the lock: a close() that comes next is queued behind it.
            loop.execute(room ? () -> takePosted(size, own, send) : () -> refusePosted(waiting, size, part));
            return room;
        }
    }

    private void takePosted(long size, long own, BooleanSupplier send) {
        loop.workspace.retain(-POSTED_BYTES - own);
        if (ended) {
            synchronized (this) {
                posted--; // but its bytes still count as sent and never written
            }
            return;
        }
        boolean taken;
        try {
            taken = send.getAsBoolean();
        } catch (Throwable t) { // such as the lack of memory, in the middle of a frame
            Log.error("a message could not be queued", t);
            lost(t);
            return;
        }
        keepAlive.message(loop.now());
        synchronized (this) {
            posted--;
            postedBytes -= taken ? size : 0; // behind a Close, it counts as never written for good
            publishBacklog();
        }
        writeSoon();
    }

    private void publishBacklog() {
        if (unwrittenBytes != connection.outputSize()) {
            unwrittenBytes = connection.outputSize();
        }
        int heldBack = (int) Math.min(connection.heldBackSize(), Integer.MAX_VALUE);
        if (heldBackBytes != heldBack) {
            heldBackBytes = heldBack;
        }
    }

    private void refusePosted(long waiting, long size, boolean part) {
        if (!ended) {
            overflow(waiting, size, part);
            writeSoon();
        }
    }

    private synchronized boolean hasPosted() {
        return posted > 0;
    }

    private void overflow(long waiting, long size, boolean part) {
        if (limits.sendOverflow == Limits.Overflow.REFUSE) {
            refusedPart |= part;
            refused |= !part;
        } else if (!ended) {
            lost(
                    loop.workspace.isSpent()
                            ? spent()
                            : new IOException("send queue is full: " + waiting + " bytes wait, a message of " + size
                                    + " would pass the limit of " + limits.sendQueue));
        }
    }

    private IOException spent() {
        return new IOException("connections of the loop retain " + loop.retained() + " bytes, the budget is spent");
    }

    // ---------------------------------------------------------------- closing

    @Override
    public void close(int code, String reason) {
        boolean allowed = role == Role.CLIENT ? CloseCode.isApplicationCode(code) : CloseCode.isSendable(code);
        if (!allowed) {
            throw new IllegalArgumentException("close code is " + code + ", it must be "
                    + (role == Role.CLIENT ? "1000 or 3000 to 4999" : "one that may be sent (RFC 6455 §7.4)"));
        }
        startClosing(new ClosePayload(code, reason));
    }

    private void startClosing(ClosePayload payload) {
        if (!advance(ReadyState.CLOSING)) {
            return;
        }
        if (!loop.inLoop()) {
            loop.execute(() -> closeInLoop(payload));
        } else if (hasPosted()) {
            pauseInLoop(); // nothing is delivered from here on, but what other threads have sent before goes first
            loop.execute(() -> closeInLoop(payload));
        } else {
            closeInLoop(payload);
        }
    }

    private void closeInLoop(ClosePayload payload) {
        if (opening != null) {
            opening.fail(new IOException("closed by the application while CONNECTING"));
        } else if (!ended) {
            connection.close(payload);
            loop.setDeadline(this, loop.now() + limits.closeTimeout);
            resumeInLoop(); // the peer's Close is to be seen
            writeSoon();
        }
    }

    @Override
    void goAway() {
        startClosing(new ClosePayload(owner.closeCode(), ""));
    }

    @Override
    public void terminate() {
        advance(ReadyState.CLOSING);
        if (loop.inLoop()) {
            terminateInLoop();
        } else {
            loop.execute(this::terminateInLoop);
        }
    }

    private void terminateInLoop() {
        if (opening != null) {
            opening.fail(new IOException("terminated by the application while CONNECTING"));
        } else {
            lost(null);
        }
    }

    @Override
    void abandon(IOException why) {
        lost(why);
    }

    /** The socket is gone, or to be given up at once. */
    private void lost(Throwable why) {
        if (ended) {
            return;
        }
        unwrittenBytes = connection.outputSize();
        closeChannel();
        if (cause == null && (closeReceived == null || connection.hasOutput())) {
            cause = why;
        }
        end();
    }

    /** All is said: both Close frames are exchanged, or the connection failed, and the output is written. */
    private void finish() {
        if (role == Role.SERVER || connection.isFailed()) {
            // "the server MUST close the TCP connection immediately, the client SHOULD wait for the server" (§7.1.1)
            new Lingering(this, limits.closeTimeout);
            end();
        }
    }

    /** Tells the listener, once, and not from within another of its callbacks. */
    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        takeUnread();
        if (connection != null) {
            connection.discard();
        }
        loop.clearDeadline(this);
        advance(ReadyState.CLOSED);
        loop.execute(this::tellEnd);
    }

    private void tellEnd() {
        try {
            if (cause != null) {
                listener.onError(this, cause);
            }
        } catch (Throwable t) {
            Log.warning("a listener's onError failed", t);
        }
        boolean clean = closeReceived != null && cause == null;
        int code = closeReceived == null ? CloseCode.ABNORMAL : closeReceived.code();
        String reason = closeReceived == null ? "" : closeReceived.reason();
        try {
            listener.onClose(this, new CloseEvent(code, reason, clean, cause));
        } catch (Throwable t) {
            Log.warning("a listener's onClose failed", t);
        }
        owner.removed();
    }

    // ---------------------------------------------------------------- reading

    @Override
    void ready() {
        serving = true;
        boolean readable = (key.readyOps() & SelectionKey.OP_READ) != 0 || transport.hasBufferedInput();
        if (readable && !connection.isPaused()) {
            read();
        }
        endServing();
    }

    /** What was sent while the channel was served leaves in one write; so does what waited for the socket. */
    private void endServing() {
        serving = false;
        if (!ended) {
            writeOut();
        }
    }

    private void read() {
        receiveUnread();
        if (ended || connection.isPaused()) {
            return;
        }
        ByteBuffer in = connection.inputBuffer(loop.readBuffer());
        int count;
        try {
            count = transport.read(in);
        } catch (IOException e) {
            lost(e);
            return;
        }
        if (count < 0) {
            lost(new EOFException("peer closed the TCP connection without a Close frame"));
        } else if (count > 0) {
            keepAlive.heard(loop.now());
            receive(in.flip());
        }
    }

    private void receive(ByteBuffer in) {
        try {
            connection.receive(in);
        } catch (Throwable t) {
            listenerFailed(t);
        }
        if (in.hasRemaining() && !ended) {
            if (loop.workspace.isSpent()) {
                lost(spent());
                return;
            }
            unread = copy(in);
            loop.workspace.retain(unread.capacity());
        }
        if (connection.isDone() && !ended && advance(ReadyState.CLOSING)) {
            loop.setDeadline(this, loop.now() + limits.closeTimeout);
        }
    }

    /** "an endpoint … encountered an unexpected condition that prevented it from fulfilling the request" (§7.4.1). */
    private void listenerFailed(Throwable t) {
        Log.warning("a listener failed, its connection is closed with 1011", t);
        if (ended || connection.isFailed()) {
            return;
        }
        cause = t;
        connection.fail(CloseCode.INTERNAL_ERROR, "internal error");
        if (advance(ReadyState.CLOSING)) {
            loop.setDeadline(this, loop.now() + limits.closeTimeout);
        }
        writeSoon();
    }

    /** What comes in the state CLOSING is for nobody, be it another thread that has just closed. */
    private boolean delivers() {
        keepAlive.message(loop.now());
        return state == ReadyState.OPEN;
    }

    @Override
    public void onText(String text) {
        if (delivers()) {
            listener.onText(this, text);
        }
    }

    @Override
    public void onBinary(ByteBuffer payload) {
        if (delivers()) {
            listener.onBinary(this, payload);
        }
    }

    @Override
    public boolean takesParts() {
        return takesParts;
    }

    @Override
    public void onTextPart(String part, boolean last) {
        if (delivers()) {
            listener.onTextPart(this, part, last);
        }
    }

    @Override
    public void onBinaryPart(ByteBuffer part, boolean last) {
        if (delivers()) {
            listener.onBinaryPart(this, part, last);
        }
    }

    @Override
    public void onPing(ByteBuffer payload) {
        listener.onPing(this, payload);
    }

    @Override
    public void onPong(ByteBuffer payload) {
        keepAlive.pong(payload, loop.clock());
        listener.onPong(this, payload);
    }

    @Override
    public void onClose(ClosePayload close) {
        closeReceived = close;
    }

    @Override
    public void onFail(ProtocolException violation) {
        cause = violation;
    }

    @Override
    public void pause() {
        if (loop.inLoop()) {
            pauseInLoop();
        } else {
            loop.execute(this::pauseInLoop);
        }
    }

    private void pauseInLoop() {
        pausedEarly = connection == null;
        if (connection != null && !ended && !connection.isCloseSent()) {
            connection.pause();
            await(false, blocked);
        }
    }

    @Override
    public void resume() {
        if (loop.inLoop()) {
            resumeInLoop();
        } else {
            loop.execute(this::resumeInLoop);
        }
    }

    private void resumeInLoop() {
        pausedEarly = false;
        if (connection == null || ended || !connection.isPaused()) {
            return;
        }
        connection.resume();
        keepAlive.heard(loop.now()); // a pong that could not be seen is not missing
        // Later, since this may be inside of a callback, which others must not overlap.
        loop.execute(() -> {
            if (!ended && !connection.isPaused()) {
                EventLoop.guard(this, WebSocketChannel::resumed);
            }
        });
    }

    private void resumed() {
        serving = true;
        receiveUnread();
        endServing();
    }

    private void receiveUnread() {
        ByteBuffer in = takeUnread();
        if (in != null) {
            receive(in);
        }
    }

    private ByteBuffer takeUnread() {
        ByteBuffer in = unread;
        if (in != null) {
            unread = null;
            loop.workspace.retain(-in.capacity());
        }
        return in;
    }

    // ---------------------------------------------------------------- writing

    private void writeSoon() {
        if (!serving && !writeScheduled && !ended) {
            writeScheduled = true;
            loop.writeLater(this);
        }
    }

    /** Writes what is queued, and draws the conclusions. */
    void writeOut() {
        writeScheduled = false;
        boolean wasBlocked = blocked;
        if (ended || !flush()) {
            return;
        }
        if (!blocked && connection.isDone()) {
            finish();
        }
        if (ended) {
            return;
        }
        // What waits behind a message in parts does not get less by itself: who was refused for it would only be
        // refused again.
        boolean drained = connection.outputSize() == 0;
        if (!blocked && (wasBlocked || refusedPart || refused && drained) && state == ReadyState.OPEN) {
            refused = false;
            refusedPart = false;
            try {
                listener.onWritable(this);
            } catch (Throwable t) {
                listenerFailed(t);
            }
        }
        if (!ended) {
            await(!connection.isPaused(), blocked);
        }
    }

    /** Writes until nothing is left or the socket takes no more; false where the connection was lost over it. */
    private boolean flush() {
        boolean wasBlocked = blocked;
        try {
            blocked = false;
            while (!blocked && (connection.hasOutput() || !transport.isFlushed())) {
                ByteBuffer out = loop.writeBuffer();
                connection.peek(out);
                int written = transport.write(out.flip());
                connection.consume(written);
                blocked = out.hasRemaining() || !transport.isFlushed();
                if (wasBlocked && written > 0) {
                    madeProgress();
                }
            }
            publishBacklog();
            if (blocked && !wasBlocked && loop.workspace.isSpent()) {
                lost(spent()); // it does not read, and so would not see a Close
                return false;
            }
            return true;
        } catch (IOException e) {
            lost(e);
            return false;
        }
    }

    /** The peer takes what had to wait: it is slow, but there, and what is behind, a ping or the Close, has not reached it yet. */
    private void madeProgress() {
        keepAlive.heard(loop.now());
        if (connection.isCloseSent() && !owner.isClosing()) {
            loop.setDeadline(this, loop.now() + limits.closeTimeout);
        }
    }

    // ---------------------------------------------------------------- deadlines

    private void scheduleDeadline() {
        long next = keepAlive.nanosToNext(limits, loop.now(), connection.isPaused());
        if (next != Long.MAX_VALUE) {
            loop.setDeadline(this, loop.now() + next);
        }
    }

    @Override
    void expired() {
        if (connection.isCloseSent()) {
            lost(new SocketTimeoutException("no end of the closing handshake within " + millis(limits.closeTimeout)));
            return;
        }
        long now = loop.now();
        switch (keepAlive.due(limits, now, connection.isPaused())) {
            case SILENT ->
                lost(new SocketTimeoutException("peer is silent, ping unanswered for " + millis(limits.pongTimeout)));
            case IDLE ->
                startClosing(new ClosePayload(CloseCode.GOING_AWAY, "no message for " + millis(limits.idleTimeout)));
            case PING -> {
                if (keepAlive.isQuiet(limits, now)) {
                    connection.releaseIdle();
                }
                connection.sendPing(keepAlive.ping(now));
                writeSoon();
                scheduleDeadline();
            }
            case NOTHING -> scheduleDeadline();
        }
    }

    static String millis(long nanos) {
        return nanos / 1_000_000 + " ms";
    }
}
