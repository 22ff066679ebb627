package dev.weft.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What one server did in one scenario, round by round. */
final class Cell {
    /** Beyond this share of the window, on all cores together, other processes disturbed the round. */
    private static final double NOISE = 0.08;

    /**
     * One round.
     *
     * @param cost microseconds of the server's processor time per message, or bytes per idle connection
     * @param perSecond messages, or connections
     * @param serverBusy the server's share of its core
     * @param others the share of a core that all other processes took
     * @param p50 nanoseconds from the sending of a message to its return, at the median; 0 where not measured
     * @param p99 the same, at the 99th percentile
     * @param evenness the messages of the connection that had the fewest, over those of the one that had the most
     */
    record Round(
            double cost, double perSecond, double serverBusy, double others, double p50, double p99, double evenness) {
        boolean noisy() {
            return others > NOISE;
        }

        static Round of(Map<String, String> result) {
            double nanos = Double.parseDouble(result.get("nanos"));
            double messages = Double.parseDouble(result.get("messages"));
            double server = Double.parseDouble(result.get("server"));
            return new Round(
                    server / messages / 1000,
                    messages / nanos * 1e9,
                    server / nanos,
                    Double.parseDouble(result.get("others")) / nanos,
                    optional(result, "p50"),
                    optional(result, "p99"),
                    optional(result, "fewest") / optional(result, "most"));
        }

        private static double optional(Map<String, String> result, String name) {
            return Double.parseDouble(result.getOrDefault(name, "0"));
        }

        String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"cost\": %.4f, \"perSecond\": %.0f, \"serverBusy\": %.3f, \"others\": %.3f, \"p50\": %.0f, \"p99\": %.0f,"
                            + " \"noisy\": %b}",
                    cost,
                    perSecond,
                    serverBusy,
                    others,
                    p50,
                    p99,
                    noisy());
        }
    }

    final List<Round> rounds = new ArrayList<>();
    /** System calls per message, where they were counted: name and count. */
    String systemCalls = "";
    /** Why there are no rounds. */
    String failure;

    /** The quiet rounds, or all where most are noisy. */
    private List<Round> counted() {
        List<Round> quiet = rounds.stream().filter(r -> !r.noisy()).toList();
        return 2 * quiet.size() >= rounds.size() ? quiet : rounds;
    }

    boolean isEmpty() {
        return rounds.isEmpty();
    }

    boolean isNoisy() {
        return counted().stream().anyMatch(Round::noisy);
    }

    double median() {
        return median(counted().stream().mapToDouble(Round::cost).sorted().toArray());
    }

    /** The median over the rounds of a figure other than the cost. */
    double median(ToDoubleFunction<Round> figure) {
        return median(counted().stream().mapToDouble(figure).sorted().toArray());
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double min() {
        return counted().stream().mapToDouble(Round::cost).min().orElse(0);
    }

    double max() {
        return counted().stream().mapToDouble(Round::cost).max().orElse(0);
    }
}
