package dev.weft.benchmarks.kernels;

import dev.weft.core.Connection;
import dev.weft.core.Role;
import dev.weft.core.Workspace;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Text in and out of a {@link Connection}, framing included, against what the JDK offers for the text alone: {@code new String}
 * (which does not refuse bad UTF-8), and {@code getBytes} and a copy to the output.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TextBenchmark {
    @Param({"ascii", "latin", "cyrillic", "cjk", "emoji", "json"})
    public String script;

    @Param({"1024", "16384"})
    public int size;

    private final Workspace workspace = new Workspace();
    private final Receiver receiver = new Receiver();
    /** A client's, since frames from a server have no mask, which the receiver would change. */
    private final Connection in = new Connection(Role.CLIENT, 1 << 20, workspace, receiver);

    private final Connection out = new Connection(Role.SERVER, 1 << 20, workspace, receiver);
    private final ByteBuffer wire = ByteBuffer.allocateDirect(128 * 1024);
    private ByteBuffer frame;
    private byte[] utf8;
    private String text;

    @Setup
    public void texts() {
        for (String each : new String[] {"ascii", "latin", "cyrillic", "cjk", "emoji", "json"}) {
            use(each);
            for (int i = 0; i < 300; i++) {
                in();
                out();
            }
        }
        use(script);
    }

    private void use(String each) {
        utf8 = Texts.utf8(each, size);
        text = new String(utf8, StandardCharsets.UTF_8);
        frame = ByteBuffer.wrap(Frames.unmasked(Frames.TEXT, utf8));
    }

    @Benchmark
    public String in() {
        in.receive(frame.clear());
        return receiver.text;
    }

    @Benchmark
    public String referenceIn() {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    @Benchmark
    public int out() {
        out.sendText(text);
        int bytes = out.peek(wire.clear());
        out.consume(bytes);
        return bytes;
    }

    @Benchmark
    public ByteBuffer referenceOut() {
        return wire.clear().put(text.getBytes(StandardCharsets.UTF_8));
    }
}
