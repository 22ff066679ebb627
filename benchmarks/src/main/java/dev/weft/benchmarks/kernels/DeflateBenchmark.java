package dev.weft.benchmarks.kernels;

import dev.weft.core.Connection;
import dev.weft.core.Deflate;
import dev.weft.core.DeflateParameters;
import dev.weft.core.Role;
import dev.weft.core.Workspace;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Sending and receiving compressed JSON by a {@link Connection}, framing included, against bare calls of {@link Deflater} and
 * {@link Inflater} for the same bytes; as binary messages, and received as text too, with validating and decoding.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DeflateBenchmark {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    @Param({"1024", "16384"})
    public int size;

    @Param({"true", "false"})
    public boolean takeover;

    private final Workspace workspace = new Workspace();
    private final Receiver receiver = new Receiver();
    private final Deflater deflater = new Deflater(6, true);
    private final Inflater inflater = new Inflater(true);
    private final byte[] plain = new byte[32 * 1024];
    private final byte[] compressed = new byte[32 * 1024];
    private final ByteBuffer wire = ByteBuffer.allocateDirect(128 * 1024);
    private Connection out;
    private Connection in;
    private byte[] utf8;
    private ByteBuffer binaryFrame;
    private ByteBuffer textFrame;
    private byte[] payload;

    @Setup
    public void connections() {
        out = connection(Role.SERVER, takeover);
        in = connection(Role.CLIENT, takeover);
        utf8 = Texts.utf8("json", size);
        // Made without context, and so readable in any.
        Connection alone = connection(Role.SERVER, false);
        alone.sendBinary(ByteBuffer.wrap(utf8));
        byte[] bytes = new byte[(int) alone.outputSize()];
        alone.peek(ByteBuffer.wrap(bytes));
        binaryFrame = ByteBuffer.wrap(bytes);
        textFrame = ByteBuffer.wrap(bytes.clone()).put(0, (byte) (bytes[0] ^ Frames.BINARY ^ Frames.TEXT));
        int header = (bytes[1] & 0x7F) < 126 ? 2 : 4;
        payload = Arrays.copyOfRange(bytes, header, bytes.length);
    }

    private Connection connection(Role role, boolean withContext) {
        Deflate how = Deflate.DEFAULT.contextTakeover(withContext);
        DeflateParameters agreed = new DeflateParameters(!withContext, !withContext, 15, 15);
        return new Connection(role, 1 << 20, workspace, how, agreed, receiver);
    }

    @Benchmark
    public int out() {
        out.sendBinary(ByteBuffer.wrap(utf8));
        int bytes = out.peek(wire.clear());
        out.consume(bytes);
        return bytes;
    }

    @Benchmark
    public int referenceOut() {
        if (!takeover) {
            deflater.reset();
        }
        deflater.setInput(utf8);
        return deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH);
    }

    @Benchmark
    public int in() {
        in.receive(binaryFrame.clear());
        return receiver.bytes;
    }

    @Benchmark
    public String inText() {
        in.receive(textFrame.clear());
        return receiver.text;
    }

    @Benchmark
    public int referenceIn() throws DataFormatException {
        if (!takeover) {
            inflater.reset();
        }
        inflater.setInput(payload);
        int bytes = inflater.inflate(plain);
        inflater.setInput(TAIL);
        return bytes + inflater.inflate(plain, bytes, plain.length - bytes);
    }
}
