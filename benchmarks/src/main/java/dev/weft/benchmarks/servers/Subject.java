package dev.weft.benchmarks.servers;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/** A server under test, on a free port of 127.0.0.1, with one thread for I/O where that can be chosen. */
public interface Subject {
    /** By name, in the order of the tables; the first is the floor that all others are compared to. */
    Map<String, Supplier<Subject>> ALL = all();

    /**
     * What it is to do.
     *
     * @param broadcast whether a message goes to every connection; otherwise back where it came from
     * @param deflate whether to agree to permessage-deflate
     * @param tls whether to speak TLS, by the JDK and with {@link Certificate}
     * @param loops threads for I/O
     */
    record Setup(boolean broadcast, boolean deflate, boolean tls, int loops) {}

    /** The largest message that any scenario sends. */
    int MAX_MESSAGE = 4 * 1024 * 1024;

    /** Starts it, and gives its port. */
    int start(Setup setup) throws Exception;

    /** For those that do not have a feature. */
    static void refuse(boolean wanted, String feature) throws IOException {
        if (wanted) {
            throw new IOException("no " + feature + " here");
        }
    }

    private static Map<String, Supplier<Subject>> all() {
        Map<String, Supplier<Subject>> subjects = new java.util.LinkedHashMap<>();
        subjects.put("rawnio", RawNio::new);
        subjects.put("weft", Weft::new);
        subjects.put("netty", Netty::new);
        subjects.put("jetty", Jetty::new);
        subjects.put("undertow", Undertow::new);
        subjects.put("java-websocket", JavaWebSocket::new);
        return subjects;
    }
}
