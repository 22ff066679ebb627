package dev.weft.benchmarks.kernels;

import dev.weft.core.Utf8Validator;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
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

/** UTF-8 validation of 16 KiB, against a byte-at-a-time automaton, the JDK's decoder, and a new String. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Utf8Benchmark {
    static final int SIZE = 16 * 1024;

    @Param({"ascii", "latin", "cyrillic", "cjk", "emoji", "json"})
    public String script;

    private byte[] bytes;
    private final CharBuffer chars = CharBuffer.allocate(SIZE);
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);

    /** Every script is seen first, as in an engine. */
    @Setup
    public void warmUpMixed() {
        for (String each : new String[] {"ascii", "latin", "cyrillic", "cjk", "emoji", "json"}) {
            bytes = Texts.utf8(each, SIZE);
            for (int i = 0; i < 300; i++) {
                if (weft() != Utf8Validator.ACCEPT || !decoder() || naive() != 0) {
                    throw new IllegalStateException("sample is not UTF-8: " + each);
                }
            }
        }
        bytes = Texts.utf8(script, SIZE);
    }

    @Benchmark
    public int weft() {
        return Utf8Validator.validate(Utf8Validator.ACCEPT, bytes, 0, bytes.length);
    }

    @Benchmark
    public int naive() {
        return NaiveUtf8.validate(bytes, 0, bytes.length);
    }

    @Benchmark
    public boolean decoder() {
        decoder.reset();
        return !decoder.decode(ByteBuffer.wrap(bytes), chars.clear(), true).isError();
    }

    @Benchmark
    public String reference() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
