package dev.weft.core;

/** What is in use. The tests run with a heap of 1 GiB, so that what is far too big also shows by its failure. */
final class Heap {
    private Heap() {}

    /** Reachable objects, in bytes, to some ten KiB: the least of a few looks, as other threads allocate too. */
    static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
