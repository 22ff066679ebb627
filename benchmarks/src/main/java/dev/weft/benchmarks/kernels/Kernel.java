package dev.weft.benchmarks.kernels;

import java.util.List;
import java.util.function.Predicate;

/**
 * A benchmark method with what it is compared to, all of one class.
 *
 * @param title for people
 * @param benchmark simple name of the class
 * @param method of Weft
 * @param reference the JDK's way
 * @param others further forms, for the table only
 * @param targets what issue 5 asks for
 */
record Kernel(
        String title, String benchmark, String method, String reference, List<String> others, List<Target> targets) {

    /**
     * A target, for some of the parameters.
     *
     * @param applies to these parameters, as {@code name=value name=value}
     * @param minSpeed at least so many times as fast as the reference; 0 for any
     * @param noAllocation whether nothing may be allocated
     */
    record Target(Predicate<String> applies, double minSpeed, boolean noAllocation) {
        boolean isMet(double speed, double bytes) {
            return speed >= minSpeed && (!noAllocation || bytes < 0.5);
        }

        @Override
        public String toString() {
            return (minSpeed > 0 ? "≥ " + Math.round(minSpeed * 100) / 100.0 + "×" : "")
                    + (noAllocation ? (minSpeed > 0 ? ", " : "") + "0 B" : "");
        }
    }

    static final List<Kernel> ALL = List.of(
            new Kernel(
                    "mask in place (arraycopy)",
                    "MaskingBenchmark",
                    "weft",
                    "reference",
                    List.of("naive"),
                    List.of(
                            faster(p -> p.contains("size=16384"), 0.9),
                            faster(p -> p.contains("size=1024"), 0.6),
                            faster(p -> p.contains("size=125"), 0.45))),
            new Kernel(
                    "validate UTF-8, 16 KiB (new String)",
                    "Utf8Benchmark",
                    "weft",
                    "reference",
                    List.of("naive", "decoder"),
                    List.of(
                            faster(p -> p.contains("json"), 7),
                            faster(p -> !p.contains("ascii") && !p.contains("json"), 2.5))),
            new Kernel(
                    "parse and unmask a frame (copy)",
                    "FrameBenchmark",
                    "weft",
                    "reference",
                    List.of("naive"),
                    List.of(new Target(p -> true, 0, true))),
            new Kernel(
                    "text in by Connection (new String)",
                    "TextBenchmark",
                    "in",
                    "referenceIn",
                    List.of(),
                    List.of(faster(p -> !p.contains("ascii"), 1.15))),
            new Kernel(
                    "text out by Connection (getBytes and copy)",
                    "TextBenchmark",
                    "out",
                    "referenceOut",
                    List.of(),
                    List.of(new Target(p -> p.contains("ascii"), 1.7, true))),
            new Kernel(
                    "echo of a binary message (copy in and out)",
                    "EchoBenchmark",
                    "binary",
                    "reference",
                    List.of(),
                    List.of(new Target(p -> true, 0, true))),
            new Kernel(
                    "echo of a text message (copy in and out)",
                    "EchoBenchmark",
                    "text",
                    "reference",
                    List.of(),
                    List.of()),
            new Kernel(
                    "accept key (SHA-1 alone)",
                    "HandshakeBenchmark",
                    "acceptKey",
                    "referenceAcceptKey",
                    List.of(),
                    List.of()),
            new Kernel(
                    "upgrade request's head (String.split)",
                    "HandshakeBenchmark",
                    "head",
                    "referenceHead",
                    List.of(),
                    List.of()),
            new Kernel(
                    "send compressed JSON (bare Deflater)",
                    "DeflateBenchmark",
                    "out",
                    "referenceOut",
                    List.of(),
                    List.of(faster(p -> true, 1 / 1.1))),
            new Kernel(
                    "receive compressed JSON (bare Inflater)",
                    "DeflateBenchmark",
                    "in",
                    "referenceIn",
                    List.of("inText"),
                    List.of(faster(p -> true, 1 / 1.1))));

    private static Target faster(Predicate<String> applies, double minSpeed) {
        return new Target(applies, minSpeed, false);
    }

    Target target(String parameters) {
        return targets.stream()
                .filter(t -> t.applies().test(parameters))
                .findFirst()
                .orElse(null);
    }
}
