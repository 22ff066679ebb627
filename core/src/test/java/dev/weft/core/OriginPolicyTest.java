package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §10.2. */
class OriginPolicyTest {
    private static HttpRequest request(String origin, String host) {
        Headers headers = host == null ? Headers.EMPTY : Headers.of("Host", host);
        return new HttpRequest("GET", "/", "HTTP/1.1", origin == null ? headers : headers.with("Origin", origin));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, a, true",
                "-, -, true",
                "http://a, a, true",
                "https://a, a, true",
                "http://A, a, true",
                "http://a, A, true",
                "http://a:80, a, true",
                "http://a, a:80, true",
                "https://a:443, a, true",
                "https://a, a:443, true",
                "http://a:8080, a:8080, true",
                "http://[::1]:81, [::1]:81, true",
                "http://[::1], [::1]:80, true",
                "http://a:8080, a, false",
                "http://a, a:8080, false",
                "https://a, a:80, false",
                "http://a:443, a, false",
                "http://b, a, false",
                "http://a.evil.org, a, false",
                "http://evila, a, false",
                "http://x.a, a, false",
                "http://a/path, a, false",
                "http://a, -, false",
                "null, a, false",
                "null, '', false",
                "null, :80, false",
                "file://, '', false",
                "'', '', false",
                "'', a, false",
                "http://, '', false",
                "http://:80, :80, false",
                "'http://a http://a', a, false",
                "a, a, false",
                "http://user@a, a, false"
            })
    @Tag("6455-4.2.1-8")
    @Tag("6455-10.2-1")
    void sameHostComparesOriginWithHost(String origin, String host, boolean allowed) {
        assertEquals(allowed, OriginPolicy.sameHost().allows(request(origin, host)));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, true",
                "https://good.org, true",
                "HTTPS://GOOD.org, true",
                "https://good.org:443, true",
                "http://localhost:8080, true",
                "http://good.org, false",
                "https://good.org:8443, false",
                "http://localhost, false",
                "https://good.org.evil, false",
                "https://sub.good.org, false",
                "https://good.org/, false",
                "null, false",
                "'', false"
            })
    @Tag("6455-4.2.1-8")
    @Tag("6455-10.2-1")
    void allowTakesTheListedAndNoOthers(String origin, boolean allowed) {
        OriginPolicy policy = OriginPolicy.allow("https://Good.org:443", "http://localhost:8080");
        assertEquals(allowed, policy.allows(request(origin, "elsewhere")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "good.org",
                "https://",
                "https://good.org/",
                "https://a b",
                "null",
                "*",
                "https://u@a",
                "://a"
            })
    void whatIsNoOriginCannotBeListed(String origin) {
        assertThrows(IllegalArgumentException.class, () -> OriginPolicy.allow(origin));
    }

    @Test
    void anyTakesAll() {
        assertTrue(OriginPolicy.any().allows(request("http://evil", "a")));
        assertTrue(OriginPolicy.any().allows(request("null", null)));
    }
}
