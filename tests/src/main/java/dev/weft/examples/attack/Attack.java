package dev.weft.examples.attack;

import dev.weft.core.WebSocketUri;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Does to a server what has broken others, and prints what it did. */
@Command(
        name = "attack",
        description = {
            "Tries on a WebSocket server what has broken others, and prints a table:",
            "ok: it did what it should; odd: something else that does no harm by itself;",
            "bad: it took what it must refuse, or did not survive. Exit code 1 where anything is bad.",
            "Certificates are not checked. Sends some 300 MB to a server without limits."
        },
        mixinStandardHelpOptions = true)
public final class Attack implements Callable<Integer> {
    @Parameters(paramLabel = "URL", description = "Of a server of yours, such as ws://localhost:8080/.")
    private URI url;

    @Option(
            names = "--allow-remote",
            description =
                    "Attack another machine than this one. Only with its owner's consent: others call it a crime.")
    private boolean allowRemote;

    @Option(names = "--only", paramLabel = "REGEX", description = "Only the attacks whose name it is found in.")
    private Pattern only = Pattern.compile("");

    @Option(
            names = "--patience",
            defaultValue = "20",
            description = "Seconds that a silent peer waits to be cut off (20).")
    private int patience;

    /** What came of an attack. */
    record Outcome(Verdict verdict, String did) {}

    enum Verdict {
        OK,
        ODD,
        BAD,
        /** Not tried: the server does not speak what it takes. */
        NA
    }

    /** One thing to try, with what a server should do. */
    record Trial(String name, String expected, Callable<Outcome> action) {}

    @Override
    public Integer call() throws IOException {
        WebSocketUri uri = WebSocketUri.of(url);
        Target target = new Target(uri, address(uri));
        if (!target.isAlive()) {
            throw new IOException(uri + ": no connection, or no answer to a handshake and a ping");
        }
        System.out.printf("%-4s %-58s %-26s %s%n", "", "attack on " + uri, "expected", "what the server did");
        // These take their time: they wait for the server's deadlines while the others go on.
        Map<Trial, CompletableFuture<Outcome>> waiting = new LinkedHashMap<>();
        Executor aside = task -> daemon(task).start();
        for (Trial trial : chosen(new SlowPeers(target, patience).trials())) {
            waiting.put(trial, CompletableFuture.supplyAsync(() -> outcome(trial), aside));
        }
        int[] counts = new int[Verdict.values().length];
        List<Trial> trials = new ArrayList<>(new Handshakes(target).trials());
        trials.addAll(new Frames(target).trials());
        trials.addAll(new Compression(target).trials());
        trials.addAll(new Floods(target).trials());
        for (Trial trial : chosen(trials)) {
            print(trial, stillAlive(target, outcome(trial)), counts);
        }
        waiting.forEach((trial, outcome) -> print(trial, stillAlive(target, outcome.join()), counts));
        System.out.printf(
                "%d ok, %d odd, %d bad, %d not tried%n",
                counts[Verdict.OK.ordinal()],
                counts[Verdict.ODD.ordinal()],
                counts[Verdict.BAD.ordinal()],
                counts[Verdict.NA.ordinal()]);
        return counts[Verdict.BAD.ordinal()] == 0 ? 0 : 1;
    }

    private InetAddress address(WebSocketUri uri) throws IOException {
        InetAddress address = InetAddress.getByName(uri.host()); // looked up once: a name may change its mind
        if (!address.isLoopbackAddress() && !allowRemote) {
            throw new IOException(uri.host() + " is not a loopback address: "
                    + "attack only what is yours, and another machine only with --allow-remote");
        }
        return address;
    }

    private List<Trial> chosen(List<Trial> trials) {
        return trials.stream()
                .filter(trial -> only.matcher(trial.name()).find())
                .toList();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    private static Outcome outcome(Trial trial) {
        try {
            return trial.action().call();
        } catch (Exception e) {
            return new Outcome(Verdict.BAD, e.toString());
        }
    }

    private static Outcome stillAlive(Target target, Outcome outcome) {
        return target.isAlive() ? outcome : new Outcome(Verdict.BAD, outcome.did() + "; AFTERWARDS IT DOES NOT ANSWER");
    }

    private static void print(Trial trial, Outcome outcome, int[] counts) {
        counts[outcome.verdict().ordinal()]++;
        String verdict =
                outcome.verdict() == Verdict.NA ? "-" : outcome.verdict().name().toLowerCase();
        System.out.printf("%-4s %-58s %-26s %s%n", verdict, trial.name(), trial.expected(), outcome.did());
    }
}
