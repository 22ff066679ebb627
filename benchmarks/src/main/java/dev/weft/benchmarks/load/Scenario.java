package dev.weft.benchmarks.load;

import java.util.List;

/**
 * What the servers are compared in.
 *
 * @param id short name
 * @param title for people
 * @param mode see {@link Load}
 * @param connections how many
 * @param inFlight messages under way on each; of a broadcast, in all
 * @param kind see {@link Payloads}
 * @param size of the payload, in bytes
 * @param serverFlags for the server's process
 * @param must Weft's time relative to the {@link #base} at most, or its bytes per idle connection; 0 for no target
 * @param goal the same, as hoped for
 */
record Scenario(
        String id,
        String title,
        String mode,
        int connections,
        int inFlight,
        String kind,
        int size,
        List<String> serverFlags,
        double must,
        double goal) {

    static final List<Scenario> DEFAULT = List.of(
            echo("S1", "64 B × 64 connections", 64, 1, "mixed", 64, 1.15, 1.05),
            echo("S2", "64 B × 64, 16 in flight", 64, 16, "mixed", 64, 1.5, 1.25),
            echo("S3", "64 B × 1000", 1000, 1, "mixed", 64, 1.15, 1.05),
            echo("S4", "16 KiB × 64", 64, 1, "binary", 16 * 1024, 1.25, 1.1),
            echo("S5", "1 MiB × 8", 8, 1, "binary", 1024 * 1024, 1.3, 1.15),
            echo("S6", "1 KiB Cyrillic × 64, 16 in flight", 64, 16, "cyrillic", 1024, 2.5, 2.0),
            broadcast("S8", "broadcast of 64 B to 1000", 1, 1.15, 1.05),
            broadcast("S8p", "the same, 8 in flight", 8, 1.4, 1.2),
            new Scenario("accept", "handshakes", "accept", 1, 1, "ascii", 64, List.of(), 1.25, 0),
            idle("heap", "idle connections", List.of(), 1000, 850));

    static final List<Scenario> DEFLATE = List.of(
            new Scenario("D1", "1 KiB JSON, compressed", "echo", 64, 1, "json", 1024, List.of("deflate"), 0, 0),
            idle("heapD", "idle connections, compression agreed", List.of("deflate"), 1200, 1050));

    static final List<Scenario> TLS = List.of(
            new Scenario("T1", "64 B × 64, TLS", "echo", 64, 1, "mixed", 64, List.of("tls"), 0.85, 0.7),
            new Scenario("T4", "16 KiB × 64, TLS", "echo", 64, 1, "binary", 16 * 1024, List.of("tls"), 0.85, 0.7));

    /** The server has both cores, of which the client needs little: its own work is compression. */
    static final List<Scenario> LOOPS = List.of(
            new Scenario(
                    "L1", "D1 on two cores, 1 loop", "echo", 64, 4, "json", 1024, List.of("deflate", "loops=1"), 0, 0),
            new Scenario(
                    "L2",
                    "D1 on two cores, 2 loops",
                    "echo",
                    64,
                    4,
                    "json",
                    1024,
                    List.of("deflate", "loops=2"),
                    0,
                    0));

    private static Scenario echo(
            String id, String title, int connections, int inFlight, String kind, int size, double must, double goal) {
        return new Scenario(id, title, "echo", connections, inFlight, kind, size, List.of(), must, goal);
    }

    private static Scenario broadcast(String id, String title, int inFlight, double must, double goal) {
        return new Scenario(id, title, "broadcast", 1000, inFlight, "ascii", 64, List.of("broadcast"), must, goal);
    }

    private static Scenario idle(String id, String title, List<String> serverFlags, double must, double goal) {
        return new Scenario(id, title, "idle", 2000, 1, "ascii", 64, serverFlags, must, goal);
    }

    Load load(int port, long pid, int warmUpMillis, int millis, boolean hold) {
        boolean deflate = serverFlags.contains("deflate");
        boolean tls = serverFlags.contains("tls");
        boolean spin = !isLoops(); // there the client shares its core with the server
        return new Load(
                mode, port, pid, connections, inFlight, kind, size, deflate, tls, warmUpMillis, millis, spin, hold);
    }

    /** The server that others are compared to: the floor does neither compression nor TLS. */
    String base() {
        return serverFlags.contains("deflate") || serverFlags.contains("tls") ? "netty" : "rawnio";
    }

    boolean isLoops() {
        return id.startsWith("L");
    }

    /** Handshakes are few in the time in which messages are many, and the JIT compiles by count; so it is with slow messages. */
    int warmUpFactor() {
        return mode.equals("accept") ? 4 : serverFlags.contains("deflate") || serverFlags.contains("tls") ? 3 : 1;
    }

    /** Whether the load client can wait with its connections open, for what is attached to the server meanwhile. */
    boolean holds() {
        return !isHeap() && !mode.equals("accept");
    }

    boolean isHeap() {
        return mode.equals("idle");
    }
}
