package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Deflate;
import dev.weft.core.Headers;
import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate (RFC 7692) with other implementations, in both roles and with every parameter. */
@Timeout(120)
class DeflateInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MAX_MESSAGE = 16 << 20;

    // ---------------------------------------------------------------- Weft as server

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--deflate",
                "--server-max-window-bits 9",
                "--server-max-window-bits 15",
                "--client-max-window-bits 9",
                "--server-max-window-bits 9 --client-max-window-bits 9",
                "--server-no-context-takeover",
                "--client-no-context-takeover",
                "--server-no-context-takeover --client-no-context-takeover",
            })
    @Tag("7692-5-4")
    void peersEchoThroughAServerThatKeepsContextAndOneThatDoesNot(String parameters) throws Exception {
        Path node = Needs.nodePeers();
        Path python = Needs.pythonPeers();
        for (boolean takeover : new boolean[] {true, false}) {
            try (WebSocketServer server = WebSocketServer.builder()
                    .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .limits(Limits.DEFAULT.maxMessage(MAX_MESSAGE))
                    .deflate(Deflate.DEFAULT.threshold(0).contextTakeover(takeover))
                    .path("/*", EchoListener::new)
                    .start()) {
                String url = "ws://127.0.0.1:" + server.port() + "/";
                echoes(node, "node ws-echo-client.mjs " + parameters + " " + url);
                echoes(python, "/usr/bin/python3 websockets_echo_client.py " + parameters + " " + url);
            }
        }
    }

    private static void echoes(Path folder, String command) throws Exception {
        try (Program client = Program.start(folder, command.split(" "))) {
            assertEquals(0, client.exitCode(), () -> command + ": " + client.output() + client.errors());
            assertTrue(client.line().startsWith("ok "), command);
        }
    }

    // ---------------------------------------------------------------- Weft as client

    static Stream<List<String>> servers() {
        List<List<String>> all = new ArrayList<>();
        for (String program : List.of("node ws-echo-server.mjs", "/usr/bin/python3 websockets_echo_server.py")) {
            for (String parameters : List.of(
                    "--deflate",
                    "--server-max-window-bits 9 --client-max-window-bits 9",
                    "--server-max-window-bits 15 --client-max-window-bits 15",
                    "--server-no-context-takeover --client-no-context-takeover")) {
                all.add(List.of(program, parameters));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("servers")
    @Tag("7692-5-4")
    void peersEchoToAClientWithEverySetting(List<String> peer) throws Exception {
        Path folder = peer.get(0).startsWith("node") ? Needs.nodePeers() : Needs.pythonPeers();
        List<String> command = new ArrayList<>(List.of(String.join(" ", peer).split(" ")));
        try (Program server = Program.start(folder, command)) {
            URI uri = server.listeningOn();
            Deflate all = Deflate.DEFAULT.threshold(0);
            for (Deflate setting : List.of(
                    all,
                    all.contextTakeover(true),
                    all.contextTakeover(true).windowBits(9),
                    all.windowBits(9).level(9))) {
                echoes(uri, setting);
            }
        }
    }

    private static void echoes(URI uri, Deflate setting) throws Exception {
        try (WebSocketClient client = WebSocketClient.builder()
                        .deflate(setting)
                        .limits(Limits.DEFAULT.maxMessage(MAX_MESSAGE))
                        .build();
                BlockingWebSocket ws = BlockingWebSocket.connect(client, uri, Headers.EMPTY)) {
            assertTrue(ws.webSocket().extensions().startsWith("permessage-deflate"), "agreed");
            Random random = new Random(7692);
            for (int i = 0; i < 60; i++) {
                int size = random.nextInt(1 << random.nextInt(18));
                String text = "{\"id\":" + random.nextInt(1000) + ",\"name\":\"Ткань 織 \uD83E\uDDF6\"}";
                String json = text.repeat(1 + size / text.length());
                ws.send(json);
                assertEquals(json, ws.receive(PATIENCE).toString());
                byte[] noise = new byte[size];
                random.nextBytes(noise);
                ws.send(ByteBuffer.wrap(noise));
                assertEquals(new BlockingWebSocket.Binary(ByteBuffer.wrap(noise)), ws.receive(PATIENCE));
            }
        }
    }
}
