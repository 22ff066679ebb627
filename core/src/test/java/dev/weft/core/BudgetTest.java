package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The memory that the connections of a workspace retain together. */
class BudgetTest {
    private static final int BUDGET = 1 << 20;
    private static final DeflateParameters TAKEOVER = new DeflateParameters(false, false, 15, 15);
    private static final DeflateParameters SMALL_WINDOW = new DeflateParameters(false, false, 10, 10);

    /** "Hello", compressed (RFC 7692 §7.2.3.1). */
    private static final Frame HELLO =
            new Frame(true, 4, Opcode.TEXT, null, ByteBuffer.wrap(Hex.bytes("f248cdc9c90700")));

    private final Workspace workspace = new Workspace();

    private Endpoint server() {
        return Endpoint.sharing(workspace, Role.SERVER);
    }

    private static Frame first(int length) {
        return Frame.of(false, Opcode.BINARY, new byte[length]);
    }

    @Test
    void unfinishedMessageCountsUntilItIsCompleteOrItsConnectionOver() {
        List<Consumer<Endpoint>> ends = List.of(
                each -> each.receiveContinuation(true, "end"),
                each -> each.connection.close(new ClosePayload(1000, "")),
                each -> each.connection.fail(1011, ""),
                each -> each.connection.discard(),
                each -> each.receive(Frame.close(1000, "")),
                each -> each.receive(first(1)));
        for (Consumer<Endpoint> end : ends) {
            Endpoint each = server().receive(first(100_000));
            long retained = workspace.retained();
            assertTrue(retained >= 100_000 && retained < 400_000, retained + " bytes");
            end.accept(each);
            each.drain();
            assertEquals(0, workspace.retained());
        }
    }

    @Test
    void messageThatIsNotUtf8AtItsEndCountsNoMore() {
        Endpoint each = server().receiveText(false, "x".repeat(10_000));
        each.receive(Frame.of(true, Opcode.CONTINUATION, new byte[] {-1})).assertFailed(1007);
        assertEquals(0, workspace.retained());
    }

    @Test
    void whoAsksForMoreThanIsLeftFailsWith1013AndNobodyElseDoes() {
        workspace.budget(BUDGET);
        List<Endpoint> endpoints = new ArrayList<>();
        while (!workspace.isSpent()) {
            endpoints.add(server().receive(first(100_000)));
        }
        server().receive(first(10)).assertFailed(1013);
        server().receiveText(true, "whole").assertEvents("text whole");
        assertTrue(endpoints.size() > 3, "well under the budget of " + BUDGET + ", each gets what it asks for");
        for (Endpoint each : endpoints) {
            each.assertOpen().receive(Frame.of(true, Opcode.CONTINUATION, new byte[0]));
            assertEquals(1, each.recorder.events.size());
        }
        assertEquals(0, workspace.retained());
    }

    @Test
    void outputCountsUntilItIsWrittenOrDiscarded() {
        Endpoint written = server();
        Endpoint discarded = server();
        for (int i = 0; i < 200; i++) {
            written.connection.sendBinary(ByteBuffer.allocate(10_000));
            discarded.connection.sendBinary(ByteBuffer.allocate(10_000));
        }
        assertTrue(workspace.retained() >= 4_000_000, workspace.retained() + " bytes");
        written.drain();
        discarded.connection.discard();
        assertEquals(0, workspace.retained());
    }

    @Test
    void sharedMessagesOfAFewBytesDoNotHoldAChunkEach() {
        PreparedMessage prepared = PreparedMessage.text("x");
        Endpoint each = server();
        for (int i = 0; i < 1000; i++) {
            each.connection.send(prepared);
            each.connection.sendText("y");
        }
        assertTrue(workspace.retained() <= 2 * Workspace.CHUNK_BYTES, workspace.retained() + " bytes");
        assertEquals(2000, each.sent().size());
        assertEquals(0, workspace.retained());
    }

