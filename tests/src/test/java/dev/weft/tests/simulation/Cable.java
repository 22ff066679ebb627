package dev.weft.tests.simulation;

/** What connects two sockets, and what happens to it. */
final class Cable {
    /** What may happen at a certain byte of a direction. */
    enum Fault {
        /** Both sides are told that the connection is gone. */
        RESET,
        /** The receiver sees the end of the stream; what follows is lost. */
        END,
        /** Nothing passes any more, in either direction, and nobody is told. */
        VANISH,
        /** The byte arrives as another one. */
        GARBLE
    }

    private final Network network;
    final VirtualSocket client;
    final VirtualSocket server;
    /** What has happened; null for nothing. */
    private Fault happened;

    private long happenedAt;

    Cable(Network network, VirtualSocket client, VirtualSocket server) {
        this.network = network;
        this.client = client;
        this.server = server;
        Direction there = new Direction(network, this, client, server);
        Direction back = new Direction(network, this, server, client);
        client.connect(this, there, back);
        server.connect(this, back, there);
        if (network.dice.percent(network.weather.faultPercent)) {
            network.dice.oneOf(there, back).plan(network.dice.oneOf(Fault.values()), network.dice.skewed(6_000));
        }
    }

    /** Something happens now, between two bytes. */
    void strike(Fault fault) {
        if (happened == null && fault != Fault.GARBLE && fault != Fault.END) {
            happen(fault, null);
        }
    }

    /** Something happens to a direction, all of whose bytes up to here have arrived or will. */
    void happen(Fault fault, Direction where) {
        network.trace.add("%s - %s: %s", client, server, fault);
        happened = fault;
        happenedAt = network.steadyTime();
        switch (fault) {
            case RESET -> {
                client.reset();
                server.reset();
            }
            case END -> where.cut();
            case VANISH -> {
                client.out().vanish();
                server.out().vanish();
            }
            case GARBLE -> {}
        }
    }

    /** Null where all is well. */
    Fault happened() {
        return happened;
    }

    long happenedAt() {
        return happenedAt;
    }
}
