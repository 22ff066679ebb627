package dev.weft.examples;

import dev.weft.nio.CloseEvent;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketListener;
import dev.weft.tls.Tls;
import dev.weft.tls.TlsClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A terminal client: lines from standard input are sent, messages are printed. */
@Command(name = "connect", description = "A client for the terminal.", mixinStandardHelpOptions = true)
final class Connect implements Callable<Integer>, WebSocketListener {
    private static final byte[] END = {'e', 'n', 'd'};

    @Parameters(paramLabel = "URL", description = "Such as ws://localhost:8080/ or wss://example.org/.")
    private URI url;

    @Option(names = "--protocol", description = "A subprotocol to offer; repeatable.")
    private List<String> protocols = List.of();

    @Option(names = "--ca", description = "For wss: PEM of what to trust (what the JDK trusts).")
    private Path ca;

    private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private final CompletableFuture<CloseEvent> closed = new CompletableFuture<>();
    private final Semaphore writable = new Semaphore(0);

    @Override
    public Integer call() throws Exception {
        TlsClient tls = ca == null ? Tls.client() : Tls.client().trust(ca);
        Limits limits = Limits.DEFAULT.sendOverflow(Limits.Overflow.REFUSE);
        try (WebSocketClient client =
                WebSocketClient.builder().secure(tls).limits(limits).build()) {
            WebSocket ws = client.connect(url, this, protocols.toArray(String[]::new));
            CompletableFuture.anyOf(opened, closed).join();
            if (!closed.isDone()) {
                Thread reader = new Thread(() -> sendLines(ws));
                reader.setDaemon(true); // the server may close while it waits, for a line or for room to send
                reader.start();
            }
            CloseEvent event = closed.join();
            System.err.println("closed: " + event.code() + " " + event.reason());
            return event.wasClean() ? 0 : 1;
        }
    }

    private void sendLines(WebSocket ws) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                while (!ws.send(line)) {
                    writable.acquireUninterruptibly();
                }
            }
        } catch (IOException e) {
            System.err.println("standard input: " + e.getMessage());
        }
        // A server answers in order: with the pong, the answers to all lines are here.
        while (!ws.ping(ByteBuffer.wrap(END))) {
            writable.acquireUninterruptibly();
        }
        long waiting;
        do {
            waiting = ws.bufferedAmount();
            answered.copy().completeOnTimeout(null, 2, TimeUnit.SECONDS).join();
        } while (!answered.isDone() && ws.bufferedAmount() < waiting);
        ws.close(1000, "");
    }

    @Override
    public void onWritable(WebSocket ws) {
        writable.release();
    }

    @Override
    public void onPong(WebSocket ws, ByteBuffer data) {
        if (data.equals(ByteBuffer.wrap(END))) {
            answered.complete(null);
        }
    }

    @Override
    public void onOpen(WebSocket ws) {
        System.err.println("open" + (ws.protocol().isEmpty() ? "" : ", protocol " + ws.protocol()));
        opened.complete(ws);
    }

    @Override
    public void onText(WebSocket ws, String text) {
        System.out.println(text);
    }

    @Override
    public void onBinary(WebSocket ws, ByteBuffer data) {
        System.out.println("(" + data.remaining() + " bytes of binary data)");
    }

    @Override
    public void onError(WebSocket ws, Throwable cause) {
        System.err.println("error: " + cause.getMessage());
    }

    @Override
    public void onClose(WebSocket ws, CloseEvent event) {
        event.response().ifPresent(response -> System.err.println(response.bodyText()));
        closed.complete(event);
    }
}
