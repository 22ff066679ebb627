package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FrameHeaderPropertiesTest {
    private final FrameHeader header = new FrameHeader();

    @Property(edgeCases = EdgeCasesMode.NONE)
    @Tag("6455-5.3-1")
    void parseReadsWhatWriteWrote(
            @ForAll boolean fin,
            @ForAll @IntRange(max = 2) int opcode,
            @ForAll boolean rsv1,
            @ForAll("lengths") long length,
            @ForAll Role receiver,
            @ForAll int key,
            @ForAll @IntRange(max = 9) int at) {
        boolean masked = receiver == Role.SERVER;
        int rsv = rsv1 && opcode != Opcode.CONTINUATION ? FrameHeader.RSV1 : 0;
        byte[] bytes = new byte[at + FrameHeader.MAX_BYTES];

        int end = FrameHeader.write(bytes, at, fin, rsv, opcode, length, masked, key);

        byte[] written = Arrays.copyOfRange(bytes, at, end);
        assertArrayEquals(NaiveFrames.header(fin, rsv, opcode, length, masked ? key : null), written);
        assertEquals(written.length, FrameHeader.size(length, masked));
        assertEquals(written.length, header.parse(bytes, at, bytes.length, receiver, FrameHeader.RSV1));
        assertEquals(fin, header.fin());
        assertEquals(rsv, header.rsv());
        assertEquals(opcode, header.opcode());
        assertEquals(length, header.payloadLength());
        assertEquals(masked ? key : 0, header.maskKey());
    }

    @Property
    void everyPrefixIsIncomplete(@ForAll boolean fin, @ForAll("lengths") long length, @ForAll Role receiver) {
        byte[] bytes = new byte[FrameHeader.MAX_BYTES];
        int end = FrameHeader.write(bytes, 0, fin, 0, Opcode.BINARY, length, receiver == Role.SERVER, -1);
        for (int prefix = 0; prefix < end; prefix++) {
            assertEquals(0, header.parse(bytes, 0, prefix, receiver, 0), prefix + " of " + end);
        }
        assertEquals(end, header.parse(bytes, 0, end, receiver, 0));
    }

    /** All the rules of §5 in plain words, against the parser. */
    @Property(tries = 20_000)
    @Tag("6455-5.2-2")
    @Tag("6455-5.2-3")
    @Tag("6455-5.2-4")
    @Tag("6455-5.2-5")
    @Tag("6455-6.2-1")
    void agreesWithTheRules(@ForAll("headers") @Size(14) byte[] bytes, @ForAll Role receiver) {
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        int opcode = first % 16;
        int length = second % 128;
        boolean control = opcode >= 8;
        boolean legal = first / 16 % 8 == 0
                && Set.of(0, 1, 2, 8, 9, 10).contains(opcode)
                && second >= 128 == (receiver == Role.SERVER)
                && !(control && (first < 128 || length > 125))
                && !(length == 126 && number(bytes, 2) < 126)
                && !(length == 127 && (number(bytes, 8) < 0 || number(bytes, 8) < 65536));

        assertEquals(legal ? "legal" : "1002", outcome(bytes, receiver));
    }

    private String outcome(byte[] bytes, Role receiver) {
        try {
            return header.parse(bytes, 0, bytes.length, receiver, 0) > 0 ? "legal" : "incomplete";
        } catch (ProtocolException e) {
            return Integer.toString(e.closeCode());
        }
    }

    private static long number(byte[] bytes, int octets) {
        long number = 0;
        for (int i = 0; i < octets; i++) {
            number = number * 256 + (bytes[2 + i] & 0xFF);
        }
        return number;
    }

    @Provide
    Arbitrary<Long> lengths() {
        return Arbitraries.oneOf(
                Arbitraries.longs().greaterOrEqual(0),
                Arbitraries.longs().between(0, 130),
                Arbitraries.longs().between(65_500, 65_600),
                Arbitraries.of(125L, 126L, 127L, 65_535L, 65_536L, Long.MAX_VALUE));
    }

    /** Biased to what lies near the rules' limits. */
    @Provide
    Arbitrary<byte[]> headers() {
        Arbitrary<Byte> octet = Arbitraries.oneOf(
                Arbitraries.bytes(), Arbitraries.of((byte) 0, (byte) 1, (byte) 0x7d, (byte) 0x7e, (byte) 0x80));
        Arbitrary<Integer> first = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 255), Arbitraries.of(0, 1, 2, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a));
        Arbitrary<Integer> second = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 255), Arbitraries.of(125, 126, 127, 0xfd, 0xfe, 0xff));
        return octet.array(byte[].class)
                .ofSize(14)
                .flatMap(bytes -> first.flatMap(a -> second.map(b -> {
                    bytes[0] = a.byteValue();
                    bytes[1] = b.byteValue();
                    return bytes;
                })));
    }
}
