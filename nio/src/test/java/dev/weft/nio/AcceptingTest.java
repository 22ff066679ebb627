package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many come in, and what happens where the machine has no more to give. */
@Timeout(60)
class AcceptingTest {
    private final DrivenLoop driven = new DrivenLoop();
    private final Logged logged = new Logged();

    @AfterEach
    void close() {
        driven.close();
        logged.close();
    }

    private WebSocketServer.Builder builder() {
        return Local.server().loops(driven.loop).path("/", Local::echo);
    }

    private RawPeer connect(WebSocketServer server, int connections) throws IOException {
        RawPeer peer = RawPeer.connect(server.port());
        driven.turnUntil(() -> server.connectionCount() == connections);
        return peer;
    }

    private void assertEcho(RawPeer peer) throws Exception {
        peer.text("alive");
        assertEquals("alive", driven.turning(peer::readFrame).text());
    }

    @Test
    void connectionAboveTheCapOfHandshakesWaitsForTheEndOfAnother() throws Exception {
        WebSocketServer server = builder().maxHandshakes(2).start();
        RawPeer one = connect(server, 1);
        RawPeer two = connect(server, 2);
        RawPeer three = RawPeer.connect(server.port()).send(RawPeer.upgrade("/"));
        driven.settle();
        driven.settle();
        assertEquals(2, server.connectionCount());
        assertEquals(1, logged.count("maxHandshakes"));
        one.send(RawPeer.upgrade("/"));
        driven.turning(one::readHead);
        driven.turning(three::readHead);
        assertEcho(one);
        assertEcho(three);

        RawPeer four = connect(server, 4);
        RawPeer five = RawPeer.connect(server.port()).send(RawPeer.upgrade("/"));
        driven.settle();
        assertEquals(4, server.connectionCount());
        two.close();
        driven.turning(five::readHead);
        assertEquals(1, logged.count("maxHandshakes"), "not said again at once");
        four.close();
    }

    @Test
    void everyWayToEndAHandshakeMakesRoom() throws Exception {
        WebSocketServer server = builder().maxHandshakes(1).start();
        for (String head : new String[] {RawPeer.upgrade("/"), RawPeer.upgrade("/nothing"), "no http\r\n\r\n"}) {
            RawPeer peer = RawPeer.connect(server.port()).send(head);
            driven.turning(peer::readHead);
        }
        RawPeer.connect(server.port()).send("GET").reset();
        RawPeer silent = RawPeer.connect(server.port());
        driven.turnUntil(server::isFullOfHandshakes);
        driven.turnUntil(() -> !server.isFullOfHandshakes()); // the one that was reset
        driven.turnUntil(server::isFullOfHandshakes);
        driven.advance(Duration.ofSeconds(11));
        driven.turning(silent::expectEnd);
        RawPeer last = RawPeer.connect(server.port()).send(RawPeer.upgrade("/"));
        driven.turning(last::readHead);
        assertEcho(last);
    }

    @Test
    void oneAddressTakesNoMoreThanItsShare() throws Exception {
        WebSocketServer server = builder().maxPerAddress(2).start();
        RawPeer one = connect(server, 1);
        RawPeer two = connect(server, 2);
        RawPeer three = RawPeer.connect(server.port());
        driven.turning(three::expectEnd);
        RawPeer other = RawPeer.connect(server.port(), InetAddress.getByName("127.0.0.2"));
        driven.turnUntil(() -> server.connectionCount() == 3);
        two.close();
        driven.turnUntil(() -> server.connectionCount() == 2);
        RawPeer four = connect(server, 3).send(RawPeer.upgrade("/"));
        driven.turning(four::readHead);
        assertEcho(four);
        other.close();
        one.close();
        CompletableFuture<Void> closed = server.closeLater();
        assertEquals(1001, driven.turning(four::readFrame).code());
        four.sendClose(1001, "");
        driven.turnUntil(closed::isDone);
        assertEquals(0, logged.messages.size(), "what peers can cause as they like is not said aloud");
    }

