package dev.weft.core;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** UTF-8 in text messages, RFC 6455 §8.1; section 6 of the Autobahn test suite. */
class TextMessagesTest {
    /** Greek, then a surrogate, then ASCII: section 6.3 of the suite. */
    private static final String VALID_START = "cebae1bdb9cf83cebcceb5";

    private static final String INVALID = VALID_START + "eda080" + "656469746564";

    private static Frame text(boolean fin, String hex) {
        return Frame.of(fin, Opcode.TEXT, Hex.bytes(hex));
    }

    private static Frame continuation(boolean fin, String hex) {
        return Frame.of(fin, Opcode.CONTINUATION, Hex.bytes(hex));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121",
                "cebae1bdb9cf83cebcceb5",
                "00",
                "7f",
                "c280",
                "dfbf",
                "e0a080",
                "ed9fbf",
                "ee8080",
                "efbfbd",
                "efbfbf",
                "f0908080",
                "f48fbfbf",
                "efbfbe",
                "f0afbfbf",
                "f09fbfbe"
            })
    @Tag("6455-5.6-1")
    void validTextArrivesUnchangedHoweverItIsCut(String hex) {
        byte[] utf8 = Hex.bytes(hex);
        String expected = "text " + new String(utf8, StandardCharsets.UTF_8);
        for (Role role : Role.values()) {
            Endpoint.of(role).receive(text(true, hex)).assertEvents(expected);
            Endpoint.of(role).receiveBytewise(text(true, hex).bytesTo(role)).assertEvents(expected);
            for (int cut = 0; cut <= utf8.length; cut++) {
                Endpoint.of(role)
                        .receive(
                                Frame.of(false, Opcode.TEXT, Arrays.copyOf(utf8, cut)),
                                Frame.of(true, Opcode.CONTINUATION, Arrays.copyOfRange(utf8, cut, utf8.length)))
                        .assertEvents(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                INVALID,
                "80",
                "bf",
                "808182",
                "c0",
                "c0af",
                "c1bf",
                "c3",
                "c328",
                "e0809f",
                "e080af",
                "e282",
                "e28228",
                "eda080",
                "edbfbf",
                "eda080edb080",
                "f08080af",
                "f08fbfbf",
                "f09080",
                "f4908080",
                "f5808080",
                "f888808080",
                "fe",
                "ff",
                "61626364656667686970ff",
                "fffefdfc"
            })
    @Tag("6455-5.6-1")
    @Tag("6455-8.1-1")
    @Tag("6455-10.7-1")
    void invalidTextFailsWith1007(String hex) {
        for (Role role : Role.values()) {
            Endpoint.of(role).receive(text(true, hex)).assertEvents("fail 1007").assertFailed(1007);
            Endpoint.of(role).receiveBytewise(text(true, hex).bytesTo(role)).assertFailed(1007);
            Endpoint.of(role)
                    .receive(text(false, "6161"), continuation(true, hex))
                    .assertFailed(1007);
        }
    }

    @ParameterizedTest
    @EnumSource
    void invalidByteFailsInsideAFrameBeforeItsEnd(Role role) {
        byte[] frame = text(true, INVALID).bytesTo(role);
        int header = role == Role.SERVER ? 6 : 2;
        Endpoint endpoint = Endpoint.of(role);
        endpoint.receive(Arrays.copyOf(frame, header + 12)); // up to ed, which may still become valid
        endpoint.assertOpen();
        endpoint.receive(new byte[] {frame[header + 12]}); // a0: a surrogate
        endpoint.assertEvents("fail 1007").assertFailed(1007);
    }

    @ParameterizedTest
    @EnumSource
    void invalidByteFailsInsideAMessageBeforeItsLastFragment(Role role) {
        Endpoint.of(role)
                .receive(text(false, VALID_START), continuation(false, "f4"))
                .assertOpen()
                .receive(continuation(false, "90"))
                .assertFailed(1007);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("6455-5.6-1")
    @Tag("6455-8.1-1")
    void textThatEndsInsideACharacterFailsWithItsLastFragment(Role role) {
        Endpoint.of(role)
                .receive(text(false, "e282"))
                .assertOpen()
                .receive(continuation(true, ""))
                .assertFailed(1007);
        Endpoint.of(role).receive(text(true, "f09f98")).assertFailed(1007);
    }

    @ParameterizedTest
    @EnumSource
    void characterCutByAPingArrivesIntact(Role role) {
        Endpoint.of(role)
                .receive(text(false, "f09f"), Frame.of(true, Opcode.PING, new byte[0]), continuation(true, "9880"))
                .assertEvents("ping ", "text 😀");
    }

    @ParameterizedTest
    @EnumSource
    void stateOfOneMessageDoesNotReachTheNext(Role role) {
        Endpoint.of(role)
                .receive(
                        text(false, "c3"),
                        continuation(true, "a4"),
                        text(true, "c3a4"),
                        text(false, "c3"),
                        continuation(true, "a4"))
                .assertEvents("text ä", "text ä", "text ä");
    }

    @ParameterizedTest
    @EnumSource
    void binaryIsNotValidated(Role role) {
        Endpoint.of(role)
                .receive(
                        Frame.of(true, Opcode.BINARY, Hex.bytes("ff")),
                        Frame.of(false, Opcode.BINARY, Hex.bytes("c3")),
                        continuation(true, "ff"))
                .assertEvents("binary ff", "binary c3ff")
                .assertOpen();
    }
}
