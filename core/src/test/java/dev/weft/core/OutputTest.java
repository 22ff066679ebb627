package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sending, RFC 6455 §6.1. */
class OutputTest {
    @Test
    @Tag("6455-5.1-4")
    @Tag("6455-5.2-1")
    void serverSendsTheUnmaskedHelloOfSection57() {
        Endpoint server = Endpoint.of(Role.SERVER);
        assertTrue(server.connection.sendText("Hello"));
        assertEquals("810548656c6c6f", Hex.of(server.drain()));
    }

    @Test
    @Tag("6455-5.1-1")
    @Tag("6455-5.2-1")
    @Tag("6455-5.3-1")
    @Tag("6455-6.1-6")
    void clientSendsAMaskedHello() {
        Endpoint client = Endpoint.of(Role.CLIENT);
        assertTrue(client.connection.sendText("Hello"));
        byte[] bytes = client.drain();
        assertEquals("8185", Hex.of(bytes).substring(0, 4));
        assertEquals(11, bytes.length);
        assertEquals("Hello", NaiveFrames.parse(bytes).get(0).text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "😀", "\uD800"})
    void textOfEveryCriticalLengthIsSentUnchanged(String character) {
        for (Role role : Role.values()) {
            for (int limit : Texts.LIMITS) {
                for (int length = Math.max(0, limit - 3); length <= limit + 3; length++) {
                    Endpoint endpoint = Endpoint.of(role);
                    // Shifted by one, so that pairs also lie across the ends of slices and chunks
                    String text = "-".repeat(length % 2) + character.repeat(length / character.length());
                    endpoint.connection.sendText(text);
                    endpoint.assertSent(Frame.of(true, Opcode.TEXT, Utf8.encode(text)));
                }
            }
        }
    }

