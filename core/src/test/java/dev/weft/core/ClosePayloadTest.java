package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §5.5.1. */
class ClosePayloadTest {
    private static ClosePayload parse(String hex) {
        byte[] bytes = Hex.bytes(hex);
        return ClosePayload.parse(bytes, 0, bytes.length);
    }

    @Test
    @Tag("6455-5.5.1-1")
    void emptyBodyHasNoStatus() {
        assertEquals(new ClosePayload(CloseCode.NO_STATUS, ""), parse(""));
        assertEquals("", Hex.of(new ClosePayload(CloseCode.NO_STATUS, "").toBytes()));
    }

    @ParameterizedTest
    @CsvSource({"03e8, 1000, ''", "03e9 627965, 1001, bye", "1387, 4999, ''", "0bb8 e282ac, 3000, €"})
    @Tag("6455-5.5.1-2")
    @Tag("6455-5.5.1-3")
    @Tag("6455-7.4-1")
    void readsAndWritesCodeAndReason(String hex, int code, String reason) {
        assertEquals(new ClosePayload(code, reason), parse(hex));
        assertEquals(hex.replace(" ", ""), Hex.of(new ClosePayload(code, reason).toBytes()));
    }

    @Test
    void readsOnlyBetweenFromAndTo() {
        assertEquals(new ClosePayload(1000, "a"), ClosePayload.parse(Hex.bytes("ff 03e8 61 ff"), 1, 4));
    }

    @Test
    @Tag("6455-5.5.1-2")
    void oneByteBreaksTheProtocol() {
        assertEquals(
                1002, assertThrows(ProtocolException.class, () -> parse("03")).closeCode());
    }

    @Test
    void everyCodeThatMayNotBeSentBreaksTheProtocol() {
        for (int code = 0; code <= 65535; code++) {
            String hex = String.format("%04x", code);
            if (CloseCode.isSendable(code)) {
                assertEquals(code, parse(hex).code());
            } else {
                assertEquals(
                        1002,
                        assertThrows(ProtocolException.class, () -> parse(hex)).closeCode(),
                        hex);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"03e8 ff", "03e8 c3", "03e8 eda080", "03e8 6162 f0908d"})
    void reasonThatIsNotUtf8IsInvalidPayload(String hex) {
        assertEquals(
                1007, assertThrows(ProtocolException.class, () -> parse(hex)).closeCode());
    }

    @Test
    void reasonMayBe123BytesOfUtf8AndNoMore() {
        assertEquals(125, new ClosePayload(1000, "x".repeat(123)).toBytes().remaining());
        assertEquals(125, new ClosePayload(1000, "€".repeat(41)).toBytes().remaining());
        assertThrows(IllegalArgumentException.class, () -> new ClosePayload(1000, "x".repeat(124)));
        assertThrows(IllegalArgumentException.class, () -> new ClosePayload(1000, "€".repeat(41) + "x"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65535, 66536})
    @Tag("6455-7.4.1-2")
    @Tag("6455-7.4.1-3")
    @Tag("6455-7.4.1-5")
    void codeThatMayNotBeSentIsRefused(int code) {
        assertThrows(IllegalArgumentException.class, () -> new ClosePayload(code, ""));
    }

    @Test
    void reasonWithoutCodeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ClosePayload(CloseCode.NO_STATUS, "why"));
    }

    @Test
    void unpairedSurrogateInReasonIsSentAsReplacement() {
        assertEquals("03e8efbfbd", Hex.of(new ClosePayload(1000, "\uD800").toBytes()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "😀"})
    void truncatedCutsBetweenCharacters(String character) {
        for (int before = 0; before < 4; before++) {
            String reason = "-".repeat(before) + character.repeat(130);
            String cut = ClosePayload.truncated(1000, reason).reason();
            int bytes = cut.getBytes(StandardCharsets.UTF_8).length;
            assertTrue(reason.startsWith(cut));
            assertTrue(bytes <= 123 && bytes > 119, bytes + " bytes");
            assertEquals(0, (cut.length() - before) % character.length(), "no half of a pair");
        }
    }

    @Test
    void truncatedLeavesAloneWhatFits() {
        assertEquals(
                "x".repeat(123), ClosePayload.truncated(1000, "x".repeat(123)).reason());
        assertEquals("", ClosePayload.truncated(1000, "").reason());
        assertEquals(
                "€".repeat(41), ClosePayload.truncated(1000, "€".repeat(41)).reason());
    }
}
