package dev.weft.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Certificates for tests, made by the JDK's own keytool while the tests run, each only once. */
final class Keytool {
    static final char[] PASSWORD = "changeit".toCharArray();
    static final List<String> EC = List.of("-keyalg", "EC", "-groupname", "secp256r1");
    static final List<String> RSA = List.of("-keyalg", "RSA", "-keysize", "2048");

    private static final Map<List<String>, KeyStore> MADE = new ConcurrentHashMap<>();

    private Keytool() {}

    /** A self-signed EC certificate for localhost and 127.0.0.1. */
    static PrivateKeyEntry localhost() {
        return selfSigned(EC, "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1");
    }

    static PrivateKeyEntry selfSigned(List<String> algorithm, String name, String... options) {
        return entry(store(algorithm, name, options));
    }

    static KeyStore store(List<String> algorithm, String name, String... options) {
        List<String> command = new ArrayList<>(List.of("-genkeypair", "-alias", "made", "-dname", name));
        command.addAll(algorithm);
        command.addAll(Arrays.asList(options));
        return MADE.computeIfAbsent(command, Keytool::make);
    }

    private static KeyStore make(List<String> command) {
        return inDirectory(dir -> {
            Path file = dir.resolve("made.p12");
            run(file, command);
            return load(file);
        });
    }

    /** Something to do with files, of which none is left behind. */
    private interface Making {
        KeyStore in(Path directory) throws IOException, GeneralSecurityException;
    }

    private static KeyStore inDirectory(Making making) {
        try {
            Path dir = Files.createTempDirectory("weft-keytool");
            try {
                return making.in(dir);
            } finally {
                try (Stream<Path> files = Files.list(dir)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(dir);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            return store;
        }
    }

    /** Runs keytool on a keystore; a chain takes several commands. */
    static void run(Path store, List<String> command) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.addAll(command);
        line.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
        line.addAll(List.of("-storepass", new String(PASSWORD), "-noprompt"));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("keytool failed: " + output);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** A certificate for localhost by an authority of its own, which is the last one of its chain. */
    static PrivateKeyEntry issued(String... options) {
        return entry(MADE.computeIfAbsent(List.of(options), Keytool::issue));
    }

    private static KeyStore issue(List<String> options) {
        return inDirectory(dir -> {
            Path store = dir.resolve("made.p12");
            Path pem = dir.resolve("chain.pem");
            List<String> authority = new ArrayList<>(List.of("-genkeypair", "-alias", "ca", "-dname", "CN=authority"));
            authority.addAll(EC);
            authority.addAll(List.of("-ext", "bc:c"));
            run(store, authority);
            List<String> leaf = new ArrayList<>(List.of("-genkeypair", "-alias", "made", "-dname", "CN=localhost"));
            leaf.addAll(EC);
            run(store, leaf);
            run(store, List.of("-certreq", "-alias", "made", "-file", pem + ".csr"));
            List<String> signing = new ArrayList<>(List.of("-gencert", "-alias", "ca", "-infile", pem + ".csr"));
            signing.addAll(List.of("-rfc", "-outfile", pem.toString(), "-ext", "san=dns:localhost"));
            signing.addAll(options);
            run(store, signing);
            run(store, List.of("-exportcert", "-alias", "ca", "-rfc", "-file", pem + ".ca"));
            Files.writeString(pem, Files.readString(pem) + Files.readString(Path.of(pem + ".ca")));
            run(store, List.of("-importcert", "-alias", "made", "-file", pem.toString()));
            return load(store);
        });
    }

    static PrivateKeyEntry entry(KeyStore store) {
        try {
            return (PrivateKeyEntry) store.getEntry("made", new KeyStore.PasswordProtection(PASSWORD));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    static String chainPem(Certificate... chain) {
        StringBuilder pem = new StringBuilder();
        for (Certificate certificate : chain) {
            try {
                pem.append(block("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }
        return pem.toString();
    }

    static String keyPem(PrivateKeyEntry entry) {
        return block("PRIVATE KEY", entry.getPrivateKey().getEncoded());
    }

    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
