package dev.weft.tests;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An example program in a JVM of its own, as {@code java -jar weft-examples.jar} runs it. */
final class ExampleProcess implements AutoCloseable {
    private final Program program;
    private final URI uri;

    private ExampleProcess(Program program) throws InterruptedException {
        this.program = program;
        uri = program.listeningOn();
    }

    /** Starts an example that is no server, or shall fail. */
    static Program start(String... arguments) throws IOException {
        return Program.start(Path.of("").toAbsolutePath(), command(arguments));
    }

    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // starts sooner
                "-cp",
                System.getProperty("java.class.path"),
                "dev.weft.examples.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts a server, on a free port unless the arguments name one; returns once it accepts connections. */
    static ExampleProcess serve(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!all.contains("--port")) {
            all.addAll(List.of("--port", "0"));
        }
        Program program = start(all.toArray(String[]::new));
        try {
            return new ExampleProcess(program);
        } catch (InterruptedException | RuntimeException | AssertionError e) {
            program.close();
            throw e;
        }
    }

    Program program() {
        return program;
    }

    /** As printed. */
    URI uri() {
        return uri;
    }

    URI uri(String path) {
        return uri.resolve(path);
    }

    int port() {
        return uri.getPort();
    }

    /** By SIGTERM; it has to exit with 0. */
    void stop() throws InterruptedException {
        program.stop();
    }

    @Override
    public void close() {
        program.close();
    }
}
