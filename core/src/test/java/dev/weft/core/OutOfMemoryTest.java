package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What the heap has no memory for leaves nothing behind. */
class OutOfMemoryTest {
    /** Windows as large as the heap of the tests. */
    private static final DeflateParameters HUGE = new DeflateParameters(false, false, 30, 30);

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
}
