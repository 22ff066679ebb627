package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example that attacks a server: Weft survives it, and it sees a server that does not. */
@Timeout(120)
class AttackExampleTest {
    @Test
    void theEchoSurvivesEverything(@TempDir Path folder) throws Exception {
        DevCertificate certificate = DevCertificate.in(folder);
        try (ExampleProcess plain = ExampleProcess.serve("echo");
                ExampleProcess secure = ExampleProcess.serve(
                        "echo",
                        "--no-deflate",
                        "--tls-cert",
                        certificate.certificate().toString(),
                        "--tls-key",
                        certificate.key().toString());
                Program onPlain = ExampleProcess.start("attack", plain.uri().toString());
                Program onSecure = ExampleProcess.start("attack", secure.uri().toString())) {
            assertSurvived(onPlain, 0);
            assertSurvived(onSecure, 8);
            assertEquals(List.of(), plain.program().errors());
            assertEquals(List.of(), secure.program().errors());
        }
    }

    private static void assertSurvived(Program attack, int notTried) throws InterruptedException {
        List<String> table = new ArrayList<>();
        String line;
        do {
            line = attack.line();
            table.add(line);
        } while (!line.endsWith(" not tried"));
        String whole = String.join("\n", table);
        assertTrue(line.matches("\\d+ ok, 0 odd, 0 bad, " + notTried + " not tried"), whole);
        assertEquals(0, attack.exitCode(), whole);
    }

    @Test
    void aServerThatTakesEverythingIsBad() throws Exception {
        try (ServerSocket listening = serve(false);
                Program attack = attack(listening, "16-bit length|single bytes")) {
            assertEquals(1, attack.exitCode());
            assertLine(attack, "bad  16-bit length of 5 .* goes on");
            assertLine(attack, "ok   frame in single bytes .* goes on");
            assertLine(attack, "1 ok, 0 odd, 1 bad, 0 not tried");
        }
    }

    @Test
    void aServerThatDoesNotSurviveIsBad() throws Exception {
        try (ServerSocket listening = serve(true);
                Program attack = attack(listening, "text inside a message")) {
            assertEquals(1, attack.exitCode());
            assertLine(attack, "bad  text inside a message .* without a Close frame; AFTERWARDS IT DOES NOT ANSWER");
        }
    }

    private static Program attack(ServerSocket listening, String only) throws IOException {
        URI uri = URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/");
        return ExampleProcess.start("attack", uri.toString(), "--only", only);
    }

    private static void assertLine(Program attack, String pattern) {
        assertTrue(
                attack.output().stream().anyMatch(line -> line.matches(pattern)),
                () -> pattern + " in " + String.join("\n", attack.output()));
    }

    /** A server that answers pings and looks at nothing else, unless a message is too much for it. */
    private static ServerSocket serve(boolean fragile) throws IOException {
        ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(() -> {
            while (true) {
                Wire wire = Wire.accept(listening);
                if (listening.isClosed()) { // a call of accept under way may still take one
                    wire.close();
                    return;
                }
                daemon(() -> answerPings(wire, fragile ? listening : null));
            }
        });
        return listening;
    }

    private static void answerPings(Wire wire, ServerSocket ended) throws IOException {
        try (wire) {
            for (Frame frame = wire.receive(); frame != null; frame = wire.receive()) {
                if (frame.opcode() == Frame.PING) {
                    wire.send(new Frame(true, 0, Frame.PONG, frame.payload()));
                } else if (ended != null) {
                    ended.close();
                    return;
                }
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // the test is over, or the attack
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
