package dev.weft.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/** Counts a server's system calls during a turn; strace makes it many times slower, so that no time is taken meanwhile. */
final class Strace {
    private static final int MILLIS = 1500;

    private Strace() {}

    /** Calls per message, by name, those that come to 0.005 or more. */
    static String count(Scenario scenario, Child client, Child server, int port) throws IOException {
        Path file = Files.createTempFile("weft-strace", ".txt");
        try {
            client.tell(scenario.load(
                            port, server.pid(), 0, MILLIS, !scenario.mode().equals("accept"))
                    .toLine());
            if (!scenario.mode().equals("accept")) {
                client.await("open");
            }
            Process strace = new ProcessBuilder(
                            "strace", "-c", "-f", "-o", file.toString(), "-p", Long.toString(server.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                Thread.sleep(500); // until it has attached itself
                client.tell("go");
                double messages =
                        Double.parseDouble(Load.fields(client.await("result")).get("total"));
                strace.destroy(); // it lets go, and writes its table
                strace.waitFor(5, TimeUnit.SECONDS);
                return perMessage(Files.readString(file), messages);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "";
            } finally {
                strace.destroy();
            }
        } finally {
            Files.delete(file);
        }
    }

    private static String perMessage(String table, double messages) {
        StringJoiner calls = new StringJoiner(", ");
        for (String line : table.split("\n")) {
            String[] columns = line.trim().split(" +"); // % time, seconds, usecs/call, calls, perhaps errors, name
            if (columns.length >= 5 && columns[3].matches("[0-9]+") && !columns[columns.length - 1].equals("total")) {
                double count = Double.parseDouble(columns[3]) / messages;
                if (count >= 0.005) {
                    calls.add(String.format(Locale.ROOT, "%s %.3f", columns[columns.length - 1], count));
                }
            }
        }
        return calls.toString();
    }
}
