package dev.weft.nio;

import dev.weft.core.Deflate;
import dev.weft.core.DeflateParameters;
import dev.weft.core.HttpException;
import dev.weft.core.HttpHeadParser;
import dev.weft.core.HttpRequest;
import dev.weft.core.HttpResponse;
import dev.weft.core.Role;
import dev.weft.core.ServerHandshake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.function.Function;

/** An accepted connection up to the end of its first HTTP request: it becomes a WebSocket, or gets a response and is closed. */
final class ServerOpening extends Handler {
    private static final String BUSY = "no memory for one more connection now\n";

    private final WebSocketServer server;
    private HttpHeadParser parser;
    /** What came of a head that is not complete. */
    private int retained;

    ServerOpening(EventLoop loop, WebSocketServer server, Connections owner) {
        super(loop, owner);
        this.server = server;
    }

    /** Takes a new connection, which counts already. */
    void start(SocketChannel channel) {
        try {
            parser = new HttpHeadParser(server.limits().maxHead, server.limits().maxHeaders);
            transport = server.transports().open(channel, null, 0);
            key = channel.register(loop.selector(), transport.interestOps(true, false), this);
            loop.setDeadline(this, loop.now() + server.limits().handshakeTimeout);
            if (owner.isClosing()) {
                goAway();
            }
        } catch (Throwable t) { // of any kind, or the loop would blame the server's listening socket
            Log.warning("an accepted connection could not be set up", t);
            loop.clearDeadline(this);
            new PlainTransport(channel).close();
            over();
            owner.removed();
        }
    }

    @Override
    void ready() {
        try {
            if (!transport.isFlushed() && (key.readyOps() & SelectionKey.OP_WRITE) != 0) {
                transport.write(ByteBuffer.allocate(0));
            }
            ByteBuffer in = loop.readBuffer();
            int count = transport.read(in);
            if (count < 0) {
                giveUp();
            } else if (parser.receive(in.flip())) {
                respond(in);
            } else if (count > 0 && loop.workspace.isSpent()) { // during TLS's own handshake no answer could be sent
                answer(HttpResponse.text(503, BUSY), false);
            } else {
                retained += count;
                loop.workspace.retain(count);
                await(true, false);
            }
        } catch (IOException e) {
            Log.debug("a connection broke before its request was complete", e);
            new Lingering(this, server.limits().closeTimeout); // for what the transport may have to say about it
            over();
            owner.removed();
        } catch (HttpException e) {
            answer(e.response(), false);
        }
    }

    private void respond(ByteBuffer rest) {
        HttpRequest request = parser.request();
        boolean head = request.method().equals("HEAD");
        try {
            requireHost(request);
            Function<UpgradeRequest, Upgrade> upgrade = server.routes().upgradeAt(request.path());
            Function<HttpRequest, HttpResponse> page = server.routes().httpAt(request.path());
            if (upgrade != null && (page == null || asksForWebSocket(request))) {
                upgrade(request, upgrade, rest);
            } else if (page != null) {
                answer(page(request, page), head);
            } else {
                answer(HttpResponse.text(404, "nothing is at " + request.path() + "\n"), head);
            }
        } catch (HttpException e) {
            answer(e.response(), head);
        } catch (RuntimeException e) {
            Log.warning("a handler of requests failed", e);
            answer(HttpResponse.text(500, "internal error\n"), head);
        }
    }

    /** "A server MUST respond with a 400 … to any HTTP/1.1 request message that lacks a Host header field" (RFC 9112 §3.2). */
    private static void requireHost(HttpRequest request) {
        int hosts = request.headers().all("Host").size();
        if (hosts > 1 || hosts == 0 && request.version().equals("HTTP/1.1")) {
            throw new HttpException(400, "Host header is missing or repeated (RFC 9112 §3.2)");
        }
    }

    /** "A server MAY ignore a received Upgrade header field" (RFC 9110 §7.8): clients offer h2c with any request for a page. */
    private static boolean asksForWebSocket(HttpRequest request) {
        return request.headers().all("Upgrade").stream()
                .anyMatch(protocols -> protocols.toLowerCase(Locale.ROOT).contains("websocket"));
    }

    private static HttpResponse page(HttpRequest request, Function<HttpRequest, HttpResponse> page) {
        request.requireNoBody();
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return HttpResponse.text(405, "method " + request.method() + " is not known here\n")
                    .with("Allow", "GET, HEAD");
        }
        return page.apply(request);
    }

    private void upgrade(HttpRequest request, Function<UpgradeRequest, Upgrade> handler, ByteBuffer rest) {
        ServerHandshake handshake = ServerHandshake.of(request);
        if (loop.workspace.isSpent()) {
            answer(HttpResponse.text(503, BUSY), false);
            return;
        }
        if (!server.origins().allows(request)) {
            answer(HttpResponse.text(403, "pages of this Origin may not connect (RFC 6455 §10.2)\n"), false);
            return;
        }
        SocketChannel channel = (SocketChannel) key.channel();
        Upgrade answer =
                handler.apply(new UpgradeRequest(handshake, WebSocketChannel.remoteAddress(channel), transport));
        if (answer instanceof Upgrade.Reject reject) {
            answer(reject.response(), false);
        } else if (answer instanceof Upgrade.Accept accept) {
            String subprotocol =
                    accept.subprotocol() != null ? accept.subprotocol() : handshake.choose(server.subprotocols());
            Deflate deflate = server.deflate();
            DeflateParameters agreed = deflate == null ? null : deflate.accept(handshake.extensions());
            ByteBuffer head =
                    handshake.accept(subprotocol, agreed, accept.headers()).toBytes(false);
            String url = url(request);
            new WebSocketChannel(loop, owner, Role.SERVER, url, server.limits(), deflate, accept.listener())
                    .open(this, subprotocol == null ? "" : subprotocol, agreed, head, rest);
            over();
        } else {
            throw new NullPointerException("the answer to an upgrade is null");
        }
    }

    private String url(HttpRequest request) {
        return server.url(server.scheme() + "://" + request.header("Host") + request.target());
    }

    private void answer(HttpResponse response, boolean head) {
        new Lingering(this, owner, response.toBytes(head), server.limits().closeTimeout);
        over();
    }

    private void over() {
        loop.workspace.retain(-retained);
        retained = 0;
        server.handshakeOver();
    }

    private void giveUp() {
        over();
        closeChannel();
        owner.removed();
    }

    @Override
    void expired() {
        if (parser.isEmpty()) {
            giveUp(); // browsers open connections ahead of need
        } else {
            answer(HttpResponse.text(408, "the request was not complete in time\n"), false);
        }
    }

    @Override
    void abandon(IOException why) {
        giveUp();
    }

    @Override
    void goAway() {
        giveUp();
    }
}
