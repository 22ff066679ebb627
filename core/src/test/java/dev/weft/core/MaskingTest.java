package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** RFC 6455 §5.3. */
class MaskingTest {
    @Test
    void masksTheHelloOfSection57() {
        byte[] hello = "Hello".getBytes();
        Masking.apply(hello, 0, 5, 0x37fa213d);
        assertArrayEquals(Hex.bytes("7f 9f 4d 51 58"), hello);
    }

    @Test
    void equalsTheNaiveLoopForEveryOffsetAndLength() {
        for (int offset = 0; offset < 9; offset++) {
            for (int length = 0; length <= 600; length++) {
                byte[] bytes = new byte[offset + length + 3];
                byte[] expected = bytes.clone();
                MaskingPropertiesTest.naive(expected, offset, offset + length, 0x01020384);
                Masking.apply(bytes, offset, offset + length, 0x01020384);
                assertArrayEquals(expected, bytes, "offset " + offset + ", length " + length);
            }
        }
    }

    @Test
    @Tag("6455-5.1-1")
    @Tag("6455-5.3-2")
    @Tag("6455-5.3-3")
    @Tag("6455-10.3-1")
    @Tag("6455-10.3-3")
    void tenThousandFramesOfAClientHaveFreshKeys() {
        Endpoint client = Endpoint.of(Role.CLIENT);
        Set<Integer> keys = new HashSet<>();
        int[] bitCounts = new int[32];
        for (int i = 0; i < 10_000; i++) {
            switch (i % 5) {
                case 0 -> client.connection.sendText("text");
                case 1 -> client.connection.sendBinary(ByteBuffer.allocate(3));
                case 2 -> client.connection.sendPing(ByteBuffer.allocate(0));
                case 3 -> client.connection.send(PreparedMessage.text("shared"));
                default -> client.receive(Frame.of(true, Opcode.PING, new byte[1]));
            }
            List<Frame> frames = NaiveFrames.parse(client.drain());
            assertEquals(1, frames.size());
            int key = frames.get(0).maskKey();
            assertNotEquals(0, key, "a key of 0 masks nothing");
            keys.add(key);
            for (int bit = 0; bit < 32; bit++) {
                bitCounts[bit] += key >>> bit & 1;
            }
        }
        // Of 10,000 random keys 0.01 repeat on average: three repeats are as good as impossible.
        assertTrue(keys.size() >= 9_997, keys.size() + " distinct keys");
        for (int bit = 0; bit < 32; bit++) {
            assertTrue(Math.abs(bitCounts[bit] - 5_000) < 400, "bit " + bit + " is set in " + bitCounts[bit]);
        }
    }

    @Test
    @Tag("6455-5.3-3")
    @Tag("6455-10.3-1")
    void keysOfTwoWorkspacesDiffer() {
        assertNotEquals(new MaskKeys().next(), new MaskKeys().next());
    }
}
