package dev.weft.nio;

import dev.weft.core.HttpRequest;
import dev.weft.core.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What a server has at which path: a handler of upgrades, one of plain requests, or both. A path is matched exactly, or, where
 * it ends in {@code /*}, as the beginning of others; the longest match counts.
 */
final class Routes {
    private final Map<String, Function<UpgradeRequest, Upgrade>> upgrades = new HashMap<>();
    private final Map<String, Function<HttpRequest, HttpResponse>> pages = new HashMap<>();

    void upgrade(String path, Function<UpgradeRequest, Upgrade> handler) {
        put(upgrades, path, handler);
    }

    void http(String path, Function<HttpRequest, HttpResponse> handler) {
        put(pages, path, handler);
    }

    private static <T> void put(Map<String, T> routes, String path, T handler) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path does not start with a slash: " + path);
        }
        if (routes.putIfAbsent(path, handler) != null) {
            throw new IllegalArgumentException("path is taken already: " + path);
        }
    }

    /** Null where there is none. */
    Function<UpgradeRequest, Upgrade> upgradeAt(String path) {
        return match(upgrades, path);
    }

    /** Null where there is none. */
    Function<HttpRequest, HttpResponse> httpAt(String path) {
        return match(pages, path);
    }

    private static <T> T match(Map<String, T> routes, String path) {
        T exact = routes.get(path);
        if (exact != null) {
            return exact;
        }
        for (int slash = path.lastIndexOf('/'); slash >= 0; slash = path.lastIndexOf('/', slash - 1)) {
            T below = routes.get(path.substring(0, slash) + "/*");
            if (below != null) {
                return below;
            }
        }
        return null;
    }
}
