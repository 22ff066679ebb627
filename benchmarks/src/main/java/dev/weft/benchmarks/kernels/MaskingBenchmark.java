package dev.weft.benchmarks.kernels;

import dev.weft.core.Masking;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Masking in place, against System.arraycopy of the same size and a loop over bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MaskingBenchmark {
    private static final int[] MIXED_SIZES = {1, 7, 16, 23, 48, 64, 125, 300, 1024, 4096, 16384};

    @Param({"16", "125", "1024", "16384"})
    public int size;

    @Param({"0", "3", "6"})
    public int offset;

    private byte[] bytes;
    private byte[] target;

    /** Sizes are mixed first: in an engine the JIT compiles the kernel with the profile of all of them. */
    @Setup
    public void warmUpMixed() {
        bytes = new byte[32 * 1024];
        target = new byte[32 * 1024];
        for (int round = 0; round < 40_000; round++) {
            int length = MIXED_SIZES[round % 10 == 0 ? round / 10 % MIXED_SIZES.length : round % 7];
            Masking.apply(bytes, round % 9, round % 9 + length, 0x37FA213D);
        }
    }

    @Benchmark
    public int weft() {
        return Masking.apply(bytes, offset, offset + size, 0x37FA213D);
    }

    @Benchmark
    public byte[] naive() {
        return naive(bytes, offset, offset + size, 0x37FA213D);
    }

    @Benchmark
    public byte[] reference() {
        System.arraycopy(bytes, offset, target, offset, size);
        return target;
    }

    private static byte[] naive(byte[] bytes, int from, int to, int key) {
        for (int i = from; i < to; i++) {
            bytes[i] ^= (byte) (key >>> 24 - ((i - from & 3) << 3));
        }
        return bytes;
    }
}
