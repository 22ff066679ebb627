package dev.weft.core;

import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The deflaters and inflaters of a thread's connections: those that are shared, and the count of all that hold native memory. */
final class Zlib implements AutoCloseable {
    /** Raw DEFLATE, without zlib's header (RFC 7692 §7.2.1). */
    private static final boolean RAW = true;

    private final Deflater[] shared = new Deflater[10];
    /** What zlib takes outside of the heap, in bytes. */
    static final int DEFLATER_BYTES = 256 * 1024;

    private static final int INFLATER_BYTES = 40 * 1024;

    private Inflater spare;
    private int open;
    private int inflaters;

    /** Counts what connections hold; the spare one, and those that are shared, are not theirs. */
    private final Workspace workspace;

    Zlib(Workspace workspace) {
        this.workspace = workspace;
    }

    /** How many hold native memory. */
    int open() {
        return open;
    }

    Deflater newDeflater(int level) {
        open++;
        return new Deflater(level, RAW);
    }

    /** One without context, for a single message. */
    Deflater sharedDeflater(int level) {
        if (shared[level] == null) {
            shared[level] = newDeflater(level);
        } else {
            shared[level].reset();
        }
        return shared[level];
    }

    void end(Deflater deflater) {
        deflater.end();
        open--;
    }

    Inflater takeInflater() {
        Inflater inflater = spare;
        spare = null;
        if (inflater == null) {
            if (inflaters > 0) {
                workspace.claim(INFLATER_BYTES);
            }
            inflaters++;
            open++;
            return new Inflater(RAW);
        }
        inflater.reset();
        return inflater;
    }

    void giveBack(Inflater inflater) {
        if (spare == null) {
            spare = inflater;
        } else {
            inflater.end();
            open--;
            inflaters--;
            workspace.retain(-INFLATER_BYTES);
        }
    }

    @Override
    public void close() {
        for (int level = 0; level < shared.length; level++) {
            if (shared[level] != null) {
                end(shared[level]);
                shared[level] = null;
            }
        }
        if (spare != null) {
            spare.end();
            spare = null;
            open--;
            inflaters--;
        }
    }
}
