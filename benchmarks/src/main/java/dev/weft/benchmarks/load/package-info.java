/**
 * The comparison: {@link dev.weft.benchmarks.load.Comparison} runs it, {@link dev.weft.benchmarks.load.LoadClient} is the other
 * end of the servers. Nothing here uses Weft.
 */
package dev.weft.benchmarks.load;
