package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Weft and npm's ws, in both roles. */
class WsPeerTest extends PeerServers {

    @Override
    Program echoServer() throws IOException {
        return Program.start(Needs.nodePeers(), "node", "ws-echo-server.mjs");
    }

    @Override
    Program scriptedServer() throws IOException {
        return Program.start(Needs.nodePeers(), "node", "ws-scripted-server.mjs");
    }

    @Test
    void theClientIsContentWithWeftsServer() throws Exception {
        try (WebSocketServer server = WebSocketServer.builder()
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .subprotocols("weft.v1")
                        .path("/", EchoListener::new)
                        .start();
                Program client = Program.start(
                        Needs.nodePeers(),
                        "node",
                        "ws-echo-client.mjs",
                        "--subprotocol",
                        "weft.v1",
                        "ws://127.0.0.1:" + server.port() + "/")) {
            int exitCode = client.exitCode();
            assertEquals(List.of("ok 116 messages"), client.output(), () -> "" + client.errors());
            assertEquals(0, exitCode);
        }
    }
}
