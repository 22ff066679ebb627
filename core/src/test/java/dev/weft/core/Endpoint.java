package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A connection with its recorder, and the words in which tests speak of it. */
final class Endpoint {
    static final int MAX_MESSAGE = 1 << 20;

    final Role role;
    final Recorder recorder = new Recorder();
    final Connection connection;

    private Endpoint(Role role, int maxMessageBytes, Workspace workspace) {
        this.role = role;
        connection = new Connection(role, maxMessageBytes, workspace, recorder);
    }

    static Endpoint of(Role role) {
        return of(role, MAX_MESSAGE);
    }

    static Endpoint of(Role role, int maxMessageBytes) {
        return new Endpoint(role, maxMessageBytes, new Workspace());
    }

    static Endpoint sharing(Workspace workspace, Role role) {
        return new Endpoint(role, MAX_MESSAGE, workspace);
    }

    /** Bytes as they are on the wire, mask included. */
    Endpoint receive(String hex) {
        return receive(Hex.bytes(hex));
    }

    Endpoint receive(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes.clone());
        connection.receive(in);
        assertTrue(connection.isPaused() || !in.hasRemaining(), "input is used up");
        return this;
    }

    /** One byte at a time. */
    Endpoint receiveBytewise(byte[] bytes) {
        for (byte b : bytes) {
            receive(new byte[] {b});
        }
        return this;
    }

    /** Frames in one read, masked if this is a server. */
    Endpoint receive(Frame... frames) {
        return receive(NaiveFrames.join(
                List.of(frames).stream().map(frame -> frame.bytesTo(role)).toList()));
    }

    Endpoint receiveText(boolean fin, String text) {
        return receive(Frame.of(fin, Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    Endpoint receiveContinuation(boolean fin, String text) {
        return receive(Frame.of(fin, Opcode.CONTINUATION, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The header of a frame whose payload does not come. */
    Endpoint receiveHeader(boolean fin, int opcode, long length) {
        return receive(NaiveFrames.header(fin, 0, opcode, length, role == Role.SERVER ? NaiveFrames.RFC_KEY : null));
    }

    /** Takes all bytes to send, as a socket that accepts everything does. */
    byte[] drain() {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(connection.outputSize()));
        assertEquals(out.capacity(), connection.peek(out));
        connection.consume(out.capacity());
        return out.array();
    }

    /** Takes all frames to send, and checks that they are masked as the role demands. */
    List<Frame> sent() {
        List<Frame> frames = NaiveFrames.parse(drain());
        frames.forEach(frame -> assertEquals(role == Role.CLIENT, frame.maskKey() != null, "masked"));
        return frames.stream().map(Frame::unmasked).toList();
    }

    Endpoint assertEvents(String... expected) {
        assertEquals(List.of(expected), recorder.events);
        return this;
    }

    Endpoint assertSent(Frame... expected) {
        assertEquals(List.of(expected), sent());
        return this;
    }

    /** Failed as §7.1.7 says: the violation told, a Close frame with its code queued last, nothing more received. */
    Endpoint assertFailed(int code) {
        assertEquals("fail " + code, recorder.events.get(recorder.events.size() - 1));
        assertTrue(connection.isFailed(), "failed");
        assertTrue(connection.isDone(), "done");
        List<Frame> sent = sent();
        assertEquals(
                Frame.close(code, recorder.failMessages.get(0)), sent.get(sent.size() - 1), "Close frame to the peer");
        int events = recorder.events.size();
        receiveText(true, "late");
        assertEquals(events, recorder.events.size(), "nothing received after the failure");
        assertFalse(connection.hasOutput(), "nothing sent after the failure");
        return this;
    }

    Endpoint assertOpen() {
        assertFalse(connection.isFailed(), () -> "failed: " + recorder.failMessages);
        assertFalse(connection.isCloseReceived(), "close received");
        assertFalse(connection.isCloseSent(), "close sent");
        return this;
    }
}
