package dev.weft.nio;

import dev.weft.core.CloseCode;
import dev.weft.core.HandshakeException;
import dev.weft.core.HttpResponse;
import dev.weft.core.ProtocolException;
import java.security.cert.CertificateException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import javax.net.ssl.SSLException;

/**
 * When a {@link ReconnectingWebSocket} tries again, and when that would be in vain (RFC 6455 §7.2.3). Immutable.
 *
 * <table>
 * <caption>What follows when a connection or an attempt has ended</caption>
 * <tr><th>how it ended</th><th>the next attempt</th></tr>
 * <tr><td>close code 1000, 1002, 1003, 1007 to 1010, 3000 (unauthorized) or 3003 (forbidden), be it the peer's or what this
 * side failed it with</td><td>none</td></tr>
 * <tr><td>HTTP status below 500 other than 408, 425 and 429, or no right answer to the handshake</td><td>none</td></tr>
 * <tr><td>certificate that is not trusted</td><td>none</td></tr>
 * <tr><td>1012, the service restarts</td><td>after 5 to 30 s</td></tr>
 * <tr><td>1013, try again later</td><td>after half of {@code max} to {@code max}</td></tr>
 * <tr><td>anything else: the network, HTTP 429 or 503, 1001, 1005, 1006, 1011, 4000 to 4999</td><td>after 0 to {@code first},
 * doubled with every retry up to {@code max}; that long after Retry-After, where the server sends it</td></tr>
 * </table>
 *
 * <p>Each delay is drawn at random from its range, so that clients that were lost together do not come back together.
 */
public final class Backoff {
    /** Within 5 s, as the RFC suggests, doubled up to a minute; without end. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(1), Integer.MAX_VALUE);

    private static final double SECOND = 1e9;

    private final long first;
    final long max;
    final int maxRetries;

    /**
     * Settings.
     *
     * @param first the longest delay of the first retry, 1 ms or more
     * @param max the longest delay that the doubling leads to, and the longest Retry-After that is waited for; not less than
     *     {@code first}. Less than 30 s shortens what follows on 1012, too. A connection that lasts as long, its opening
     *     included, is stable: the next retry counts as the first again
     * @param maxRetries after so many in a row it is given up, 0 for none at all
     * @throws IllegalArgumentException for what is out of range
     */
    public Backoff(Duration first, Duration max, int maxRetries) {
        this.first = Limits.atLeast(1_000_000, Limits.nanos(first), "first");
        this.max = Limits.atLeast(this.first, Limits.nanos(max), "max");
        this.maxRetries = (int) Limits.atLeast(0, maxRetries, "maxRetries");
    }

    /** Whether the same attempt would end the same. */
    static boolean isFinal(CloseEvent event) {
        Throwable cause = event.cause();
        if (cause instanceof HandshakeException) {
            HttpResponse response = event.response().orElse(null);
            int status = response == null ? 0 : response.status();
            return status < 500 && status != 408 && status != 425 && status != 429;
        }
        if (cause instanceof SSLException) {
            for (Throwable t = cause; t != null; t = t.getCause()) {
                if (t instanceof CertificateException) {
                    return true;
                }
            }
        }
        return switch (cause instanceof ProtocolException violation ? violation.closeCode() : event.code()) {
            case CloseCode.NORMAL,
                    CloseCode.PROTOCOL_ERROR,
                    CloseCode.UNSUPPORTED_DATA,
                    CloseCode.INVALID_PAYLOAD,
                    CloseCode.POLICY_VIOLATION,
                    CloseCode.MESSAGE_TOO_BIG,
                    CloseCode.MANDATORY_EXTENSION,
                    3000,
                    3003 -> true;
            default -> false;
        };
    }

    /**
     * How long to wait, in nanoseconds.
     *
     * @param retry 1 for the first in a row
     * @param random 0 to 1
     */
    long delay(int retry, CloseEvent event, double random) {
        double least = 0;
        // "truncated binary exponential backoff" (§7.2.3)
        double most = Math.min(max, Math.scalb((double) first, retry - 1));
        HttpResponse response = event.response().orElse(null);
        if (event.code() == CloseCode.SERVICE_RESTART) {
            // "a randomized delay of 5 - 30 seconds", says who registered it
            least = Math.min(5 * SECOND, max / 2);
            most = Math.min(30 * SECOND, max);
        } else if (event.code() == CloseCode.TRY_AGAIN_LATER) {
            least = max / 2;
            most = max;
        } else if (response != null) {
            least = Math.max(0, Math.min(max, retryAfter(response.headers().first("Retry-After"))));
            most += least;
        }
        return (long) (least + random * (most - least));
    }

    /** From now, in nanoseconds (RFC 9110 §10.2.3); not positive for what is over, or cannot be read. */
    private static double retryAfter(String value) {
        if (value == null) {
            return 0;
        }
        if (value.matches("\\d+")) {
            return Double.parseDouble(value) * SECOND;
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            return date.toEpochSecond() * SECOND - System.currentTimeMillis() * 1e6;
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
