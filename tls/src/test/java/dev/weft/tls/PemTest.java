package dev.weft.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7468: what is read, and what an error says. */
class PemTest {
    private static final PrivateKeyEntry EC = Keytool.localhost();
    private static final PrivateKeyEntry RSA = Keytool.selfSigned(Keytool.RSA, "CN=rsa");
    private static final String CERTIFICATE = Keytool.chainPem(EC.getCertificate());
    private static final String KEY = Keytool.keyPem(EC);

    @TempDir
    private Path dir;

    private static String refusal(String text) {
        return assertThrows(IOException.class, () -> Pem.certificates(text, "c.pem"))
                .getMessage();
    }

    private static String keyRefusal(String text) {
        String message = assertThrows(IOException.class, () -> Pem.privateKey(text, "k.pem", null))
                .getMessage();
        for (String line : text.split("\n")) {
            boolean secret = line.length() > 8 && !line.contains("-");
            assertFalse(secret && message.contains(line.substring(0, 8)), "shows the key: " + message);
        }
        return message;
    }

    private static String replaceLine(String text, int number, String by) {
        String[] lines = text.split("\n");
        lines[number - 1] = by;
        return String.join("\n", lines) + "\n";
    }

    // ---------------------------------------------------------------- what is read

    @Test
    void readsCertificatesInOrder() throws IOException {
        List<X509Certificate> read =
                Pem.certificates(Keytool.chainPem(EC.getCertificate(), RSA.getCertificate()), "c.pem");
        assertEquals(List.of(EC.getCertificate(), RSA.getCertificate()), read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "EdDSA"})
    void readsKeys(String algorithm) throws IOException {
        PrivateKeyEntry entry =
                switch (algorithm) {
                    case "RSA" -> RSA;
                    case "EC" -> EC;
                    default -> Keytool.selfSigned(List.of("-keyalg", "Ed25519"), "CN=ed");
                };
        PrivateKey key = Pem.privateKey(Keytool.keyPem(entry), "k.pem", null);
        assertEquals(entry.getPrivateKey(), key);
        assertEquals(algorithm, key.getAlgorithm());
    }

    @Test
    void readsWhatOpensslAndWindowsAddToIt() throws IOException {
        String text = "\uFEFFBag Attributes\n    friendlyName: dev\nsubject=CN = localhost\n\n" + KEY + "\nissuer=x\n"
                + CERTIFICATE;
        String dos = text.replace("\n", "\r\n");
        assertEquals(EC.getPrivateKey(), Pem.privateKey(dos, "k.pem", null));
        assertEquals(List.of(EC.getCertificate()), Pem.certificates(dos, "c.pem"));
    }

