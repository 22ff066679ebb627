package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Native memory is given back, which the JDK's objects tell by refusing to be used. */
class ZlibTest {
    private final Zlib zlib = new Workspace().zlib;

    @Test
    void aDeflaterHoldsNothingAfterItsEnd() {
        Deflater deflater = zlib.newDeflater(6);
        assertEquals(0, deflater.getTotalIn());
        zlib.end(deflater);
        assertClosed(deflater::getTotalIn);
    }

    @Test
    void oneInflaterIsKeptFresh() throws DataFormatException {
        Inflater kept = zlib.takeInflater();
        Inflater surplus = zlib.takeInflater();
        kept.setInput(Hex.bytes("f2 48"));
        kept.inflate(new byte[10]);
        zlib.giveBack(kept);
        zlib.giveBack(surplus);
        assertClosed(surplus::getTotalIn);
        assertSame(kept, zlib.takeInflater());
        assertEquals(0, kept.getTotalIn());
    }

    @Test
    void nothingIsHeldAfterTheEndOfTheLoop() {
        Deflater shared = zlib.sharedDeflater(1);
        Inflater spare = zlib.takeInflater();
        zlib.giveBack(spare);
        zlib.close();
        assertClosed(shared::getTotalIn);
        assertClosed(spare::getTotalIn);
    }

    /** JDK 17 throws a NullPointerException, JDK 25 an IllegalStateException; both say what happened. */
    private static void assertClosed(Executable use) {
        RuntimeException refused = assertThrows(RuntimeException.class, use);
        assertTrue(refused.getMessage().contains("closed"), refused::getMessage);
    }
}
