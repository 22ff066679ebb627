package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FrameParserTest {
    private final FrameParser parser = new FrameParser();

    private boolean next(ByteBuffer in) {
        return parser.next(in, Role.CLIENT, 0);
    }

    private String piece() {
        return Hex.of(Arrays.copyOfRange(parser.array(), parser.from(), parser.to()));
    }

    @Test
    void unmasksInPlaceWithoutCopy() {
        ByteBuffer in = Hex.buffer("81 85 37fa213d 7f9f4d5158");
        assertTrue(parser.next(in, Role.SERVER, 0));
        assertEquals(in.array(), parser.array());
        assertEquals("48656c6c6f", piece());
        assertEquals("8185 37fa213d 48656c6c6f".replace(" ", ""), Hex.of(in.array()));
    }

    @Test
    void readsAPartOfAnArray() {
        ByteBuffer whole = Hex.buffer("ff ff ff 82 03 01 02 03 89 01 aa ff");
        ByteBuffer in = whole.position(3).slice().limit(8);
        assertTrue(next(in));
        assertEquals("010203", piece());
        assertTrue(next(in));
        assertEquals("aa", piece());
        assertFalse(next(in));
    }

    @Test
    void headerOfADataFrameIsAPieceOfItsOwnSoThatItCanBeJudged() {
        assertTrue(next(Hex.buffer("82 7f 7fffffffffffffff")));
        assertTrue(parser.first());
        assertFalse(parser.last());
        assertEquals("", piece());
        assertEquals(Long.MAX_VALUE, parser.remaining());
    }

    @Test
    void emptyInputGivesNothingAnywhereInAFrame() {
        assertFalse(next(Hex.buffer("")));
        assertFalse(next(Hex.buffer("82")));
        assertFalse(next(Hex.buffer("")));
        assertTrue(next(Hex.buffer("02")));
        assertFalse(next(Hex.buffer("")));
        assertTrue(next(Hex.buffer("aa")));
        assertFalse(next(Hex.buffer("")));
        assertTrue(next(Hex.buffer("bb")));
        assertTrue(parser.idle());
    }

    @Test
    void frameWithoutPayloadIsOnePiece() {
        ByteBuffer in = Hex.buffer("82 00 89 00");
        assertTrue(next(in));
        assertTrue(parser.first() && parser.last());
        assertTrue(next(in));
        assertEquals(Opcode.PING, parser.header().opcode());
        assertFalse(next(in));
    }

    @Test
    void controlFrameWaitsForItsWholePayload() {
        assertFalse(next(Hex.buffer("89")));
        assertFalse(next(Hex.buffer("03 01")));
        assertFalse(parser.idle());
        assertFalse(next(Hex.buffer("02")));
        assertTrue(next(Hex.buffer("03")));
        assertEquals("010203", piece());
        assertTrue(parser.idle());
    }

    @Test
    void isIdleOnlyBetweenFrames() {
        assertTrue(parser.idle());
        next(Hex.buffer("82"));
        assertFalse(parser.idle());
        next(Hex.buffer("01"));
        assertFalse(parser.idle());
        next(Hex.buffer("00"));
        assertTrue(parser.idle());
    }

    @Test
    void violationInTheMiddleOfAHeaderIsThrownAtItsByte() {
        assertFalse(next(Hex.buffer("82 7f 00000000")));
        assertFalse(next(Hex.buffer("000000")));
        assertThrows(ProtocolException.class, () -> next(Hex.buffer("01")));
    }
}
