package dev.weft.tls;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The memory of one read or write, shared by all connections: there are as many as threads were inside of TLS at once. Not a
 * ThreadLocal, since a loop may be turned by a new (virtual) thread each time.
 */
final class Scratch {
    /** Room for every record that the JDK lets pass, be it over the limit of RFC 8446 §5.2 (33,093 bytes). */
    static final int RECORD_BYTES = 40 * 1024;

    private static final int IN_BYTES = 64 * 1024;
    private static final ArrayDeque<Scratch> FREE = new ArrayDeque<>();

    /** Ciphertext that came. */
    final ByteBuffer in = ByteBuffer.allocate(IN_BYTES);
    /** Ciphertext to be sent. */
    final ByteBuffer out = ByteBuffer.allocate(RECORD_BYTES);

    private Scratch() {}

    static Scratch take() {
        Scratch scratch;
        synchronized (FREE) {
            scratch = FREE.poll();
        }
        if (scratch == null) {
            return new Scratch();
        }
        scratch.in.clear();
        scratch.out.clear();
        return scratch;
    }

    void giveBack() {
        synchronized (FREE) {
            FREE.push(this);
        }
    }
}
