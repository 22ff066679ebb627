package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §5.4; sections 1 and 5 of the Autobahn test suite. */
class FragmentationTest {
    @Test
    @Tag("6455-6.2-5")
    void serverReadsTheMaskedHelloOfSection57() {
        Endpoint.of(Role.SERVER).receive("81 85 37fa213d 7f9f4d5158").assertEvents("text Hello");
    }

    @Test
    void clientReadsTheHelloOfSection57InOneAndTwoFragments() {
        Endpoint.of(Role.CLIENT).receive("81 05 48656c6c6f").assertEvents("text Hello");
        Endpoint.of(Role.CLIENT).receive("01 03 48656c 80 02 6c6f").assertEvents("text Hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 128, 65535, 65536, 70_000})
    @Tag("6455-5.4-8")
    @Tag("6455-6.2-1")
    void messagesOfEveryHeaderSizeArrive(int length) {
        for (Role role : Role.values()) {
            String text = "*".repeat(length);
            byte[] binary = new byte[length];
            Arrays.fill(binary, (byte) 0xFE);
            Endpoint endpoint = Endpoint.of(role);
            endpoint.receive(Frame.text(text), Frame.of(true, Opcode.BINARY, binary));
            endpoint.assertEvents("text " + text, "binary " + "fe".repeat(length));

            Endpoint bytewise = Endpoint.of(role);
            bytewise.receiveBytewise(Frame.text(text).bytesTo(role));
            bytewise.assertEvents("text " + text);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.4-1")
    @Tag("6455-5.4-4")
    @Tag("6455-5.4-8")
    @Tag("6455-6.2-3")
    void fragmentsMakeOneMessage(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.receiveText(false, "frag").receiveContinuation(false, "men").receiveContinuation(true, "ted");
        endpoint.assertEvents("text fragmented").assertOpen();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.4-4")
    @Tag("6455-5.4-8")
    @Tag("6455-6.2-3")
    void binaryFragmentsMakeOneMessage(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.receive(
                Frame.of(false, Opcode.BINARY, Hex.bytes("0001")),
                Frame.of(false, Opcode.CONTINUATION, Hex.bytes("")),
                Frame.of(true, Opcode.CONTINUATION, Hex.bytes("ff")));
        endpoint.assertEvents("binary 0001ff");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.4-7")
    void emptyFragmentsMakeAnEmptyMessage(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.receiveText(false, "").receiveContinuation(false, "").receiveContinuation(true, "");
        endpoint.assertEvents("text ");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-6.2-4")
    void messagesFollowEachOther(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.receive(
                Frame.of(false, Opcode.TEXT, "a".getBytes()),
                Frame.of(true, Opcode.CONTINUATION, "b".getBytes()),
                Frame.text("c"),
                Frame.of(false, Opcode.BINARY, "d".getBytes()),
                Frame.of(true, Opcode.CONTINUATION, new byte[0]),
                Frame.text(""));
        endpoint.assertEvents("text ab", "text c", "binary 64", "text ");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.4-7")
    void longTextInFragmentsOf1300BytesArrives(Role role) {
        for (String character : List.of("*", "ä", "€", "😀")) {
            byte[] utf8 = character.repeat(65536).getBytes(StandardCharsets.UTF_8);
            Endpoint endpoint = Endpoint.of(role);
            for (int at = 0; at < utf8.length; at += 1300) {
                int end = Math.min(utf8.length, at + 1300);
                byte[] fragment = Arrays.copyOfRange(utf8, at, end);
                int opcode = at == 0 ? Opcode.TEXT : Opcode.CONTINUATION;
                endpoint.receive(Frame.of(end == utf8.length, opcode, fragment));
            }
            endpoint.assertEvents("text " + character.repeat(65536));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.4-2")
    @Tag("6455-5.4-6")
    @Tag("6455-5.5.2-4")
    void controlFramesMayStandBetweenFragments(Role role) {
        Endpoint endpoint = Endpoint.of(role);
        endpoint.receiveText(false, "be")
                .receive(Frame.of(true, Opcode.PING, Hex.bytes("aa")), Frame.of(true, Opcode.PONG, Hex.bytes("bb")))
                .receiveContinuation(true, "tween");
        endpoint.assertEvents("ping aa", "pong bb", "text between");
        endpoint.assertSent(Frame.of(true, Opcode.PONG, Hex.bytes("aa")));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.4-5")
    @Tag("6455-6.2-4")
    void continuationWithoutMessageFails(Role role) {
        Endpoint.of(role).receiveContinuation(true, "x").assertFailed(1002).assertEvents("fail 1002");
        Endpoint.of(role).receiveContinuation(false, "").assertFailed(1002);
        Endpoint.of(role).receiveText(true, "a").receiveContinuation(true, "x").assertFailed(1002);
        Endpoint.of(role)
                .receiveText(false, "a")
                .receiveContinuation(true, "b")
                .receiveContinuation(false, "c")
                .assertFailed(1002)
                .assertEvents("text ab", "fail 1002");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.4-5")
    @Tag("6455-5.4-13")
    void newMessageInsideAMessageFails(Role role) {
        Endpoint.of(role)
                .receiveText(false, "a")
                .receiveText(true, "b")
                .assertFailed(1002)
                .assertEvents("fail 1002");
        Endpoint.of(role).receiveText(false, "a").receiveText(false, "b").assertFailed(1002);
        Endpoint.of(role)
                .receiveText(false, "")
                .receive(Frame.of(true, Opcode.BINARY, new byte[1]))
                .assertFailed(1002);
    }

    @ParameterizedTest
    @EnumSource
    void sequenceIsJudgedByTheHeaderAlone(Role role) {
        Endpoint.of(role).receiveHeader(true, Opcode.CONTINUATION, 70_000).assertEvents("fail 1002");
        Endpoint.of(role)
                .receiveText(false, "a")
                .receiveHeader(true, Opcode.TEXT, 70_000)
                .assertEvents("fail 1002");
    }

    @ParameterizedTest
    @EnumSource
    void messagesOfTwoConnectionsOfOneWorkspaceDoNotMix(Role role) {
        Workspace workspace = new Workspace();
        Endpoint one = Endpoint.sharing(workspace, role);
        Endpoint two = Endpoint.sharing(workspace, role);
        byte[] first = Frame.text("one and only").bytesTo(role);
        byte[] second = Frame.text("two or more!").bytesTo(role);
        for (int i = 0; i < first.length; i++) {
            one.receive(new byte[] {first[i]});
            two.receive(new byte[] {second[i]});
        }
        one.assertEvents("text one and only");
        two.assertEvents("text two or more!");
    }

    @Test
    void spareParserIsGivenBackBetweenFrames() {
        Workspace workspace = new Workspace();
        FrameParser spare = workspace.takeParser();
        workspace.release(spare);
        Endpoint server = Endpoint.sharing(workspace, Role.SERVER);
        server.receiveText(true, "whole");
        FrameParser after = workspace.takeParser();
        assertEquals(spare, after);
    }
}