    /** The header grows behind what is queued already, wherever in the chunk that ends. */
    @ParameterizedTest
    @EnumSource
    void headerGrowsAnywhereInAChunk(Role role) {
        String text = "€".repeat(120);
        for (int filled = Workspace.CHUNK_BYTES - 500; filled <= Workspace.CHUNK_BYTES + 20; filled++) {
            Endpoint endpoint = Endpoint.of(role);
            byte[] filling = new byte[filled];
            endpoint.connection.sendBinary(ByteBuffer.wrap(filling));
            endpoint.connection.sendText(text);
            endpoint.connection.sendText("after");
            endpoint.assertSent(Frame.of(true, Opcode.BINARY, filling), Frame.text(text), Frame.text("after"));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.1-1")
    @Tag("6455-5.1-4")
    @Tag("6455-5.2-5")
    @Tag("6455-6.1-3")
    @Tag("6455-6.1-4")
    @Tag("6455-6.1-5")
    void binaryOfEveryHeaderSizeIsSentUnchanged(Role role) {
        for (int length : new int[] {0, 1, 125, 126, 127, 8178, 8192, 16384, 65535, 65536, 65537, 200_000}) {
            Endpoint endpoint = Endpoint.of(role);
            byte[] payload = new byte[length];
            for (int i = 0; i < length; i++) {
                payload[i] = (byte) (i * 31);
            }
            endpoint.connection.sendBinary(ByteBuffer.wrap(payload));
            endpoint.assertSent(Frame.of(true, Opcode.BINARY, payload));
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsTheSliceOfAnyKindOfBufferAndDoesNotMoveIt(Role role) {
        ByteBuffer heap = ByteBuffer.wrap("..slice..".getBytes(), 2, 5);
        ByteBuffer direct = ByteBuffer.allocateDirect(9)
                .put("..slice..".getBytes())
                .position(2)
                .limit(7);
        for (ByteBuffer payload : List.of(heap, heap.slice(), heap.asReadOnlyBuffer(), direct, direct.slice())) {
            Endpoint endpoint = Endpoint.of(role);
            int position = payload.position();
            endpoint.connection.sendBinary(payload);
            endpoint.connection.sendText(payload);
            endpoint.connection.send(PreparedMessage.binary(payload));
            endpoint.connection.sendPing(payload);
            byte[] slice = "slice".getBytes();
            endpoint.assertSent(
                    Frame.of(true, Opcode.BINARY, slice),
                    Frame.text("slice"),
                    Frame.of(true, Opcode.BINARY, slice),
                    Frame.of(true, Opcode.PING, slice));
            assertEquals(position, payload.position());
            assertEquals("slice", new String(Hex.copy(payload)));
        }
    }

    @Test
    void serversShareTheBytesOfAPreparedMessage() {
        PreparedMessage prepared = PreparedMessage.text("to everyone");
        Workspace workspace = new Workspace();
        Endpoint one = Endpoint.sharing(workspace, Role.SERVER);
        Endpoint two = Endpoint.sharing(workspace, Role.SERVER);
        one.connection.sendText("before");
        one.connection.send(prepared);
        two.connection.send(prepared);
        one.connection.sendText("after");
        one.assertSent(Frame.text("before"), Frame.text("to everyone"), Frame.text("after"));
        two.connection.send(prepared);
        two.assertSent(Frame.text("to everyone"), Frame.text("to everyone"));
        assertEquals(2 + 11, prepared.size());
    }

    @Test
    void maskingAClientsCopyLeavesThePreparedMessageAlone() {
        PreparedMessage prepared = PreparedMessage.binary(Hex.buffer("00010203"));
        for (int i = 0; i < 3; i++) {
            Endpoint client = Endpoint.of(Role.CLIENT);
            client.connection.send(prepared);
            client.assertSent(Frame.of(true, Opcode.BINARY, Hex.bytes("00010203")));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5-1")
    void controlFrameOver125BytesIsRefusedAndNothingQueued(Role role) {
        Connection connection = Endpoint.of(role).connection;
        assertThrows(IllegalArgumentException.class, () -> connection.sendPing(ByteBuffer.allocate(126)));
        assertThrows(IllegalArgumentException.class, () -> connection.sendPong(ByteBuffer.allocate(126)));
        assertFalse(connection.hasOutput());
        assertTrue(connection.sendPing(ByteBuffer.allocate(125)));
        assertTrue(connection.sendPong(ByteBuffer.allocate(125)));
    }

    @Test
    void consumeTakesFromTheFrontOnly() {
        Endpoint server = Endpoint.of(Role.SERVER);
        server.connection.sendText("Hello");
        server.connection.consume(3);
        assertEquals(4, server.connection.outputSize());
        assertEquals("656c6c6f", Hex.of(server.drain()));
    }

    @Test
    void drainedChunksServeTheNextConnection() {
        Workspace workspace = new Workspace();
        Chunk chunk = workspace.takeChunk();
        workspace.release(chunk);
        assertSame(chunk, workspace.takeChunk());
        workspace.release(chunk);
        Endpoint one = Endpoint.sharing(workspace, Role.SERVER);
        one.connection.sendText("one");
        one.drain();
        assertSame(chunk, workspace.takeChunk());
    }

    @Test
    void freeChunksAreCappedAtOneMebibyte() {
        Workspace workspace = new Workspace();
        Set<Chunk> burst = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            burst.add(workspace.takeChunk());
        }
        burst.forEach(workspace::release);
        int kept = 0;
        while (burst.contains(workspace.takeChunk())) {
            kept++;
        }
        assertEquals((1 << 20) / Workspace.CHUNK_BYTES, kept);
    }

    @Test
    @Tag("6455-10.3-2")
    void aClientsPayloadCannotBeChangedOnceItIsQueued() {
        Endpoint client = Endpoint.of(Role.CLIENT);
        byte[] payload = new byte[100_000];
        client.connection.sendBinary(ByteBuffer.wrap(payload));
        client.connection.sendBorrowed(ByteBuffer.wrap(payload));
        client.connection.sendPing(ByteBuffer.wrap(payload, 0, 100));
        client.connection.consume(50); // on its way
        Arrays.fill(payload, (byte) 1);
        ByteBuffer rest = ByteBuffer.allocate((int) client.connection.outputSize());
        client.connection.peek(rest);
        ByteBuffer wire = rest.flip();
        int key = wire.position(100_000 + 14 - 50 + 10).getInt(); // of the second frame
        for (int i = 0; i < 100_000; i++) {
            assertEquals(key >>> 24 - 8 * (i % 4) & 0xFF, wire.get() & 0xFF, "octet " + i);
        }
        key = wire.position(wire.position() + 2).getInt();
        assertEquals(key, wire.getInt());
    }

    @Test
    void discardGivesUpAllOutput() {
        Endpoint server = Endpoint.of(Role.SERVER);
        server.connection.sendBinary(ByteBuffer.allocate(100_000));
        server.connection.discard();
        assertFalse(server.connection.hasOutput());
        assertFalse(server.connection.sendText("late"));
        assertTrue(server.connection.isDone());
        server.receiveText(true, "late").assertEvents();
    }

    @Test
    void handshakeLeavesBeforeTheFirstFrame() {
        Endpoint server = Endpoint.of(Role.SERVER);
        ByteBuffer head = HttpResponse.empty(101, Headers.EMPTY).toBytes(false);
        int size = head.remaining();
        server.connection.sendHandshake(head);
        server.connection.sendText("Hello");
        assertEquals(size, head.remaining(), "the head's position does not move");
        assertEquals(size + 7, server.connection.outputSize());
        byte[] out = server.drain();
        assertEquals(Hex.of(head) + "810548656c6c6f", Hex.of(out));
    }
}
