package dev.weft.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Processor time, as the operating system counts it. */
final class Cpu {
    private static final long NANOS_PER_TICK = 10_000_000;

    private Cpu() {}

    /** Of all threads of a process, user and system, in nanoseconds. */
    static long ofProcess(long pid) throws IOException {
        long nanos = 0;
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                nanos += ofThread(task);
            }
        }
        return nanos > 0 ? nanos : ticksOfProcess(pid) * NANOS_PER_TICK;
    }

    private static long ofThread(Path task) {
        try {
            return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
        } catch (IOException e) {
            return 0; // the thread has ended, or the kernel does not count so
        }
    }

    private static long ticksOfProcess(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]); // utime and stime
    }

    /** Of everything on the machine, time stolen by its host included, in nanoseconds; in steps of 10 ms. */
    static long ofMachine() throws IOException {
        String[] fields = firstLine().trim().split(" +");
        long ticks = 0;
        for (int i : List.of(1, 2, 3, 6, 7, 8)) { // user, nice, system, irq, softirq, steal
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * NANOS_PER_TICK;
    }

    private static String firstLine() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            return lines.findFirst().orElseThrow();
        }
    }
}
