package dev.weft.tests.simulation;

/** What an application throws, to see what comes of it. */
final class Mishap extends RuntimeException {
    private static final long serialVersionUID = 1;

    Mishap() {
        super("a mishap, on purpose", null, false, false);
    }

    static boolean isOne(Throwable thrown) {
        return thrown instanceof Mishap || thrown instanceof Disaster;
    }

    /** Not even an exception. */
    static final class Disaster extends Error {
        private static final long serialVersionUID = 1;

        Disaster() {
            super("a disaster, on purpose", null, false, false);
        }
    }
}
