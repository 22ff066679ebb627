package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory of large messages is used again, and neither given to small ones nor held on to. */
class LargeMemoryTest {
    private static final int LARGE = 1 << 20;

    private final Workspace workspace = new Workspace();

    @Test
    void aLargeMessagesMemoryIsUsedForTheNextLargeOne() {
        byte[] bytes = workspace.takeMessage(LARGE);
        workspace.releaseMessage(bytes);
        assertSame(bytes, workspace.takeMessage(LARGE - 100));
        assertNotSame(bytes, workspace.takeMessage(LARGE));
    }

    @Test
    void theMemoryOfMessagesThatCameSideBySideIsKeptUpToEightMebibytes() {
        workspace.budget(1L << 30); // by default it is small on a small machine
        byte[][] messages = new byte[9][LARGE];
        for (byte[] message : messages) {
            workspace.releaseMessage(message);
        }
        for (int i = 8; i > 0; i--) {
            assertSame(messages[i], workspace.takeMessage(LARGE));
        }
        assertNotSame(messages[0], workspace.takeMessage(LARGE), "the oldest was let go");
    }

    @Test
    void itIsKeptUpToAnEighthOfTheBudget() {
        workspace.budget(8L * LARGE);
        byte[] older = new byte[LARGE];
        byte[] newer = new byte[LARGE];
        workspace.releaseMessage(older);
        workspace.releaseMessage(newer);
        assertSame(newer, workspace.takeMessage(LARGE));
        assertNotSame(older, workspace.takeMessage(LARGE));
    }

    @Test
    void aSmallMessageDoesNotHoldALargeOnesMemory() {
        workspace.releaseMessage(new byte[LARGE]);
        assertTrue(workspace.takeMessage(4096).length <= 2 * 4096);
    }

    @Test
    void memoryBeyondTheBoundIsNotKept() {
        byte[] bytes = new byte[LARGE + 1];
        workspace.releaseMessage(bytes);
        assertNotSame(bytes, workspace.takeMessage(LARGE + 1));
    }

    @Test
    void theLastFragmentTakesNoMoreMemoryThanTheMessage() {
        int[] taken = new int[1];
        Connection client = new Connection(Role.CLIENT, 100_000, workspace, new Recorder() {
            @Override
            public void onBinary(ByteBuffer payload) {
                taken[0] = payload.array().length;
            }
        });
        Frame first = Frame.of(false, Opcode.BINARY, new byte[10_000]);
        Frame last = Frame.of(true, Opcode.CONTINUATION, new byte[40_000]);
        client.receive(ByteBuffer.wrap(NaiveFrames.join(List.of(first.bytes(), last.bytes()))));
        assertEquals(50_000, taken[0]);
    }

    @Test
    void aBorrowedPayloadIsLetGoOnceItIsWritten() {
        Connection server = new Connection(Role.SERVER, 0, workspace, new Recorder());
        assertLetGo(sendBorrowed(server));
        assertTrue(server.sendText("the connection and its workspace are still in use"));
    }

    private static void assertLetGo(WeakReference<byte[]> reference) {
        for (int i = 0; i < 50 && reference.get() != null; i++) {
            System.gc();
        }
        assertNull(reference.get());
    }

    private static WeakReference<byte[]> sendBorrowed(Connection server) {
        byte[] payload = new byte[20_000];
        server.sendBorrowed(ByteBuffer.wrap(payload));
        server.consume(server.peek(ByteBuffer.allocate(30_000)));
        server.keep();
        return new WeakReference<>(payload);
    }

    @ParameterizedTest
    @CsvSource({"true, 15", "true, 10", "false, 15", "false, 10"})
    void aMessageIsLetGoOnceItIsCompressed(boolean takeover, int bits) {
        DeflateParameters agreed = new DeflateParameters(!takeover, !takeover, bits, bits);
        Connection server = new Connection(Role.SERVER, 0, workspace, Deflate.DEFAULT, agreed, new Recorder());
        assertLetGo(sendCompressed(server));
        assertTrue(server.sendText("the connection and its workspace are still in use"));
        server.discard();
        workspace.close();
    }

    private static WeakReference<byte[]> sendCompressed(Connection server) {
        byte[] payload = new byte[20_000];
        server.sendBinary(ByteBuffer.wrap(payload));
        return new WeakReference<>(payload);
    }
}
