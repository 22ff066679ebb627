package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** RFC 6455 §7.4 and the IANA registry. */
class CloseCodeTest {
    @Test
    @Tag("6455-7.4.1-1")
    @Tag("6455-7.4.1-2")
    @Tag("6455-7.4.1-3")
    @Tag("6455-7.4.1-5")
    void exactlyTheDefinedAndTheFreeCodesMayBeSent() {
        IntStream registered = IntStream.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014);
        int[] expected =
                IntStream.concat(registered, IntStream.rangeClosed(3000, 4999)).toArray();
        int[] actual =
                IntStream.rangeClosed(0, 65535).filter(CloseCode::isSendable).toArray();
        assertEquals(
                IntStream.of(expected).boxed().toList(),
                IntStream.of(actual).boxed().toList());
    }

    @Test
    void intsThatAreNoCodesMayNotBeSent() {
        assertFalse(CloseCode.isSendable(-1));
        assertFalse(CloseCode.isSendable(Integer.MIN_VALUE));
        assertFalse(CloseCode.isSendable(65536 + 1000));
        assertFalse(CloseCode.isSendable(Integer.MAX_VALUE));
    }

    @Test
    void applicationsMayUse1000And3000To4999AsInBrowsers() {
        for (int code = -1; code <= 65536; code++) {
            assertEquals(code == 1000 || code > 2999 && code < 5000, CloseCode.isApplicationCode(code), "code " + code);
        }
    }
}
