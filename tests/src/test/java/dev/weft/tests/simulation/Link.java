package dev.weft.tests.simulation;

import dev.weft.core.Role;
import java.net.URI;

/** A connection as the applications at its ends see it. */
final class Link {
    final int number;
    final Party client;
    final Party server;
    private final World world;
    /** Nobody guesses it, nor does a garbled byte make it. */
    private final String token;
    /** Null until the server has accepted it. */
    Cable cable;

    Link(World world, int number) {
        this.world = world;
        this.number = number;
        token = number + "-" + Long.toHexString(world.network.dice.any());
        client = new Party(world, this, Role.CLIENT, world.clientSettings);
        server = new Party(world, this, Role.SERVER, world.serverSettings);
        client.meets(server);
        server.meets(client);
    }

    URI uri(String scheme, int port) {
        return URI.create(scheme + "://127.0.0.1:" + port + "/link?" + token);
    }

    boolean isAt(String target) {
        return target.equals("/link?" + token);
    }

    /** Whether what arrives may be something else than what was sent; TLS would notice. */
    boolean isGarbled() {
        return cable != null && cable.happened() == Cable.Fault.GARBLE && !world.network.weather.secure;
    }
}
