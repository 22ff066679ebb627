/** How fast Weft is: {@link dev.weft.benchmarks.Main} lists the commands. Not part of the engine. */
package dev.weft.benchmarks;
