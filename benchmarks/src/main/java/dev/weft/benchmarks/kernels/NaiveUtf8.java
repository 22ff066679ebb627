package dev.weft.benchmarks.kernels;

/** The automaton that validates byte by byte in most Java libraries: a table of character classes, a table of steps. */
final class NaiveUtf8 {
    private static final byte[] CLASSES = new byte[256];
    /** Rows by state (multiples of 12), columns by class; from the published automaton of Björn Höhrmann. */
    private static final byte[] STEPS = {
        0, 12, 24, 36, 60, 96, 84, 12, 12, 12, 48, 72,
        12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
        12, 0, 12, 12, 12, 12, 12, 0, 12, 0, 12, 12,
        12, 24, 12, 12, 12, 12, 12, 24, 12, 24, 12, 12,
        12, 12, 12, 12, 12, 12, 12, 24, 12, 12, 12, 12,
        12, 24, 12, 12, 12, 12, 12, 12, 12, 24, 12, 12,
        12, 12, 12, 12, 12, 12, 12, 36, 12, 36, 12, 12,
        12, 36, 12, 12, 12, 12, 12, 36, 12, 36, 12, 12,
        12, 36, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
    };

    static {
        fill(0x80, 0x8F, 1);
        fill(0x90, 0x9F, 9);
        fill(0xA0, 0xBF, 7);
        fill(0xC0, 0xC1, 8);
        fill(0xC2, 0xDF, 2);
        fill(0xE0, 0xE0, 10);
        fill(0xE1, 0xEF, 3);
        fill(0xED, 0xED, 4);
        fill(0xF0, 0xF0, 11);
        fill(0xF1, 0xF3, 6);
        fill(0xF4, 0xF4, 5);
        fill(0xF5, 0xFF, 8);
    }

    private NaiveUtf8() {}

    private static void fill(int from, int to, int value) {
        for (int b = from; b <= to; b++) {
            CLASSES[b] = (byte) value;
        }
    }

    /** 0 for valid text. */
    static int validate(byte[] bytes, int from, int to) {
        int state = 0;
        for (int i = from; i < to; i++) {
            state = STEPS[state + CLASSES[bytes[i] & 0xFF]];
        }
        return state;
    }
}