    @Test
    void readsLinesOfAnyLengthAndNoLineEndAtTheEnd() throws IOException {
        String body = KEY.replaceAll("-----[A-Z ]+-----|\n", "");
        String text = "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----";
        assertEquals(EC.getPrivateKey(), Pem.privateKey(text, "k.pem", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-v2 aes-256-cbc", "-v2 aes-128-cbc -v2prf hmacWithSHA1", "-v2 aes-256-cbc -v2prf hmacWithSHA512"
            })
    void readsKeysThatOpensslEncrypts(String cipher) throws IOException {
        Path plain = Keytool.write(dir.resolve("plain.pem"), Keytool.keyPem(RSA));
        Path encrypted = dir.resolve("encrypted.pem");
        Openssl.run("pkcs8 -topk8 -passout pass:secret " + cipher + " -in " + plain + " -out " + encrypted);
        assertEquals(RSA.getPrivateKey(), Pem.privateKey(encrypted, "secret".toCharArray()));
        assertEquals(
                encrypted
                        + ", line 1: found a key that the password does not decrypt, expected PBES2, and its password",
                assertThrows(IOException.class, () -> Pem.privateKey(encrypted, "wrong".toCharArray()))
                        .getMessage());
        assertEquals(
                "k.pem, line 1: found ENCRYPTED PRIVATE KEY and no password, expected a password, or PRIVATE KEY",
                keyRefusal(Files.readString(encrypted)));
    }

    // ---------------------------------------------------------------- errors

    @Test
    void aMissingFileIsNamed() {
        Path missing = dir.resolve("missing.pem");
        assertEquals(
                missing + ": there is no such file",
                assertThrows(IOException.class, () -> Pem.certificates(missing)).getMessage());
    }

    @Test
    void aDirectoryIsNamed() {
        assertEquals(
                dir + ": cannot be read: Is a directory",
                assertThrows(IOException.class, () -> Pem.certificates(dir)).getMessage());
    }

    @Test
    void aHugeFileIsNotReadWhole() throws IOException {
        Path huge = Files.write(dir.resolve("huge.pem"), new byte[(1 << 20) + 1]);
        assertEquals(
                huge + ": found over 1048576 bytes, expected a PEM file",
                assertThrows(IOException.class, () -> Pem.certificates(huge)).getMessage());
    }

    @Test
    void aFileOfNothingIsTold() {
        assertEquals("c.pem: found no block of CERTIFICATE, expected at least one", refusal(""));
        assertEquals("c.pem: found no block of CERTIFICATE, expected at least one", refusal(KEY));
        assertEquals("k.pem: found no block of PRIVATE KEY, expected one", keyRefusal(CERTIFICATE));
    }

    @Test
    void otherBlocksAreNamed() {
        assertEquals(
                "c.pem, line 1: found CERTIFICATE REQUEST, expected CERTIFICATE",
                refusal(CERTIFICATE.replace("CERTIFICATE", "CERTIFICATE REQUEST")));
        assertTrue(keyRefusal(KEY.replace("PRIVATE", "RSA PRIVATE"))
                .startsWith("k.pem, line 1: found RSA PRIVATE KEY, expected PRIVATE KEY (PKCS#8, to be had"));
        assertTrue(keyRefusal(KEY + KEY).matches("k.pem, line \\d+: found a second key, expected one"));
    }

    @Test
    void brokenBoundariesAreTold() {
        assertEquals(
                "k.pem, line 1: found a broken line of BEGIN or END, expected -----BEGIN ...-----",
                keyRefusal(KEY.replaceFirst("KEY-----", "KEY----")));
        assertEquals(
                "k.pem, line 2: found -----BEGIN PRIVATE KEY-----, expected -----END PRIVATE KEY-----",
                keyRefusal("-----BEGIN PRIVATE KEY-----\n" + KEY));
        assertEquals(
                "k.pem, line 1: found -----END PRIVATE KEY-----, expected -----BEGIN ...-----",
                keyRefusal("-----END PRIVATE KEY-----\n" + KEY));
        assertTrue(keyRefusal(KEY.replace("END PRIVATE", "END PUBLIC"))
                .endsWith("found -----END PUBLIC KEY-----, expected -----END PRIVATE KEY-----"));
        assertTrue(keyRefusal(KEY.replaceFirst("-----END.*\n", ""))
                .endsWith("found the end of the file, expected -----END PRIVATE KEY-----"));
    }

    @Test
    void whatIsNotBase64IsTold() {
        assertEquals(
                "k.pem, line 2: found a character that is not Base64 in column 4, expected Base64",
                keyRefusal(replaceLine(KEY, 2, "MIG*")));
        assertEquals("k.pem, line 2: found an empty line, expected Base64", keyRefusal(replaceLine(KEY, 2, "")));
        assertEquals(
                "k.pem, line 2: found a header, as in keys encrypted the old way,"
                        + " expected Base64, in ENCRYPTED PRIVATE KEY",
                keyRefusal(replaceLine(KEY, 2, "Proc-Type: 4,ENCRYPTED")));
        assertEquals(
                "k.pem, line 3: found the end of Base64 that is cut off or has more after its end,"
                        + " expected whole groups of 4",
                keyRefusal(
                        "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBM\n-----END PRIVATE KEY-----\n".replace("MBM", "M")));
        assertEquals(
                "k.pem, line 2: found the end of the block begun in line 1, expected Base64",
                keyRefusal("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"));
    }

    @Test
    void dataThatIsNoneIsTold() {
        assertEquals(
                "k.pem, line 1: found data that is no key, or one of another kind,"
                        + " expected an RSA, EC or EdDSA key in PKCS#8",
                keyRefusal(Keytool.block("PRIVATE KEY", new byte[100])));
        assertEquals(
                "c.pem, line 1: found broken data, expected an X.509 certificate",
                refusal(Keytool.block("CERTIFICATE", new byte[100])));
        assertEquals(
                "c.pem, line 1: found data after the certificate, expected its end",
                refusal(Keytool.block("CERTIFICATE", withOneMore())));
    }

    private static byte[] withOneMore() {
        try {
            byte[] der = EC.getCertificate().getEncoded();
            return java.util.Arrays.copyOf(der, der.length + 1);
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void chainAndKeyHaveToBelongTogether() throws IOException {
        Path chain = Keytool.write(dir.resolve("chain.pem"), CERTIFICATE);
        Path key = Keytool.write(dir.resolve("key.pem"), KEY);
        assertEquals(EC.getPrivateKey(), Pem.privateKeyEntry(chain, key, null).getPrivateKey());
        for (PrivateKeyEntry other : List.of(RSA, Keytool.selfSigned(Keytool.EC, "CN=other"))) {
            Path otherKey = Keytool.write(dir.resolve("other.pem"), Keytool.keyPem(other));
            assertEquals(
                    otherKey + ": the key is not that of the first certificate in " + chain,
                    assertThrows(IOException.class, () -> Pem.privateKeyEntry(chain, otherKey, null))
                            .getMessage());
        }
        Path mixed =
                Keytool.write(dir.resolve("mixed.pem"), Keytool.chainPem(EC.getCertificate(), RSA.getCertificate()));
        assertEquals(
                mixed + ": certificate 2 is that of CN=rsa, expected the issuer of certificate 1, CN=localhost",
                assertThrows(IOException.class, () -> Pem.privateKeyEntry(mixed, key, null))
                        .getMessage());
    }
}
