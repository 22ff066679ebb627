package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the heap has no memory for leaves nothing behind. */
class OutOfMemoryTest {
    /** Windows as large as the heap of the tests. */
    private static final DeflateParameters HUGE = new DeflateParameters(false, false, 30, 30);

    /** More than four chunks hold, with its header. */
    private static final int LARGE = 4 * Workspace.CHUNK_BYTES;

    private static final List<Consumer<Connection>> SENDERS = List.of(
            c -> c.sendBinary(ByteBuffer.allocate(LARGE)),
            c -> c.sendText("a".repeat(LARGE)),
            c -> c.sendText("€".repeat(LARGE / 3)),
            c -> c.sendBinaryPart(ByteBuffer.allocate(LARGE), true));

    @Test
    void aChunkThatCouldNotBeMadeDoesNotCount() {
        Workspace workspace = new Workspace();
        workspace.chunkBytes = Integer.MAX_VALUE;
        assertThrows(OutOfMemoryError.class, workspace::takeChunk);
        assertEquals(0, workspace.retained());
    }

    @Test
    void aContextThatCouldNotBeMadeDoesNotCount() {
        Workspace workspace = new Workspace();
        Connection client =
                new Connection(Role.CLIENT, 1000, workspace, Deflate.DEFAULT.threshold(0), HUGE, new Recorder());
        assertThrows(OutOfMemoryError.class, () -> client.sendBinary(ByteBuffer.allocate(100)));
        assertEquals(0, workspace.retained());
        assertThrows(OutOfMemoryError.class, () -> client.receive(Hex.buffer("c1 07 f2 48 cd c9 c9 07 00")));
        client.discard();
        assertEquals(0, workspace.retained());
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 15})
    void aCompressedMessageThatCouldNotBeQueuedIsNotReferredTo(int bits) {
        Workspace workspace = new Workspace();
        DeflateParameters agreed = new DeflateParameters(false, false, bits, bits);
        Deflate deflate = Deflate.DEFAULT.threshold(0);
        Recorder recorder = new Recorder();
        Connection server = new Connection(Role.SERVER, 1000, workspace, deflate, agreed, new Recorder());
        Connection client = new Connection(Role.CLIENT, 1000, workspace, deflate, agreed, recorder);
        String text = "nobody is told, nobody is told";
        exhaust(workspace, 0);
        assertThrows(OutOfMemoryError.class, () -> server.sendText(text));
        workspace.chunkBytes = Workspace.CHUNK_BYTES;
        server.sendText(text);
        ByteBuffer out = ByteBuffer.allocate(100);
        server.consume(server.peek(out));
        client.receive(out.flip());
        assertEquals(List.of("text " + text), recorder.events);
    }

    /** Leaves so many free chunks with bytes of old, and no memory for another. */
    private static void exhaust(Workspace workspace, int free) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < free; i++) {
            chunks.add(workspace.takeChunk());
            Arrays.fill(chunks.get(i).bytes, (byte) 0x81);
        }
        chunks.forEach(workspace::release);
        workspace.chunkBytes = Integer.MAX_VALUE;
    }

    @ParameterizedTest
    @EnumSource
    void noPartOfAMessageIsLeftOnTheWire(Role role) {
        for (Consumer<Connection> sender : SENDERS) {
            for (int free = 0; free < 4; free++) {
                assertNothingLeft(role, sender, free, false);
                assertNothingLeft(role, sender, free, true);
            }
        }
        assertNothingLeft(Role.SERVER, c -> c.sendBorrowed(ByteBuffer.allocate(LARGE)), 0, false);
    }

    private static void assertNothingLeft(Role role, Consumer<Connection> sender, int free, boolean behindAnother) {
        Workspace workspace = new Workspace();
        Endpoint endpoint = Endpoint.sharing(workspace, role);
        List<Frame> expected = new ArrayList<>();
        if (behindAnother) {
            endpoint.connection.sendText("before");
            expected.add(Frame.text("before"));
        }
        exhaust(workspace, free);
        long size = endpoint.connection.outputSize();
        assertThrows(OutOfMemoryError.class, () -> sender.accept(endpoint.connection));
        assertEquals(size, endpoint.connection.outputSize());
        assertEquals(behindAnother, endpoint.connection.hasOutput());
        workspace.chunkBytes = Workspace.CHUNK_BYTES;
        endpoint.connection.close(new ClosePayload(1000, ""));
        expected.add(Frame.close(1000, ""));
        assertEquals(expected, endpoint.sent());
    }

    @Test
    void aBorrowedPayloadThatCannotBeKeptIsSentAllTheSame() {
        for (int free = 1; free <= 4; free++) {
            Workspace workspace = new Workspace();
            Connection server = Endpoint.sharing(workspace, Role.SERVER).connection;
            exhaust(workspace, free);
            server.sendBorrowed(ByteBuffer.allocate(LARGE));
            ByteBuffer out = ByteBuffer.allocate(2 * LARGE);
            server.consume(server.peek(out.limit(3))); // its header is on the way
            assertThrows(OutOfMemoryError.class, server::keep);
            workspace.chunkBytes = Workspace.CHUNK_BYTES;
            server.close(new ClosePayload(1000, ""));
            server.consume(server.peek(out.limit(out.capacity())));
            assertEquals(
                    List.of(Frame.of(true, Opcode.BINARY, new byte[LARGE]), Frame.close(1000, "")),
                    NaiveFrames.parse(Hex.copy(out.flip())));
            assertEquals(0, workspace.retained());
        }
    }
}
