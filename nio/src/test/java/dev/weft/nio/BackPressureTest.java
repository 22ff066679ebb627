package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Opcode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that does not read: nothing grows without bound, nothing spins, nothing is lost in silence. */
@Timeout(60)
class BackPressureTest {
    private static final int BIG = 1 << 16;
    private static final Limits REFUSING = Limits.DEFAULT.sendQueue(1 << 20).sendOverflow(Limits.Overflow.REFUSE);

    private final RecordingListener listener = new RecordingListener();

    private RawPeer open(DrivenLoop driven, Limits limits) throws Exception {
        WebSocketServer server = Local.server()
                .limits(limits)
                .loops(driven.loop)
                .path("/", () -> listener)
                .start();
        return driven.turning(() -> RawPeer.open(server.port(), "/"));
    }

    private static int sendAllThatIsTaken(WebSocket ws) {
        return sendAllThatIsTaken(ws, 0);
    }

    /** Sends numbered messages; the first number that was not taken. */
    private static int sendAllThatIsTaken(WebSocket ws, int from) {
        ByteBuffer data = ByteBuffer.allocate(BIG);
        int taken = from;
        while (ws.send(data.putInt(0, taken))) {
            taken++;
        }
        return taken;
    }

    private static void readNumbered(RawPeer peer, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            RawPeer.Frame frame = peer.readFrame();
            assertEquals(BIG, frame.payload().length);
            assertEquals(i, ByteBuffer.wrap(frame.payload()).getInt());
        }
    }

    @Test
    void refusedMessageIsFollowedByOnWritableAfterThePeerHasRead() throws Exception {
        try (var server = Local.serverOf(REFUSING, listener);
                var peer = RawPeer.open(server.port(), "/")) {
            WebSocket ws = listener.opened();
            listener.expect("open");
            int taken = sendAllThatIsTaken(ws);
            while (ws.bufferedAmount() < 1 << 19) {
                taken = sendAllThatIsTaken(ws, taken); // until the operating system's buffers are full, too
            }
            assertTrue(ws.bufferedAmount() <= (1 << 20) + 2 * BIG, "bufferedAmount is " + ws.bufferedAmount());
            readNumbered(peer, 0, taken);
            listener.expect("writable");
            Local.until(() -> ws.bufferedAmount() == 0);
            assertTrue(ws.send("more"));
            assertEquals("more", peer.readFrame().text());
        }
    }

    @Test
    void refusalOnTheLoopIsFollowedByOnWritableToo() throws Exception {
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        listener.whenOpen(ws -> taken.complete(sendAllThatIsTaken(ws)));
        try (var server = Local.serverOf(REFUSING, listener);
                var peer = RawPeer.open(server.port(), "/")) {
            int count = taken.get(20, TimeUnit.SECONDS);
            assertTrue(count >= 15, "a burst is no backlog: the socket takes what it can, " + count);
            readNumbered(peer, 0, count);
            listener.expect("open", "writable");
        }
    }

    @Test
    void overflowTerminatesTheConnectionByDefaultFromOutside() throws Exception {
        try (DrivenLoop driven = new DrivenLoop()) {
            RawPeer peer = open(driven, Limits.DEFAULT.sendQueue(1 << 20));
            WebSocket ws = listener.opened();
            assertEquals(16, sendAllThatIsTaken(ws));
            driven.turnUntil(listener::isClosed);
            CloseEvent event = listener.closed();
            assertEquals(1006, event.code());
            assertInstanceOf(IOException.class, event.cause());
            assertEquals(
                    "send queue is full: 1048576 bytes wait, a message of 65536 would pass the limit of 1048576",
                    event.cause().getMessage());
            assertTrue(ws.bufferedAmount() >= 1 << 20, "does not fall to 0");
            driven.turning(peer::expectEnd);
        }
    }

    @Test
    void overflowTerminatesTheConnectionByDefaultOnTheLoop() throws Exception {
        listener.whenOpen(BackPressureTest::sendAllThatIsTaken);
        try (var server = Local.serverOf(Limits.DEFAULT.sendQueue(1 << 20), listener);
                var peer = RawPeer.open(server.port(), "/")) {
            assertTrue(listener.closed().cause().getMessage().contains("limit of 1048576"));
            listener.expect("open", "error IOException", "close 1006 ");
            assertTrue(peer.readToEnd().length > 0);
        }
    }

    @Test
    void singleMessageAboveTheLimitIsTakenWhileNothingWaits() throws Exception {
        Limits limits = Limits.DEFAULT.sendQueue(1000);
        listener.whenText((ws, text) -> ws.send("b".repeat(100_000)));
        try (var server = Local.serverOf(limits, listener);
                var peer = RawPeer.open(server.port(), "/")) {
            assertTrue(listener.opened().send("a".repeat(100_000)));
            assertEquals(100_000, peer.readFrame().payload().length);
            peer.text("on the loop");
            assertEquals(100_000, peer.readFrame().payload().length);
        }
    }

    @Test
    void limitHoldsWhileTheLoopIsTakingWhatOthersSend() throws Exception {
        try (DrivenLoop driven = new DrivenLoop()) {
            RawPeer peer = open(driven, REFUSING);
            WebSocket ws = listener.opened();
            ByteBuffer data = ByteBuffer.allocate(BIG);
            AtomicInteger taken = new AtomicInteger();
            // Between two tasks of one turn another thread sends more: what the turn took must count.
            for (int i = 0; i < 200; i++) {
                driven.loop.execute(() -> {
                    Thread sender = new Thread(() -> taken.addAndGet(ws.send(data) ? 1 : 0));
                    sender.start();
                    while (sender.isAlive()) {
                        Thread.onSpinWait();
                    }
                });
            }
            driven.loop.execute(() -> {});
            driven.loop.runOnce(java.time.Duration.ZERO);
            assertTrue(taken.get() <= 17, "1 MiB in messages of 64 KiB, but taken were " + taken);
            peer.reset();
        }
    }

    @Test
    void bufferedAmountCountsWhatTheLoopHasNotTakenYet() throws Exception {
        try (DrivenLoop driven = new DrivenLoop()) {
            WebSocketServer server =
                    Local.server().loops(driven.loop).path("/", () -> listener).start();
            RawPeer peer = driven.turning(() -> RawPeer.open(server.port(), "/"));
            WebSocket ws = listener.opened();
            assertEquals(0, ws.bufferedAmount());
            ws.send(ByteBuffer.allocate(100));
            ws.send("12345");
            assertEquals(105, ws.bufferedAmount());
            driven.settle();
            assertEquals(0, ws.bufferedAmount());
            ws.send("never written");
            ws.terminate();
            driven.settle();
            assertTrue(ws.bufferedAmount() >= 13, "as in browsers, it does not fall to 0");
            peer.close();
        }
    }

    @Test
    void closingAmidPartsGivesUpWhatWaitsAndCountsIt() throws Exception {
        listener.whenOpen(ws -> {
            assertTrue(ws.sendPart("the first part", false));
            assertTrue(ws.send("waits"));
            ws.close(1000, "");
        });
        try (var server = Local.serverOf(Limits.DEFAULT, listener);
                var peer = RawPeer.open(server.port(), "/")) {
            assertEquals("the first part", peer.readFrame().text());
            assertEquals(1000, peer.readFrame().code());
            peer.sendClose(1000, "");
            assertTrue(listener.closed().wasClean());
            assertEquals(2 + "waits".length(), listener.opened().bufferedAmount());
        }
    }

    @Test
    void loopSleepsWhileAPeerDoesNotRead() throws Exception {
        AtomicLong turns = new AtomicLong();
        EventLoop loop = new EventLoop(SelectorProvider.provider(), () -> {
            turns.incrementAndGet();
            return System.nanoTime();
        });
        try (EventLoop running = loop.start()) {
            WebSocketServer server = Local.server()
                    .limits(REFUSING)
                    .loops(running)
                    .path("/", () -> listener)
                    .start();
            try (RawPeer peer = RawPeer.open(server.port(), "/")) {
                WebSocket ws = listener.opened();
                int taken = 0;
                while (ws.bufferedAmount() < 1 << 19) {
                    taken = sendAllThatIsTaken(ws, taken);
                }
                assertTrue(taken > 0 && peer.socket.isConnected());
                Local.onLoop(running, () -> {});
                long before = turns.get();
                // The time itself is what is looked at here: nothing is waited for.
                Thread.sleep(300);
                assertTrue(turns.get() - before < 50, "clock was asked " + (turns.get() - before) + " times");
            }
            assertFalse(listener.closed().wasClean());
        }
    }

    @Test
    void partsGoOnWhileTheQueueBehindThemIsFull() throws Exception {
        try (DrivenLoop driven = new DrivenLoop()) {
            RawPeer peer = open(driven, REFUSING);
            WebSocket ws = listener.opened();
            listener.expect("open");
            assertTrue(ws.sendPart("one message", false));
            driven.settle();
            assertEquals(16, sendAllThatIsTaken(ws));
            driven.settle();
            assertTrue(listener.events.isEmpty(), "who was refused would be refused again");
            assertTrue(ws.sendPart(" in", false));
            driven.settle();
            driven.loop.execute(() -> assertTrue(ws.sendPart(" parts", true)));
            assertEquals("one message", driven.turning(peer::readFrame).text());
            assertEquals(" in", driven.turning(peer::readFrame).text());
            assertEquals(" parts", driven.turning(peer::readFrame).text());
            driven.turning(() -> {
                readNumbered(peer, 0, 16);
                return null;
            });
            listener.expect("writable");
            assertEquals(0, ws.bufferedAmount());
            peer.close();
        }
    }

    @Test
    void partsAreRefusedByWhatIsWrittenBeforeThem() throws Exception {
        try (DrivenLoop driven = new DrivenLoop()) {
            RawPeer peer = open(driven, REFUSING);
            WebSocket ws = listener.opened();
            ByteBuffer part = ByteBuffer.allocate(BIG);
            int taken = 0;
            while (taken < 100 && ws.sendPart(part, false)) {
                taken++;
            }
            assertEquals(16, taken, "not taken by the loop yet");
            peer.reset();
        }
    }

    @Test
    void bufferedAmountKeepsWhatWasSentBehindAClose() throws Exception {
        listener.whenPing(ws -> {
            Thread sender = new Thread(() -> ws.send("never written"));
            sender.start();
            while (sender.isAlive()) {
                Thread.onSpinWait();
            }
        });
        try (var listening = RawPeer.listen();
                var client = WebSocketClient.builder().build()) {
            client.connect(Local.uri(listening.getLocalPort(), "/"), listener);
            RawPeer peer = RawPeer.accepted(listening);
            byte[] ping = peer.frame(Opcode.PING, "");
            byte[] close = peer.close(1000, "");
            peer.send(ByteBuffer.allocate(ping.length + close.length)
                    .put(ping)
                    .put(close)
                    .array());
            assertEquals(Opcode.PONG, peer.readFrame().opcode());
            assertEquals(1000, peer.readFrame().code());
            peer.close();
            assertTrue(listener.closed().wasClean());
            assertEquals("never written".length(), listener.opened().bufferedAmount());
        }
    }
}
