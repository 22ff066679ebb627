package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that are legal one by one, and together would take far more than the server's heap. */
@Timeout(120)
class SmallHeapTest {
    private static final int PEERS = 300;
    private static final int UNFINISHED = 900_000;

    @Test
    void serverLivesOnWithManyUnfinishedMessages() throws Exception {
        List<String> java = ExampleProcess.command("echo", "--port", "0");
        Collections.replaceAll(java, "-Xmx512m", "-Xmx64m");
        try (Program server = Program.start(Path.of("").toAbsolutePath(), java)) {
            int port = server.listeningOn().getPort();
            List<Wire> peers = new ArrayList<>();
            Frame frame = Frame.continuation(false, new byte[1_000_000]);
            Frame part = new Frame(false, 0, Frame.BINARY, frame.payload());
            int refused = 0;
            for (int i = 0; i < PEERS; i++) {
                try {
                    Wire peer = Wire.client(port);
                    peers.add(peer);
                    peer.sendPart(part, 0, UNFINISHED);
                } catch (java.io.IOException | AssertionError e) {
                    refused++; // 503, or failed with 1013 while it was sending
                }
            }
            peers.forEach(peer -> {
                try {
                    peer.close();
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertTrue(refused > PEERS / 2, refused + " were refused");
            Wire last = awaitPlace(port);
            last.send(Frame.text("alive"));
            assertEquals(Frame.text("alive"), last.next());
            last.close();
            server.stop();
            assertTrue(
                    server.errors().stream().noneMatch(line -> line.contains("OutOfMemory")),
                    () -> "errors: " + server.errors());
        }
    }

    /** The server sees the end of its peers when it comes to it. */
    private static Wire awaitPlace(int port) throws Exception {
        while (true) {
            try {
                return Wire.client(port);
            } catch (AssertionError refused) {
                Thread.onSpinWait();
            }
        }
    }
}
