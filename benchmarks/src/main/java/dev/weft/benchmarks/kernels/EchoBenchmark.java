package dev.weft.benchmarks.kernels;

import dev.weft.core.Connection;
import dev.weft.core.Role;
import dev.weft.core.Workspace;
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

/**
 * A server's whole work but for the socket, 16 messages to a read: receive, call the listener, send the same back, drain. With
 * the profiler "gc" it shows what a message allocates: a binary one nothing, a text its String.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(EchoBenchmark.MESSAGES)
public class EchoBenchmark {
    static final int MESSAGES = 16;

    @Param({"16", "64", "1024"})
    public int size;

    private final Receiver receiver = new Receiver();
    private final Connection connection = new Connection(Role.SERVER, 1 << 20, new Workspace(), receiver);
    private final ByteBuffer wire = ByteBuffer.allocateDirect(128 * 1024);
    private byte[] binary;
    private byte[] text;
    private ByteBuffer in;

    @Setup
    public void frames() {
        receiver.echo = connection;
        binary = Frames.repeat(Frames.masked(Frames.BINARY, new byte[size]), MESSAGES);
        text = Frames.repeat(Frames.masked(Frames.TEXT, Texts.utf8("ascii", size)), MESSAGES);
        in = ByteBuffer.allocate(64 * 1024);
    }

    @Benchmark
    public int binary() {
        return echo(binary);
    }

    @Benchmark
    public int text() {
        return echo(text);
    }

    /** What any server has to do: take the bytes in, and put them out. */
    @Benchmark
    public int reference() {
        in.clear().put(binary).flip();
        wire.clear().put(in);
        return wire.position();
    }

    private int echo(byte[] stream) {
        connection.receive(in.clear().put(stream).flip());
        int bytes = connection.peek(wire.clear());
        connection.consume(bytes);
        return bytes;
    }
}
