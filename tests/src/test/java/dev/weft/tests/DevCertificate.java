package dev.weft.tests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A self-signed certificate for localhost as PEM files, made by the JDK's keytool.
 *
 * @param certificate the PEM file that peers trust
 * @param key its private key, PKCS#8
 */
record DevCertificate(Path certificate, Path key) {
    private static final String PASSWORD = "changeit";

    static DevCertificate in(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("dev.p12");
        String command = "-genkeypair -alias dev -keyalg EC -groupname secp256r1 -dname CN=localhost"
                + " -ext san=dns:localhost,ip:127.0.0.1 -ext bc:c -validity 30"
                + " -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + store;
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        try (Program program = Program.start(folder, (keytool + " " + command).split(" "))) {
            if (program.exitCode() != 0) {
                throw new IOException("keytool: " + program.output());
            }
        }
        KeyStore made = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            made.load(in, PASSWORD.toCharArray());
        }
        return new DevCertificate(
                write(
                        folder.resolve("cert.pem"),
                        "CERTIFICATE",
                        made.getCertificate("dev").getEncoded()),
                write(
                        folder.resolve("key.pem"),
                        "PRIVATE KEY",
                        made.getKey("dev", PASSWORD.toCharArray()).getEncoded()));
    }

    private static Path write(Path file, String label, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
