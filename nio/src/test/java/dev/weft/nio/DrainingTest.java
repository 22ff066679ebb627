package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.HttpResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainingTest {
    private static final int COUNT = 10;
    private static final Duration SPREAD = Duration.ofSeconds(10);

    private final DrivenLoop driven = new DrivenLoop();
    private final List<RecordingListener> listeners = new ArrayList<>();
    private final List<RawPeer> peers = new ArrayList<>();
    private WebSocketServer server;

    private void open() throws Exception {
        server = Local.server()
                .loops(driven.loop)
                .maxPerAddress(100)
                .path("/", () -> {
                    listeners.add(new RecordingListener());
                    return listeners.get(listeners.size() - 1);
                })
                .http("/large", request -> HttpResponse.text(200, "x".repeat(20_000_000)))
                .start();
        for (int i = 0; i < COUNT; i++) {
            peers.add(driven.turning(() -> RawPeer.open(server.port(), "/")));
        }
    }

    @AfterEach
    void close() {
        peers.forEach(RawPeer::close);
        driven.close();
    }

    private static boolean hasInput(RawPeer peer) {
        try {
            return peer.socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long closing() {
        return listeners.stream()
                .filter(each -> {
                    try {
                        return each.opened().readyState() != ReadyState.OPEN;
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .count();
    }

    @Test
    void connectionsAreClosedOneAfterTheOtherOverTheGivenTime() throws Exception {
        open();
        CompletableFuture<Void> drained = server.drain(1012, SPREAD);
        driven.settle();
        assertThrows(IOException.class, () -> RawPeer.connect(server.port()));
        List<RawPeer> waiting = new ArrayList<>(peers);
        for (int i = 1; i <= COUNT; i++) {
            assertEquals(i, closing());
            assertFalse(drained.isDone());
            driven.turnUntil(() -> waiting.stream().anyMatch(DrainingTest::hasInput));
            RawPeer told =
                    waiting.stream().filter(DrainingTest::hasInput).findFirst().orElseThrow();
            assertEquals(1012, told.readFrame().code());
            told.sendClose(1012, "");
            driven.turning(told::expectEnd);
            waiting.remove(told);
            driven.advance(SPREAD.dividedBy(COUNT));
        }
        driven.turnUntil(drained::isDone);
        for (RecordingListener each : listeners) {
            assertTrue(each.closed().wasClean());
        }
        assertEquals(0, server.connectionCount());
    }

    @Test
    void connectionThatIsNotYetDueGoesOnAsBefore() throws Exception {
        open();
        CompletableFuture<Void> drained = server.drain(1001, SPREAD);
        driven.settle();
        int last = -1;
        for (int i = 0; i < COUNT; i++) {
            peers.get(i).text("alive");
            if (listeners.get(i).opened().readyState() == ReadyState.OPEN) {
                last = i;
            }
        }
        RecordingListener open = listeners.get(last);
        driven.turnUntil(() -> open.events.contains("text alive"));
        peers.get(last).sendClose(1000, "");
        driven.turnUntil(open::isClosed);
        assertEquals(1000, open.closed().code());
        driven.advance(SPREAD);
        driven.advance(Duration.ofSeconds(5));
        driven.turnUntil(drained::isDone);
    }

    @Test
    void peersThatDoNotAnswerAreTerminatedAfterTheLast() throws Exception {
        open();
        CompletableFuture<Void> drained = server.drain(1001, SPREAD);
        driven.settle();
        for (int i = 0; i < COUNT; i++) {
            driven.advance(SPREAD.dividedBy(COUNT));
        }
        assertEquals(COUNT, closing());
        assertFalse(drained.isDone());
        driven.advance(Duration.ofSeconds(5));
        assertTrue(drained.isDone());
        for (RecordingListener each : listeners) {
            assertEquals(SocketTimeoutException.class, each.closed().cause().getClass());
        }
    }

    @Test
    void closeDuringADrainEndsTheRestAtOnce() throws Exception {
        open();
        CompletableFuture<Void> drained = server.drain(1012, Duration.ofDays(100_000));
        driven.settle();
        assertEquals(1, closing());
        server.close();
        driven.settle();
        assertEquals(COUNT, closing());
        List<Integer> codes = new ArrayList<>();
        for (RawPeer peer : peers) {
            codes.add(driven.turning(peer::readFrame).code());
            peer.sendClose(1001, "");
        }
        codes.sort(null);
        assertEquals(List.of(1001, 1001, 1001, 1001, 1001, 1001, 1001, 1001, 1001, 1012), codes);
        driven.turnUntil(drained::isDone);
        peers.forEach(RawPeer::close);
        driven.turnUntil(() -> driven.loop.nanosToDeadline() == Long.MAX_VALUE); // nothing is left behind
    }

    @Test
    void responseOnItsWayIsFinishedAndOneThatTricklesIsNotWaitedForLonger() throws Exception {
        open();
        String get = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
        RawPeer reading = RawPeer.connect(server.port()).send(get);
        RawPeer trickling = RawPeer.connect(server.port()).send(get);
        RawPeer asking = RawPeer.connect(server.port());
        driven.turning(reading::readHead);
        driven.turning(trickling::readHead);
        driven.turnUntil(() -> server.connectionCount() == COUNT + 3);
        CompletableFuture<Void> drained = server.drain(1001, Duration.ZERO);
        assertEquals(20_000_000, driven.turning(reading::readToEnd).length);
        driven.turning(asking::expectEnd);
        for (RawPeer peer : peers) {
            driven.turning(peer::readFrame);
            peer.sendClose(1001, "");
        }
        reading.close();
        driven.turnUntil(() -> server.connectionCount() == 1);
        for (int i = 0; i < 5; i++) {
            driven.advance(Duration.ofSeconds(1));
            assertEquals(i == 4, drained.isDone());
            driven.turning(() -> trickling.socket.getInputStream().readNBytes(1_000_000));
        }
    }

    @Test
    void codeThatMayNotBeSentAndNegativeSpreadAreRefused() throws Exception {
        open();
        assertThrows(IllegalArgumentException.class, () -> server.drain(1006, SPREAD));
        assertThrows(IllegalArgumentException.class, () -> server.drain(1001, Duration.ofNanos(-1)));
        assertEquals(COUNT, server.connectionCount());
    }
}
