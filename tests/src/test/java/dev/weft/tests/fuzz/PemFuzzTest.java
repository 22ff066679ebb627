package dev.weft.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.tls.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.io.TempDir;

/** {@link Pem}: read, or refused by an IOException that names the file. */
class PemFuzzTest {
    @TempDir
    Path folder;

    /** A file as it is. */
    @FuzzTest
    void file(byte[] input) throws IOException {
        check(input);
    }

    /** What is inside of a block, after the byte that says of which. */
    @FuzzTest
    void block(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        String label =
                switch (input[0] % 3) {
                    case 0 -> "CERTIFICATE";
                    case 1 -> "PRIVATE KEY";
                    default -> "ENCRYPTED PRIVATE KEY";
                };
        byte[] der = java.util.Arrays.copyOfRange(input, 1, input.length);
        check(("-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                        + "-----\n")
                .getBytes());
    }

    private void check(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("x.pem"), content);
        boolean certificates = isRead(() -> assertFalse(Pem.certificates(file).isEmpty()));
        boolean key = isRead(() -> Pem.privateKey(file, "secret".toCharArray()));
        boolean both = isRead(() -> Pem.privateKeyEntry(file, file, "secret".toCharArray()));
        assertTrue(!both || certificates && key);
    }

    private interface Reading {
        void run() throws IOException;
    }

    private static boolean isRead(Reading reading) {
        try {
            reading.run();
            return true;
        } catch (IOException refusal) {
            assertTrue(refusal.getMessage().contains("x.pem"), refusal.getMessage());
            return false;
        }
    }
}
