package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OpcodeTest {
    @Test
    void threeToSevenAndElevenToFifteenAreReserved() {
        assertEquals(
                List.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15),
                IntStream.range(0, 16).filter(Opcode::isReserved).boxed().toList());
    }

    @Test
    void eightAndUpwardsAreControl() {
        assertEquals(
                List.of(8, 9, 10, 11, 12, 13, 14, 15),
                IntStream.range(0, 16).filter(Opcode::isControl).boxed().toList());
    }
}
