/**
 * Micro-benchmarks of core, each with its naive form and the JDK's way in the same run. Start reading at
 * {@link dev.weft.benchmarks.kernels.KernelRun}.
 */
package dev.weft.benchmarks.kernels;
