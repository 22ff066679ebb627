package dev.weft.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** What a handshake cannot be made to fail with, for lack of authorities that sign badly; WssTest has the rest. */
class ReasonTest {
    private static String explained(SSLException e) {
        return Reason.explain(e, "example.org:443", false).getMessage();
    }

    @Test
    void onlyThePeersOwnSignatureIsAboutItsKey() {
        assertEquals(
                "TLS with example.org:443 failed: it does not hold the key of its certificate"
                        + " (Invalid CertificateVerify signature)",
                explained(new SSLHandshakeException("Invalid CertificateVerify signature")));
        String weak = "Algorithm constraints check failed on signature algorithm: SHA1withRSA";
        SSLException untrusted = new SSLHandshakeException("PKIX path validation failed: " + weak);
        untrusted.initCause(new CertificateException(weak, new CertPathValidatorException(weak)));
        assertEquals("TLS with example.org:443 failed: PKIX path validation failed: " + weak, explained(untrusted));
    }
}
