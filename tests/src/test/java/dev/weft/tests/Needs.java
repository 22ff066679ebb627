package dev.weft.tests;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What tests need of the machine: they are skipped where it is missing, with a line that says what to install. */
final class Needs {
    private static final List<Path> CHROMIUM = List.of(
            Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"));

    private static final List<Path> NGINX = List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/bin/nginx"));

    private Needs() {}

    /** The browser's program. */
    static String chromium() {
        return CHROMIUM.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseGet(() -> abort("no Chromium here: apt-get install chromium"));
    }

    /** The folder of the peers, with their packages. */
    static Path nodePeers() {
        assumeTrue(runs("node", "--version"), "no Node.js here: apt-get install nodejs npm");
        Path peers = peers();
        assumeTrue(
                Files.isDirectory(peers.resolve("node_modules/ws")),
                "no packages of the Node.js peers here: npm ci --prefix tests/peers");
        return peers;
    }

    /** The folder of the peers, whose package is there. */
    static Path pythonPeers() {
        assumeTrue(
                runs("/usr/bin/python3", "-c", "import websockets"),
                "no python3-websockets here: apt-get install python3-websockets");
        return peers();
    }

    static void openssl() {
        assumeTrue(runs("openssl", "version"), "no openssl here: apt-get install openssl");
    }

    /** The program, which may not be in an ordinary user's PATH. */
    static String nginx() {
        return NGINX.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseGet(() -> abort("no nginx here: apt-get install nginx-light"));
    }

    static void curl() {
        assumeTrue(runs("curl", "--version"), "no curl here: apt-get install curl");
    }

    /** So many sockets and files open in this JVM. */
    static void fileDescriptors(long count) {
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.UnixOperatingSystemMXBean system) {
            assumeTrue(
                    system.getMaxFileDescriptorCount() >= count,
                    "too few file descriptors, " + system.getMaxFileDescriptorCount() + ": ulimit -n " + count);
        }
    }

    private static Path peers() {
        return Path.of("peers").toAbsolutePath();
    }

    private static boolean runs(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