    @Test
    void addressesOfOneIpv6NetworkCountTogether() throws Exception {
        Connections connections = new Connections();
        Connections first = connections.add(InetAddress.getByName("2001:db8:0:1::1"), 2);
        assertSame(first, connections.add(InetAddress.getByName("2001:db8:0:1:ffff::2"), 2));
        assertNull(connections.add(InetAddress.getByName("2001:db8:0:1:abcd::3"), 2));
        assertNotSame(first, connections.add(InetAddress.getByName("2001:db8:0:2::1"), 2));
        first.removed();
        assertSame(first, connections.add(InetAddress.getByName("2001:db8:0:1::3"), 2));
        first.removed();
        first.removed();
        assertNotSame(
                first, connections.add(InetAddress.getByName("2001:db8:0:1::1"), 2), "nothing is kept of the gone");
        assertEquals(2, connections.count());
    }

    @Test
    void capsOfLessThanOneAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Local.server().maxHandshakes(0));
        assertThrows(IllegalArgumentException.class, () -> Local.server().maxPerAddress(0));
    }

    @Test
    void refusalAtTheCapOfConnectionsIsSaidOnceInAMinute() throws Exception {
        WebSocketServer server = builder().maxConnections(1).start();
        connect(server, 1);
        for (int i = 0; i < 5; i++) {
            driven.turning(RawPeer.connect(server.port())::expectEnd);
        }
        assertEquals(1, logged.count("connections are refused, there are 1 already"));
    }

    // ---------------------------------------------------------------- failing

    /** A listening socket whose accept fails, as the operating system's does. */
    private static final class Failing extends ServerSocketChannel {
        final ServerSocketChannel real;
        Throwable failure;
        int accepts;

        Failing(ServerSocketChannel real) {
            super(SelectorProvider.provider());
            this.real = real;
        }

        @Override
        public SocketChannel accept() throws IOException {
            accepts++;
            if (failure instanceof IOException io) {
                throw io;
            } else if (failure instanceof Error error) {
                throw error;
            }
            return real.accept();
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
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
        public ServerSocket socket() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress getLocalAddress() throws IOException {
            return real.getLocalAddress();
        }

        @Override
        protected void implCloseSelectableChannel() throws IOException {
            real.close();
        }

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }

    private void acceptingPausesFor(Throwable failure) throws Exception {
        WebSocketServer server = builder().start();
        driven.settle();
        ServerSocketChannel real = ServerSocketChannel.open();
        real.configureBlocking(false);
        real.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Failing listening = new Failing(real);
        Acceptor acceptor = new Acceptor(driven.loop, server, listening);
        acceptor.key = real.register(driven.loop.selector(), SelectionKey.OP_ACCEPT, acceptor);

        listening.failure = failure;
        RawPeer peer = RawPeer.connect(((InetSocketAddress) real.getLocalAddress()).getPort());
        driven.turnUntil(() -> listening.accepts > 0);
        driven.settle();
        assertEquals(1, listening.accepts, "tried once, and not again before the pause is over");
        for (int i = 2; i < 100; i++) {
            driven.advance(Duration.ofMillis(100));
            assertEquals(i, listening.accepts);
        }
        assertEquals(1, logged.count("accepting failed"));
        driven.advance(Duration.ofMinutes(1));
        assertEquals(2, logged.count("accepting failed"), "it lasts");

        listening.failure = null;
        driven.advance(Duration.ofMillis(100));
        peer.send(RawPeer.upgrade("/"));
        driven.turning(peer::readHead);
        assertEcho(peer);
    }

    @Test
    void acceptingPausesWhereFileDescriptorsHaveRunOutAndGoesOn() throws Exception {
        acceptingPausesFor(new IOException("Too many open files"));
    }

    @Test
    void acceptingPausesWhereMemoryHasRunOutAndGoesOn() throws Exception {
        acceptingPausesFor(new OutOfMemoryError("on purpose"));
    }
}
