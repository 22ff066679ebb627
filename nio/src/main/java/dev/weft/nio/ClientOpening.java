package dev.weft.nio;

import dev.weft.core.ClientHandshake;
import dev.weft.core.HandshakeException;
import dev.weft.core.HttpBody;
import dev.weft.core.HttpException;
import dev.weft.core.HttpHeadParser;
import dev.weft.core.HttpResponse;
import dev.weft.core.WebSocketUri;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.regex.Pattern;

/** A client's connection on its way to being open: look-up of the host, TCP connection, opening handshake. */
final class ClientOpening extends Handler {
    /** How much of the body to keep when a server refuses. */
    private static final int MAX_REFUSAL_BYTES = 64 * 1024;

    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    /** What {@link InetAddress} takes without asking a name server: IPv4, or IPv6, which alone has colons. */
    private static final Pattern ADDRESS = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE + "|.*:.*");

    private final WebSocketChannel ws;
    private final WebSocketUri uri;
    private final ClientHandshake handshake;
    private final Limits limits;
    private final Transport.Factory transports;

    private final Queue<InetAddress> addresses = new ArrayDeque<>();
    private SocketChannel channel;
    private long connectBy;
    private IOException lastFailure;

    /** What is left to be written of the request. */
    private final ByteBuffer request;

    private HttpHeadParser parser;
    /** Once the server has answered with something other than 101, that. */
    private HttpResponse refusal;

    private HttpBody refusalBody;
    /** Read by the thread that looks up, too. */
    private volatile boolean over;

    ClientOpening(
            EventLoop loop,
            Connections owner,
            WebSocketChannel ws,
            WebSocketUri uri,
            ClientHandshake handshake,
            Limits limits,
            Transport.Factory transports) {
        super(loop, owner);
        this.ws = ws;
        this.uri = uri;
        this.handshake = handshake;
        this.limits = limits;
        this.transports = transports;
        request = handshake.request().toBytes();
    }

    // ---------------------------------------------------------------- connecting

    void start() {
        if (over || isOwnerClosing()) {
            return;
        }
        connectBy = loop.now() + limits.connectTimeout;
        loop.setDeadline(this, connectBy);
        if (ADDRESS.matcher(uri.host()).matches()) {
            lookUp();
        } else {
            loop.lookUp(this::lookUp);
        }
    }

    /** Whoever closes the client, or the loop, may have missed an attempt without a channel. */
    private boolean isOwnerClosing() {
        if (owner.isClosing()) {
            goAway();
        } else if (loop.isClosing()) {
            abandon(new IOException("the event loop was closed"));
        }
        return over;
    }

    /** Blocks, unless the host is an address. */
    private void lookUp() {
        if (over) {
            return; // given up while it queued
        }
        try {
            List<InetAddress> found = List.of(InetAddress.getAllByName(uri.host()));
            loop.execute(() -> {
                addresses.addAll(found);
                connectNext();
            });
        } catch (UnknownHostException | RuntimeException e) {
            loop.execute(() -> fail(new UnknownHostException("unknown host: " + uri.host())));
        }
    }

    /** The addresses of a host are tried in turn; what is left of the time is shared out evenly. */
    private void connectNext() {
        if (over || isOwnerClosing()) {
            return;
        }
        InetAddress address = addresses.poll();
        if (address == null) {
            fail(lastFailure);
            return;
        }
        long share = (connectBy - loop.now()) / (addresses.size() + 1);
        loop.setDeadline(this, loop.now() + share);
        channel = null;
        boolean atOnce;
        try {
            channel = loop.provider().openSocketChannel();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            key = channel.register(loop.selector(), SelectionKey.OP_CONNECT, this);
            atOnce = channel.connect(new InetSocketAddress(address, uri.port()));
        } catch (IOException | RuntimeException e) { // unchecked: an address of a family that this machine lacks
            connectFailed(e, address);
            return;
        }
        if (atOnce) {
            connected();
        }
    }

    private void connectFailed(Exception why, Object address) {
        if (channel != null) {
            new PlainTransport(channel).close();
        }
        lastFailure = new ConnectException("cannot connect to " + uri.host() + ":" + uri.port() + " (" + address + "): "
                + (why.getMessage() != null ? why.getMessage() : why));
        lastFailure.initCause(why);
        connectNext();
    }

    private void connected() {
        loop.setDeadline(this, loop.now() + limits.handshakeTimeout);
        try {
            transport = transports.open(channel, uri.host(), uri.port());
        } catch (IOException e) {
            fail(e);
            return;
        } catch (RuntimeException e) {
            fail(new IOException("no transport could be made: " + e.getMessage(), e));
            return;
        }
        parser = newParser();
        exchange();
    }

    private HttpHeadParser newParser() {
        return new HttpHeadParser(limits.maxHead, limits.maxHeaders);
    }

    // ---------------------------------------------------------------- handshake

    @Override
    void ready() {
        if (transport != null) {
            exchange();
            return;
        }
        try {
            if (channel.finishConnect()) {
                connected();
            }
        } catch (IOException e) {
            connectFailed(e, uri.host());
        }
    }

    /** Writes what is left of the request, reads what is there of the response. */
    private void exchange() {
        try {
            if (request.hasRemaining() || !transport.isFlushed()) {
                transport.write(request);
            }
            ByteBuffer in = loop.readBuffer();
            int count = transport.read(in);
            receive(in.flip());
            if (count < 0 && !over) {
                ended();
            }
            if (!over) {
                await(true, request.hasRemaining() || !transport.isFlushed());
            }
        } catch (IOException e) {
            fail(e);
        } catch (HttpException e) {
            fail(new HandshakeException("response is not HTTP/1.1: " + e.getMessage(), null));
        }
    }

    private void receive(ByteBuffer in) throws HandshakeException {
        while (refusal == null && parser.receive(in)) {
            HttpResponse response = parser.response();
            if (response.status() == 101) {
                ClientHandshake.Accepted accepted = handshake.verify(response);
                if (ws.readyState() != ReadyState.CONNECTING) {
                    fail(new IOException("closed by the application while CONNECTING"));
                    return;
                }
                ws.open(this, accepted.subprotocol(), accepted.deflate(), null, in);
                over = true;
                return;
            }
            if (response.status() < 200) {
                parser = newParser(); // an interim response, the real one follows
            } else {
                refusal = response;
                refusalBody = new HttpBody(response, MAX_REFUSAL_BYTES);
            }
        }
        if (refusal != null && refusalBody.receive(in)) {
            refused();
        }
    }

    private void ended() {
        if (refusal == null) {
            fail(new EOFException("server closed the connection during the opening handshake"));
        } else {
            refused();
        }
    }

    private void refused() {
        HttpResponse whole =
                new HttpResponse(refusal.status(), refusal.reason(), refusal.headers(), refusalBody.bytes());
        try {
            handshake.verify(whole);
        } catch (HandshakeException e) {
            fail(e);
        }
    }

    // ---------------------------------------------------------------- failing

    /** Ends the attempt; without effect where it is over. */
    void fail(IOException why) {
        if (over) {
            return;
        }
        over = true;
        loop.clearDeadline(this);
        closeChannel();
        if (channel != null) {
            new PlainTransport(channel).close();
        }
        ws.openingFailed(why);
    }

    @Override
    void expired() {
        if (transport != null) {
            if (refusal != null) {
                refused(); // with as much of the body as has come
            } else {
                fail(new SocketTimeoutException("no end of the opening handshake with " + uri.host() + ":" + uri.port()
                        + " within " + WebSocketChannel.millis(limits.handshakeTimeout)));
            }
        } else if (channel != null) {
            connectFailed(new SocketTimeoutException("no answer in time"), uri.host());
        } else {
            fail(new SocketTimeoutException("no address of " + uri.host() + " was found within "
                    + WebSocketChannel.millis(limits.connectTimeout)));
        }
    }

    @Override
    void abandon(IOException why) {
        fail(why);
    }

    @Override
    void goAway() {
        fail(new IOException("the client was closed"));
    }
}
