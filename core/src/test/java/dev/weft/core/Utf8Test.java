package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {
    @ParameterizedTest
    @CsvSource({
        "'\uD800', efbfbd",
        "'\uDC00', efbfbd",
        "'a\uD83D', 61efbfbd",
        "'\uDE00b', efbfbd62",
        "'\uDE00\uD83D', efbfbdefbfbd",
        "'\uD83D\uD83D\uDE00', efbfbdf09f9880",
        "'?\uD800?', 3fefbfbd3f",
        "'?', 3f",
        "'', ''",
        "'ä€😀', c3a4e282acf09f9880"
    })
    @Tag("6455-5.6-1")
    void unpairedSurrogatesBecomeReplacementCharactersAndNothingElseDoes(String text, String hex) {
        assertEquals(hex, Hex.of(Utf8.encode(text)));
    }
}
