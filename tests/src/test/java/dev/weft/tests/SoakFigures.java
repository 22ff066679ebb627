package dev.weft.tests;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/** What a JVM takes of the machine, as one line of {@code name=value}. Memory is in KiB. */
final class SoakFigures {
    static final String HEAP = "heap";
    /** What the JVM itself has from the operating system beyond the heap, by its Native Memory Tracking. */
    static final String NATIVE = "native";
    /** All memory of the process, and so that of zlib too, which the JVM does not see. */
    static final String RESIDENT = "resident";

    static final String DIRECT = "direct";
    static final String FILES = "files";
    static final String THREADS = "threads";
    static final String CONNECTIONS = "connections";
    /** The only one that is not a level: milliseconds of processor time so far. */
    static final String CPU = "cpu";

    private static final Pattern COMMITTED = Pattern.compile("(Total:|Java Heap \\()[^\\n]*committed=(\\d+)KB");

    private SoakFigures() {}

    /** The figures of this JVM, after a full collection. */
    static Map<String, Long> now() throws IOException, JMException {
        System.gc();
        command("systemTrimNativeHeap");
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put(
                HEAP, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 10);
        figures.put(NATIVE, nativeMemory());
        figures.put(RESIDENT, resident());
        figures.put(
                DIRECT,
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                                .filter(pool -> pool.getName().equals("direct"))
                                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                                .sum()
                        >> 10);
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        figures.put(FILES, system.getOpenFileDescriptorCount());
        figures.put(THREADS, (long) ManagementFactory.getThreadMXBean().getThreadCount());
        figures.put(CPU, system.getProcessCpuTime() / 1_000_000);
        return figures;
    }

    /** What {@code jcmd VM.native_memory} says, less the heap. */
    private static long nativeMemory() throws JMException {
        Matcher committed = COMMITTED.matcher(command("vmNativeMemory", "summary"));
        Map<String, Long> found = new TreeMap<>();
        while (committed.find()) {
            found.put(committed.group(1), Long.parseLong(committed.group(2)));
        }
        return found.get("Total:") - found.get("Java Heap (");
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findAny()
                .orElseThrow();
    }

    /** A command of jcmd, in this JVM. */
    private static String command(String name, String... arguments) throws JMException {
        return (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        name,
                        arguments.length == 0 ? new Object[0] : new Object[] {arguments},
                        arguments.length == 0 ? new String[0] : new String[] {String[].class.getName()});
    }

    static String line(Map<String, Long> figures) {
        return figures.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(" "));
    }

    static Map<String, Long> parse(String line) {
        Map<String, Long> figures = new LinkedHashMap<>();
        Arrays.stream(line.split(" ")).map(figure -> figure.split("=")).forEach(figure -> {
            figures.put(figure[0], Long.parseLong(figure[1]));
        });
        return figures;
    }
}
