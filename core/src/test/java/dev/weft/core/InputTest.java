package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link Connection#receive} does with its buffer: kinds of buffers, pausing, exceptions. */
class InputTest {
    /** Every kind of buffer that can hold the input. */
    enum Kind {
        HEAP(buffer -> buffer),
        OFFSET(buffer -> ByteBuffer.allocate(buffer.remaining() + 9)
                .position(5)
                .put(buffer.duplicate())
                .flip()
                .position(5)),
        SLICE(buffer -> OFFSET.of(buffer).slice()),
        DIRECT(buffer -> ByteBuffer.allocateDirect(buffer.remaining())
                .put(buffer.duplicate())
                .flip()),
        READ_ONLY(buffer -> OFFSET.of(buffer).asReadOnlyBuffer());

        private final UnaryOperator<ByteBuffer> copy;

        Kind(UnaryOperator<ByteBuffer> copy) {
            this.copy = copy;
        }

        ByteBuffer of(ByteBuffer buffer) {
            return copy.apply(buffer);
        }
    }

    private static ByteBuffer threeTexts(Role role) {
        return ByteBuffer.wrap(NaiveFrames.join(List.of(
                Frame.text("one").bytesTo(role),
                Frame.text("two").bytesTo(role),
                Frame.text("three").bytesTo(role))));
    }

    @ParameterizedTest
    @EnumSource
    void anyKindOfBufferIsRead(Kind kind) {
        for (Role role : Role.values()) {
            Endpoint endpoint = Endpoint.of(role);
            ByteBuffer in = kind.of(threeTexts(role));
            endpoint.connection.receive(in);
            endpoint.assertEvents("text one", "text two", "text three");
            assertFalse(in.hasRemaining());
        }
    }

    /** A mebibyte in reads of 64 KiB: but for the first, which brings the header, and the last, none needs a copy. */
    @ParameterizedTest
    @EnumSource
    void aLargeMessageIsReadStraightIntoItsMemory(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        byte[] payload = new byte[1 << 20];
        new Random(1).nextBytes(payload);
        byte[] wire = Frame.of(true, Opcode.BINARY, payload).bytesTo(role);
        List<byte[]> own = Chunks.read(endpoint.connection, wire, 1 << 16);
        assertEquals(15, own.size());
        assertEquals(1, new HashSet<>(own).size());
        endpoint.assertEvents("binary " + Hex.of(payload));
        ByteBuffer shared = ByteBuffer.allocate(1);
        assertSame(shared, endpoint.connection.inputBuffer(shared), "between messages");
    }

    @Test
    void readOnlyInputIsNotChanged() {
        ByteBuffer original = threeTexts(Role.SERVER);
        String before = Hex.of(original);
        Endpoint.of(Role.SERVER).connection.receive(original.asReadOnlyBuffer());
        assertEquals(before, Hex.of(original));
    }

    @ParameterizedTest
    @EnumSource
    void pausedConnectionLeavesItsInputAlone(Kind kind) {
        Endpoint server = Endpoint.of(Role.SERVER);
        server.connection.pause();
        ByteBuffer in = kind.of(threeTexts(Role.SERVER));
        String before = Hex.of(in);
        server.connection.receive(in);
        assertTrue(server.connection.isPaused());
        assertEquals(before, Hex.of(in), "unconsumed and unchanged");
        server.assertEvents();
    }

    @ParameterizedTest
    @EnumSource
    void pauseWithinAMessageLeavesTheRestForResume(Kind kind) {
        for (Role role : Role.values()) {
            Endpoint endpoint = Endpoint.of(role);
            endpoint.recorder.then = event -> endpoint.connection.pause();
            ByteBuffer in = kind.of(threeTexts(role));
            List<Integer> left = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                endpoint.connection.receive(in);
                left.add(in.remaining());
                endpoint.connection.resume();
            }
            int header = role == Role.SERVER ? 6 : 2;
            assertEquals(List.of(2 * header + 8, header + 5, 0), left);
            endpoint.assertEvents("text one", "text two", "text three");
        }
    }

    @ParameterizedTest
    @EnumSource
    void pauseInTheMiddleOfAFrameIsTakenUpAgain(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        byte[] wire = Frame.text("half and half").bytesTo(role);
        ByteBuffer in = ByteBuffer.wrap(wire).limit(10);
        endpoint.connection.receive(in);
        endpoint.connection.pause();
        endpoint.connection.receive(in.limit(wire.length));
        assertEquals(10, in.position());
        endpoint.connection.resume();
        endpoint.connection.receive(in);
        endpoint.assertEvents("text half and half");
    }

    @ParameterizedTest
    @EnumSource
    void afterTheEndInputIsUsedUpThoughPaused(Kind kind) {
        Endpoint server = Endpoint.of(Role.SERVER);
        server.recorder.then = event -> server.connection.pause();
        server.receive(Frame.close(1000, ""));
        ByteBuffer in = kind.of(threeTexts(Role.SERVER));
        server.connection.receive(in);
        assertFalse(in.hasRemaining());
        server.assertEvents("close 1000 ");
    }

    @ParameterizedTest
    @EnumSource
    void exceptionOfTheListenerLeavesTheRestOfTheInput(Kind kind) {
        for (Role role : Role.values()) {
            Endpoint endpoint = Endpoint.of(role);
            endpoint.recorder.then = event -> {
                throw new IllegalStateException("of the listener");
            };
            ByteBuffer in = kind.of(threeTexts(role));
            for (int i = 0; i < 3; i++) {
                assertThrows(IllegalStateException.class, () -> endpoint.connection.receive(in));
            }
            assertFalse(in.hasRemaining());
            endpoint.assertEvents("text one", "text two", "text three");
        }
    }

    @ParameterizedTest
    @EnumSource
    void echoOfTheReusedViewIsExact(Role role) {
        Connection[] connection = new Connection[1];
        connection[0] = new Connection(role, 1 << 20, new Workspace(), new ConnectionListener() {
            @Override
            public void onText(String text) {}

            @Override
            public void onBinary(ByteBuffer payload) {
                connection[0].sendBinary(payload);
                connection[0].sendPing(payload);
            }

            @Override
            public void onPong(ByteBuffer payload) {
                connection[0].sendBinary(payload);
            }

            @Override
            public void onClose(ClosePayload close) {}

            @Override
            public void onFail(ProtocolException violation) {}
        });
        byte[] wire = NaiveFrames.join(List.of(
                Frame.of(true, Opcode.BINARY, Hex.bytes("010203")).bytesTo(role),
                Frame.of(true, Opcode.PONG, Hex.bytes("0405")).bytesTo(role)));
        connection[0].receive(ByteBuffer.wrap(wire));
        ByteBuffer out = ByteBuffer.allocate(100);
        connection[0].peek(out);
        List<Frame> frames = NaiveFrames.parse(Hex.copy(out.flip()));
        assertEquals(
                List.of(
                        Frame.of(true, Opcode.BINARY, Hex.bytes("010203")),
                        Frame.of(true, Opcode.PING, Hex.bytes("010203")),
                        Frame.of(true, Opcode.BINARY, Hex.bytes("0405"))),
                frames.stream().map(Frame::unmasked).toList());
    }
}
