package dev.weft.core;

/** The last bytes of a stream: what compressed data may refer back to. A ring, so that adding costs what is added. */
final class Window {
    private final byte[] ring;
    /** Where the next byte goes. */
    private int next;

    private int size;

    Window(int bits) {
        ring = new byte[1 << bits];
    }

    void add(byte[] bytes, int from, int to) {
        int start = Math.max(from, to - ring.length);
        int length = to - start;
        int first = Math.min(length, ring.length - next);
        System.arraycopy(bytes, start, ring, next, first);
        System.arraycopy(bytes, start + first, ring, 0, length - first);
        next = (next + length) % ring.length;
        size = Math.min(ring.length, size + length);
    }

    void clear() {
        size = 0;
    }

    /** The last bytes, at most so many, in order. */
    byte[] last(int count) {
        byte[] bytes = new byte[Math.min(count, size)];
        int start = Math.floorMod(next - bytes.length, ring.length);
        int first = Math.min(bytes.length, ring.length - start);
        System.arraycopy(ring, start, bytes, 0, first);
        System.arraycopy(ring, 0, bytes, first, bytes.length - first);
        return bytes;
    }

    /** All that there is. */
    byte[] all() {
        return last(ring.length);
    }
}
