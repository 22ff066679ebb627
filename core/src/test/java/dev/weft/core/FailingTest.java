package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fail the WebSocket Connection, RFC 6455 §7.1.7; sections 3 and 4 of the Autobahn test suite. */
class FailingTest {
    @Test
    @Tag("6455-5.1-2")
    @Tag("6455-5.1-3")
    void serverFailsUnmaskedFrameWith1002() {
        Endpoint.of(Role.SERVER)
                .receive("81 05 48656c6c6f")
                .assertEvents("fail 1002")
                .assertFailed(1002);
        Endpoint.of(Role.SERVER).receive("88 00").assertFailed(1002);
    }

    @Test
    @Tag("6455-5.1-5")
    @Tag("6455-5.1-6")
    void clientFailsMaskedFrameWith1002() {
        Endpoint.of(Role.CLIENT)
                .receive("81 85 37fa213d 7f9f4d5158")
                .assertEvents("fail 1002")
                .assertFailed(1002);
        Endpoint.of(Role.CLIENT).receive("88 80 00000000").assertFailed(1002);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    @Tag("6455-5.2-2")
    void rsvBitsFailWithoutExtension(int rsv) {
        for (Role role : Role.values()) {
            for (int opcode : new int[] {Opcode.TEXT, Opcode.BINARY, Opcode.PING, Opcode.PONG, Opcode.CLOSE}) {
                Endpoint endpoint = Endpoint.of(role);
                endpoint.receive(
                        Frame.text("before"),
                        Frame.of(true, opcode, new byte[0]).withRsv(rsv),
                        Frame.text("after"));
                endpoint.assertFailed(1002).assertEvents("text before", "fail 1002");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    @Tag("6455-5.2-3")
    void reservedOpcodeFails(int opcode) {
        for (Role role : Role.values()) {
            Endpoint.of(role).receive(Frame.of(true, opcode, new byte[0])).assertFailed(1002);
            Endpoint.of(role).receive(Frame.of(true, opcode, "x".getBytes())).assertFailed(1002);
            Endpoint.of(role).receiveHeader(true, opcode, Long.MAX_VALUE).assertFailed(1002);
            Endpoint.of(role)
                    .receiveText(false, "in a message")
                    .receive(Frame.of(true, opcode, new byte[0]))
                    .assertFailed(1002);
        }
    }

    @ParameterizedTest
    @EnumSource
    void violationShowsAtItsByte(Role role) {
        Endpoint.of(role).receive("83").assertFailed(1002);
        Endpoint.of(role)
                .receive("81")
                .assertOpen()
                .receive(role == Role.SERVER ? "7f" : "ff")
                .assertFailed(1002);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.2-5")
    void lengthThatIsNotMinimalFails(Role role) {
        Integer key = role == Role.SERVER ? NaiveFrames.RFC_KEY : null;
        for (int lengthBytes : new int[] {2, 8}) {
            Endpoint.of(role)
                    .receive(NaiveFrames.header(true, 0, Opcode.TEXT, 125, lengthBytes, key))
                    .assertFailed(1002);
        }
        Endpoint.of(role)
                .receive(NaiveFrames.header(true, 0, Opcode.TEXT, 65535, 8, key))
                .assertFailed(1002);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.2-4")
    void lengthWithItsTopBitSetFails(Role role) {
        Integer key = role == Role.SERVER ? NaiveFrames.RFC_KEY : null;
        for (long length : new long[] {Long.MIN_VALUE, -1}) {
            Endpoint.of(role)
                    .receive(NaiveFrames.header(true, 0, Opcode.BINARY, length, 8, key))
                    .assertFailed(1002);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-7.1.7-5")
    void messagesBeforeTheViolationArrive(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.receive(Frame.text("one"), Frame.of(true, Opcode.PING, new byte[0]), Frame.of(true, 3, new byte[0]));
        endpoint.assertEvents("text one", "ping ", "fail 1002");
        assertEquals(Frame.of(true, Opcode.PONG, new byte[0]), endpoint.sent().get(0));
    }

    @ParameterizedTest
    @EnumSource
    void violationIsToldOnce(Role role) {
        Endpoint.of(role).receive("83 84 85").receive("86").assertEvents("fail 1002");
    }

    @Test
    void violationCarriesNoStackTrace() {
        ProtocolException violation = new ProtocolException(1002, "x");
        assertEquals(0, violation.getStackTrace().length);
        assertEquals(0, new HttpException(400, "x").getStackTrace().length);
    }

    @ParameterizedTest
    @EnumSource
    void discardedConnectionTakesAndSaysNothing(Role role) {
        Endpoint endpoint = Endpoint.of(role).receiveText(false, "open");
        endpoint.receive(Frame.of(true, Opcode.PING, new byte[3]));
        endpoint.connection.discard();
        endpoint.receiveContinuation(true, "late").assertEvents("ping 000000");
        assertFalse(endpoint.connection.hasOutput());
        assertTrue(endpoint.connection.isDone());
    }
}