    @Test
    void aSharedMessageCountsOnceHoweverManyConnectionsLinkToIt() {
        PreparedMessage prepared = PreparedMessage.binary(ByteBuffer.allocate(1_000_000));
        List<Endpoint> slow = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            slow.add(server());
            slow.get(i).connection.send(prepared);
            slow.get(i).connection.send(prepared);
        }
        for (int left = 10; left > 0; left--) {
            assertEquals(prepared.size() + left * 2L * OutputQueue.LINK_BYTES, workspace.retained());
            Endpoint each = slow.get(left - 1);
            each.connection.consume(prepared.size() / 2);
            assertEquals(prepared.size() + left * 2L * OutputQueue.LINK_BYTES, workspace.retained());
            if (left % 2 == 0) {
                each.drain();
            } else {
                each.connection.discard();
            }
        }
        assertEquals(0, workspace.retained());
    }

    @Test
    void roomsOfOneSlowReaderEachSpendTheBudgetTogether() {
        workspace.budget(BUDGET);
        for (int room = 0; room < 10; room++) {
            assertFalse(workspace.isSpent(), "room " + room);
            server().connection.send(PreparedMessage.binary(ByteBuffer.allocate(BUDGET / 10)));
        }
        assertTrue(workspace.isSpent());
    }

    @Test
    void aSharedMessageBehindPartsCountsUntilItIsWrittenOrDiscarded() {
        PreparedMessage prepared = PreparedMessage.binary(ByteBuffer.allocate(100_000));
        Endpoint written = server();
        Endpoint discarded = server();
        for (Endpoint each : List.of(written, discarded)) {
            each.connection.sendTextPart("a", false);
            each.connection.send(prepared);
        }
        discarded.connection.discard();
        written.connection.sendTextPart("b", true);
        assertTrue(workspace.retained() >= 100_000, workspace.retained() + " bytes");
        written.drain();
        assertEquals(0, workspace.retained());
    }

    @Test
    void aBorrowedPayloadIsItsOwnersUntilItIsKept() {
        ByteBuffer payload = ByteBuffer.allocate(1_000_000);
        for (int written : new int[] {0, 500_000, 1_000_010}) {
            Endpoint each = server();
            each.connection.sendBorrowed(payload);
            assertEquals(Workspace.CHUNK_BYTES, workspace.retained());
            each.connection.consume(written);
            each.connection.keep();
            assertTrue(workspace.retained() >= 1_000_000 - written, workspace.retained() + " bytes");
            each.drain();
            assertEquals(0, workspace.retained());
        }
        Endpoint discarded = server();
        discarded.connection.sendBorrowed(payload);
        discarded.connection.discard();
        assertEquals(0, workspace.retained());
    }

    private Connection compressing(DeflateParameters agreed) {
        return new Connection(
                Role.SERVER, Endpoint.MAX_MESSAGE, workspace, Deflate.DEFAULT.threshold(0), agreed, new Recorder());
    }

    @Test
    void contextsOfCompressionCountUntilTheEnd() {
        for (DeflateParameters agreed : List.of(TAKEOVER, SMALL_WINDOW)) {
            List<Connection> connections = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Connection each = compressing(agreed);
                each.sendText("hello hello hello");
                ByteBuffer out = ByteBuffer.allocate(100);
                each.consume(each.peek(out));
                each.receive(ByteBuffer.wrap(NaiveFrames.join(List.of(HELLO.bytesTo(Role.SERVER)))));
                connections.add(each);
            }
            int own = agreed == TAKEOVER ? 3 * (256 + 32) : 3 * 2;
            assertEquals((own + 2 * 40) * 1024, workspace.retained(), "and the first inflater is the workspace's");
            connections.forEach(Connection::discard);
            assertEquals(0, workspace.retained());
        }
        workspace.close();
        assertEquals(0, workspace.retained());
    }

    @Test
    void withoutMemoryForAContextMessagesAreSentAsTheyAre() {
        workspace.budget(1);
        workspace.retain(1);
        Connection each = compressing(TAKEOVER);
        each.sendText("hello hello hello");
        ByteBuffer out = ByteBuffer.allocate(100);
        each.peek(out);
        assertEquals((byte) 0x81, out.get(0), "RSV1 is not set");
        each.discard();
        workspace.retain(-1);
        assertEquals(0, workspace.retained());
    }

    @Test
    void compressedMessageFailsWith1013WithoutMemoryForItsContext() {
        workspace.budget(1);
        workspace.retain(1);
        Recorder recorder = new Recorder();
        Connection each =
                new Connection(Role.SERVER, 1000, workspace, Deflate.DEFAULT.threshold(0), TAKEOVER, recorder);
        each.receive(ByteBuffer.wrap(HELLO.bytesTo(Role.SERVER)));
        assertEquals(List.of("fail 1013"), recorder.events);
        each.discard();
        workspace.retain(-1);
        assertEquals(0, workspace.retained());
    }

    @Test
    void nothingIsLeftOverWhateverHappens() {
        List<PreparedMessage> shared = List.of(
                PreparedMessage.text("a"),
                PreparedMessage.binary(ByteBuffer.allocate(100)),
                PreparedMessage.binary(ByteBuffer.allocate(30_000)));
        Random random = new Random(7);
        workspace.budget(BUDGET);
        for (int round = 0; round < 300; round++) {
            List<Connection> connections = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                connections.add(compressing(i % 3 == 0 ? TAKEOVER : i % 3 == 1 ? SMALL_WINDOW : null));
            }
            for (int step = 0; step < 40; step++) {
                Connection each = connections.get(random.nextInt(8));
                switch (random.nextInt(6)) {
                    case 0 -> each.sendBinary(ByteBuffer.allocate(random.nextInt(50_000)));
                    case 1 -> {
                        ByteBuffer out = ByteBuffer.allocate(random.nextInt(40_000));
                        each.consume(each.peek(out));
                    }
                    case 2 -> each.sendBinaryPart(ByteBuffer.allocate(random.nextInt(9_000)), random.nextBoolean());
                    case 3 -> each.releaseIdle();
                    case 4 -> each.send(shared.get(random.nextInt(3)));
                    default ->
                        each.receive(ByteBuffer.wrap(Frame.of(
                                        random.nextInt(4) == 0,
                                        random.nextInt(3),
                                        new byte[random.nextInt(random.nextBoolean() ? 10 : 60_000)])
                                .bytesTo(Role.SERVER)));
                }
            }
            connections.forEach(Connection::discard);
            assertEquals(0, workspace.retained(), "round " + round);
        }
    }

    @Test
    void unlessSetItIsHalfOfTheHeapForAllLoopsTogether() {
        Workspace loop = new Workspace();
        Runtime machine = Runtime.getRuntime();
        loop.retain(machine.maxMemory() / 2 / machine.availableProcessors() - 1);
        assertFalse(loop.isSpent());
        loop.retain(1);
        assertTrue(loop.isSpent());
    }
}
