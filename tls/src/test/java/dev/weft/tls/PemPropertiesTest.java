package dev.weft.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

/** Whatever is in a file, it is read as it is or refused with the place; never is it shown. */
class PemPropertiesTest {
    private static final String KEY = Keytool.keyPem(Keytool.localhost());
    private static final String SECRET = KEY.split("\n")[1];

    @Property
    void blocksComeBackAsTheyWere(
            @ForAll @Size(max = 5) List<@NotEmpty byte[]> contents, @ForAll @IntRange(min = 1, max = 30) int groups)
            throws IOException {
        StringBuilder text = new StringBuilder("some words\n");
        for (byte[] content : contents) {
            text.append("-----BEGIN A B-----\n")
                    .append(Base64.getMimeEncoder(4 * groups, new byte[] {'\n'}).encodeToString(content))
                    .append("\n-----END A B-----\n");
        }
        List<Pem.Block> blocks = Pem.blocks(text.toString(), "x.pem");
        assertEquals(contents.size(), blocks.size());
        for (int i = 0; i < contents.size(); i++) {
            assertArrayEquals(contents.get(i), blocks.get(i).der());
            assertEquals("A B", blocks.get(i).label());
        }
    }

    @Property
    void anyTextIsReadOrRefused(@ForAll String text) {
        assertReadOrRefused(text);
        assertReadOrRefused("-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
    }

    @Property
    void aKeyWithOneCharacterChangedIsReadOrRefusedAndNotShown(
            @ForAll @IntRange(min = 0, max = 10_000) int at, @ForAll char changed) {
        int index = at % KEY.length();
        assertReadOrRefused(KEY.substring(0, index) + changed + KEY.substring(index + 1));
    }

    private static void assertReadOrRefused(String text) {
        try {
            Pem.privateKey(text, "k.pem", null);
        } catch (IOException e) {
            String message = e.getMessage();
            assertTrue(message.matches("k\\.pem(, line \\d+)?: found [^,]+(, [a-z ]+)?, expected .+"), message);
            for (int i = 0; i + 6 <= SECRET.length(); i++) {
                assertFalse(message.contains(SECRET.substring(i, i + 6)), message);
            }
        }
    }
}
