package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A child process that is talked to by lines, and never outlives its test. */
final class Program implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 60;
    private static final String LISTENING = "listening on ";
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Program::kill)));
    }

    private final Process process;
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();
    private final Thread outputReader;
    private final Thread errorReader;

    private Program(Process process) {
        this.process = process;
        RUNNING.add(process);
        outputReader = read(process.getInputStream(), output::add);
        errorReader = read(process.getErrorStream(), errors::add);
    }

    static Program start(Path folder, List<String> command) throws IOException {
        return new Program(
                new ProcessBuilder(command).directory(folder.toFile()).start());
    }

    static Program start(Path folder, String... command) throws IOException {
        return start(folder, List.of(command));
    }

    private static Thread read(InputStream stream, Consumer<String> sink) {
        Thread reader = new Thread(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                lines.lines().forEach(sink);
            } catch (IOException | UncheckedIOException e) {
                sink.accept("(" + e.getMessage() + ")"); // killed
            }
        });
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    /** The next line of its standard output. */
    String line() throws InterruptedException {
        return take(output);
    }

    private String take(BlockingQueue<String> lines) throws InterruptedException {
        String line = lines.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        return line != null ? line : fail("no line came; standard error: " + errors());
    }

    /** The next line of its standard error that begins so. */
    String errorLine(String beginning) throws InterruptedException {
        while (true) {
            String line = take(errors);
            if (line.startsWith(beginning)) {
                return line;
            }
        }
    }

    /** Where it says that it listens, in its first line. */
    URI listeningOn() throws InterruptedException {
        String line = line();
        if (!line.startsWith(LISTENING)) {
            fail("expected \"" + LISTENING + "\", got \"" + line + "\"");
        }
        return URI.create(line.substring(LISTENING.length()));
    }

    /** Writes a line to its standard input. */
    void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Sends SIGTERM and waits, but not for ever: for a program that deletes its temporary files at the end. */
    void end() {
        terminate();
        process.onExit()
                .completeOnTimeout(process, TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
        close();
    }

    /** Its exit code, once it has ended and all of its output is here. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            fail("it does not end");
        }
        outputReader.join(TIMEOUT_SECONDS * 1000L);
        errorReader.join(TIMEOUT_SECONDS * 1000L);
        return process.exitValue();
    }

    /** The lines of standard output that were not taken yet. */
    List<String> output() {
        return List.copyOf(output);
    }

    /** The lines of standard error that were not taken yet. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    /** Stops it in good order: it has to end with exit code 0. */
    void stop() throws InterruptedException {
        terminate();
        assertEquals(0, exitCode(), () -> "exit code after SIGTERM; standard error: " + errors());
    }

    @Override
    public void close() {
        kill(process);
        RUNNING.remove(process);
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
