package dev.weft.tests.simulation;

import dev.weft.nio.Transport;
import dev.weft.tls.Pem;
import dev.weft.tls.Tls;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.KeyStore.PrivateKeyEntry;

/**
 * The certificate of all servers. An RSA key, since its signatures are all of one size: those of elliptic curves are not, and
 * the course of a world depends on every byte.
 */
final class Keys {
    private static final PrivateKeyEntry ENTRY;
    private static final Path CERTIFICATE = file("certificate.pem");

    static {
        try {
            ENTRY = Pem.privateKeyEntry(CERTIFICATE, file("key.pem"), null);
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Keys() {}

    private static Path file(String name) {
        try {
            return Path.of(Keys.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Made anew for every world, as it remembers sessions. */
    static Transport.Factory server() {
        return Tls.server(ENTRY);
    }

    static Transport.Factory client(Dice dice) {
        String version = dice.oneOf("TLSv1.2", "TLSv1.3", "TLSv1.3");
        try {
            return Tls.client().trust(CERTIFICATE).protocols(version);
        } catch (IOException e) {
            throw new Violation("the certificate cannot be read", e);
        }
    }
}
