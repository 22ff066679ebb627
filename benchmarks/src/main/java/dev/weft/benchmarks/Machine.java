package dev.weft.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * What figures depend on.
 *
 * @param cpu its model
 * @param cores how many
 * @param system kernel and its version
 * @param java the JVM's version
 * @param date of the run, UTC
 */
public record Machine(String cpu, int cores, String system, String java, String date) {
    public static Machine here() {
        return new Machine(
                cpuModel(),
                countCores(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                LocalDate.now(ZoneOffset.UTC).toString());
    }

    /** Feature version of the JVM that runs this. */
    public static int javaFeature() {
        return Runtime.version().feature();
    }

    /** Of the machine: the JVM may have been given fewer. */
    private static int countCores() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return (int) lines.filter(line -> line.startsWith("processor")).count();
        } catch (IOException e) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /** How busy the machine has been for a minute: well above 0, figures of wall-clock time mean little. */
    public static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String cpuModel() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    public String json() {
        return String.format(
                Locale.ROOT,
                "{\"cpu\": \"%s\", \"cores\": %d, \"system\": \"%s\", \"java\": \"%s\", \"date\": \"%s\"}",
                cpu,
                cores,
                system,
                java,
                date);
    }

    @Override
    public String toString() {
        return cpu + ", " + cores + " cores, " + system + ", " + java + ", " + date;
    }
}
