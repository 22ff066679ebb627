package dev.weft.core;

import java.security.SecureRandom;

/**
 * Fresh masking keys: "the masking key MUST be derived from a strong source of entropy" and not be predictable from earlier
 * ones (RFC 6455 §5.3, §10.3). Drawn from {@link SecureRandom} many at a time, as a single draw costs more than a frame.
 */
final class MaskKeys {
    private static final int KEYS_PER_DRAW = 256;

    private final SecureRandom random = new SecureRandom();
    private final byte[] drawn = new byte[KEYS_PER_DRAW * Integer.BYTES];
    private int used = drawn.length;

    /** A key that has not been used before, and is not 0, which would mask nothing. */
    int next() {
        int key;
        do {
            if (used == drawn.length) {
                random.nextBytes(drawn);
                used = 0;
            }
            key = (int) Bytes.INT.get(drawn, used);
            used += Integer.BYTES;
        } while (key == 0);
        return key;
    }
}
