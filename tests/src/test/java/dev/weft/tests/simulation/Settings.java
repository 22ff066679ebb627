package dev.weft.tests.simulation;

import dev.weft.core.Deflate;
import dev.weft.nio.Limits;
import java.time.Duration;

/** What a server or a client is made with. Times are in nanoseconds. */
final class Settings {
    final long connect;
    final long handshake;
    /** 0 for never. */
    final long ping;

    final long pong;
    /** 0 for ever. */
    final long idle;

    final long close;
    final int maxMessage;
    final Limits limits;
    /** Null for no compression. */
    final Deflate deflate;

    Settings(Dice dice, boolean calm, boolean compressed) {
        long ample = 3_600 * Network.SECOND;
        connect = calm ? ample : dice.oneOf(20 * Network.MILLI, Network.SECOND, 10 * Network.SECOND);
        handshake = calm ? ample : dice.oneOf(100 * Network.MILLI, Network.SECOND, 10 * Network.SECOND);
        ping = dice.oneOf(0L, 0L, 100 * Network.MILLI, 5 * Network.SECOND, 20 * Network.SECOND);
        pong = calm ? ample : dice.oneOf(50 * Network.MILLI, 5 * Network.SECOND, 20 * Network.SECOND);
        idle = calm ? 0 : dice.oneOf(0L, 0L, 0L, 500 * Network.MILLI, 5 * Network.SECOND);
        close = calm ? ample : dice.oneOf(50 * Network.MILLI, Network.SECOND, 5 * Network.SECOND);
        maxMessage = calm ? 1 << 20 : dice.oneOf(100, 1 << 20, 1 << 20);
        boolean refuses = dice.percent(50);
        limits = Limits.DEFAULT
                .connectTimeout(Duration.ofNanos(connect))
                .handshakeTimeout(Duration.ofNanos(handshake))
                .pingInterval(Duration.ofNanos(ping))
                .pongTimeout(Duration.ofNanos(pong))
                .idleTimeout(Duration.ofNanos(idle))
                .closeTimeout(Duration.ofNanos(close))
                .maxMessage(maxMessage)
                .sendQueue(calm && !refuses ? 1L << 40 : dice.oneOf(0, 300, 20_000, 4 << 20))
                .sendOverflow(refuses ? Limits.Overflow.REFUSE : Limits.Overflow.TERMINATE);
        deflate = !compressed || dice.percent(5)
                ? null
                : Deflate.DEFAULT
                        .level(dice.oneOf(1, 6))
                        .threshold((int) dice.skewed(300))
                        .contextTakeover(dice.percent(70))
                        .windowBits(dice.oneOf(8, 11, 15, 15, 15));
    }

    @Override
    public String toString() {
        return String.format(
                "connect %d ms, handshake %d ms, ping %d ms, pong %d ms, idle %d ms, close %d ms, largest message %d, %s",
                connect / Network.MILLI,
                handshake / Network.MILLI,
                ping / Network.MILLI,
                pong / Network.MILLI,
                idle / Network.MILLI,
                close / Network.MILLI,
                maxMessage,
                deflate == null ? "plain" : "compressed");
    }
}
