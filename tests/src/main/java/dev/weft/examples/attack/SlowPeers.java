package dev.weft.examples.attack;

import static dev.weft.examples.attack.Peer.frame;

import dev.weft.core.Opcode;
import dev.weft.examples.attack.Attack.Outcome;
import dev.weft.examples.attack.Attack.Trial;
import dev.weft.examples.attack.Attack.Verdict;
import java.util.List;
import java.util.concurrent.Callable;

/** Peers that keep a server waiting: it should cut them off at a deadline. */
final class SlowPeers {
    private final Target target;
    private final int seconds;

    SlowPeers(Target target, int seconds) {
        this.target = target;
        this.seconds = seconds;
    }

    List<Trial> trials() {
        return List.of(
                waits("connection that says nothing", () -> new Peer(target.connectPlain())),
                waits("half a request", () -> {
                    Peer peer = new Peer(target.connect());
                    peer.send(target.head().substring(0, 30));
                    return peer;
                }),
                waits("request of a byte a second", () -> {
                    Peer peer = new Peer(target.connect());
                    peer.drip(target.head("X: " + "y".repeat(seconds)).getBytes(), 1_000);
                    return peer;
                }),
                waits("peer that closes and does not end TCP", () -> {
                    Peer peer = target.open();
                    peer.send(frame(true, 0, Opcode.CLOSE, Frames.hex("03e8")));
                    return peer;
                }),
                waits("peer that ends its output inside a frame", () -> {
                    Peer peer = target.open();
                    peer.send(Frames.hex("82"));
                    peer.isTaken();
                    peer.endOutput();
                    return peer;
                }));
    }

    private Trial waits(String name, Callable<Peer> opening) {
        return new Trial(name, "is cut off", () -> {
            long start = System.nanoTime();
            try (Peer peer = opening.call()) {
                boolean ends = peer.endsWithin(seconds);
                long after = Math.round((System.nanoTime() - start) / 1e9);
                return ends
                        ? new Outcome(Verdict.OK, "cuts it off after " + after + " s")
                        : new Outcome(Verdict.ODD, "still waits after " + after + " s");
            }
        });
    }
}
