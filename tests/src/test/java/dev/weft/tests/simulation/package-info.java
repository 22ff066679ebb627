/**
 * A world in one thread and one seed: the real event loop, server, client and TLS on a {@linkplain
 * dev.weft.tests.simulation.Network network} that is none, by a clock that is none. Start reading at {@link
 * dev.weft.tests.simulation.World}.
 */
package dev.weft.tests.simulation;
