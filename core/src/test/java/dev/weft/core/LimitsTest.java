package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Close code 1009, RFC 6455 §7.4.1 and §10.4; section 9 of the Autobahn test suite. */
class LimitsTest {
    private static Frame continuation(boolean fin, int length) {
        return Frame.of(fin, Opcode.CONTINUATION, "x".repeat(length).getBytes());
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-10.4-1")
    @Tag("6455-10.4-2")
    void messageAtTheLimitArrivesAndOneByteMoreFails(Role role) {
        for (int opcode : new int[] {Opcode.TEXT, Opcode.BINARY}) {
            Endpoint.of(role, 1000)
                    .receive(Frame.of(true, opcode, new byte[1000]))
                    .assertOpen();
            Endpoint.of(role, 1000)
                    .receive(Frame.of(true, opcode, new byte[1001]))
                    .assertFailed(1009);
        }
    }

    @ParameterizedTest
    @EnumSource
    void limitCountsBytesNotChars(Role role) {
        Endpoint.of(role, 6).receiveText(true, "€€").assertOpen();
        Endpoint.of(role, 5).receiveText(true, "€€").assertFailed(1009);
    }

    @ParameterizedTest
    @ValueSource(longs = {1001, 65_536, 1L << 30, 1L << 32, Long.MAX_VALUE})
    @Tag("6455-10.4-1")
    @Tag("6455-10.4-2")
    void sizeIsJudgedByTheHeaderAlone(long length) {
        for (Role role : Role.values()) {
            for (boolean fin : new boolean[] {true, false}) {
                Endpoint.of(role, 1000)
                        .receiveHeader(fin, Opcode.BINARY, length)
                        .assertFailed(1009);
            }
            Endpoint.of(role, 1000)
                    .receiveText(false, "12345")
                    .receiveHeader(false, Opcode.CONTINUATION, length - 5)
                    .assertFailed(1009);
        }
    }

    @Test
    void headerThatDeclaresAGibibyteTakesNoMemory() {
        Endpoint server = Endpoint.of(Role.SERVER, Integer.MAX_VALUE);
        byte[] header = NaiveFrames.header(true, 0, Opcode.BINARY, 1 << 30, 7);
        server.receive(Frame.text("warm-up"));
        long before = Heap.used();
        server.receive(header);
        server.receive(new byte[100]);
        long grown = Heap.used() - before;
        assertTrue(grown < 256 * 1024, grown + " bytes");
        server.assertOpen();
    }

    @Test
    void refusedHeaderTakesNoMemory() {
        Endpoint server = Endpoint.of(Role.SERVER);
        byte[] header = NaiveFrames.header(true, 0, Opcode.BINARY, 1 << 30, 7);
        long before = Heap.used();
        server.receive(header);
        long grown = Heap.used() - before;
        assertTrue(grown < 256 * 1024, grown + " bytes");
        server.assertFailed(1009);
    }

    @ParameterizedTest
    @EnumSource
    void memoryFollowsTheBytesThatCame(Role role) {
        Endpoint endpoint = Endpoint.of(role, 1 << 30);
        endpoint.receiveHeader(true, Opcode.BINARY, 1 << 29);
        long before = Heap.used();
        for (int i = 0; i < 1024; i++) {
            endpoint.receive(new byte[1024]);
        }
        long grown = Heap.used() - before;
        assertTrue(grown < 5 << 20, grown + " bytes for 1 MiB received");
        endpoint.assertOpen();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-10.4-2")
    void fragmentsAreCountedTogether(Role role) {
        Endpoint.of(role, 1000)
                .receiveText(false, "x".repeat(500))
                .receive(continuation(false, 400), continuation(true, 100))
                .assertEvents("text " + "x".repeat(1000));
        Endpoint.of(role, 1000)
                .receiveText(false, "x".repeat(500))
                .receive(continuation(false, 400), continuation(false, 101))
                .assertFailed(1009);
    }

    @ParameterizedTest
    @EnumSource
    void limitHoldsForEachMessageAnew(Role role) {
        Endpoint endpoint = Endpoint.of(role, 1000);
        for (int i = 0; i < 10; i++) {
            endpoint.receive(Frame.of(false, Opcode.BINARY, new byte[900]), continuation(true, 100));
        }
        endpoint.assertOpen();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-10.4-1")
    void endlessContinuationsFailAtTheLimit(Role role) {
        Endpoint endpoint = Endpoint.of(role, 100_000).receiveText(false, "");
        int frames = 0;
        while (!endpoint.connection.isFailed()) {
            endpoint.receive(continuation(false, 1000));
            frames++;
        }
        assertEquals(101, frames);
        endpoint.assertFailed(1009);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Tag("6455-10.4-1")
    void tinyFragmentsAreCapped(int length) {
        for (Role role : Role.values()) {
            Endpoint endpoint = Endpoint.of(role, 64 * 1024).receive(Frame.of(false, Opcode.BINARY, new byte[length]));
            int fragments = 1;
            while (!endpoint.connection.isFailed() && fragments < 1_000_000) {
                endpoint.receive(continuation(false, length));
                fragments++;
            }
            assertEquals(64 * 1024 / 16 + 1, fragments);
            endpoint.assertFailed(1009);
        }
    }

    @ParameterizedTest
    @EnumSource
    void smallLimitStillAllows1024Fragments(Role role) {
        Endpoint endpoint = Endpoint.of(role, 10).receiveText(false, "");
        for (int i = 2; i < 1024; i++) {
            endpoint.receive(continuation(false, 0));
        }
        endpoint.receive(continuation(true, 1)).assertEvents("text x");
    }

    @ParameterizedTest
    @EnumSource
    void limitOfZeroTakesEmptyMessagesOnly(Role role) {
        Endpoint.of(role, 0)
                .receive(
                        Frame.text(""),
                        Frame.of(true, Opcode.PING, new byte[125]),
                        Frame.of(false, Opcode.TEXT, new byte[0]))
                .receive(continuation(true, 0))
                .assertEvents("text ", "ping " + "00".repeat(125), "text ");
        Endpoint.of(role, 0).receiveText(true, "x").assertFailed(1009);
    }

    @Test
    void negativeLimitIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Endpoint.of(Role.SERVER, -1));
    }

    @ParameterizedTest
    @EnumSource
    void largeMessageInManySmallPiecesArrives(Role role) {
        byte[] payload = new byte[Endpoint.MAX_MESSAGE];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (i * 7 + (i >> 8));
        }
        byte[] wire = Frame.of(true, Opcode.BINARY, payload).bytesTo(role);
        for (int size : new int[] {64, 997, 100_000}) {
            Endpoint endpoint = Endpoint.of(role);
            for (int at = 0; at < wire.length; at += size) {
                endpoint.receive(Arrays.copyOfRange(wire, at, Math.min(wire.length, at + size)));
            }
            endpoint.assertEvents("binary " + Hex.of(payload));
        }
    }
}
