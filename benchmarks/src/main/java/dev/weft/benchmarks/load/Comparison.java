package dev.weft.benchmarks.load;

import dev.weft.benchmarks.servers.ServerMain;
import dev.weft.benchmarks.servers.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the servers against each other: for every scenario each server gets a fresh process and a long warm-up, then they take
 * turns in rounds; this several times. Server and load client have a core each.
 */
public final class Comparison {
    private static final String SERVER_CORE = "0";
    private static final String CLIENT_CORE = "1";
    private static final String BOTH_CORES = "0,1";
    private static final int WARM_UP_CONNECTIONS = 50;
    private static final List<String> SERVER_JVM = List.of("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC");
    private static final List<String> CLIENT_JVM = List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC");

    private final Options options;
    private final Results results = new Results();
    private final Child client;

    private Comparison(Options options) throws IOException {
        this.options = options;
        client = new Child("load client", CLIENT_CORE, CLIENT_JVM, LoadClient.class, List.of());
    }

    public static void run(String[] args) throws IOException {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            throw new IOException("two cores are needed: one for the server, one for the load client");
        }
        Options options = Options.parse(args);
        Comparison comparison = new Comparison(options);
        String report = "";
        try {
            for (Scenario scenario : options.scenarios()) {
                comparison.run(scenario);
                // Each time, so that a run that is broken off leaves what it has.
                report = comparison.results.write(Path.of("benchmarks", "results"), options.quick());
            }
        } finally {
            comparison.client.close();
        }
        System.out.println(report);
    }

    private void run(Scenario scenario) throws IOException {
        for (String name : options.servers()) {
            results.cell(scenario, name); // in this order in every table
        }
        for (int fork = 0; fork < (scenario.isHeap() ? 1 : options.forks()); fork++) {
            run(scenario, fork);
        }
        System.out.println(results.line(scenario));
    }

    /** With fresh processes, since what the JIT makes of a server differs from one to the next. */
    private void run(Scenario scenario, int fork) throws IOException {
        Map<String, Child> servers = new LinkedHashMap<>();
        Map<String, Integer> ports = new LinkedHashMap<>();
        try {
            for (String name : options.servers()) {
                if (scenario.isLoops() && !name.equals("weft")) {
                    continue; // the others have their own ideas of threads
                }
                List<String> args = new ArrayList<>(List.of(name));
                args.addAll(scenario.serverFlags());
                String cores = scenario.isLoops() ? BOTH_CORES : SERVER_CORE;
                servers.put(name, new Child(name, cores, SERVER_JVM, ServerMain.class, args));
            }
            each(scenario, servers, (name, server) -> ports.put(name, Integer.parseInt(server.await("port"))));
            each(scenario, servers, (name, server) -> warmUp(scenario, server, ports.get(name)));
            for (int turn = 0; turn < (scenario.isHeap() ? 1 : options.rounds()); turn++) {
                int number = fork * options.rounds() + turn;
                each(scenario, servers, (name, server) -> results.cell(scenario, name)
                        .rounds
                        .put(number, round(scenario, server, ports.get(name))));
            }
            if (options.strace() && scenario.holds() && fork == 0) {
                each(
                        scenario,
                        servers,
                        (name, server) -> results.cell(scenario, name).systemCalls =
                                Strace.count(scenario, client, server, ports.get(name)));
            }
        } finally {
            servers.values().forEach(Child::close);
        }
    }

    private interface Step {
        void run(String name, Child server) throws IOException;
    }

    /** A server that cannot do a scenario, or does it wrongly, loses the rest of its process's turns, and the reason is told. */
    private void each(Scenario scenario, Map<String, Child> servers, Step step) {
        for (String name : List.copyOf(servers.keySet())) {
            try {
                step.run(name, servers.get(name));
            } catch (IOException | RuntimeException e) {
                Cell cell = results.cell(scenario, name);
                cell.failures.add("after " + cell.rounds.size() + " rounds: " + e.getMessage());
                servers.remove(name).close();
            }
        }
    }

    private void warmUp(Scenario scenario, Child server, int port) throws IOException {
        if (scenario.isHeap()) {
            // Whatever is made once and for all is not the idle connections'.
            client.tell(scenario.load(port, server.pid(), 0, 0, true)
                    .withConnections(WARM_UP_CONNECTIONS)
                    .toLine());
            client.await("open");
            client.tell("go");
        } else {
            client.tell(scenario.load(port, server.pid(), 0, scenario.warmUpFactor() * options.warmUpMillis(), false)
                    .toLine());
        }
        client.await("result");
    }

    private Cell.Round round(Scenario scenario, Child server, int port) throws IOException {
        if (scenario.isHeap()) {
            long before = heap(server);
            client.tell(scenario.load(port, server.pid(), 0, 0, true).toLine());
            client.await("open");
            long after = heap(server);
            client.tell("go");
            client.await("result");
            return new Cell.Round((double) (after - before) / scenario.connections(), 0, 0, 0, 0, 0, 0);
        }
        client.tell(scenario.load(port, server.pid(), options.rewarmMillis(), options.millis(), false)
                .toLine());
        return Cell.Round.of(Load.fields(client.await("result")));
    }

    /** Asked for twice: what has just been closed is still being cleared away the first time. */
    private static long heap(Child server) throws IOException {
        server.tell("heap");
        server.await("heap");
        pause();
        server.tell("heap");
        return Long.parseLong(server.await("heap"));
    }

    private static void pause() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What to run.
     *
     * @param scenarios in order
     * @param servers by name; the floor first
     * @param forks how often each server gets a fresh process for a scenario
     * @param rounds turns of each process
     * @param warmUpMillis of a fresh server
     * @param rewarmMillis at a turn's start
     * @param millis what counts of a turn
     * @param quick whether the settings are the short ones
     * @param strace whether to count system calls
     */
    record Options(
            List<Scenario> scenarios,
            List<String> servers,
            int forks,
            int rounds,
            int warmUpMillis,
            int rewarmMillis,
            int millis,
            boolean quick,
            boolean strace) {

        static Options parse(String[] args) throws IOException {
            List<String> flags = List.of(args);
            boolean quick = flags.contains("--quick");
            List<Scenario> scenarios = new ArrayList<>(Scenario.DEFAULT);
            if (flags.contains("--deflate") || flags.contains("--scenarios")) {
                scenarios.addAll(Scenario.DEFLATE);
            }
            if (flags.contains("--tls") || flags.contains("--scenarios")) {
                scenarios.addAll(Scenario.TLS);
            }
            if (flags.contains("--loops") || flags.contains("--scenarios")) {
                scenarios.addAll(Scenario.LOOPS);
            }
            String chosen = value(flags, "--scenarios", null);
            if (chosen != null) {
                List<String> ids = List.of(chosen.split(","));
                scenarios.removeIf(scenario -> !ids.contains(scenario.id()));
            }
            List<String> servers = List.of(value(flags, "--servers", String.join(",", Subject.ALL.keySet()))
                    .split(","));
            for (String name : servers) {
                if (!Subject.ALL.containsKey(name)) {
                    throw new IOException("no server " + name + ", there are " + Subject.ALL.keySet());
                }
            }
            int forks = Integer.parseInt(value(flags, "--forks", quick ? "1" : "3"));
            int rounds = Integer.parseInt(value(flags, "--rounds", quick ? "2" : "3"));
            return quick
                    ? new Options(scenarios, servers, forks, rounds, 1500, 150, 400, true, flags.contains("--strace"))
                    : new Options(
                            scenarios, servers, forks, rounds, 4000, 300, 1000, false, flags.contains("--strace"));
        }

        private static String value(List<String> flags, String name, String otherwise) {
            int at = flags.indexOf(name);
            return at < 0 ? otherwise : flags.get(at + 1);
        }
    }
}
