package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A payload that is borrowed goes out as one that is copied, also where its owner changes it afterwards. */
class BorrowedPropertiesTest {
    private static byte[] take(Connection connection, int atMost) {
        ByteBuffer out = ByteBuffer.allocate(atMost);
        connection.peek(out);
        connection.consume(out.position());
        return Arrays.copyOf(out.array(), out.position());
    }

    @Property
    void aBorrowedPayloadGoesOutAsACopiedOne(@ForAll long seed, @ForAll boolean directly) {
        Random random = new Random(seed);
        Workspace workspace = new Workspace();
        Connection borrowing = new Connection(Role.SERVER, 0, workspace, new Recorder());
        Connection copying = new Connection(Role.SERVER, 0, workspace, new Recorder());
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            byte[] bytes = new byte[random.nextInt(40_000)];
            random.nextBytes(bytes);
            ByteBuffer payload = directly ? ByteBuffer.allocateDirect(bytes.length) : ByteBuffer.allocate(bytes.length);
            payload.put(bytes).position(random.nextInt(bytes.length + 1));
            copying.sendBinary(payload);
            int position = payload.position();
            borrowing.sendBorrowed(payload);
            assertEquals(position, payload.position());
            written.writeBytes(take(borrowing, random.nextInt(50_000)));
            borrowing.keep();
            payload.clear();
            payload.put(new byte[bytes.length]);
            borrowing.sendText("after " + i);
            copying.sendText("after " + i);
            written.writeBytes(take(borrowing, random.nextInt(100)));
        }
        written.writeBytes(take(borrowing, (int) borrowing.outputSize()));
        assertEquals(0, borrowing.outputSize());
        assertArrayEquals(take(copying, (int) copying.outputSize()), written.toByteArray());
    }
}
