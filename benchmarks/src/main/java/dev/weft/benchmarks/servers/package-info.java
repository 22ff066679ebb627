/**
 * The servers that are compared, each in a process of its own ({@link dev.weft.benchmarks.servers.ServerMain}), written the way
 * that its documentation suggests for an echo and a broadcast.
 */
package dev.weft.benchmarks.servers;
