package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServerTest {
    @Test
    void closeTellsEveryConnection1001AndWaitsForTheirListeners() throws Exception {
        List<RecordingListener> atServer = Collections.synchronizedList(new ArrayList<>());
        WebSocketServer server = Local.server()
                .path("/", () -> {
                    RecordingListener each = new RecordingListener();
                    atServer.add(each);
                    return each;
                })
                .start();
        try (var client = WebSocketClient.builder().build()) {
            List<RecordingListener> listeners = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                RecordingListener each = new RecordingListener();
                listeners.add(each);
                client.connect(Local.uri(server), each);
                each.opened();
            }
            server.close();
            assertEquals(30, atServer.size());
            for (RecordingListener each : atServer) {
                assertTrue(each.isClosed(), "before close() returned");
                assertTrue(each.closed().wasClean());
            }
            for (RecordingListener each : listeners) {
                assertEquals(1001, each.closed().code());
                assertTrue(each.closed().wasClean());
            }
        }
    }

    @Test
    void serverStartsAgainAtOnceOnTheSamePort() throws Exception {
        int port = 0;
        for (int round = 0; round < 15; round++) {
            WebSocketServer server = WebSocketServer.builder()
                    .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .loops(1 + round % 2)
                    .path("/", Local::echo)
                    .start();
            port = server.port();
            try (RawPeer peer = RawPeer.open(port, "/")) {
                CompletableFuture<Void> gone = server.closeLater();
                assertEquals(1001, peer.readFrame().code());
                peer.sendClose(1001, "");
                gone.get(20, TimeUnit.SECONDS);
                server.close();
            }
        }
    }

    @Test
    void serverOfASharedLoopStartsAgainAtOnceOnTheSamePort() throws Exception {
        try (EventLoop loop = new EventLoop().start()) {
            int port = 0;
            for (int round = 0; round < 15; round++) {
                WebSocketServer server = WebSocketServer.builder()
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .loops(loop)
                        .path("/", Local::echo)
                        .start();
                port = server.port();
                server.close();
            }
        }
    }

    @Test
    void portIsFreeWithTheTurnThatClosesTheServer() throws Exception {
        try (DrivenLoop driven = new DrivenLoop()) {
            WebSocketServer server =
                    Local.server().loops(driven.loop).path("/", Local::echo).start();
            driven.settle();
            CompletableFuture<Void> gone = server.closeLater();
            driven.turnUntil(gone::isDone);
            WebSocketServer.builder()
                    .address(server.address())
                    .loops(driven.loop)
                    .start()
                    .close();
        }
    }

    @Test
    void closeIsIdempotentAndMayComeFromALoopThread() throws Exception {
        WebSocketServer[] server = new WebSocketServer[1];
        RecordingListener listener = new RecordingListener().whenText((ws, text) -> {
            server[0].close();
            server[0].close();
        });
        server[0] = Local.serverOf(listener);
        try (RawPeer peer = RawPeer.open(server[0].port(), "/")) {
            peer.text("stop");
            assertEquals(1001, peer.readFrame().code());
            peer.sendClose(1001, "");
            listener.closed();
        }
        server[0].close();
        server[0].close();
        assertTrue(server[0].closeLater().isDone() || server[0].closeLater().get(20, TimeUnit.SECONDS) == null);
    }

    @Test
    void closedServerRefusesConnections() throws Exception {
        WebSocketServer server = Local.serverOf(Local.echo());
        server.close();
        assertThrows(IOException.class, () -> RawPeer.connect(server.port()));
    }

    @Test
    void closeEndsConnectionsThatHaveNotAskedForAnythingYet() throws Exception {
        WebSocketServer server = Local.serverOf(Local.echo());
        try (RawPeer peer = RawPeer.connect(server.port())) {
            peer.send("GET / HT");
            Local.until(() -> server.connectionCount() == 1);
            server.close();
            assertEquals(0, server.connectionCount());
        }
    }

    @Test
    void oneConnectionAboveTheCapIsClosedAndAPlaceIsFreeAgainAfterwards() throws Exception {
        RecordingListener first = new RecordingListener();
        try (var server = Local.server()
                .maxConnections(2)
                .path("/", () -> first)
                .path("/b", Local::echo)
                .start()) {
            RawPeer one = RawPeer.open(server.port(), "/");
            RawPeer two = RawPeer.open(server.port(), "/b");
            assertEquals(2, server.connectionCount());
            try (RawPeer three = RawPeer.connect(server.port())) {
                assertEquals(0, readToEndOrReset(three));
            }
            assertEquals("alive", two.text("alive").readFrame().text());
            one.sendClose(1000, "").readFrame();
            first.closed();
            Local.until(() -> server.connectionCount() == 1);
            RawPeer four = RawPeer.open(server.port(), "/b");
            assertEquals("alive", four.text("alive").readFrame().text());
            two.close();
            four.close();
            one.close();
        }
    }

    private static int readToEndOrReset(RawPeer peer) {
        try {
            return peer.readToEnd().length;
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void portInUseAndUnknownHostAreSaidReadably() throws Exception {
        try (var server = Local.serverOf(Local.echo())) {
            IOException inUse = assertThrows(
                    IOException.class,
                    () -> WebSocketServer.builder().address(server.address()).start());
            assertTrue(inUse.getMessage().contains(":" + server.port() + ": "), inUse.getMessage());
        }
        IOException unknown = assertThrows(IOException.class, () -> WebSocketServer.builder()
                .address(InetSocketAddress.createUnresolved("nonexistent.invalid", 0))
                .start());
        assertTrue(unknown.getMessage().contains("unknown host"), unknown.getMessage());
    }

    @Test
    void builderRefusesWhatMakesNoSense() {
        EventLoop closed = new EventLoop();
        closed.close();
        assertThrows(
                IllegalStateException.class, () -> Local.server().loops(closed).start());
        assertThrows(IllegalArgumentException.class, () -> Local.server().maxConnections(0));
        assertThrows(IllegalArgumentException.class, () -> Local.server().loops(0));
        assertThrows(IllegalArgumentException.class, () -> Local.server().path("x", Local::echo));
    }

    @Test
    void clientsConnectOverIpv4() throws Exception {
        echoOver("127.0.0.1", "127.0.0.1");
    }

    @Test
    void clientsConnectOverIpv6() throws Exception {
        Assumptions.assumeTrue(
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress()),
                "this machine has no IPv6");
        echoOver("::1", "[::1]");
    }

    private static void echoOver(String address, String host) throws Exception {
        RecordingListener listener = new RecordingListener().whenOpen(ws -> ws.send("hello"));
        List<String> urls = Collections.synchronizedList(new ArrayList<>());
        try (var server = WebSocketServer.builder()
                        .address(new InetSocketAddress(InetAddress.getByName(address), 0))
                        .path(
                                "/",
                                request -> Upgrade.accept(new RecordingListener()
                                        .whenOpen(ws -> urls.add(ws.url().toString()))
                                        .whenText((ws, text) -> ws.send(text))))
                        .start();
                var client = WebSocketClient.builder().build()) {
            String url = "ws://" + host + ":" + server.port() + "/";
            client.connect(URI.create(url), listener);
            listener.expect("open", "text hello");
            assertEquals(List.of(url), urls, "the Host header has port and brackets");
        }
    }

    @Test
    void noThreadIsMadePerConnection() throws Exception {
        try (var server = Local.server().path("/", Local::echo).start();
                var client = WebSocketClient.builder().build()) {
            RecordingListener warm = new RecordingListener();
            client.connect(Local.uri(server), warm);
            warm.opened();
            int before = Thread.activeCount();
            List<RecordingListener> listeners = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                RecordingListener each = new RecordingListener().whenOpen(ws -> ws.send("x"));
                listeners.add(each);
                client.connect(Local.uri(server), each);
            }
            for (RecordingListener each : listeners) {
                each.expect("open", "text x");
            }
            assertEquals(201, server.connectionCount());
            // The two threads of name look-ups may have come, or gone.
            assertTrue(Thread.activeCount() <= before + 2, "threads before " + before);
            assertFalse(listeners.get(0).isClosed());
        }
    }
}
