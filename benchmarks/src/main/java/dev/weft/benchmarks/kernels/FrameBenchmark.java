package dev.weft.benchmarks.kernels;

import dev.weft.core.FrameParser;
import dev.weft.core.Role;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Parsing and unmasking small frames, 64 to a read; the reference copies the same bytes, header and all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FrameBenchmark.FRAMES)
public class FrameBenchmark {
    static final int FRAMES = 64;

    @Param({"16", "64", "125"})
    public int size;

    private final FrameParser parser = new FrameParser();
    private byte[] stream;
    private byte[] target;
    private ByteBuffer in;

    @Setup
    public void frames() {
        stream = Frames.repeat(Frames.masked(Frames.BINARY, new byte[size]), FRAMES);
        target = new byte[stream.length];
        in = ByteBuffer.wrap(stream);
    }

    /** The payload is masked one time and unmasked the next: the same work. */
    @Benchmark
    public int weft() {
        in.clear();
        int bytes = 0;
        while (parser.next(in, Role.SERVER, 0)) {
            bytes += parser.to() - parser.from();
        }
        return bytes;
    }

    /** As it is written down in the RFC: byte by byte, with a record for every frame. */
    @Benchmark
    public int naive() {
        int bytes = 0;
        for (int at = 0; at < stream.length; ) {
            NaiveFrame frame = NaiveFrame.parse(stream, at);
            for (int i = 0; i < frame.length; i++) {
                stream[frame.payload + i] ^= stream[frame.payload - 4 + (i & 3)];
            }
            bytes += frame.length;
            at = frame.payload + frame.length;
        }
        return bytes;
    }

    @Benchmark
    public byte[] reference() {
        for (int at = 0; at < stream.length; at += stream.length / FRAMES) {
            System.arraycopy(stream, at, target, at, stream.length / FRAMES);
        }
        return target;
    }

    private record NaiveFrame(boolean fin, int opcode, int payload, int length) {
        static NaiveFrame parse(byte[] bytes, int at) {
            int length = bytes[at + 1] & 0x7F;
            return new NaiveFrame((bytes[at] & 0x80) != 0, bytes[at] & 0xF, at + 6, length);
        }
    }
}
