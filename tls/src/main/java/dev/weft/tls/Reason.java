package dev.weft.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Says in plain words why TLS failed: the JDK's own messages suppose that one knows its classes. */
final class Reason {
    private static final String ALERT = "Received fatal alert: ";

    private Reason() {}

    /** The same failure, its reason in front; the JDK's exception as the cause. */
    static SSLException explain(SSLException e, String peer, boolean handshaken) {
        String reason = "";
        String detail = String.valueOf(e.getMessage());
        boolean untrusted = Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                .anyMatch(CertificateException.class::isInstance);
        for (Throwable t = e; t != null && reason.isEmpty(); t = t.getCause()) {
            detail = String.valueOf(t.getMessage());
            reason = reason(t, detail, untrusted);
        }
        if (reason.isEmpty()) {
            detail = String.valueOf(e.getMessage());
        }
        String message = "TLS with " + peer + " failed: " + (reason.isEmpty() ? detail : reason + " (" + detail + ")");
        if (handshaken) {
            return new SSLException(message, e);
        }
        SSLException explained = new SSLHandshakeException(message);
        explained.initCause(e);
        return explained;
    }

    private static String reason(Throwable t, String message, boolean untrusted) {
        if (t instanceof CertificateExpiredException) {
            return "its certificate has expired";
        }
        if (t instanceof CertificateNotYetValidException) {
            return "its certificate is not valid yet";
        }
        if (t instanceof CertPathBuilderException) {
            return "its certificate is self-signed, or issued by an authority that is not trusted here";
        }
        if (message.startsWith("No subject alternative ") || message.startsWith("No name matching ")) {
            return "its certificate is for another host";
        }
        if (message.contains("mpty client certificate chain")) {
            return "it sent no certificate, and one is required";
        }
        if (message.contains("signature") && !untrusted) { // else it is that of an authority
            return "it does not hold the key of its certificate";
        }
        int alert = message.indexOf(ALERT); // newer JDKs put its name in front too
        return alert < 0 ? "" : ofAlert(message.substring(alert + ALERT.length()));
    }

    /** RFC 8446 §6.2. */
    private static String ofAlert(String alert) {
        return switch (alert) {
            case "bad_certificate",
                    "unsupported_certificate",
                    "certificate_revoked",
                    "certificate_expired",
                    "certificate_unknown",
                    "certificate_required",
                    "unknown_ca",
                    "access_denied" -> "it wants a certificate, or does not trust the one that it was shown";
            case "protocol_version" -> "it speaks none of the TLS versions allowed here";
            case "handshake_failure", "insufficient_security" ->
                "it wants a certificate, or has no cipher suite in common";
            case "no_application_protocol" -> "it does not speak http/1.1";
            case "unrecognized_name" -> "it does not know this host name";
            default -> "";
        };
    }
}
