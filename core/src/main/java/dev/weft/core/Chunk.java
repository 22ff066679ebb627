package dev.weft.core;

import java.nio.ByteBuffer;

/** A stretch of output: a pooled array being filled, or a whole array that somebody else also reads. */
final class Chunk {
    final byte[] bytes;
    /** Null for an array that is shared, and so never written to nor pooled. */
    final ByteBuffer buffer;

    int start;
    int end;
    Chunk next;

    private Chunk(byte[] bytes, ByteBuffer buffer, int end) {
        this.bytes = bytes;
        this.buffer = buffer;
        this.end = end;
    }

    static Chunk pooled(int capacity) {
        byte[] bytes = new byte[capacity];
        return new Chunk(bytes, ByteBuffer.wrap(bytes), 0);
    }

    static Chunk shared(byte[] bytes) {
        return new Chunk(bytes, null, bytes.length);
    }

    boolean isPooled() {
        return buffer != null;
    }

    int room() {
        return isPooled() ? bytes.length - end : 0;
    }
}
