package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.BlockingWebSocket.Binary;
import dev.weft.nio.BlockingWebSocket.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example broadcast. */
@Timeout(60)
class BroadcastExampleTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static void assertAllReceive(List<BlockingWebSocket> all, BlockingWebSocket.Message message)
            throws IOException {
        for (BlockingWebSocket ws : all) {
            assertEquals(message, ws.receive(SOON));
        }
    }

    private static void broadcasts(String... options) throws Exception {
        try (ExampleProcess broadcast = ExampleProcess.serve(options)) {
            List<BlockingWebSocket> all = new ArrayList<>();
            for (String path : List.of("/", "/a", "/b/c", "/")) {
                all.add(BlockingWebSocket.connect(broadcast.uri(path)));
                // Now it is known to be open on the server as well.
                all.get(all.size() - 1).send("here");
                assertAllReceive(all, new Text("here"));
            }
            ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3});
            all.get(1).send(bytes);
            assertAllReceive(all, new Binary(bytes));
            for (int i = 0; i < 10; i++) {
                all.get(2).send("number " + i);
            }
            for (int i = 0; i < 10; i++) {
                assertAllReceive(all, new Text("number " + i));
            }
            all.remove(0).close();
            all.get(0).send("without the first");
            assertAllReceive(all, new Text("without the first"));
            broadcast.stop();
            assertAllReceive(all, null);
            for (BlockingWebSocket ws : all) {
                assertEquals(1001, ws.closeEvent().code());
                ws.close();
            }
        }
    }

    @Test
    void everyMessageReachesEveryConnectionTheSendersIncluded() throws Exception {
        broadcasts("broadcast");
    }

    @Test
    void connectionsOfSeveralLoopsHearEachOther() throws Exception {
        broadcasts("broadcast", "--loops", "2");
    }

    @Test
    void severalLargeMessagesInARowReachEveryone() throws Exception {
        try (ExampleProcess broadcast = ExampleProcess.serve("broadcast", "--max-message", "16777216");
                Wire one = Wire.client(broadcast.port());
                Wire two = Wire.client(broadcast.port())) {
            for (Wire wire : List.of(one, two)) {
                wire.send(Frame.ping("open?"));
                assertEquals(Frame.pong("open?"), wire.receive());
            }
            Frame[] messages = IntStream.range(0, 6)
                    .mapToObj(i -> Frame.binary(LargeCases.payload((8 << 20) + i)))
                    .toArray(Frame[]::new);
            one.send(messages);
            for (Frame message : messages) {
                assertEquals(message, one.receive());
            }
            for (Frame message : messages) {
                assertEquals(message, two.receive());
            }
        }
    }
}
