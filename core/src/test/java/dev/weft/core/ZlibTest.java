package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** Native memory is given back, which the JDK's objects tell by refusing to be used. */
class ZlibTest {
    private final Zlib zlib = new Workspace().zlib;

    @Test
    void aDeflaterHoldsNothingAfterItsEnd() {
        Deflater deflater = zlib.newDeflater(6);
        assertEquals(0, deflater.getTotalIn());
        zlib.end(deflater);
        assertThrows(NullPointerException.class, deflater::getTotalIn);
    }

    @Test
    void oneInflaterIsKeptFresh() throws DataFormatException {
        Inflater kept = zlib.takeInflater();
        Inflater surplus = zlib.takeInflater();
        kept.setInput(Hex.bytes("f2 48"));
        kept.inflate(new byte[10]);
        zlib.giveBack(kept);
        zlib.giveBack(surplus);
        assertThrows(NullPointerException.class, surplus::getTotalIn);
        assertSame(kept, zlib.takeInflater());
        assertEquals(0, kept.getTotalIn());
    }

    @Test
    void nothingIsHeldAfterTheEndOfTheLoop() {
        Deflater shared = zlib.sharedDeflater(1);
        Inflater spare = zlib.takeInflater();
        zlib.giveBack(spare);
        zlib.close();
        assertThrows(NullPointerException.class, shared::getTotalIn);
        assertThrows(NullPointerException.class, spare::getTotalIn);
    }
}
