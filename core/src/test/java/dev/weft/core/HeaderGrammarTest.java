package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Extension.Parameter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §5.6, RFC 6455 §9.1. */
class HeaderGrammarTest {
    @Test
    void everyCharacterIsATokensOrNot() {
        String tchar = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        for (char c = 0; c < 0x300; c++) {
            assertEquals(tchar.indexOf(c) >= 0, HeaderGrammar.isToken(String.valueOf(c)), "character " + (int) c);
        }
        assertFalse(HeaderGrammar.isToken(""));
        assertTrue(HeaderGrammar.isToken(tchar));
        assertFalse(HeaderGrammar.isToken("a b"));
    }

    @Test
    void listsAreReadWithOrWithoutSpace() {
        assertEquals(List.of("a", "b", "c"), HeaderGrammar.tokens("a,b , \tc"));
        assertEquals(List.of("a", "b"), HeaderGrammar.tokens(" ,a,, ,b,"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " , ", "a b", "a;b", "a/1", "\"a\"", "é", "a,b=", "a\u0000"})
    @Tag("6455-8.1-2")
    void whatIsNoListOfTokensIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> HeaderGrammar.tokens(text));
    }

    @Test
    @Tag("6455-4.3-1")
    @Tag("6455-9.1-2")
    void extensionsHaveParametersInOrderRepeatedOnesIncluded() {
        assertEquals(
                List.of(
                        new Extension("foo", List.of()),
                        new Extension("bar", List.of(new Parameter("baz", "2"))),
                        new Extension(
                                "bar",
                                List.of(new Parameter("a", null), new Parameter("b", "c"), new Parameter("a", "d")))),
                HeaderGrammar.extensions("foo, bar; baz=2 , bar;a ; b = \"c\";a=\"\\d\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ", ,",
                ";",
                "a;",
                "a;;b",
                "a; =1",
                "a;b=",
                "a;b=\"",
                "a;b=\"\"",
                "a;b=\"c",
                "a;b=\"c\\",
                "a;b=\"c\\\"",
                "a;b=\"c d\"",
                "a;b=\"c\"d",
                "a b",
                "a;b c",
                "a;b=1 2",
                "a=b",
                "é",
                "a;é",
                "a;b=é",
                "a;b=\"é\"",
                "a;b=\"c,d\""
            })
    @Tag("6455-4.3-1")
    @Tag("6455-9.1-1")
    @Tag("6455-9.1-2")
    void whatIsNoExtensionListIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> HeaderGrammar.extensions(text));
    }

    @Test
    void hostileExtensionHeaderTakesLinearTime() {
        assertTimeout(Duration.ofSeconds(5), () -> {
            for (String part : List.of("a,", "a;b,", "a;b=\"c\",", " ,", "a;b=1;", "a; \t ")) {
                String text = part.repeat((1 << 19) / part.length());
                try {
                    HeaderGrammar.extensions(text);
                } catch (IllegalArgumentException e) {
                    assertTrue(e.getMessage().contains(" of " + text.length()), e.getMessage());
                }
            }
        });
    }
}
