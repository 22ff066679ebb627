package dev.weft.tests.simulation;

import dev.weft.nio.EventLoop;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Runs worlds, one after the other: {@code Simulation COUNT [FIRST_SEED]}, or {@code Simulation trace SEED}. */
final class Simulation {
    /** What the engine logs; the field keeps it from being collected. */
    private static final Logger LOGGER = Logger.getLogger(EventLoop.class.getName());

    private Simulation() {}

    /**
     * Runs one world.
     *
     * @param reader gets what happens, line by line; null for nobody
     * @throws Violation where something that must hold did not; it names the seed, and how to see what happened
     */
    static void run(long seed, Consumer<String> reader) {
        Trace trace = new Trace(reader);
        LogReader log = new LogReader(trace);
        boolean toParents = LOGGER.getUseParentHandlers();
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(log);
        try {
            World world = new World(seed, trace);
            log.network = world.network;
            world.run();
        } catch (Violation | RuntimeException e) {
            throw new Violation("seed " + seed + ": " + e.getMessage() + "\nreplay: " + command(seed), e);
        } finally {
            LOGGER.removeHandler(log);
            LOGGER.setUseParentHandlers(toParents);
        }
    }

    private static String command(long seed) {
        return "mvn -q -pl core,nio,tls,tests test -Dtest=SimulationTest#whatMustHoldDoes -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dweft.seed=" + seed
                + (Integer.getInteger("weft.secure") == null ? "" : " -Dweft.secure=" + World.SECURE_PERCENT);
    }

    /** What the engine calls an error is one, and what it warns of is only what applications threw on purpose. */
    private static final class LogReader extends Handler {
        private final Trace trace;
        private Network network;

        LogReader(Trace trace) {
            this.trace = trace;
        }

        @Override
        public void publish(LogRecord entry) {
            Throwable thrown = entry.getThrown();
            trace.add("log: %s: %s", entry.getMessage(), thrown);
            boolean expected = thrown == null
                    || Mishap.isOne(thrown)
                    || thrown instanceof IOException
                    || thrown instanceof ClosedSelectorException;
            if (network != null && entry.getLevel().intValue() > (expected ? Level.WARNING : Level.INFO).intValue()) {
                network.violated("the engine logs: " + entry.getMessage() + ": " + thrown, thrown);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /**
     * Runs as many worlds as one likes.
     *
     * @param args the number of worlds and the first seed, which is 1 where it is not said; or {@code trace} and a seed
     */
    public static void main(String[] args) {
        if (args[0].equals("trace")) {
            run(Long.parseLong(args[1]), System.out::println);
            return;
        }
        long count = Long.parseLong(args[0]);
        long first = args.length > 1 ? Long.parseLong(args[1]) : 1;
        long start = System.nanoTime();
        int bad = 0;
        for (long seed = first; seed < first + count; seed++) {
            try {
                run(seed, null);
            } catch (Violation v) {
                bad++;
                System.out.println(v.getMessage().lines().findFirst().orElse(""));
            }
            if ((seed - first + 1) % 10_000 == 0) {
                report(seed - first + 1, start);
            }
        }
        report(count, start);
        System.out.println(bad + " seeds of " + count + " failed");
    }

    private static void report(long worlds, long start) {
        long micros = (System.nanoTime() - start) / 1_000;
        long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        System.out.printf("%d worlds, %.2f ms each, heap %d MiB%n", worlds, micros / 1e3 / worlds, heap >> 20);
    }
}
