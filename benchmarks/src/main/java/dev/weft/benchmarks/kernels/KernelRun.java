package dev.weft.benchmarks.kernels;

import dev.weft.benchmarks.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the micro-benchmarks, and sets every figure beside the reference of the same run. */
public final class KernelRun {
    /** A load average above which others took time that the figures show. */
    private static final double BUSY = 0.7;

    private final Map<String, RunResult> results = new TreeMap<>();
    private final StringBuilder table = new StringBuilder();
    private int missed;

    private KernelRun(Collection<RunResult> all) {
        all.forEach(result -> results.put(key(result.getParams()), result));
    }

    public static void run(String[] args) throws RunnerException, IOException {
        List<String> options = List.of(args);
        boolean quick = options.contains("--quick");
        int only = options.indexOf("--only");
        Path directory = Files.createDirectories(Path.of("benchmarks", "results"));
        String name = "kernels-jdk" + Machine.javaFeature();
        Options jmh = new OptionsBuilder()
                .include(only < 0 ? "dev\\.weft\\.benchmarks\\.kernels\\..*" : options.get(only + 1))
                .forks(1)
                .jvmArgsAppend("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC")
                .warmupIterations(quick ? 2 : 4)
                .warmupTime(TimeValue.milliseconds(quick ? 150 : 300))
                .measurementIterations(quick ? 3 : 6)
                .measurementTime(TimeValue.milliseconds(quick ? 150 : 400))
                .addProfiler(GCProfiler.class)
                .resultFormat(ResultFormatType.JSON)
                .result(directory.resolve(name + ".json").toString())
                .verbosity(VerboseMode.SILENT)
                .build();
        double load = Machine.load();
        System.out.println("running, this takes " + (quick ? "about 5" : "about 12") + " minutes without --only ...");
        KernelRun run = new KernelRun(new Runner(jmh).run());
        String report = run.report(quick, load);
        System.out.print(report);
        Files.writeString(directory.resolve(name + ".md"), report);
    }

    private static String key(BenchmarkParams params) {
        String[] path = params.getBenchmark().split("\\.");
        return key(path[path.length - 2], path[path.length - 1], parameters(params));
    }

    private static String key(String benchmark, String method, String parameters) {
        return benchmark + '.' + method + ' ' + parameters;
    }

    private static String parameters(BenchmarkParams params) {
        return params.getParamsKeys().stream()
                .map(name -> name + '=' + params.getParam(name))
                .collect(Collectors.joining(" "));
    }

    private String report(boolean quick, double load) {
        if (load > BUSY) {
            table.append(String.format(
                    Locale.ROOT, "**The machine was busy (load average %.1f): measure again.**%n%n", load));
        }
        table.append("Kernels of core: ")
                .append(Machine.here())
                .append(quick ? "; short settings, so noisy.\n\n" : ".\n\n")
                .append(
                        "In ns; \"speed\" is the reference's time divided by Weft's, of the same run's best iterations.\n\n")
                .append("| kernel (reference) | parameters | Weft | reference | speed | B/op | others | target |\n")
                .append("| --- | --- | ---: | ---: | ---: | ---: | --- | --- |\n");
        for (Kernel kernel : Kernel.ALL) {
            results.values().stream()
                    .filter(r -> key(r.getParams()).startsWith(key(kernel.benchmark(), kernel.method(), "")))
                    .forEach(r -> row(kernel, r));
        }
        return table.append(missed == 0 ? "\nEvery target is met.\n" : "\nTargets missed: " + missed + ".\n")
                .toString();
    }

    private void row(Kernel kernel, RunResult result) {
        String parameters = parameters(result.getParams());
        RunResult reference = results.get(key(kernel.benchmark(), kernel.reference(), parameters));
        if (reference == null) {
            return;
        }
        double speed = nanos(reference) / nanos(result);
        double bytes = allocated(result);
        String others = kernel.others().stream()
                .map(other -> other + ' ' + number(nanos(results.get(key(kernel.benchmark(), other, parameters)))))
                .collect(Collectors.joining(", "));
        Kernel.Target target = kernel.target(parameters);
        String verdict = "";
        if (target != null) {
            boolean met = target.isMet(speed, bytes);
            missed += met ? 0 : 1;
            verdict = target + (met ? " ✓" : " **missed**");
        }
        table.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %.2f× | %s | %s | %s |%n",
                kernel.title(),
                parameters,
                number(nanos(result)),
                number(nanos(reference)),
                speed,
                number(bytes),
                others,
                verdict));
    }

    /** The best iteration: what disturbs a run only ever makes it slower. */
    private static double nanos(RunResult result) {
        return result.getAggregatedResult().getPrimaryResult().getStatistics().getMin();
    }

    private static double allocated(RunResult result) {
        Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
        return bytes == null ? Double.NaN : bytes.getScore();
    }

    private static String number(double value) {
        return value < 0.05 ? "0" : String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
    }
}
