package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §5.5.1, §7.1; section 7 of the Autobahn test suite. */
class ClosingHandshakeTest {
    private static final Frame EMPTY_CLOSE = Frame.of(true, Opcode.CLOSE, new byte[0]);

    private static Frame closeBody(String hex) {
        return Frame.of(true, Opcode.CLOSE, Hex.bytes(hex));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.1-5")
    @Tag("6455-5.5.1-7")
    @Tag("6455-5.5.1-8")
    void closeOfThePeerIsAnsweredWithItsCode(Role role) {
        Endpoint endpoint = Endpoint.of(role).receive(Frame.close(1000, "bye"));
        endpoint.assertEvents("close 1000 bye").assertSent(Frame.close(1000, ""));
        assertTrue(endpoint.connection.isDone());
        assertTrue(endpoint.connection.isCloseSent() && endpoint.connection.isCloseReceived());
        assertFalse(endpoint.connection.isFailed());
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.1-1")
    @Tag("6455-7.4-1")
    void emptyCloseIsAnsweredWithAnEmptyClose(Role role) {
        Endpoint.of(role).receive(EMPTY_CLOSE).assertEvents("close 1005 ").assertSent(EMPTY_CLOSE);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
    @Tag("6455-7.4.1-1")
    void everyCodeThatMayBeSentIsEchoed(int code) {
        for (Role role : Role.values()) {
            Endpoint.of(role)
                    .receive(Frame.close(code, ""))
                    .assertEvents("close " + code + " ")
                    .assertSent(Frame.close(code, ""));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    @Tag("6455-7.4.1-2")
    @Tag("6455-7.4.1-3")
    @Tag("6455-7.4.1-5")
    void codeThatMayNotBeSentFails(int code) {
        for (Role role : Role.values()) {
            Endpoint.of(role).receive(Frame.close(code, "")).assertFailed(1002);
            Endpoint.of(role).receive(Frame.close(code, "reason")).assertFailed(1002);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeBodyOfOneByteFails(Role role) {
        Endpoint.of(role).receive(closeBody("03")).assertFailed(1002);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.1-3")
    @Tag("6455-8.1-1")
    void reasonThatIsNotUtf8Fails(Role role) {
        Endpoint.of(role)
                .receive(closeBody("03e8 cebae1bdb9cf83cebcceb5eda080656469746564"))
                .assertFailed(1007);
        Endpoint.of(role).receive(closeBody("03e8 c3")).assertFailed(1007);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.1-3")
    void reasonMayFillTheFrame(Role role) {
        String reason = "*".repeat(123);
        Endpoint.of(role)
                .receive(Frame.close(1000, reason))
                .assertEvents("close 1000 " + reason)
                .assertSent(Frame.close(1000, ""));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.2-2")
    void nothingIsProcessedAfterTheClose(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.receive(
                Frame.text("before"),
                Frame.close(1000, ""),
                Frame.text("after"),
                Frame.of(true, Opcode.PING, new byte[1]));
        endpoint.receive(Frame.text("later"), Frame.close(1001, ""));
        endpoint.receive(new byte[] {(byte) 0xFF, 0, 1});
        endpoint.assertEvents("text before", "close 1000 ").assertSent(Frame.close(1000, ""));
    }

    @ParameterizedTest
    @EnumSource
    void closeInsideAMessageEndsIt(Role role) {
        Endpoint endpoint = Endpoint.of(role).receiveText(false, "never").receive(Frame.close(1000, ""));
        endpoint.receiveContinuation(true, "ended").assertEvents("close 1000 ").assertSent(Frame.close(1000, ""));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.1-6")
    @Tag("6455-5.5.2-2")
    @Tag("6455-6.1-2")
    @Tag("6455-7.1.2-1")
    void nothingIsSentAfterTheClose(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        Connection connection = endpoint.connection;
        connection.sendText("before");
        connection.close(new ClosePayload(3000, "why"));
        ByteBuffer payload = ByteBuffer.allocate(3);
        assertFalse(connection.sendText("x"));
        assertFalse(connection.sendText(payload));
        assertFalse(connection.sendBinary(payload));
        assertFalse(connection.sendPing(payload));
        assertFalse(connection.sendPong(payload));
        assertFalse(connection.send(PreparedMessage.text("x")));
        assertFalse(connection.sendTextPart("x", false));
        assertFalse(connection.sendBinaryPart(payload, true));
        connection.close(new ClosePayload(1000, ""));
        connection.fail(1011, "");
        endpoint.receive(Frame.of(true, Opcode.PING, new byte[1]));
        endpoint.assertSent(Frame.text("before"), Frame.close(3000, "why"));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.1-6")
    @Tag("6455-6.1-2")
    void aMessageInPartsEndsWithTheClose(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.connection.sendTextPart("begun", false);
        endpoint.connection.close(new ClosePayload(1000, ""));
        assertFalse(endpoint.connection.sendTextPart("ended", true));
        byte[] begun = "begun".getBytes(StandardCharsets.US_ASCII);
        endpoint.assertSent(Frame.of(false, Opcode.TEXT, begun), Frame.close(1000, ""));
    }

    @ParameterizedTest
    @EnumSource
    void pongThatWaitedIsNotSentAfterTheClose(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.connection.sendText("waiting");
        endpoint.connection.consume(1);
        endpoint.receive(Frame.of(true, Opcode.PING, new byte[1]));
        endpoint.connection.close(new ClosePayload(1000, ""));
        endpoint.receive(Frame.of(true, Opcode.PING, new byte[2]));
        endpoint.drain();
        assertFalse(endpoint.connection.hasOutput());
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.1-13")
    void answerOfThePeerCompletesTheClosing(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.connection.close(new ClosePayload(1000, ""));
        assertFalse(endpoint.connection.isDone());
        endpoint.sent();
        endpoint.receive(Frame.close(1000, "")).assertEvents("close 1000 ").assertSent();
        assertTrue(endpoint.connection.isDone());
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.5.1-9")
    void dataThatArrivesWhileClosingIsDiscardedUpToTheClose(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.receiveText(false, "open");
        endpoint.connection.close(new ClosePayload(1000, ""));
        endpoint.receiveContinuation(true, "message");
        endpoint.receive(Frame.text("whole"), Frame.of(true, Opcode.BINARY, new byte[70_000]));
        endpoint.receive(Frame.of(true, Opcode.TEXT, Hex.bytes("ff")));
        endpoint.receive(Frame.close(1000, ""));
        endpoint.assertEvents("close 1000 ");
        assertTrue(endpoint.connection.isDone());
    }

    @ParameterizedTest
    @EnumSource
    void frameCutByTheCloseIsDiscardedToItsEnd(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        byte[] frame = Frame.text("cut in the middle").bytesTo(role);
        endpoint.receive(Arrays.copyOf(frame, 12));
        endpoint.connection.close(new ClosePayload(1000, ""));
        endpoint.receive(Arrays.copyOfRange(frame, 12, frame.length));
        endpoint.receive(Frame.close(1000, "")).assertEvents("close 1000 ");
    }

    @ParameterizedTest
    @EnumSource
    void brokenFrameWhileClosingFails(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.connection.close(new ClosePayload(1000, ""));
        endpoint.receive("83 00").assertEvents("fail 1002").assertSent(Frame.close(1000, ""));
        assertTrue(endpoint.connection.isDone());
    }

    @ParameterizedTest
    @EnumSource
    void listenerMayCloseFromWithinAMessage(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.recorder.then = event -> endpoint.connection.close(new ClosePayload(4000, "enough"));
        endpoint.receive(Frame.text("one"), Frame.text("two"), Frame.of(true, Opcode.PING, new byte[0]));
        endpoint.assertEvents("text one", "ping ").assertSent(Frame.close(4000, "enough"));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-7.1.7-4")
    @Tag("6455-7.1.7-5")
    void ownFailureSaysWhyAndReceivesNothingMore(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.recorder.then = event -> endpoint.connection.fail(1011, "listener broke");
        endpoint.receive(Frame.text("one"), Frame.text("two"));
        endpoint.receive(Frame.close(1000, ""));
        endpoint.assertEvents("text one").assertSent(Frame.close(1011, "listener broke"));
        assertTrue(endpoint.connection.isFailed() && endpoint.connection.isDone());
    }

    @Test
    void longReasonOfAFailureIsCut() {
        Endpoint server = Endpoint.of(Role.SERVER);
        server.connection.fail(1011, "€".repeat(100));
        server.assertSent(Frame.close(1011, "€".repeat(41)));
    }

    @Test
    void failureWithACodeThatMayNotBeSentChangesNothing() {
        Endpoint server = Endpoint.of(Role.SERVER);
        assertThrows(IllegalArgumentException.class, () -> server.connection.fail(1006, ""));
        server.assertOpen();
        assertEquals(0, server.connection.outputSize());
    }
}
