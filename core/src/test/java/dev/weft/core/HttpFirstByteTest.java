package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A head starts with a token, a method or {@code HTTP} (RFC 9112 §2.1): what does not is refused without waiting for more. */
class HttpFirstByteTest {
    private static HttpHeadParser parser() {
        return new HttpHeadParser(16 * 1024, 100);
    }

    @Test
    void everyByteIsTakenOrRefusedAtOnceByWhetherATokenMayHoldIt() {
        for (int b = 0; b < 256; b++) {
            ByteBuffer in = ByteBuffer.wrap(new byte[] {(byte) b});
            if (HeaderGrammar.isToken(String.valueOf((char) b))) {
                assertFalse(parser().receive(in), "complete after byte " + b);
            } else {
                HttpException refusal = assertThrows(HttpException.class, () -> parser().receive(in), "byte " + b);
                assertEquals(400, refusal.response().status());
            }
        }
    }

    @Test
    void theFirstByteOfATlsHandshakeIsNamed() {
        ByteBuffer clientHello = ByteBuffer.wrap(new byte[] {0x16, 0x03, 0x01});
        HttpException refusal = assertThrows(HttpException.class, () -> parser().receive(clientHello));
        assertEquals("head starts with 0x16, that is not HTTP/1.1 (RFC 9112 §2.1)", refusal.getMessage());
    }

    @Test
    void onlyTheFirstByteOfTheHeadIsLookedAt() {
        HttpHeadParser parser = parser();
        assertFalse(parser.receive(ByteBuffer.wrap(new byte[] {'G'})));
        assertFalse(parser.receive(ByteBuffer.wrap(new byte[] {0x16})));
    }
}
