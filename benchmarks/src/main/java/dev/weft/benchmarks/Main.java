package dev.weft.benchmarks;

import dev.weft.benchmarks.kernels.DeflateSizes;
import dev.weft.benchmarks.kernels.KernelRun;
import dev.weft.benchmarks.load.Comparison;
import java.util.Arrays;

/** {@code java -jar weft-benchmarks.jar COMMAND [options]}. */
public final class Main {
    private static final String USAGE = """
            usage: weft-benchmarks COMMAND [options]
              kernels [--quick] [--only REGEX]   micro-benchmarks of core, with the targets
              sizes                              compressed sizes against zlib's, by window bits
              servers [--quick] [--servers a,b] [--scenarios S1,S2] [--rounds N] [--strace] [--deflate] [--tls]
                                                 whole servers, side by side
            """;

    private Main() {}

    public static void main(String[] args) throws Exception {
        String command = args.length == 0 ? "" : args[0];
        String[] options = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        switch (command) {
            case "kernels" -> KernelRun.run(options);
            case "servers" -> Comparison.run(options);
            case "sizes" -> DeflateSizes.run();
            default -> {
                System.err.print(USAGE);
                System.exit(2);
            }
        }
    }
}
