package dev.weft.examples;

import dev.weft.core.Deflate;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketListener;
import dev.weft.tls.Tls;
import dev.weft.tls.TlsClient;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a fuzzing server that follows the Autobahn convention test Weft's client. */
@Command(name = "fuzz-client", description = "Runs the cases of a fuzzing server.", mixinStandardHelpOptions = true)
final class FuzzClient implements Callable<Integer> {
    private static final int MAX_MESSAGE = 64 << 20;

    @Parameters(paramLabel = "URL", description = "The fuzzing server, such as ws://127.0.0.1:9001.")
    private String url;

    @Option(names = "--agent", defaultValue = "Weft", description = "The name in its report (${DEFAULT-VALUE}).")
    private String agent;

    @Option(names = "--ca", description = "For wss: PEM of what to trust (what the JDK trusts).")
    private Path ca;

    @Option(names = "--no-deflate", description = "Without compression.")
    private boolean noDeflate;

    @Override
    public Integer call() throws IOException {
        String server = url.replaceFirst("/+$", "");
        String name = "agent=" + URLEncoder.encode(agent, StandardCharsets.UTF_8);
        Limits limits = Limits.DEFAULT.maxMessage(MAX_MESSAGE).sendQueue(2L * MAX_MESSAGE);
        TlsClient tls = ca == null ? Tls.client() : Tls.client().trust(ca);
        WebSocketClient.Builder builder =
                WebSocketClient.builder().limits(limits).secure(tls);
        if (!noDeflate) {
            builder.deflate(Deflate.DEFAULT);
        }
        try (WebSocketClient client = builder.build()) {
            Case count = new Case(false);
            run(client, server + "/getCaseCount", count);
            int cases = Integer.parseInt(count.lastText.strip());
            for (int i = 1; i <= cases; i++) {
                CloseEvent end = run(client, server + "/runCase?case=" + i + "&" + name, new Case(true));
                System.out.println("case " + i + " of " + cases + ": " + end.code());
            }
            run(client, server + "/updateReports?" + name, new Case(false));
        }
        return 0;
    }

    private static CloseEvent run(WebSocketClient client, String url, Case listener) throws IOException {
        client.connect(URI.create(url), listener);
        CloseEvent end = listener.closed.join();
        if (!listener.opened) {
            throw new IOException(url + ": " + end.cause().getMessage(), end.cause());
        }
        return end;
    }

    /** One connection, to be echoed or just read, until the server closes it. */
    private static final class Case implements WebSocketListener {
        private final boolean echoes;
        private final CompletableFuture<CloseEvent> closed = new CompletableFuture<>();
        private volatile boolean opened;
        private volatile String lastText = "";

        Case(boolean echoes) {
            this.echoes = echoes;
        }

        @Override
        public void onOpen(WebSocket ws) {
            opened = true;
        }

        @Override
        public void onText(WebSocket ws, String text) {
            lastText = text;
            if (echoes) {
                ws.send(text);
            }
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer data) {
            if (echoes) {
                ws.send(data);
            }
        }

        @Override
        public void onClose(WebSocket ws, CloseEvent event) {
            closed.complete(event);
        }
    }
}
