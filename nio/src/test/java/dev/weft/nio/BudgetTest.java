package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.FrameHeader;
import dev.weft.core.HttpResponse;
import dev.weft.core.Opcode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many peers, each within its own limits, do not take more together than the loop's budget. */
@Timeout(60)
class BudgetTest {
    private static final int BUDGET = 4 << 20;
    /** One more may get what it asks for than there was left. */
    private static final int SLACK = 2 << 20;

    private final DrivenLoop driven = new DrivenLoop();
    private final List<RecordingListener> listeners = new ArrayList<>();
    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void close() {
        peers.forEach(RawPeer::close);
        driven.close();
    }

    private WebSocketServer server(Limits limits) throws Exception {
        driven.loop.budget(BUDGET);
        return Local.server()
                .loops(driven.loop)
                .limits(limits)
                .path("/", () -> {
                    listeners.add(new RecordingListener());
                    return listeners.get(listeners.size() - 1);
                })
                .path("/well", Local::echo)
                .http("/large", request -> HttpResponse.text(200, "x".repeat(1 << 20)))
                .start();
    }

    private RawPeer open(WebSocketServer server) throws Exception {
        RawPeer peer = driven.turning(() -> RawPeer.open(server.port(), "/"));
        peers.add(peer);
        return peer;
    }

    private WebSocket latest() throws Exception {
        return listeners.get(listeners.size() - 1).opened();
    }

    private long closed(Predicate<CloseEvent> how) {
        return listeners.stream()
                .filter(RecordingListener::isClosed)
                .filter(each -> {
                    try {
                        return how.test(each.closed());
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .count();
    }

    private static boolean isSpent(CloseEvent event) {
        return event.cause().getMessage().contains("the budget is spent");
    }

    private void assertBounded() {
        assertTrue(driven.loop.retained() <= BUDGET + SLACK, "retained are " + driven.loop.retained());
    }

    /** The loop is alive, and when all peers are gone nothing is left of them. */
    private void assertEchoAndNothingLeft(RawPeer well) throws Exception {
        assertBounded();
        well.text("alive");
        assertEquals("alive", driven.turning(well::readFrame).text());
        for (RawPeer each : peers) {
            each.reset();
        }
        driven.settle();
        driven.advance(Duration.ofSeconds(20)); // one whose reading is paused is found out by a ping
        driven.turnUntil(() -> driven.loop.retained() == 0);
    }

    @Test
    void unfinishedMessages() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        RawPeer well = driven.turning(() -> RawPeer.open(server.port(), "/well"));
        byte[] part = new byte[500_000];
        FrameHeader.write(part, 0, false, 0, Opcode.BINARY, 1_000_000, true, 0);
        for (int i = 0; i < 10; i++) {
            open(server);
        }
        for (RawPeer peer : peers) {
            driven.turning(() -> peer.send(part));
            driven.settle();
            assertBounded();
        }
        assertTrue(closed(BudgetTest::isSpent) > 0);
        RawPeer last = peers.get(peers.size() - 1);
        assertEquals(1013, driven.turning(last::readFrame).code());
        assertEchoAndNothingLeft(well);
    }

    @Test
    void peersThatDoNotRead() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        RawPeer well = driven.turning(() -> RawPeer.open(server.port(), "/well"));
        byte[] large = new byte[100_000];
        for (int i = 0; i < 8; i++) {
            open(server);
        }
        for (RecordingListener each : listeners) {
            WebSocket ws = each.opened();
            driven.loop.execute(() -> {
                while (ws.bufferedAmount() < 1 << 20 && ws.send(ByteBuffer.wrap(large))) {}
            });
            driven.settle();
            assertBounded();
        }
        assertTrue(closed(BudgetTest::isSpent) > 0);
        assertTrue(closed(event -> true) < 8, "who asked before keeps what it has");
        assertEchoAndNothingLeft(well);
    }

    @Test
    void messagesOfOtherThreads() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT.sendOverflow(Limits.Overflow.REFUSE));
        RawPeer well = driven.turning(() -> RawPeer.open(server.port(), "/well"));
        for (int i = 0; i < 8; i++) {
            open(server);
        }
        for (RecordingListener each : listeners) {
            for (int i = 0; i < 20; i++) {
                each.opened().send(ByteBuffer.allocate(50_000));
            }
        }
        assertEquals(1_000_000, listeners.get(0).opened().bufferedAmount());
        assertEquals(100_000, latest().bufferedAmount(), "a burst is no backlog, but then it ends");
        assertBounded();
        assertTrue(driven.loop.retained() >= BUDGET);
        for (RawPeer peer : peers) {
            driven.turning(peer::readFrame);
        }
        assertEchoAndNothingLeft(well);
    }

    @Test
    void inputBehindAPause() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        RawPeer well = driven.turning(() -> RawPeer.open(server.port(), "/well"));
        driven.loop.budget(100_000);
        for (int i = 0; i < 8; i++) {
            RawPeer peer = open(server);
            listeners.get(i).whenText((ws, text) -> ws.pause());
            byte[] texts = new byte[30_000];
            byte[] one = peer.frame(Opcode.TEXT, "x");
            for (int at = 0; at + one.length <= texts.length; at += one.length) {
                System.arraycopy(one, 0, texts, at, one.length);
            }
            peer.send(Arrays.copyOf(texts, texts.length / one.length * one.length));
            RecordingListener listener = listeners.get(i);
            driven.turnUntil(() -> listener.events.size() >= 2);
            driven.settle();
            if (driven.loop.retained() >= 100_000) {
                break;
            }
        }
        assertTrue(driven.loop.retained() >= 100_000 && driven.loop.retained() < 200_000);
        driven.loop.budget(1);
        listeners.get(0).opened().resume(); // and asks anew for what is behind the next pause
        driven.turnUntil(() -> closed(BudgetTest::isSpent) == 1);
        driven.loop.budget(BUDGET);
        assertEchoAndNothingLeft(well);
    }

    @Test
    void headsAndNewHandshakesGet503() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        RawPeer well = driven.turning(() -> RawPeer.open(server.port(), "/well"));
        driven.loop.budget(1000);
        RawPeer slow = RawPeer.connect(server.port()).send("GET /" + "x".repeat(1500));
        driven.turnUntil(() -> driven.loop.retained() >= 1000);
        RawPeer slowToo = RawPeer.connect(server.port()).send("GET");
        assertTrue(driven.turning(slowToo::readHead).startsWith("HTTP/1.1 503 "));
        RawPeer whole = RawPeer.connect(server.port()).send(RawPeer.upgrade("/"));
        assertTrue(driven.turning(whole::readHead).startsWith("HTTP/1.1 503 "));
        slow.close();
        slowToo.close();
        whole.close();
        driven.turnUntil(() -> driven.loop.retained() == 0);
        open(server);
        assertEchoAndNothingLeft(well);
    }

    @Test
    void responsesThatAreNotRead() throws Exception {
        WebSocketServer server = server(Limits.DEFAULT);
        RawPeer well = driven.turning(() -> RawPeer.open(server.port(), "/well"));
        for (int i = 0; i < 40; i++) {
            RawPeer peer = RawPeer.connect(server.port());
            peer.socket.setReceiveBufferSize(4096);
            peers.add(peer.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
            driven.settle();
            assertBounded();
        }
        driven.advance(Duration.ofSeconds(6));
        assertEchoAndNothingLeft(well);
    }

    @Test
    void budgetOfNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> driven.loop.budget(0));
    }
}
