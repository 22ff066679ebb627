package dev.weft.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.core.Connection;
import dev.weft.core.Deflate;
import dev.weft.core.DeflateParameters;
import dev.weft.core.Role;
import dev.weft.core.Workspace;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** {@link Connection}, and with it the frame parser, the inflater, UTF-8 and the assembly of messages. */
class ConnectionFuzzTest {
    private static final int MAX_MESSAGE = 500;
    /** More than that finds nothing else, only later. */
    private static final int MAX_INPUT = 1_000;
    /** What a connection may allocate by itself: the memory that its thread's connections share. */
    private static final long SHARED_BYTES = 4 << 20;

    private static final Workspace WORKSPACE = new Workspace();

    /** The bytes on the wire, after one that says what connection takes them. */
    @FuzzTest
    void bytes(byte[] input) {
        if (input.length > 0 && input.length <= MAX_INPUT) {
            check(new Setting(input[0]), ByteBuffer.wrap(input, 1, input.length - 1));
        }
    }

    /**
     * Frames with the right lengths and masks: after the byte for the connection, each frame's first byte, its payload's size
     * in one byte, and the payload.
     */
    @FuzzTest
    void frames(byte[] input) {
        if (input.length == 0 || input.length > MAX_INPUT) {
            return;
        }
        Setting setting = new Setting(input[0]);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(input, 1, input.length - 1);
        while (in.remaining() >= 2) {
            int first = in.get();
            byte[] payload = new byte[Math.min(in.get() & 0xFF, in.remaining())];
            in.get(payload);
            boolean extended = payload.length > 125;
            int maskBit = setting.role == Role.SERVER ? 0x80 : 0;
            wire.write(first);
            wire.write(maskBit | (extended ? 126 : payload.length));
            if (extended) {
                wire.write(0);
                wire.write(payload.length);
            }
            if (maskBit != 0) {
                wire.writeBytes(new byte[4]); // a key of zeros, so that the payload stays as the search made it
            }
            wire.writeBytes(payload);
        }
        check(setting, ByteBuffer.wrap(wire.toByteArray()));
    }

