package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FrameParserPropertiesTest {
    @Property(tries = 1500)
    void anyChunkingOfAnyFramesGivesTheSameFrames(@ForAll long seed, @ForAll Role receiver) {
        Random random = new Random(seed);
        List<Frame> frames = frames(random, receiver);
        byte[] stream = NaiveFrames.join(frames.stream().map(Frame::bytes).toList());
        assertEquals(frames, NaiveFrames.parse(stream), "the oracle itself");

        Collector collector = new Collector(receiver);
        for (byte[] piece : Chunks.cut(stream, random)) {
            collector.take(piece, random.nextInt(5));
        }

        assertEquals(frames.stream().map(Frame::unmasked).toList(), collector.frames);
        assertTrue(collector.parser.idle());
    }

    /** Legal by their headers; their sequence is not the parser's business. */
    private static List<Frame> frames(Random random, Role receiver) {
        int[] opcodes = {0, 1, 2, 8, 9, 10};
        int[] limits = {1, 20, 127, 300, 70_000};
        List<Frame> frames = new ArrayList<>();
        for (int count = random.nextInt(8); count > 0; count--) {
            int opcode = opcodes[random.nextInt(opcodes.length)];
            boolean control = Opcode.isControl(opcode);
            byte[] payload = new byte[random.nextInt(control ? 126 : limits[random.nextInt(limits.length)])];
            random.nextBytes(payload);
            Integer key = receiver == Role.SERVER ? (Integer) random.nextInt() : null;
            frames.add(new Frame(control || random.nextBoolean(), 0, opcode, key, ByteBuffer.wrap(payload)));
        }
        return frames;
    }

    /** Puts pieces together again, and checks what a parser promises of them. */
    private static final class Collector {
        final FrameParser parser = new FrameParser();
        final Role receiver;
        final List<Frame> frames = new ArrayList<>();
        final ByteArrayOutputStream payload = new ByteArrayOutputStream();
        boolean inFrame;

        Collector(Role receiver) {
            this.receiver = receiver;
        }

        void take(byte[] piece, int offset) {
            byte[] array = new byte[offset + piece.length + 3];
            System.arraycopy(piece, 0, array, offset, piece.length);
            // Half of them with an array offset, as slices have
            ByteBuffer in = ByteBuffer.wrap(array, offset, piece.length);
            in = offset % 2 == 0 ? in.slice() : in;
            while (parser.next(in, receiver, 0)) {
                take();
            }
            assertFalse(in.hasRemaining(), "without a piece the input is used up");
        }

        private void take() {
            FrameHeader header = parser.header();
            assertEquals(!inFrame, parser.first());
            payload.write(parser.array(), parser.from(), parser.to() - parser.from());
            assertEquals(header.payloadLength() - payload.size(), parser.remaining());
            assertEquals(parser.remaining() == 0, parser.last());
            if (Opcode.isControl(header.opcode())) {
                assertTrue(parser.last(), "a control frame is one piece");
            }
            inFrame = !parser.last();
            if (parser.last()) {
                frames.add(Frame.of(header.fin(), header.opcode(), payload.toByteArray()));
                payload.reset();
            }
        }
    }
}
