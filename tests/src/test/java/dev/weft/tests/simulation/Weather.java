package dev.weft.tests.simulation;

/** What the network of one world is like: how often it does what, in percent of the occasions. */
final class Weather {
    /** Nothing ever goes wrong: then every connection has to open, deliver and close well. */
    final boolean calm;

    /** Everything is encrypted. */
    final boolean secure;

    final long maxLatency;
    /** The most that one direction holds on its way, in bytes. */
    final int capacity;

    final double partialPercent;
    /** A socket that could takes nothing, or has nothing, this time. */
    final double nothingPercent;
    /** A selector tells of some only. */
    final double fewerPercent;
    /** A selector tells of what is not. */
    final double spuriousPercent;

    final double oversleepPercent;
    final double jumpPercent;
    final double refusePercent;
    final double hangPercent;
    final double atOncePercent;
    final double noFilePercent;
    final double faultPercent;

    Weather(Dice dice, boolean calm, boolean secure) {
        this.calm = calm;
        this.secure = secure;
        capacity = dice.percent(5)
                ? 1
                : dice.oneOf((int) dice.between(2, 200), (int) dice.between(200, 20_000), 200_000, 200_000, 1 << 20);
        // What is slow in both respects would not get through a handshake in time.
        maxLatency = dice.oneOf(
                0L,
                50 * Network.MICRO,
                (capacity < 2_000 ? 1 : 20) * Network.MILLI,
                (capacity < 20_000 ? 1 : 400) * Network.MILLI);
        partialPercent = dice.oneOf(0, 20, 90);
        nothingPercent = dice.oneOf(0, 0, 5);
        fewerPercent = dice.oneOf(0, 30);
        spuriousPercent = dice.oneOf(0, 0, 3);
        oversleepPercent = dice.oneOf(0, 20);
        jumpPercent = calm ? 0 : dice.oneOf(0, 0, 0, 1);
        refusePercent = calm ? 0 : dice.oneOf(0, 0, 10);
        hangPercent = calm ? 0 : dice.oneOf(0, 0, 10);
        atOncePercent = dice.oneOf(0, 20);
        noFilePercent = calm ? 0 : dice.oneOf(0, 0, 0, 10);
        faultPercent = calm ? 0 : dice.oneOf(0, 30, 60);
    }

    @Override
    public String toString() {
        return String.format(
                "%s%s, latency to %d us, capacity %d, partial %.0f%%, nothing %.0f%%, fewer %.0f%%, spurious %.0f%%,"
                        + " oversleep %.0f%%, jump %.0f%%, refuse %.0f%%, hang %.0f%%, at once %.0f%%, no file %.0f%%, fault %.0f%%",
                calm ? "calm" : "rough",
                secure ? ", secure" : "",
                maxLatency / Network.MICRO,
                capacity,
                partialPercent,
                nothingPercent,
                fewerPercent,
                spuriousPercent,
                oversleepPercent,
                jumpPercent,
                refusePercent,
                hangPercent,
                atOncePercent,
                noFilePercent,
                faultPercent);
    }
}
