package dev.weft.benchmarks.kernels;

import dev.weft.core.Connection;
import dev.weft.core.Deflate;
import dev.weft.core.DeflateParameters;
import dev.weft.core.Role;
import dev.weft.core.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What compressed JSON comes to by window bits, against the real zlib's, which Python calls. With context takeover, so that the
 * window counts; every message after a sync flush, without its last four bytes.
 */
public final class DeflateSizes {
    private static final int MESSAGES = 64;
    private static final int MESSAGE_BYTES = 4096;
    private static final double TARGET_AT_12_BITS = 1.15;

    private static final String PYTHON = """
            import sys, zlib
            data = open(sys.argv[1], 'rb').read()
            size = int(sys.argv[2])
            for bits in range(8, 16):
                # zlib cannot make raw streams of 8 bits: it takes 9 instead.
                z = zlib.compressobj(6, zlib.DEFLATED, -max(bits, 9), 8)
                total = 0
                for at in range(0, len(data), size):
                    total += len(z.compress(data[at:at + size]) + z.flush(zlib.Z_SYNC_FLUSH)) - 4
                print(total)
            """;

    private DeflateSizes() {}

    public static void run() throws IOException, InterruptedException {
        byte[] json = Texts.utf8("json", MESSAGES * MESSAGE_BYTES + 3);
        byte[] input = java.util.Arrays.copyOf(json, MESSAGES * MESSAGE_BYTES);
        List<String> zlib = zlibSizes(input);
        System.out.printf("%d messages of %d bytes of JSON, level 6, context takeover%n", MESSAGES, MESSAGE_BYTES);
        System.out.println("bits   weft    zlib  ratio");
        for (int bits = 8; bits <= 15; bits++) {
            long weft = weftSize(input, bits);
            long real = Long.parseLong(zlib.get(bits - 8).trim());
            double ratio = (double) weft / real;
            String note = bits == 12
                    ? (ratio <= TARGET_AT_12_BITS ? "  ok, " : "  MISSED, ") + "at most " + TARGET_AT_12_BITS
                    : bits == 8 ? "  (zlib's raw streams have at least 9 bits)" : "";
            System.out.printf("%4d %6d  %6d  %5.2f%s%n", bits, weft, real, ratio, note);
        }
    }

    private static long weftSize(byte[] input, int bits) {
        Workspace workspace = new Workspace();
        Deflate how = Deflate.DEFAULT.contextTakeover(true).windowBits(bits);
        DeflateParameters agreed = new DeflateParameters(false, false, bits, bits);
        Connection connection = new Connection(Role.SERVER, 1 << 20, workspace, how, agreed, new Receiver());
        long total = 0;
        for (int at = 0; at < input.length; at += MESSAGE_BYTES) {
            connection.sendBinary(ByteBuffer.wrap(input, at, MESSAGE_BYTES));
            int frame = (int) connection.outputSize();
            total += frame - (frame <= 127 ? 2 : 4);
            connection.consume(frame);
        }
        connection.discard();
        workspace.close();
        return total;
    }

    private static List<String> zlibSizes(byte[] input) throws IOException, InterruptedException {
        Path file = Files.createTempFile("weft-sizes", ".json");
        try {
            Files.write(file, input);
            Process python = new ProcessBuilder(
                            "python3", "-c", PYTHON, file.toString(), Integer.toString(MESSAGE_BYTES))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String out = new String(python.getInputStream().readAllBytes());
            if (python.waitFor() != 0) {
                throw new IOException("python3 failed with " + python.exitValue());
            }
            return out.lines().toList();
        } finally {
            Files.delete(file);
        }
    }
}
