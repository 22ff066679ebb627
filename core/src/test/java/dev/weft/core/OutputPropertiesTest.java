package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.core.NaiveFrames.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

/** What goes into the queue comes out as the same frames, however it is taken. */
class OutputPropertiesTest {
    @Property(tries = 600)
    @Tag("6455-6.1-3")
    @Tag("6455-6.1-4")
    @Tag("6455-6.1-6")
    void anyMessagesComeOutAsTheirFrames(@ForAll long seed, @ForAll Role role) {
        Random random = new Random(seed);
        Endpoint endpoint = Endpoint.of(role);
        Connection connection = endpoint.connection;
        List<Frame> expected = new ArrayList<>();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        for (int count = 1 + random.nextInt(12); count > 0; count--) {
            expected.add(send(connection, random));
            if (random.nextInt(3) == 0) {
                write(connection, random, written);
            }
        }
        while (connection.hasOutput()) {
            write(connection, random, written);
        }
        List<Frame> actual = NaiveFrames.parse(written.toByteArray());
        assertEquals(expected, actual.stream().map(Frame::unmasked).toList());
        assertEquals(0, connection.outputSize());
    }

    private static Frame send(Connection connection, Random random) {
        String text = Texts.any(random);
        byte[] bytes = Utf8.encode(text);
        ByteBuffer payload = ByteBuffer.wrap(bytes);
        switch (random.nextInt(6)) {
            case 0 -> connection.sendText(payload);
            case 1 -> connection.send(PreparedMessage.text(text));
            case 2 -> {
                connection.sendBinary(payload);
                return Frame.of(true, Opcode.BINARY, bytes);
            }
            case 3 -> {
                byte[] small = new byte[random.nextInt(126)];
                connection.sendPing(ByteBuffer.wrap(small));
                return Frame.of(true, Opcode.PING, small);
            }
            default -> connection.sendText(text);
        }
        assertEquals(0, payload.position(), "the payload's position does not move");
        return Frame.of(true, Opcode.TEXT, bytes);
    }

    /** Takes some, and consumes a part of that, as a socket may. */
    private static void write(Connection connection, Random random, ByteArrayOutputStream written) {
        ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(random.nextBoolean() ? 30 : 40_000));
        long before = connection.outputSize();
        int copied = connection.peek(target);
        assertEquals(Math.min(before, target.capacity()), copied);
        assertEquals(copied, target.position());
        int taken = random.nextInt(copied + 1);
        connection.consume(taken);
        assertEquals(before - taken, connection.outputSize());
        written.write(target.array(), 0, taken);
    }

    @Property
    void encodeEqualsTheEncoderOfTheQueue(@ForAll long seed) {
        String text = Texts.any(new Random(seed));
        Endpoint server = Endpoint.of(Role.SERVER);
        server.connection.sendText(text);
        assertArrayEquals(Utf8.encode(text), Hex.copy(server.sent().get(0).payload()));
    }
}
