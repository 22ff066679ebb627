package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server in a process that may open few files. */
@Timeout(120)
class FileDescriptorsTest {
    private static final int LIMIT = 120;

    private static void assertEcho(Wire wire) throws Exception {
        wire.send(Frame.text("alive"));
        assertEquals(Frame.text("alive"), wire.next());
    }

    @Test
    void serverThatRunsOutOfThemSaysSoOnceAndGoesOnWhenThereAreSomeAgain() throws Exception {
        List<String> java = ExampleProcess.command("echo", "--port", "0");
        List<String> limited = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + LIMIT + " && exec \"$@\"", "sh"));
        limited.addAll(java);
        try (Program server = Program.start(Path.of("").toAbsolutePath(), limited)) {
            int port = server.listeningOn().getPort();
            try (Wire first = Wire.client(port)) {
                assertEcho(first); // and what is needed is loaded: a class, too, is a file
            }
            Wire early = Wire.client(port);
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < LIMIT; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            server.errorLine("WARNING: accepting failed");
            assertEcho(early);
            for (Socket socket : sockets.subList(0, 2 * LIMIT / 3)) {
                socket.close();
            }
            for (Socket socket : sockets.subList(2 * LIMIT / 3, LIMIT)) {
                try (Wire late = Wire.client(socket)) {
                    assertEcho(late);
                }
            }
            assertEcho(early);
            early.close();
            server.stop();
            assertTrue(
                    server.errors().stream().noneMatch(line -> line.startsWith("WARNING")),
                    () -> "nothing more: " + server.errors());
        }
    }
}
