package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Weft and Debian's python3-websockets, in both roles. */
class WebsocketsPeerTest extends PeerServers {
    private static final String PYTHON = "/usr/bin/python3";

    @Override
    Program echoServer() throws IOException {
        return Program.start(Needs.pythonPeers(), PYTHON, "websockets_echo_server.py");
    }

    @Override
    Program scriptedServer() throws IOException {
        return Program.start(Needs.pythonPeers(), PYTHON, "websockets_scripted_server.py");
    }

    @Test
    void theClientIsContentWithWeftsServer() throws Exception {
        try (WebSocketServer server = WebSocketServer.builder()
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .subprotocols("weft.v1")
                        .path("/", EchoListener::new)
                        .start();
                Program client = Program.start(
                        Needs.pythonPeers(),
                        PYTHON,
                        "websockets_echo_client.py",
                        "--subprotocol",
                        "weft.v1",
                        "ws://127.0.0.1:" + server.port() + "/")) {
            int exitCode = client.exitCode();
            assertEquals(List.of("ok 116 messages"), client.output(), () -> "" + client.errors());
            assertEquals(0, exitCode);
        }
    }
}
