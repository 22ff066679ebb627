package dev.weft.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own on certain cores, spoken to by lines; it ends when its input does. */
final class Child implements AutoCloseable {
    private static final long ANSWER_SECONDS = 60;

    private final String name;
    private final Process process;
    private final PrintStream in;
    private final BufferedReader out;

    Child(String name, String cores, List<String> jvmOptions, Class<?> main, List<String> args) throws IOException {
        this.name = name;
        List<String> command = new ArrayList<>(List.of("taskset", "-c", cores));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(args);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    long pid() {
        return process.pid(); // taskset becomes what it starts
    }

    void tell(String line) {
        in.println(line);
    }

    /** Waits for a line that starts so; what a library prints before is passed over. */
    String await(String prefix) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
        while (System.nanoTime() - end < 0) {
            if (!out.ready() && process.isAlive()) {
                pause();
                continue;
            }
            String line = out.readLine();
            if (line == null) {
                throw new IOException(name + " has ended");
            }
            if (line.startsWith("error ")) {
                throw new IOException(name + ": " + line.substring("error ".length()));
            }
            if (line.startsWith(prefix + ' ') || line.equals(prefix)) {
                return line.substring(prefix.length()).trim();
            }
        }
        throw new IOException(name + " says nothing for " + ANSWER_SECONDS + " s");
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        in.close();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
