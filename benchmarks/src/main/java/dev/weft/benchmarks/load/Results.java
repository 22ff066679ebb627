package dev.weft.benchmarks.load;

import dev.weft.benchmarks.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** All figures of a comparison, and their ways onto paper. */
final class Results {
    private final Map<Scenario, Map<String, Cell>> cells = new LinkedHashMap<>();

    Cell cell(Scenario scenario, String server) {
        return cells.computeIfAbsent(scenario, s -> new LinkedHashMap<>()).computeIfAbsent(server, s -> new Cell());
    }

    /** Time relative to the base's; NaN without one. */
    private double ratio(Scenario scenario, Cell cell) {
        Cell base = cells.get(scenario).get(scenario.base());
        return base == null ? Double.NaN : cell.ratio(base);
    }

    /** For the terminal, while the comparison runs. */
    String line(Scenario scenario) {
        StringBuilder line = new StringBuilder(String.format("%-7s", scenario.id()));
        cells.get(scenario)
                .forEach((name, cell) -> line.append(
                        cell.isEmpty() ? "  " + name + " -" : String.format("  %s %s", name, cost(scenario, cell))));
        return line.toString();
    }

    String write(Path directory, boolean quick) throws IOException {
        Files.createDirectories(directory);
        String name = "servers-jdk" + Machine.javaFeature();
        String markdown = markdown(quick, name);
        Files.writeString(directory.resolve(name + ".md"), markdown);
        Files.writeString(directory.resolve(name + ".json"), json());
        for (Map.Entry<Scenario, Map<String, Cell>> row : cells.entrySet()) {
            Map<String, Double> bars = new LinkedHashMap<>();
            row.getValue().forEach((server, cell) -> {
                if (!cell.isEmpty()) {
                    bars.put(server, cell.median());
                }
            });
            if (!bars.isEmpty()) {
                Scenario scenario = row.getKey();
                String unit = scenario.isHeap() ? "bytes of heap per connection" : "µs of processor time per message";
                Files.writeString(
                        directory.resolve(name + "-" + scenario.id() + ".svg"),
                        Chart.bars(scenario.id() + ": " + scenario.title(), unit + ", less is better", bars));
            }
        }
        return markdown;
    }

    // ---------------------------------------------------------------- Markdown

    private String markdown(boolean quick, String name) {
        StringBuilder out = new StringBuilder("# Servers compared\n\n")
                .append(Machine.here())
                .append(quick ? "; short settings, so noisy.\n\n" : ".\n\n")
                .append(
                        "Processor time of the server per message, relative to rawnio, the floor (and to netty where that one"
                                + " does neither compression nor TLS): median of the rounds' ratios. `~` marks figures that other"
                                + " processes disturbed, `†` servers that failed in some of the rounds.\n\n");
        out.append("| scenario |");
        TreeSet<String> failures = new TreeSet<>();
        cells.values().iterator().next().keySet().forEach(server -> out.append(' ')
                .append(server)
                .append(" |"));
        out.append(" Weft must / goal |\n| --- |");
        cells.values().iterator().next().keySet().forEach(server -> out.append(" ---: |"));
        out.append(" --- |\n");
        cells.forEach((scenario, row) -> {
            out.append("| **")
                    .append(scenario.id())
                    .append("** ")
                    .append(scenario.title())
                    .append(" |");
            row.forEach((server, cell) -> {
                out.append(' ').append(relative(scenario, cell)).append(" |");
                cell.failures.forEach(why -> failures.add("- " + server + ", " + scenario.id() + ", " + why));
            });
            out.append(' ').append(verdict(scenario)).append(" |\n");
        });
        out.append(
                "\nThe figures themselves, median (least to most): µs per message or connection, bytes for heap.\n\n");
        cells.forEach((scenario, row) -> {
            out.append("- **").append(scenario.id()).append("**: ");
            row.forEach((server, cell) -> out.append(server)
                    .append(' ')
                    .append(spread(scenario, cell))
                    .append("; "));
            out.append('\n');
        });
        latencies(out);
        systemCalls(out);
        if (!failures.isEmpty()) {
            out.append("\nFailures:\n\n").append(String.join("\n", failures)).append('\n');
        }
        out.append('\n');
        cells.keySet().forEach(s -> out.append("![")
                .append(s.id())
                .append("](")
                .append(name)
                .append('-')
                .append(s.id())
                .append(".svg)\n"));
        return out.toString();
    }

