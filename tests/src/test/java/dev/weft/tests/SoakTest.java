package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers and clients through all that peers do to them, and afterwards everything is as it was: heap, native memory, file
 * descriptors, threads. A few seconds by default; {@code -Dsoak.seconds=3600} for the real thing. {@code -Dsoak.perSecond}
 * says how many scenarios are played at most, {@code -Dsoak.seed} which.
 */
class SoakTest {
    private static final long SECONDS = Long.getLong("soak.seconds", 5);
    private static final boolean SHORT = SECONDS < 60;
    private static final int PER_SECOND = Integer.getInteger("soak.perSecond", SHORT ? 200 : 30);
    private static final long SEED =
            Long.getLong("soak.seed", ThreadLocalRandom.current().nextLong());
    /** After that, what is loaded, compiled and cached once is so. */
    private static final long WARM_UP_SECONDS = SHORT ? 3 : SECONDS / 12;

    /** Threads that do what would block a loop end after a while, as does a connection whose peer has gone in silence. */
    private static final int SETTLING_SECONDS = 60;

    private static final long POLL_MILLIS = 250;
    private static final int POLLS_AT_REST = 10;

    /** Memory grows for a while by itself; after a few seconds of warming up it still does. */
    private static final int YOUNG = SHORT ? 4 : 1;

    /** How much more there may be at the end, as a number or in KiB. */
    private static final Map<String, Long> TOLERANCE = Map.of(
            SoakFigures.HEAP, YOUNG * 1024L,
            SoakFigures.NATIVE, YOUNG * 3 * 1024L,
            SoakFigures.RESIDENT, YOUNG * 6 * 1024L,
            SoakFigures.DIRECT, 0L,
            SoakFigures.FILES, 0L,
            SoakFigures.THREADS, 0L,
            SoakFigures.CONNECTIONS, 0L);

    @TempDir
    static Path folder;

    /** A JVM, and its figures at rest before the soak. */
    private static final class Side implements AutoCloseable {
        private final String name;
        private final Program program;
        private Map<String, Long> before;

        Side(Class<?> main, Object... arguments) throws IOException {
            name = main == SoakServer.class ? "server" : "clients";
            program = jvm(main, arguments);
        }

        Map<String, Long> figures() throws IOException, InterruptedException {
            program.type("figures");
            return SoakFigures.parse(program.line());
        }

        /** The smallest figures while nothing happens but what comes and goes by itself, such as threads. */
        Map<String, Long> atRest() throws IOException, InterruptedException {
            Map<String, Long> least = new LinkedHashMap<>();
            for (int i = 0; i < POLLS_AT_REST; i++) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                figures().forEach((figure, value) -> least.merge(figure, value, Math::min));
            }
            return least;
        }

        /** What there is too much of; comes to rest by and by. */
        String grown() throws IOException, InterruptedException {
            Map<String, Long> least = new LinkedHashMap<>();
            String grown = "";
            for (int i = 0; i == 0 || i < SETTLING_SECONDS * 1000 / POLL_MILLIS && !grown.isEmpty(); i++) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                figures().forEach((figure, value) -> least.merge(figure, value, Math::min));
                StringBuilder found = new StringBuilder();
                TOLERANCE.forEach((figure, tolerance) -> {
                    if (least.get(figure) > before.get(figure) + tolerance) {
                        found.append(String.format(
                                "%s: %s was %d, is %d%n", name, figure, before.get(figure), least.get(figure)));
                    }
                });
                grown = found.toString();
            }
            report("after ", least);
            return grown;
        }

        void report(String when, Map<String, Long> figures) {
            System.out.println(when + name + " " + SoakFigures.line(figures));
        }

        /** Lets it end, which it does without a complaint. */
        void end() throws IOException, InterruptedException {
            program.endInput();
            int exitCode = program.exitCode();
            assertEquals(List.of(), program.errors(), name);
            assertEquals(0, exitCode, name);
        }

        @Override
        public void close() {
            program.close();
        }
    }

    @Test
    void everythingIsAsBeforeAfterwards() throws Exception {
        DevCertificate dev = DevCertificate.in(folder);
        System.out.printf("soak: -Dsoak.seconds=%d -Dsoak.perSecond=%d -Dsoak.seed=%d%n", SECONDS, PER_SECOND, SEED);
        try (Side server = new Side(SoakServer.class, dev.certificate(), dev.key())) {
            String[] ports = server.program.line().split(" ");
            try (Side clients =
                    new Side(SoakClients.class, ports[0], ports[1], ports[2], PER_SECOND, SEED, dev.certificate())) {
                soak(List.of(server, clients));
                String grown = server.grown() + clients.grown();
                clients.end();
                server.end();
                assertEquals("", grown);
            }
        }
    }

    private static void soak(List<Side> sides) throws Exception {
        Side clients = sides.get(1);
        List<Map<String, Long>> fresh = new ArrayList<>();
        for (Side side : sides) {
            fresh.add(side.figures());
        }
        clients.program.type("start");
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        clients.program.type("stop");
        for (int i = 0; i < sides.size(); i++) {
            Side side = sides.get(i);
            side.before = side.atRest();
            // Those for what would block are still there.
            side.before.put(SoakFigures.THREADS, fresh.get(i).get(SoakFigures.THREADS));
            side.before.put(SoakFigures.CONNECTIONS, 0L);
            side.report("before ", side.before);
        }
        clients.program.type("start");
        for (long left = SECONDS; left > 0; left -= 60) {
            TimeUnit.SECONDS.sleep(Math.min(left, 60));
            for (Side side : sides) {
                side.report("", side.figures());
            }
        }
        clients.program.type("stop");
    }

    private static Program jvm(Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // what the better compiler takes is not the question
                "-XX:NativeMemoryTracking=summary",
                "-Djavax.net.ssl.sessionCacheSize=100", // else 20,480 sessions, which take an hour to come together
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return Program.start(Path.of("").toAbsolutePath(), command);
    }
}
