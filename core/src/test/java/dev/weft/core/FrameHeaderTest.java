package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §5.2. */
class FrameHeaderTest {
    private final FrameHeader header = new FrameHeader();

    private int parse(String hex, Role receiver) {
        byte[] bytes = Hex.bytes(hex);
        return header.parse(bytes, 0, bytes.length, receiver, 0);
    }

    private void assertViolation(String hex, Role receiver, String fact) {
        ProtocolException violation = assertThrows(ProtocolException.class, () -> parse(hex, receiver));
        assertEquals(CloseCode.PROTOCOL_ERROR, violation.closeCode());
        assertTrue(violation.getMessage().contains(fact), violation.getMessage());
        assertTrue(violation.getMessage().contains("RFC 6455 §5"), violation.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "81 05 48656c6c6f,              CLIENT, 2,  true,  1, 5,     0",
        "81 85 37fa213d 7f9f4d5158,     SERVER, 6,  true,  1, 5,     37fa213d",
        "01 03 48656c,                  CLIENT, 2,  false, 1, 3,     0",
        "80 02 6c6f,                    CLIENT, 2,  true,  0, 2,     0",
        "89 05 48656c6c6f,              CLIENT, 2,  true,  9, 5,     0",
        "8a 85 37fa213d 7f9f4d5158,     SERVER, 6,  true,  10, 5,    37fa213d",
        "82 7e 0100,                    CLIENT, 4,  true,  2, 256,   0",
        "82 7f 0000000000010000,        CLIENT, 10, true,  2, 65536, 0"
    })
    void readsTheExamplesOfSection57(
            String hex, Role receiver, int size, boolean fin, int opcode, long length, String key) {
        assertEquals(size, parse(hex, receiver));
        assertEquals(fin, header.fin());
        assertEquals(opcode, header.opcode());
        assertEquals(length, header.payloadLength());
        assertEquals((int) Long.parseLong(key, 16), header.maskKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"83", "84", "85", "86", "87", "8b", "8c", "8d", "8e", "8f", "03", "0f"})
    void reservedOpcodeIsRefusedFromItsFirstByte(String hex) {
        assertViolation(hex, Role.CLIENT, "is reserved");
        assertViolation(hex, Role.SERVER, "is reserved");
    }

    @Test
    void reservedOpcodeWithHugeLengthIsRefused() {
        assertViolation("83 ff 7fffffffffffffff", Role.SERVER, "opcode 3 is reserved");
    }

    @ParameterizedTest
    @CsvSource({"c1, 100", "a1, 010", "91, 001", "f1, 111", "c8, 100", "c0, 100"})
    void rsvBitsAreRefusedFromTheFirstByte(String hex, String bits) {
        assertViolation(hex, Role.CLIENT, "RSV bits are " + bits);
    }

    @Test
    void rsv1IsTakenWhereAnExtensionDefinesIt() {
        byte[] bytes = Hex.bytes("c1 00");
        assertEquals(2, header.parse(bytes, 0, 2, Role.CLIENT, FrameHeader.RSV1));
        assertEquals(FrameHeader.RSV1, header.rsv());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a1", "91", "b1", "e1"})
    @Tag("6455-5.2-2")
    void rsv2AndRsv3AreRefusedThoughAnExtensionDefinesRsv1(String hex) {
        assertThrows(ProtocolException.class, () -> header.parse(Hex.bytes(hex), 0, 1, Role.CLIENT, FrameHeader.RSV1));
    }

    @Test
    @Tag("7692-6.1-3")
    void rsv1OnControlFrameIsRefusedThoughAnExtensionDefinesIt() {
        ProtocolException violation = assertThrows(
                ProtocolException.class, () -> header.parse(Hex.bytes("c9"), 0, 1, Role.CLIENT, FrameHeader.RSV1));
        assertEquals("control frame has RSV1 set (RFC 7692 §6)", violation.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"08", "09", "0a"})
    void fragmentedControlFrameIsRefused(String hex) {
        assertViolation(hex, Role.CLIENT, "control frame is fragmented");
    }

    @ParameterizedTest
    @ValueSource(strings = {"88 7e", "89 7e", "8a 7f"})
    void longControlFrameIsRefusedFromItsSecondByte(String hex) {
        assertViolation(hex, Role.CLIENT, "control frame payload is over 125 bytes");
    }

    @Test
    void controlFrameOf125BytesIsTaken() {
        assertEquals(2, parse("89 7d", Role.CLIENT));
        assertEquals(125, header.payloadLength());
    }

    @Test
    void serverRefusesUnmaskedFrame() {
        assertViolation("81 05", Role.SERVER, "frame from client is not masked");
    }

    @Test
    void clientRefusesMaskedFrame() {
        assertViolation("81 85", Role.CLIENT, "frame from server is masked");
    }

    @ParameterizedTest
    @CsvSource({
        "82 7e 0000, 0",
        "82 7e 007d, 125",
        "82 7f 0000000000000000, 0",
        "82 7f 000000000000007e, 126",
        "82 7f 000000000000ffff, 65535"
    })
    void lengthThatIsNotMinimalIsRefused(String hex, long length) {
        assertViolation(hex, Role.CLIENT, "payload length " + length + " is not in its minimal encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"82 7f 8000000000000000", "82 7f ffffffffffffffff", "82 ff 8000000000000001"})
    void lengthWithItsTopBitSetIsRefusedWithoutWaitingForTheKey(String hex) {
        assertViolation(hex, hex.contains("82 ff") ? Role.SERVER : Role.CLIENT, "most significant bit");
    }

    @ParameterizedTest
    @CsvSource({"82 7e 007e, 126", "82 7e ffff, 65535", "82 7f 7fffffffffffffff, 9223372036854775807"})
    void extremeLengthsAreRead(String hex, long length) {
        assertTrue(parse(hex, Role.CLIENT) > 0);
        assertEquals(length, header.payloadLength());
    }
}
