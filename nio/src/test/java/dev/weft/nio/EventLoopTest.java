package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventLoopTest {
    @Test
    void tasksRunInTheOrderOfTheCallsOnTheLoopsThread() throws Exception {
        try (EventLoop loop = new EventLoop().start()) {
            List<Integer> order = new ArrayList<>();
            List<Boolean> inside = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                int number = i;
                loop.execute(() -> {
                    order.add(number);
                    inside.add(loop.inLoop());
                });
            }
            Local.onLoop(loop, () -> {});
            for (int i = 0; i < 10_000; i++) {
                assertEquals(i, order.get(i));
            }
            assertFalse(inside.contains(false));
            assertFalse(loop.inLoop());
        }
    }

    @Test
    void taskThatThrowsDoesNotEndTheLoop() throws Exception {
        try (EventLoop loop = new EventLoop().start()) {
            loop.execute(() -> {
                throw new IllegalStateException("on purpose");
            });
            Local.onLoop(loop, () -> {});
        }
    }

    @Test
    void whatWouldBlockGoesToTheGivenExecutor() {
        List<Runnable> work = new ArrayList<>();
        try (EventLoop loop = new EventLoop(SelectorProvider.provider(), System::nanoTime, work::add)) {
            WebSocketClient client = WebSocketClient.builder().loop(loop).build();
            client.connect(URI.create("ws://127.0.0.1:9/"), new WebSocketListener() {});
            loop.runOnce(Duration.ZERO);
            assertEquals(0, work.size());
            client.connect(URI.create("ws://localhost:9/"), new WebSocketListener() {});
            loop.runOnce(Duration.ZERO);
            assertEquals(1, work.size());
        }
    }

    @Test
    void loopHasOneThreadAtMost() throws Exception {
        try (EventLoop loop = new EventLoop().start()) {
            assertThrows(IllegalStateException.class, loop::start);
            assertThrows(IllegalStateException.class, () -> loop.runOnce(Duration.ZERO));
        }
        EventLoop closed = new EventLoop();
        closed.close();
        assertThrows(IllegalStateException.class, closed::start);
        assertThrows(IllegalStateException.class, () -> closed.runOnce(Duration.ZERO));
    }

    @Test
    void turnInsideOfATurnIsRefused() {
        try (EventLoop loop = new EventLoop()) {
            List<Exception> refused = new ArrayList<>();
            loop.execute(
                    () -> refused.add(assertThrows(IllegalStateException.class, () -> loop.runOnce(Duration.ZERO))));
            loop.runOnce(Duration.ZERO);
            assertEquals(1, refused.size());
            loop.runOnce(Duration.ZERO);
        }
    }

    @Test
    void executeWakesARunOnceThatWaits() throws Exception {
        try (EventLoop loop = new EventLoop()) {
            CountDownLatch ran = new CountDownLatch(1);
            Thread other = new Thread(() -> loop.execute(ran::countDown));
            other.start();
            while (ran.getCount() > 0) {
                loop.runOnce(Duration.ofSeconds(20));
            }
            other.join();
        }
    }

    @Test
    void runOnceReturnsForAnInterruptAndKeepsIt() {
        try (EventLoop loop = new EventLoop()) {
            Thread.currentThread().interrupt();
            loop.runOnce(Duration.ofSeconds(50));
            assertTrue(Thread.interrupted(), "still interrupted");
        }
    }

    @Test
    void interruptInsideOfATurnIsKeptForTheCaller() {
        try (EventLoop loop = new EventLoop()) {
            loop.execute(() -> Thread.currentThread().interrupt());
            loop.runOnce(Duration.ZERO);
            assertTrue(Thread.interrupted(), "still interrupted");
        }
    }

    @Test
    void listenerThatInterruptsItsThreadDoesNotMakeTheLoopSpin() throws Exception {
        AtomicLong clockReads = new AtomicLong();
        EventLoop loop = new EventLoop(SelectorProvider.provider(), () -> {
            clockReads.incrementAndGet();
            return System.nanoTime();
        });
        try (EventLoop running = loop.start()) {
            RecordingListener listener = new RecordingListener().whenText((ws, text) -> {
                Thread.currentThread().interrupt();
                ws.send(text);
            });
            WebSocketServer server =
                    Local.server().loops(running).path("/", () -> listener).start();
            try (RawPeer peer = RawPeer.open(server.port(), "/")) {
                assertEquals("alive", peer.text("alive").readFrame().text());
                Local.onLoop(running, () -> {});
                long before = clockReads.get();
                // The time itself is what is looked at here: nothing is waited for.
                Thread.sleep(100);
                assertTrue(clockReads.get() - before < 50, "clock was asked " + (clockReads.get() - before) + " times");
                assertEquals("again", peer.text("again").readFrame().text());
            }
        }
    }

    @Test
    void nanosToDeadlineSaysWhatIsLeftToWait() throws Exception {
        DrivenLoop driven = new DrivenLoop();
        EventLoop loop = driven.loop;
        assertEquals(Long.MAX_VALUE, loop.nanosToDeadline());
        loop.execute(() -> {});
        assertEquals(0, loop.nanosToDeadline(), "a task waits");
        loop.runOnce(Duration.ZERO);
        try (ServerSocket silent = RawPeer.listen()) {
            WebSocketClient client = WebSocketClient.builder().loop(loop).build();
            client.connect(Local.uri(silent.getLocalPort(), "/"), new RecordingListener());
            RawPeer peer = driven.turning(() -> RawPeer.accept(silent));
            driven.turning(peer::readHead);
            driven.settle();
            assertEquals(Duration.ofSeconds(10).toNanos(), loop.nanosToDeadline());
            driven.clock.advance(Duration.ofSeconds(4));
            assertEquals(Duration.ofSeconds(6).toNanos(), loop.nanosToDeadline());
            driven.clock.advance(Duration.ofSeconds(7));
            assertEquals(0, loop.nanosToDeadline());
        }
        driven.close();
    }

    @Test
    void closeGivesEveryLiveConnectionOneOnClose() throws Exception {
        EventLoop loop = new EventLoop().start();
        List<RecordingListener> listeners = new ArrayList<>();
        WebSocketServer server = Local.server()
                .loops(loop)
                .path("/", () -> {
                    RecordingListener each = new RecordingListener();
                    listeners.add(each);
                    return each;
                })
                .start();
        WebSocketClient client = WebSocketClient.builder().loop(loop).build();
        List<RecordingListener> atClient = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RecordingListener each = new RecordingListener();
            atClient.add(each);
            client.connect(Local.uri(server), each);
            each.opened();
        }
        ServerSocket silent = RawPeer.listen();
        RecordingListener connecting = new RecordingListener();
        client.connect(Local.uri(silent.getLocalPort(), "/"), connecting);
        Local.onLoop(loop, () -> {
            for (int i = 0; i < 10_000; i++) {
                loop.execute(() -> {}); // more than two turns take
            }
            loop.close();
        });
        loop.close();
        loop.close();
        listeners.addAll(atClient);
        listeners.add(connecting);
        for (RecordingListener each : listeners) {
            assertTrue(each.isClosed(), "told before close() returned");
            assertEquals(1006, each.closed().code());
            assertEquals("the event loop was closed", each.closed().cause().getMessage());
            assertEquals(
                    1, each.events.stream().filter(e -> e.startsWith("close")).count());
        }
        assertEquals(41, listeners.size());
        assertEquals(0, server.connectionCount());
        assertEquals(0, client.connectionCount());
        client.close();
        server.close();
        silent.close();
    }

    @Test
    void closeFromAListenerEndsALoopWithAThread() throws Exception {
        EventLoop loop = new EventLoop().start();
        RecordingListener listener = new RecordingListener().whenOpen(ws -> loop.close());
        WebSocketServer server =
                Local.server().loops(loop).path("/", () -> listener).start();
        RawPeer peer = RawPeer.open(server.port(), "/");
        assertEquals(1006, listener.closed().code());
        peer.expectEnd();
        loop.close();
    }

    @Test
    void closeFromAListenerEndsALoopThatTheCallerDrives() throws Exception {
        DrivenLoop driven = new DrivenLoop();
        RecordingListener listener = new RecordingListener().whenOpen(ws -> driven.loop.close());
        WebSocketServer server =
                Local.server().loops(driven.loop).path("/", () -> listener).start();
        RawPeer peer = RawPeer.connect(server.port()).send(RawPeer.upgrade("/"));
        driven.turnUntil(() -> driven.loop.isClosing());
        assertTrue(listener.isClosed(), "in the turn in which it was asked for");
        peer.readHead();
        peer.expectEnd();
        assertThrows(IllegalStateException.class, () -> driven.loop.runOnce(Duration.ZERO));
    }

    @Test
    void closeFromAnotherThreadEndsARunOnceThatWaits() throws Exception {
        EventLoop loop = new EventLoop();
        CountDownLatch inside = new CountDownLatch(1);
        loop.execute(inside::countDown);
        Thread runner = new Thread(() -> {
            try {
                while (true) {
                    loop.runOnce(Duration.ofSeconds(50));
                }
            } catch (IllegalStateException e) {
                // closed
            }
        });
        runner.start();
        inside.await();
        loop.close();
        runner.join(TimeUnit.SECONDS.toMillis(20));
        assertFalse(runner.isAlive());
    }

    @Test
    void taskAfterTheEndRunsWhereItComesFrom() throws Exception {
        EventLoop loop = new EventLoop().start();
        loop.close();
        AtomicInteger ran = new AtomicInteger();
        loop.execute(() -> {
            ran.incrementAndGet();
            loop.execute(ran::incrementAndGet);
        });
        assertEquals(2, ran.get());
    }

    @Test
    void taskThatComesBackForEverDoesNotKeepTheLoopFromClosing() throws Exception {
        EventLoop loop = new EventLoop().start();
        Runnable[] again = new Runnable[1];
        again[0] = () -> loop.execute(again[0]);
        loop.execute(again[0]);
        loop.close();
    }

    @Test
    void twoLoopsShareTheConnectionsInTurn() throws Exception {
        try (EventLoop one = new EventLoop(SelectorProvider.provider(), System::nanoTime).start();
                EventLoop two = new EventLoop().start()) {
            AtomicInteger onOne = new AtomicInteger();
            AtomicInteger onTwo = new AtomicInteger();
            WebSocketServer server = Local.server()
                    .loops(one, two)
                    .path("/", () -> new RecordingListener().whenOpen(ws -> {
                        (one.inLoop() ? onOne : onTwo).incrementAndGet();
                        ws.send("hello");
                    }))
                    .start();
            List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                RawPeer peer = RawPeer.open(server.port(), "/");
                assertEquals("hello", peer.readFrame().text());
                peers.add(peer);
            }
            assertEquals(5, onOne.get());
            assertEquals(5, onTwo.get());
            CompletableFuture<Void> gone = server.closeLater();
            for (RawPeer peer : peers) {
                assertEquals(1001, peer.readFrame().code());
                peer.sendClose(1001, "").expectEnd();
                peer.close();
            }
            gone.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void serverAndClientsShareALoopThatTheCallerDrives() throws Exception {
        try (DrivenLoop driven = new DrivenLoop()) {
            WebSocketServer server =
                    Local.server().loops(driven.loop).path("/", Local::echo).start();
            WebSocketClient client = WebSocketClient.builder().loop(driven.loop).build();
            RecordingListener listener = new RecordingListener().whenOpen(ws -> ws.send("hello"));
            client.connect(Local.uri(server), listener);
            driven.turnUntil(() -> listener.events.contains("text hello"));
            server.close();
            assertFalse(listener.isClosed(), "does not wait for a loop that only the caller turns");
            driven.turnUntil(() -> server.closeLater().isDone());
            driven.turnUntil(listener::isClosed);
            assertEquals(1001, listener.closed().code());
            client.close();
            driven.turnUntil(() -> client.connectionCount() == 0);
        }
    }

    @Test
    void whatTheCallerDidBetweenTwoTurnsComesBeforeWhatTheNextOneBrings() throws Exception {
        RecordingListener listener = new RecordingListener().whenText((ws, text) -> ws.send("second"));
        try (DrivenLoop driven = new DrivenLoop()) {
            WebSocketServer server =
                    Local.server().loops(driven.loop).path("/", () -> listener).start();
            try (RawPeer peer = driven.turning(() -> RawPeer.open(server.port(), "/"))) {
                peer.text("answer me");
                listener.opened().send("first");
                driven.turnUntil(() -> listener.events.contains("text answer me"));
                assertEquals("first", driven.turning(peer::readFrame).text());
                assertEquals("second", driven.turning(peer::readFrame).text());
            }
        }
    }

    @Test
    void aTurnThatHasATaskToRunDoesNotWait() {
        try (EventLoop loop = new EventLoop()) {
            AtomicInteger ran = new AtomicInteger();
            loop.execute(ran::incrementAndGet);
            loop.runOnce(Duration.ofDays(1));
            assertEquals(1, ran.get());
        }
    }

    @Test
    void aNameServerThatDoesNotAnswerHoldsUpNothingButLookUps() throws Exception {
        try (EventLoop loop = new EventLoop()) {
            CountDownLatch answered = new CountDownLatch(1);
            Runnable waits = () -> {
                try {
                    answered.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            for (int i = 0; i < 10; i++) {
                loop.lookUp(waits);
            }
            CompletableFuture<Void> computed = new CompletableFuture<>();
            loop.offload(() -> computed.complete(null));
            computed.get(20, TimeUnit.SECONDS);
            answered.countDown();
        }
    }
}
