package dev.weft.core;

/** Client-to-server masking (RFC 6455 §5.3): the same function masks and unmasks. */
public final class Masking {
    /** Above this the loop is worth aligning; and the two loops, being separate, keep their own JIT profiles. */
    private static final int LARGE = 256;

    private Masking() {}

    /**
     * XORs a stretch of payload with the masking key, in place: "octet i of the transformed data is the XOR of octet i of
     * the original data with octet at index i modulo 4 of the masking key".
     *
     * @param bytes holds the payload, changed in place
     * @param from first index
     * @param to end index
     * @param key the masking key in network byte order, turned so that it starts with the octet due at {@code from}
     * @return the key turned for the octet at {@code to}: pass it on for the payload's next stretch
     */
    public static int apply(byte[] bytes, int from, int to, int key) {
        if (key == 0) {
            return key;
        }
        int length = to - from;
        if (length >= LARGE) {
            large(bytes, from, to, key);
        } else if (length >= Long.BYTES) {
            small(bytes, from, to, key);
        } else {
            tail(bytes, from, to, key);
        }
        return advance(key, length);
    }

    /** The key for the octet {@code length} places further on. */
    private static int advance(int key, int length) {
        return Integer.rotateLeft(key, length << 3);
    }

    /** The key as eight octets in memory order. */
    private static long pattern(int key) {
        long octets = Integer.reverseBytes(key) & 0xFFFFFFFFL;
        return octets << 32 | octets;
    }

    /** The last eight octets are loaded before the loop changes some of them: no loop over single bytes at the end. */
    private static void small(byte[] bytes, int from, int to, int key) {
        int last = to - Long.BYTES;
        long lastWord = (long) Bytes.LONG_LE.get(bytes, last) ^ pattern(advance(key, last - from));
        long pattern = pattern(key);
        for (int i = from; i < last; i += Long.BYTES) {
            Bytes.LONG_LE.set(bytes, i, (long) Bytes.LONG_LE.get(bytes, i) ^ pattern);
        }
        Bytes.LONG_LE.set(bytes, last, lastWord);
    }

    /** Words at aligned addresses, in a loop plain enough to be vectorised by the JIT. */
    private static void large(byte[] bytes, int from, int to, int key) {
        int aligned = from + Long.BYTES - 1 & -Long.BYTES;
        tail(bytes, from, aligned, key);
        int phase = advance(key, aligned - from);
        long pattern = pattern(phase);
        int end = to & -Long.BYTES;
        for (int i = aligned; i < end; i += Long.BYTES) {
            Bytes.LONG_LE.set(bytes, i, (long) Bytes.LONG_LE.get(bytes, i) ^ pattern);
        }
        tail(bytes, end, to, phase);
    }

    private static void tail(byte[] bytes, int from, int to, int key) {
        int phase = key;
        for (int i = from; i < to; i++) {
            phase = Integer.rotateLeft(phase, 8);
            bytes[i] ^= (byte) phase;
        }
    }
}
