package dev.weft.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
     */
    record Round(double cost, double perSecond, double serverBusy, double others) {
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
                    Double.parseDouble(result.get("others")) / nanos);
        }

        String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"cost\": %.4f, \"perSecond\": %.0f, \"serverBusy\": %.3f, \"others\": %.3f, \"noisy\": %b}",
                    cost,
                    perSecond,
                    serverBusy,
                    others,
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

    double medianPerSecond() {
        return median(counted().stream().mapToDouble(Round::perSecond).sorted().toArray());
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
