package dev.weft.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Reads certificates and private keys from PEM files (RFC 7468). Strict; an error says which file and line, what was found
 * there and what was expected, and never shows what is between the lines of BEGIN and END.
 */
public final class Pem {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern BOUNDARY =
            Pattern.compile("-----(BEGIN|END) ([A-Z0-9](?:[A-Z0-9 ]{0,62}[A-Z0-9])?)-----");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final String ENCRYPTED_KEY = "ENCRYPTED PRIVATE KEY";

    /**
     * What stands between BEGIN and END.
     *
     * @param line of the BEGIN, from 1
     */
    record Block(String label, int line, byte[] der) {}

    private Pem() {}

    /**
     * Reads certificates: a chain, or authorities to trust.
     *
     * @param file with one or more blocks of CERTIFICATE; a private key beside them is passed over
     * @return in the order of the file, at least one
     * @throws IOException where the file cannot be read, or holds anything else
     */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        return certificates(read(file), file.toString());
    }

    /**
     * Reads a private key.
     *
     * @param file with one block of PRIVATE KEY or ENCRYPTED PRIVATE KEY (PKCS#8; RSA, EC or EdDSA); certificates beside it are
     *     passed over
     * @param password of an encrypted key; may be null for another
     * @return the key
     * @throws IOException where the file cannot be read, holds anything else, or the password is wrong
     */
    public static PrivateKey privateKey(Path file, char[] password) throws IOException {
        return privateKey(read(file), file.toString(), password);
    }

    /**
     * Reads a certificate with its chain and its private key, and makes sure that they belong together.
     *
     * @param chain the certificate first, then that of its issuer, and so on; the root may be left out
     * @param key its private key, as for {@link #privateKey}; may be in the same file
     * @param password of an encrypted key; may be null for another
     * @return chain and key
     * @throws IOException where a file cannot be read or holds anything else, the chain is out of order, or the key is not that
     *     of the first certificate
     */
    public static PrivateKeyEntry privateKeyEntry(Path chain, Path key, char[] password) throws IOException {
        List<X509Certificate> certificates = certificates(chain);
        for (int i = 1; i < certificates.size(); i++) {
            X509Certificate issued = certificates.get(i - 1);
            X509Certificate issuer = certificates.get(i);
            if (!issued.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
                throw new IOException(chain + ": certificate " + (i + 1) + " is that of "
                        + issuer.getSubjectX500Principal() + ", expected the issuer of certificate " + i + ", "
                        + issued.getIssuerX500Principal());
            }
        }
        PrivateKey privateKey = privateKey(key, password);
        if (!belongTogether(privateKey, certificates.get(0).getPublicKey())) {
            throw new IOException(key + ": the key is not that of the first certificate in " + chain);
        }
        return new PrivateKeyEntry(privateKey, certificates.toArray(X509Certificate[]::new));
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // keys of two kinds, or sizes
        }
    }

    private static String read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": there is no such file", e);
        } catch (IOException e) {
            // The JDK's message may be the name alone, or be without it.
            String reason = e instanceof FileSystemException named ? named.getReason() : e.getMessage();
            throw new IOException(file + ": cannot be read: " + (reason == null ? "access denied" : reason), e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(file + ": found over " + MAX_BYTES + " bytes, expected a PEM file");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    // ---------------------------------------------------------------- pure functions; source is the name for messages

    static List<X509Certificate> certificates(String text, String source) throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(text, source)) {
            if (block.label.equals(CERTIFICATE)) {
                certificates.add(certificate(block, source));
            } else if (!block.label.endsWith(KEY)) {
                throw error(source, block.line, block.label, CERTIFICATE);
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException(source + ": found no block of " + CERTIFICATE + ", expected at least one");
        }
        return certificates;
    }

    private static X509Certificate certificate(Block block, String source) throws IOException {
        ByteArrayInputStream der = new ByteArrayInputStream(block.der);
        try {
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der);
            if (der.available() == 0) {
                return certificate;
            }
        } catch (CertificateException e) {
            throw new IOException(message(source, block.line, "broken data", "an X.509 certificate"), e);
        }
        throw error(source, block.line, "data after the certificate", "its end");
    }

    static PrivateKey privateKey(String text, String source, char[] password) throws IOException {
        Block key = null;
        for (Block block : blocks(text, source)) {
            if (block.label.equals(KEY) || block.label.equals(ENCRYPTED_KEY)) {
                if (key != null) {
                    throw error(source, block.line, "a second key", "one");
                }
                key = block;
            } else if (!block.label.equals(CERTIFICATE)) {
                throw error(
                        source,
                        block.line,
                        block.label,
                        KEY + " (PKCS#8, to be had from others by: openssl pkcs8 -topk8 -in OLD -out NEW)");
            }
        }
        if (key == null) {
            throw new IOException(source + ": found no block of " + KEY + ", expected one");
        }
        return decode(
                key.label.equals(KEY) ? new PKCS8EncodedKeySpec(key.der) : decrypt(key, source, password), key, source);
    }

    private static PrivateKey decode(PKCS8EncodedKeySpec spec, Block block, String source) throws IOException {
        // The name of the algorithm is inside, where only the JDK's factories can read it.
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                continue;
            } catch (GeneralSecurityException e) {
                throw new IOException(source + ": keys of " + algorithm + " cannot be read with this JDK", e);
            }
        }
        throw error(
                source, block.line, "data that is no key, or one of another kind", "an RSA, EC or EdDSA key in PKCS#8");
    }

    private static PKCS8EncodedKeySpec decrypt(Block block, String source, char[] password) throws IOException {
        if (password == null) {
            throw error(source, block.line, ENCRYPTED_KEY + " and no password", "a password, or " + KEY);
        }
        PBEKeySpec passwordSpec = new PBEKeySpec(password);
        try {
            EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(block.der);
            AlgorithmParameters parameters = encrypted.getAlgParameters();
            // Of PBES2, only the parameters tell which of its algorithms it is.
            String described = String.valueOf(parameters);
            String name = described.startsWith("PBEWith") ? described : encrypted.getAlgName();
            Cipher cipher = Cipher.getInstance(name);
            Key key = SecretKeyFactory.getInstance(name).generateSecret(passwordSpec);
            cipher.init(Cipher.DECRYPT_MODE, key, parameters);
            return encrypted.getKeySpec(cipher);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            // Not as the cause: who knows what is in its message.
            throw error(source, block.line, "a key that the password does not decrypt", "PBES2, and its password");
        } finally {
            passwordSpec.clearPassword();
        }
    }

    static List<Block> blocks(String text, String source) throws IOException {
        List<Block> blocks = new ArrayList<>();
        String label = null;
        int begin = 0;
        StringBuilder base64 = new StringBuilder();
        String[] lines = text.split("\r?\n");
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].stripTrailing();
            if (line.startsWith("-----")) {
                String wanted = label == null ? "-----BEGIN ...-----" : "-----END " + label + "-----";
                Matcher boundary = BOUNDARY.matcher(line);
                if (!boundary.matches()) {
                    throw error(source, i + 1, "a broken line of BEGIN or END", wanted);
                }
                boolean begins = boundary.group(1).equals("BEGIN");
                if (begins != (label == null) || !begins && !boundary.group(2).equals(label)) {
                    throw error(source, i + 1, line, wanted);
                }
                if (begins) {
                    label = boundary.group(2);
                    begin = i + 1;
                } else {
                    blocks.add(new Block(label, begin, decode(base64, source, begin, i + 1)));
                    label = null;
                    base64.setLength(0);
                }
            } else if (label != null) {
                requireBase64(line, source, i + 1);
                base64.append(line);
            } // else "explanatory text" (§5.2), which openssl writes too
        }
        if (label != null) {
            throw error(source, lines.length, "the end of the file", "-----END " + label + "-----");
        }
        return blocks;
    }

    private static void requireBase64(String line, String source, int number) throws IOException {
        if (line.indexOf(':') >= 0) {
            throw error(source, number, "a header, as in keys encrypted the old way", "Base64, in " + ENCRYPTED_KEY);
        }
        if (line.isEmpty()) {
            throw error(source, number, "an empty line", "Base64");
        }
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (!(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "+/=".indexOf(c) >= 0)) {
                throw error(source, number, "a character that is not Base64 in column " + (i + 1), "Base64");
            }
        }
    }

    private static byte[] decode(CharSequence base64, String source, int begin, int end) throws IOException {
        byte[] der;
        try {
            der = Base64.getDecoder().decode(base64.toString());
        } catch (IllegalArgumentException e) {
            throw error(
                    source, end, "the end of Base64 that is cut off or has more after its end", "whole groups of 4");
        }
        if (der.length == 0) {
            throw error(source, end, "the end of the block begun in line " + begin, "Base64");
        }
        return der;
    }

    private static IOException error(String source, int line, String found, String expected) {
        return new IOException(message(source, line, found, expected));
    }

    private static String message(String source, int line, String found, String expected) {
        return source + ", line " + line + ": found " + found + ", expected " + expected;
    }
}
