package dev.weft.examples;

import dev.weft.core.Deflate;
import dev.weft.core.OriginPolicy;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocketServer;
import dev.weft.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Option;

/** The options that the example servers share. */
final class ServerOptions {
    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on (${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", defaultValue = "8080", description = "Port, 0 picks a free one (${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--max-message",
            defaultValue = "1048576",
            description = "Largest message, bytes (${DEFAULT-VALUE}).")
    private int maxMessage;

    @Option(
            names = "--allow-origin",
            description = "A page's origin that may connect, or *; repeatable (the same host).")
    private List<String> origins = List.of();

    @Option(names = "--no-deflate", description = "Without compression.")
    private boolean noDeflate;

    @Option(names = "--loops", defaultValue = "1", description = "Event loop threads (${DEFAULT-VALUE}).")
    private int loops;

    @Option(names = "--tls-cert", description = "Certificate chain, PEM: speaks wss instead of ws.")
    private Path certificate;

    @Option(names = "--tls-key", description = "Its private key, PKCS#8 PEM.")
    private Path key;

    WebSocketServer.Builder server() throws IOException {
        if ((certificate == null) != (key == null)) {
            throw new IOException("--tls-cert and --tls-key go together");
        }
        WebSocketServer.Builder builder = WebSocketServer.builder()
                .address(new InetSocketAddress(host, port))
                .limits(limits())
                .origins(originPolicy())
                .loops(loops);
        if (certificate != null) {
            builder.secure(Tls.server(certificate, key));
        }
        return noDeflate ? builder : builder.deflate(Deflate.DEFAULT);
    }

    Limits limits() {
        // Where messages may be larger than by default, so may what waits: some of the largest fit.
        return Limits.DEFAULT.maxMessage(maxMessage).sendQueue(4L * Math.max(1 << 20, maxMessage));
    }

    private OriginPolicy originPolicy() {
        if (origins.isEmpty()) {
            return OriginPolicy.sameHost();
        }
        return origins.contains("*") ? OriginPolicy.any() : OriginPolicy.allow(origins.toArray(String[]::new));
    }

    /** Runs the server until the process is told to end, then takes leave of every client. */
    int run(WebSocketServer.Builder builder) throws IOException, InterruptedException {
        WebSocketServer server = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            Runtime.getRuntime().halt(0); // an orderly end, which the JVM would report as 143
        }));
        String name = host.contains(":") ? "[" + host + "]" : host;
        System.out.println(
                "listening on " + (certificate == null ? "ws" : "wss") + "://" + name + ":" + server.port() + "/");
        new CountDownLatch(1).await();
        return 0;
    }
}
