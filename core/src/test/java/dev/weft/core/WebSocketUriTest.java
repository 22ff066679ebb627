package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §3. */
class WebSocketUriTest {
    private static WebSocketUri of(String uri) {
        return WebSocketUri.of(URI.create(uri));
    }

    @ParameterizedTest
    @CsvSource({
        "ws://example.org,              false, example.org,     80,    /,         example.org",
        "wss://example.org,             true,  example.org,     443,   /,         example.org",
        "WSS://Example.ORG/A,           true,  example.org,     443,   /A,        example.org",
        "http://example.org/a,          false, example.org,     80,    /a,        example.org",
        "https://example.org?b=/c,      true,  example.org,     443,   /?b=/c,    example.org",
        "ws://example.org:80/,          false, example.org,     80,    /,         example.org",
        "ws://example.org:443/,         false, example.org,     443,   /,         example.org:443",
        "wss://example.org:80/,         true,  example.org,     80,    /,         example.org:80",
        "ws://example.org:65535/,       false, example.org,     65535, /,         example.org:65535",
        "ws://example.org:/x,           false, example.org,     80,    /x,        example.org",
        "ws://[::1]/,                   false, ::1,             80,    /,         [::1]",
        "wss://[2001:DB8::1]:8443/x,    true,  2001:db8::1,     8443,  /x,        [2001:db8::1]:8443",
        "ws://under_score.local:81/,    false, under_score.local, 81,  /,         under_score.local:81",
        "ws://127.0.0.1:9001/a?b,       false, 127.0.0.1,       9001,  /a?b,      127.0.0.1:9001",
        "ws://bücher.example/,          false, xn--bcher-kva.example, 80, /,      xn--bcher-kva.example",
        "ws://a/%C3%A4%20?%2F,          false, a,               80,    /%C3%A4%20?%2F, a",
        "ws://a/größe?ü=€,              false, a,               80,    /gr%C3%B6%C3%9Fe?%C3%BC=%E2%82%AC, a",
        "ws://a//b@c:d,                 false, a,               80,    //b@c:d,   a",
        "ws://a/%23x?%23y,              false, a,               80,    /%23x?%23y, a",
        "wss://bücher.example/ü?€,      true,  xn--bcher-kva.example, 443, /%C3%BC?%E2%82%AC, xn--bcher-kva.example"
    })
    @Tag("6455-3-1")
    @Tag("6455-3-3")
    @Tag("6455-4.1-19")
    @Tag("6455-4.1-20")
    @Tag("6455-11.1.1-1")
    @Tag("6455-11.1.1-2")
    @Tag("6455-11.1.2-1")
    @Tag("6455-11.1.2-2")
    void isTakenApart(String uri, boolean secure, String host, int port, String resource, String hostHeader) {
        WebSocketUri taken = of(uri);
        assertEquals(secure, taken.secure());
        assertEquals(host, taken.host());
        assertEquals(port, taken.port());
        assertEquals(resource, taken.resource());
        assertEquals(hostHeader, taken.hostHeader());
        assertNull(taken.userInfo());
    }

    @Test
    void httpSchemesBecomeWebSocketSchemes() {
        assertEquals(URI.create("ws://a:1/b?c"), of("http://a:1/b?c").uri());
        assertEquals(URI.create("wss://a:1/b?c"), of("HTTPS://a:1/b?c").uri());
    }

    @ParameterizedTest
    @CsvSource({
        "ws://user@a/, user",
        "ws://user:pass@a:81/, user:pass",
        "ws://us%40er:p%C3%A4ss@a/, us@er:päss",
        "ws://:@a/, :",
        "ws://u:p@under_score/, u:p",
        "ws://u:p@ss@a/, u:p@ss"
    })
    void userInfoIsPercentDecoded(String uri, String userInfo) {
        assertEquals(userInfo, of(uri).userInfo());
        assertFalse(of(uri).hostHeader().contains("@"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org",
                "/path",
                "//example.org/",
                "ftp://example.org/",
                "wsx://a/",
                "file:///x",
                "ws:a",
                "ws:/a",
                "ws:///a",
                "ws://a/#fragment",
                "ws://a/#",
                "ws://a:0/",
                "ws://a:65536/",
                "ws://a:99999999999/",
                "ws://a:x/",
                "ws://a:-1/",
                "ws://a:+1/",
                "ws://:80/",
                "ws://user@/",
                "ws://a:b:80/",
                "ws://::1/",
                "ws://a..b/"
            })
    @Tag("6455-3-2")
    @Tag("6455-4.1-2")
    @Tag("6455-4.1-3")
    void anythingElseIsRefused(String uri) {
        assertThrows(IllegalArgumentException.class, () -> of(uri));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://user:secret@a/",
                "//user:secret@a/",
                "ws://user:secret@a/#f",
                "ws://user:secret@a:0/",
                "ws://user:secret@/",
                "ws:user:secret@a",
                "user:secret@a",
                "ws:/user:secret@a",
                "ws://u:sec@secret@a:0/",
                "ws://user:secret@a:b:c/"
            })
    void refusalNeverRepeatsThePassword(String uri) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> of(uri));
        assertFalse(refusal.getMessage().contains("secret"), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("sec@"), refusal.getMessage());
    }

    @Test
    void toStringHidesThePasswordAndNothingElse() {
        assertEquals("ws://a:81/b?c=d@e", of("ws://user:secret@a:81/b?c=d@e").toString());
        assertEquals("ws://a//x@y", of("ws://a//x@y").toString());
        assertEquals("ws://a/?b=//x@y", of("ws://a/?b=//x@y").toString());
    }

    @ParameterizedTest
    @CsvSource({
        "1, true",
        "25, true",
        "6667, true",
        "10080, true",
        "80, false",
        "443, false",
        "8080, false",
        "9001, false"
    })
    void browsersBlockPortsOfOtherProtocols(int port, boolean blocked) {
        assertEquals(blocked, BrowserRules.isBlockedPort(port));
        if (blocked) {
            assertThrows(SecurityException.class, () -> BrowserRules.check(of("ws://a:" + port), null));
        } else {
            BrowserRules.check(of("ws://a:" + port), null);
        }
    }

    @Test
    void exactlyThePortsOfTheFetchStandardAreBlocked() {
        int blocked = 0;
        for (int port = 0; port <= 65535; port++) {
            blocked += BrowserRules.isBlockedPort(port) ? 1 : 0;
        }
        assertEquals(83, blocked);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "ws://a/, https://b, true",
                "ws://a/, HTTPS://b, true",
                "wss://a/, https://b, false",
                "ws://a/, http://b, false",
                "ws://a/, -, false",
                "ws://a/, null, false",
                "ws://localhost/, https://b, false",
                "ws://x.LOCALHOST/, https://b, false",
                "ws://127.1.2.3/, https://b, false",
                "ws://[::1]/, https://b, false",
                "ws://127.0.0.1.evil.org/, https://b, true",
                "ws://notlocalhost/, https://b, true",
                "ws://10.0.0.1/, https://b, true"
            })
    void pageOverTlsMayNotOpenPlainConnections(String uri, String origin, boolean mixed) {
        assertEquals(mixed, BrowserRules.isMixedContent(of(uri), origin));
        if (mixed) {
            var refusal = assertThrows(SecurityException.class, () -> BrowserRules.check(of(uri), origin));
            assertTrue(refusal.getMessage().contains("mixed content"));
        }
    }
}
