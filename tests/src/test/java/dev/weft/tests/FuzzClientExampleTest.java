package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.nio.Limits;
import dev.weft.nio.Upgrade;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example fuzz-client, against a small fuzzing server that follows the Autobahn convention. */
@Timeout(60)
class FuzzClientExampleTest {
    private static final int SIZE = 4 << 20;

    /** What happened, in its order. */
    private final List<String> log = new CopyOnWriteArrayList<>();

    private WebSocketServer server;

    @BeforeEach
    void start() throws IOException {
        server = WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .limits(Limits.DEFAULT.maxMessage(SIZE))
                .path("/getCaseCount", () -> new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket ws) {
                        log.add("count");
                        ws.send("4");
                        ws.close();
                    }
                })
                .path("/runCase", request -> {
                    log.add(request.http().query());
                    String number = request.http().query().replaceFirst("case=(\\d+).*", "$1");
                    return Upgrade.accept(new Case(Integer.parseInt(number)));
                })
                .path("/updateReports", request -> {
                    log.add("reports " + request.http().query());
                    return Upgrade.accept(new WebSocketListener() {
                        @Override
                        public void onOpen(WebSocket ws) {
                            ws.close();
                        }
                    });
                })
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Sends a message of one kind or another, and closes once the echo is here. */
    private final class Case implements WebSocketListener {
        private final int number;

        Case(int number) {
            this.number = number;
        }

        @Override
        public void onOpen(WebSocket ws) {
            switch (number) {
                case 1 -> ws.send("ünïcode");
                case 2 -> ws.send(ByteBuffer.allocate(SIZE));
                case 3 -> ws.send("leave me");
                default -> ws.close(4000, "");
            }
        }

        @Override
        public void onText(WebSocket ws, String text) {
            log.add("echo " + text);
            if (number == 3) {
                ws.terminate();
            } else {
                ws.close();
            }
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer data) {
            log.add("echo of " + data.remaining() + " bytes");
            ws.close();
        }
    }

    @Test
    void casesAreRunInOrderAndEchoed() throws Exception {
        String url = "ws://127.0.0.1:" + server.port();
        try (Program program = ExampleProcess.start("fuzz-client", url, "--agent", "me & you")) {
            assertEquals(0, program.exitCode(), () -> "standard error: " + program.errors());
            String agent = "agent=me+%26+you";
            assertEquals(
                    List.of(
                            "count",
                            "case=1&" + agent,
                            "echo ünïcode",
                            "case=2&" + agent,
                            "echo of " + SIZE + " bytes",
                            "case=3&" + agent,
                            "echo leave me",
                            "case=4&" + agent,
                            "reports " + agent),
                    log);
            assertEquals(
                    List.of("case 1 of 4: 1000", "case 2 of 4: 1000", "case 3 of 4: 1006", "case 4 of 4: 4000"),
                    program.output());
        }
    }

    @Test
    void withoutAServerItSaysSo() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        try (Program program = ExampleProcess.start("fuzz-client", "ws://127.0.0.1:" + port)) {
            assertNotEquals(0, program.exitCode());
            assertTrue(program.errors().get(0).contains("127.0.0.1:" + port), () -> "" + program.errors());
        }
    }
}
