package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.HandshakeException;
import dev.weft.core.Headers;
import dev.weft.core.HttpResponse;
import dev.weft.core.ProtocolException;
import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import javax.crypto.AEADBadTagException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    private static final CloseEvent LOST = failed(new ConnectException("refused"));
    private static final Backoff DEFAULT = Backoff.DEFAULT;

    private static CloseEvent failed(Throwable cause) {
        return new CloseEvent(1006, "", false, cause);
    }

    private static CloseEvent closed(int code) {
        return new CloseEvent(code, "", true, null);
    }

    private static CloseEvent refused(int status, String... headers) {
        HttpResponse response = HttpResponse.empty(status, Headers.of(headers));
        return failed(new HandshakeException("refused", response));
    }

    /** The range that a delay is drawn from. */
    private static void assertDelay(Duration least, Duration most, Backoff backoff, int retry, CloseEvent event) {
        assertEquals(least.toNanos(), backoff.delay(retry, event, 0), event + ", least");
        assertEquals(most.toNanos(), backoff.delay(retry, event, 1), event + ", most");
        assertEquals((least.toNanos() + most.toNanos()) / 2, backoff.delay(retry, event, 0.5), event + ", evenly");
    }

    private static void assertDelay(int least, int most, Backoff backoff, int retry, CloseEvent event) {
        assertDelay(Duration.ofSeconds(least), Duration.ofSeconds(most), backoff, retry, event);
    }

    // ---------------------------------------------------------------- whether

    @ParameterizedTest
    @ValueSource(ints = {1000, 1002, 1003, 1007, 1008, 1009, 1010, 3000, 3003})
    void closeCodeThatWouldComeAgainIsFinal(int code) {
        assertTrue(Backoff.isFinal(closed(code)));
        assertTrue(Backoff.isFinal(failed(new ProtocolException(code, "this side's"))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 1005, 1006, 1011, 1012, 1013, 1014, 3001, 3008, 3999, 4000, 4999})
    void otherCloseCodeIsNot(int code) {
        assertFalse(Backoff.isFinal(closed(code)));
    }

    @ParameterizedTest
    @CsvSource({
        "101, true", "200, true", "302, true", "400, true", "401, true", "403, true", "404, true", "407, true",
        "408, false", "409, true", "424, true", "425, false", "426, true", "428, true", "429, false", "499, true",
        "500, false", "502, false", "503, false", "599, false"
    })
    void statusDecides(int status, boolean isFinal) {
        assertEquals(isFinal, Backoff.isFinal(refused(status)));
    }

    @Test
    void answerThatIsNotHttpIsFinal() {
        assertTrue(Backoff.isFinal(failed(new HandshakeException("not HTTP", null))));
    }

    @Test
    void onlyAMatterOfCertificatesMakesTlsFinal() {
        Exception untrusted = new SSLHandshakeException("outer");
        untrusted.initCause(new SSLHandshakeException("inner").initCause(new CertificateException("expired")));
        assertTrue(Backoff.isFinal(failed(untrusted)));
        assertFalse(Backoff.isFinal(failed(new SSLHandshakeException("closed during the handshake"))));
        assertFalse(Backoff.isFinal(failed(new SSLException("damaged record", new AEADBadTagException()))));
        assertFalse(Backoff.isFinal(failed(new IllegalStateException(new CertificateException("listener's")))));
    }

    @Test
    void networkAndListenersFailuresAreNotFinal() {
        assertFalse(Backoff.isFinal(LOST));
        assertFalse(Backoff.isFinal(failed(new IllegalStateException("listener's"))));
        assertFalse(Backoff.isFinal(failed(null)));
    }

    // ---------------------------------------------------------------- when

    @Test
    @Tag("6455-7.2.3-1")
    @Tag("6455-7.2.3-2")
    @Tag("6455-7.2.3-3")
    void delayDoublesFromZeroToFiveSecondsUpToAMinute() {
        assertDelay(0, 5, DEFAULT, 1, LOST);
        assertDelay(0, 10, DEFAULT, 2, LOST);
        assertDelay(0, 20, DEFAULT, 3, LOST);
        assertDelay(0, 40, DEFAULT, 4, LOST);
        assertDelay(0, 60, DEFAULT, 5, closed(1001));
        assertDelay(0, 60, DEFAULT, 64, LOST);
        assertDelay(0, 60, DEFAULT, Integer.MAX_VALUE, LOST);
    }

    @Test
    void restartIsFiveToThirtySeconds() {
        assertDelay(5, 30, DEFAULT, 1, closed(1012));
        assertDelay(5, 30, DEFAULT, 9, closed(1012));
        assertDelay(5, 12, new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(12), 9), 1, closed(1012));
        assertDelay(2, 4, new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4), 9), 1, closed(1012));
    }

    @Test
    void overloadIsAtLeastHalfOfTheMaximum() {
        assertDelay(30, 60, DEFAULT, 1, closed(1013));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 503})
    void retryAfterComesBeforeTheUsualDelay(int status) {
        assertDelay(0, 5, DEFAULT, 1, refused(status));
        assertDelay(30, 35, DEFAULT, 1, refused(status, "Retry-After", "30"));
        assertDelay(30, 50, DEFAULT, 3, refused(status, "retry-after", "30"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"61", "3600", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"})
    void retryAfterIsHonouredUpToTheMaximum(String value) {
        assertDelay(60, 65, DEFAULT, 1, refused(503, "Retry-After", value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-1", "+5", "1.5", "NaN", "soon", "5 s", "Thu, 01 Jan 1970 00:00:00 GMT", "31 Feb 2099"})
    void retryAfterThatIsOverOrWrongChangesNothing(String value) {
        assertDelay(0, 5, DEFAULT, 1, refused(429, "Retry-After", value));
    }

    @Test
    void retryAfterMayBeADate() {
        ZonedDateTime then = ZonedDateTime.now(ZoneOffset.UTC).plusHours(10);
        Backoff backoff = new Backoff(Duration.ofSeconds(5), Duration.ofHours(20), 9);
        String date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.ROOT)
                .format(then);
        long nanos = backoff.delay(1, refused(503, "Retry-After", date), 0);
        // However slow this machine is.
        assertTrue(Duration.ofHours(10).toNanos() >= nanos, "not later: " + nanos);
        assertTrue(Duration.ofHours(9).toNanos() <= nanos, "not sooner: " + nanos);
    }

    // ---------------------------------------------------------------- settings

    @Test
    void settingsAreChecked() {
        Duration second = Duration.ofSeconds(1);
        for (Duration first : new Duration[] {Duration.ZERO, second.negated(), Duration.ofNanos(999_999)}) {
            assertThrows(IllegalArgumentException.class, () -> new Backoff(first, second, 1));
        }
        assertThrows(IllegalArgumentException.class, () -> new Backoff(second, Duration.ofMillis(999), 1));
        assertThrows(IllegalArgumentException.class, () -> new Backoff(second, second, -1));
        assertThrows(NullPointerException.class, () -> new Backoff(null, second, 1));
        assertDelay(0, 1, new Backoff(second, second, 0), 1, failed(new IOException()));
    }

    @Test
    void settingsMayBeForEver() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        Backoff backoff = new Backoff(forEver, forEver, 1);
        for (CloseEvent event : new CloseEvent[] {LOST, closed(1013), refused(503, "Retry-After", "9".repeat(400))}) {
            long nanos = backoff.delay(Integer.MAX_VALUE, event, 0.999);
            assertTrue(nanos > 0 && nanos < Long.MAX_VALUE / 2 + 2, "fits a deadline: " + nanos);
        }
    }
}
