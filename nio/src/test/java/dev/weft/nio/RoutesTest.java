package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.core.HttpRequest;
import dev.weft.core.HttpResponse;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private final Routes routes = new Routes();

    private void page(String path) {
        routes.http(path, request -> HttpResponse.text(200, path));
    }

    private String found(String path) {
        Function<HttpRequest, HttpResponse> page = routes.httpAt(path);
        return page == null ? null : page.apply(null).bodyText();
    }

    @Test
    void exactPathMatchesNothingElse() {
        page("/a");
        assertEquals("/a", found("/a"));
        assertNull(found("/a/"));
        assertNull(found("/a/b"));
        assertNull(found("/"));
        assertNull(found("/ab"));
    }

    @Test
    void pathThatEndsInStarMatchesAllBelowIt() {
        page("/a/*");
        assertEquals("/a/*", found("/a/"));
        assertEquals("/a/*", found("/a/b"));
        assertEquals("/a/*", found("/a/b/c"));
        assertNull(found("/a"));
        assertNull(found("/ab"));
        assertNull(found("/"));
    }

    @Test
    void starAtTheRootMatchesEverything() {
        page("/*");
        assertEquals("/*", found("/"));
        assertEquals("/*", found("/a"));
        assertEquals("/*", found("//"));
        assertEquals("/*", found("/a/b?".substring(0, 4)));
    }

    @Test
    void longestMatchCountsAndAnExactOneBeforeAll() {
        page("/*");
        page("/a/*");
        page("/a/b/*");
        page("/a/b/c");
        assertEquals("/a/b/c", found("/a/b/c"));
        assertEquals("/a/b/*", found("/a/b/d"));
        assertEquals("/a/*", found("/a/b"));
        assertEquals("/*", found("/b"));
    }

    @Test
    void upgradesAndPagesDoNotMix() {
        page("/a");
        routes.upgrade("/b", request -> null);
        assertNull(routes.upgradeAt("/a"));
        assertNull(routes.httpAt("/b"));
        routes.upgrade("/a", request -> null);
    }

    @Test
    void pathIsTakenOnlyOnceAndStartsWithASlash() {
        page("/a");
        assertThrows(IllegalArgumentException.class, () -> page("/a"));
        assertThrows(IllegalArgumentException.class, () -> page("a"));
        assertThrows(IllegalArgumentException.class, () -> page(""));
        assertThrows(IllegalArgumentException.class, () -> routes.upgrade("*", request -> null));
    }
}
