package dev.weft.tests.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** The bytes from one socket to the other: sent, on their way, arrived and not read yet. */
final class Direction {
    private final Network network;
    private final Cable cable;
    private final VirtualSocket from;
    private final VirtualSocket to;
    /** In the order of sending. */
    private final Queue<ByteBuffer> segments = new ArrayDeque<>();
    /** How much of the segments has arrived. */
    private int arrived;
    /** Bytes that were sent and not read. */
    private int held;

    private long latestArrival;
    private boolean endSent;
    private boolean endArrived;
    /** What is sent from here on does not arrive. */
    private boolean dead;
    /** Nor does what is on its way. */
    private boolean stopped;

    private long sent;
    private Cable.Fault planned;
    private long plannedAt;

    Direction(Network network, Cable cable, VirtualSocket from, VirtualSocket to) {
        this.network = network;
        this.cable = cable;
        this.from = from;
        this.to = to;
    }

    void plan(Cable.Fault fault, long atByte) {
        planned = fault;
        plannedAt = atByte;
    }

    // ---------------------------------------------------------------- the sender's end

    int room() {
        return network.weather.capacity - held;
    }

    boolean isEndSent() {
        return endSent;
    }

    /** Takes bytes from the source, as many as there is room for, perhaps fewer. */
    byte[] send(ByteBuffer source) {
        byte[] taken = new byte[network.someOf(Math.min(source.remaining(), room()))];
        source.get(taken);
        held += taken.length;
        long before = sent;
        sent += taken.length;
        if (planned == null || sent <= plannedAt || taken.length == 0) {
            pass(taken, taken.length);
            return taken;
        }
        Cable.Fault fault = planned;
        planned = null;
        int at = (int) Math.max(0, plannedAt - before);
        if (fault == Cable.Fault.GARBLE) {
            byte[] garbled = taken.clone();
            garbled[at] ^= (byte) (1 + network.dice.below(255));
            onArrival(() -> cable.happen(fault, this)); // is known before it can be read
            pass(garbled, garbled.length);
        } else {
            pass(taken, at);
            onArrival(() -> cable.happen(fault, this));
            dead = true;
        }
        return taken;
    }

    private void pass(byte[] bytes, int size) {
        if (size > 0 && !dead) {
            segments.add(ByteBuffer.wrap(bytes, 0, size));
            onArrival(() -> arrive(size));
        }
    }

    void sendEnd() {
        if (!endSent) {
            endSent = true;
            if (!dead) {
                onArrival(() -> endArrived |= !stopped);
            }
        }
    }

    /** In order, after what was sent before. */
    private void onArrival(Runnable what) {
        latestArrival = Math.max(latestArrival, network.time() + network.latency());
        network.agenda.add(latestArrival, what);
    }

    // ---------------------------------------------------------------- the receiver's end

    private void arrive(int size) {
        if (stopped) {
            return;
        }
        arrived += size;
        if (to.isReleased()) {
            to.answerByReset();
        }
    }

    int readable() {
        return arrived;
    }

    boolean isEndReadable() {
        return endArrived && arrived == 0;
    }

    /** Moves bytes that have arrived to the target, as many as there is room for, perhaps fewer. */
    int receive(ByteBuffer target) {
        int size = network.someOf(Math.min(arrived, target.remaining()));
        for (int left = size; left > 0; ) {
            ByteBuffer segment = segments.peek();
            int part = Math.min(left, segment.remaining());
            target.put(segment.slice(segment.position(), part));
            segment.position(segment.position() + part);
            if (!segment.hasRemaining()) {
                segments.poll();
            }
            left -= part;
        }
        arrived -= size;
        held -= size;
        return size;
    }

    // ---------------------------------------------------------------- faults

    /** What follows is lost, and the receiver sees the end. */
    void cut() {
        dead = true;
        endArrived = true;
    }

    /** What is sent from here on fills up the sender's buffer. */
    void vanish() {
        dead = true;
    }

    /** What has not arrived never will. */
    void stop() {
        dead = true;
        stopped = true;
    }

    /** Nor is there anything that has. */
    void clear() {
        stop();
        segments.clear();
        arrived = 0;
    }

    @Override
    public String toString() {
        return from + " to " + to;
    }
}