    /** One compressed message, in fragments: after the byte for the connection, the size of the fragments. */
    @FuzzTest
    void compressedMessage(byte[] input) {
        if (input.length < 3 || input.length > MAX_INPUT) {
            return;
        }
        Setting setting = new Setting(input[0] | Setting.DEFLATE);
        int fragment = 1 + (input[1] & 0x7F);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int round = 0; round < 2; round++) { // again, with the context of the first
            for (int from = 2; from < input.length; from += fragment) {
                int size = Math.min(fragment, input.length - from);
                boolean last = from + size == input.length;
                wire.write((last ? 0x80 : 0) | (from == 2 ? 0x42 : 0));
                wire.write(setting.role == Role.SERVER ? 0x80 | Math.min(size, 126) : Math.min(size, 126));
                if (size >= 126) {
                    wire.write(0);
                    wire.write(size);
                }
                if (setting.role == Role.SERVER) {
                    wire.writeBytes(new byte[4]);
                }
                wire.write(input, from, size);
            }
        }
        check(setting, ByteBuffer.wrap(wire.toByteArray()));
    }

    private static void check(Setting setting, ByteBuffer wire) {
        long seed = wire.hashCode();
        List<String> events = new ArrayList<>();
        String sent = Allocated.atMost(SHARED_BYTES + (long) wire.remaining() * MAX_MESSAGE, () -> {
            Witness whole = new Witness(false);
            String out = receive(setting, whole, wire, wire.remaining(), null);
            events.clear();
            events.addAll(whole.events);
            return out;
        });
        for (int most : new int[] {1, 1 + wire.remaining() % 50}) {
            Witness chunked = new Witness(false);
            String alike = receive(setting, chunked, wire, most, new Random(seed));
            assertSame(setting, events, chunked.events);
            if (!setting.decompresses() || !chunked.last().startsWith("fail")) {
                assertEquals(sent, alike, "output");
            }
        }
        Witness inParts = new Witness(true);
        receive(setting, inParts, wire, 20, new Random(seed));
        if (events.stream().noneMatch(event -> event.startsWith("fail 1009"))) { // parts have no limit
            assertSame(setting, events, inParts.events);
        }
    }

    /** Of the several faults that one compressed message can have, any may be the first to be seen. */
    private static void assertSame(Setting setting, List<String> expected, List<String> actual) {
        int last = actual.size() - 1;
        if (setting.decompresses() && last >= 0 && actual.get(last).startsWith("fail")) {
            assertEquals(
                    expected.subList(0, expected.size() - 1), actual.subList(0, last), "events before the failure");
            assertTrue(expected.get(expected.size() - 1).startsWith("fail"), expected.toString());
        } else {
            assertEquals(expected, actual, "events");
        }
    }

    /** What the connection sends for these bytes, in pieces of up to so many; without a random all of them are so large. */
    private static String receive(Setting setting, Witness witness, ByteBuffer wire, int most, Random random) {
        ByteBuffer in =
                ByteBuffer.allocate(wire.remaining()).put(wire.duplicate()).flip();
        Connection connection = setting.connection(witness);
        if (setting.releases) {
            witness.afterMessage = connection::releaseIdle;
        }
        while (in.hasRemaining()) {
            int size = Math.min(in.remaining(), random == null || most == 1 ? most : random.nextInt(most + 1));
            ByteBuffer piece = in.slice(in.position(), size);
            in.position(in.position() + size);
            boolean readOnly = random != null && random.nextInt(8) == 0;
            connection.receive(readOnly ? piece.asReadOnlyBuffer() : piece);
        }
        assertEquals(witness.ended(), connection.isDone(), "done with the peer's Close or a failure");
        assertEquals(witness.last().startsWith("fail"), connection.isFailed());
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(connection.outputSize()));
        connection.peek(out);
        connection.consume(out.position());
        assertFalse(connection.hasOutput());
        connection.discard();
        return sent(setting.role, out.flip(), witness.events);
    }

    /** The frames without their masks: pongs, then perhaps a Close, and nothing else. */
    private static String sent(Role role, ByteBuffer out, List<String> events) {
        StringBuilder frames = new StringBuilder();
        int pongs = 0;
        boolean closed = false;
        while (out.hasRemaining()) {
            assertFalse(closed, "nothing after the Close frame");
            int first = out.get() & 0xFF;
            int second = out.get() & 0xFF;
            assertTrue(first == 0x88 || first == 0x8A, "only Pong and Close are sent unasked");
            closed = first == 0x88;
            pongs += closed ? 0 : 1;
            assertEquals(role == Role.CLIENT, second > 127, "masked");
            byte[] key = new byte[4];
            if (role == Role.CLIENT) {
                out.get(key);
            }
            byte[] payload = new byte[second & 0x7F];
            out.get(payload);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= key[i & 3];
            }
            frames.append(closed ? "close " : "pong ")
                    .append(Witness.hex(ByteBuffer.wrap(payload)))
                    .append('\n');
        }
        assertEquals(events.stream().filter(event -> event.startsWith("ping")).count(), pongs, "a pong for each ping");
        return frames.toString();
    }

    /** What kind of connection, in bits: role, compression, its parameters, whether memory is given back after each message. */
    private static final class Setting {
        static final int DEFLATE = 2;

        final Role role;
        final boolean releases;
        private final DeflateParameters deflate;

        Setting(int bits) {
            role = (bits & 1) == 0 ? Role.SERVER : Role.CLIENT;
            releases = (bits & 0x40) != 0;
            boolean noTakeover = (bits & 4) != 0;
            int windowBits = 8 + (bits >> 3 & 7);
            deflate = (bits & DEFLATE) == 0
                    ? null
                    : new DeflateParameters(noTakeover, noTakeover, windowBits, windowBits);
        }

        boolean decompresses() {
            return deflate != null;
        }

        Connection connection(Witness witness) {
            return new Connection(role, MAX_MESSAGE, WORKSPACE, Deflate.DEFAULT, deflate, witness);
        }
    }
}
