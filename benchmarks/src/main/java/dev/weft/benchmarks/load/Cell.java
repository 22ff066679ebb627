package dev.weft.benchmarks.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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

        String json(int number) {
            return String.format(
                    Locale.ROOT,
                    "{\"round\": %d, \"cost\": %.4f, \"perSecond\": %.0f, \"serverBusy\": %.3f, \"others\": %.3f, \"p50\": %.0f, \"p99\": %.0f,"
                            + " \"noisy\": %b}",
                    number,
                    cost,
                    perSecond,
                    serverBusy,
                    others,
                    p50,
                    p99,
                    noisy());
        }
    }

    /** By their number in the scenario; one that failed is missing. */
    final SortedMap<Integer, Round> rounds = new TreeMap<>();
    /** What a server did wrongly. */
    final List<String> failures = new ArrayList<>();
    /** System calls per message, where they were counted: name and count. */
    String systemCalls = "";

    /** The quiet rounds, or all where most are noisy. */
    private Collection<Round> counted() {
        List<Round> quiet = rounds.values().stream().filter(r -> !r.noisy()).toList();
        return 2 * quiet.size() >= rounds.size() ? quiet : rounds.values();
    }

    boolean isEmpty() {
        return rounds.isEmpty();
    }

    boolean isNoisy() {
        return counted().stream().anyMatch(Round::noisy);
    }

    double median() {
        return median(Round::cost);
    }

    /** The median of a figure over the rounds. */
    double median(ToDoubleFunction<Round> figure) {
        return median(counted().stream().mapToDouble(figure).toArray());
    }

    /**
     * The cost relative to another server's, round by round, since the machine is not as fast in one as in the next: the median.
     * Of the rounds that were quiet for both, or of all where those are fewer than half; NaN where there is none.
     */
    double ratio(Cell base) {
        List<Integer> both =
                rounds.keySet().stream().filter(base.rounds::containsKey).toList();
        List<Integer> quiet = both.stream()
                .filter(n -> !rounds.get(n).noisy() && !base.rounds.get(n).noisy())
                .toList();
        List<Integer> counted = 2 * quiet.size() >= both.size() ? quiet : both;
        return median(counted.stream()
                .mapToDouble(n -> rounds.get(n).cost() / base.rounds.get(n).cost())
                .toArray());
    }

    private static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
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