    private String relative(Scenario scenario, Cell cell) {
        if (cell.isEmpty()) {
            return "–";
        }
        double ratio = ratio(scenario, cell);
        String value = scenario.isHeap() || Double.isNaN(ratio)
                ? cost(scenario, cell)
                : String.format(Locale.ROOT, ratio < 10 ? "%.2f" : "%.0f", ratio);
        return (cell.isNoisy() ? "~" : "") + value + (cell.failures.isEmpty() ? "" : "†");
    }

    private String verdict(Scenario scenario) {
        Cell weft = cells.get(scenario).get("weft");
        if (weft == null || weft.isEmpty()) {
            return "";
        }
        if (scenario.isHeap()) {
            return String.format(Locale.ROOT, "%,.0f / %,.0f B ", scenario.must(), scenario.goal())
                    + mark(weft.median(), scenario.must(), scenario.goal());
        }
        double ratio = ratio(scenario, weft);
        if (scenario.must() == 0 || Double.isNaN(ratio)) {
            return "";
        }
        String goal = scenario.goal() == 0 ? "" : " / " + scenario.goal();
        return scenario.must() + goal + ' ' + mark(ratio, scenario.must(), scenario.goal());
    }

    private static String mark(double value, double must, double goal) {
        return value <= goal ? "✓✓" : value <= must ? "✓" : "**missed**";
    }

    private static String cost(Scenario scenario, Cell cell) {
        return String.format(Locale.ROOT, scenario.isHeap() ? "%,.0f B" : "%.2f µs", cell.median());
    }

    private static String spread(Scenario scenario, Cell cell) {
        if (cell.isEmpty()) {
            return "–";
        }
        if (scenario.isHeap()) {
            return String.format(Locale.ROOT, "%,.0f", cell.median());
        }
        long noisy = cell.rounds.values().stream().filter(Cell.Round::noisy).count();
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f to %.2f), %,.0f/s%s",
                cell.median(),
                cell.min(),
                cell.max(),
                cell.median(Cell.Round::perSecond),
                noisy == 0 ? "" : ", " + noisy + " of " + cell.rounds.size() + " rounds noisy");
    }

    private void latencies(StringBuilder out) {
        out.append(
                "\nLatency at the median and the 99th percentile, and the messages of the connection with the fewest"
                        + " over those of the one with the most. With a load that never pauses, this shows fairness, not speed.\n\n");
        cells.forEach((scenario, row) -> {
            if (!scenario.mode().equals("echo")) {
                return;
            }
            out.append("- **").append(scenario.id()).append("**: ");
            row.forEach((server, cell) -> {
                if (!cell.isEmpty()) {
                    out.append(String.format(
                            Locale.ROOT,
                            "%s %.0f µs, %.0f µs, %.2f; ",
                            server,
                            cell.median(Cell.Round::p50) / 1000,
                            cell.median(Cell.Round::p99) / 1000,
                            cell.median(Cell.Round::evenness)));
                }
            });
            out.append('\n');
        });
    }

    private void systemCalls(StringBuilder out) {
        boolean title = false;
        for (Map.Entry<Scenario, Map<String, Cell>> row : cells.entrySet()) {
            for (Map.Entry<String, Cell> cell : row.getValue().entrySet()) {
                if (!cell.getValue().systemCalls.isEmpty()) {
                    out.append(title ? "" : "\nSystem calls per message:\n\n");
                    title = true;
                    out.append("- ").append(row.getKey().id()).append(' ').append(cell.getKey());
                    out.append(": ").append(cell.getValue().systemCalls).append('\n');
                }
            }
        }
    }

    // ---------------------------------------------------------------- JSON

    private String json() {
        StringBuilder out =
                new StringBuilder("{\n  \"machine\": ").append(Machine.here().json());
        out.append(",\n  \"scenarios\": {");
        String comma = "\n";
        for (Map.Entry<Scenario, Map<String, Cell>> row : cells.entrySet()) {
            out.append(comma).append("    \"").append(row.getKey().id()).append("\": {");
            comma = "\n";
            for (Map.Entry<String, Cell> cell : row.getValue().entrySet()) {
                out.append(comma).append("      \"").append(cell.getKey()).append("\": [");
                out.append(String.join(
                        ", ",
                        cell.getValue().rounds.entrySet().stream()
                                .map(r -> r.getValue().json(r.getKey()))
                                .toList()));
                out.append(']');
                comma = ",\n";
            }
            out.append("\n    }");
            comma = ",\n";
        }
        return out.append("\n  }\n}\n").toString();
    }
}
