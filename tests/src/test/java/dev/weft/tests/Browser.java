package dev.weft.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Headers;
import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.BlockingWebSocket.Message;
import dev.weft.nio.BlockingWebSocket.Text;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocketClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Headless Chromium, driven over its DevTools protocol, which is JSON over a WebSocket: Weft's own client. */
final class Browser implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 60;
    private static final int MAX_MESSAGE = 64 << 20;
    private static final String LISTENING = "DevTools listening on ";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path profile;
    private final Program program;
    private final WebSocketClient client;
    private final BlockingWebSocket devTools;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
    private final Map<String, Page> pages = new ConcurrentHashMap<>();

    private Browser(Path profile, Program program, URI address) throws IOException {
        this.profile = profile;
        this.program = program;
        client = WebSocketClient.builder()
                .limits(Limits.DEFAULT.maxMessage(MAX_MESSAGE))
                .build();
        devTools = BlockingWebSocket.connect(client, address, Headers.EMPTY);
        Thread reader = new Thread(this::read, "devtools");
        reader.setDaemon(true);
        reader.start();
    }

    static Browser start() throws IOException, InterruptedException {
        String chromium = Needs.chromium();
        Path profile = Files.createTempDirectory("weft-browser-");
        Program program = Program.start(
                profile,
                List.of(
                        chromium,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--ignore-certificate-errors", // tests make their own
                        "--disable-dev-shm-usage",
                        // Of several pages one is in front; the others shall not be slower for that.
                        "--disable-background-timer-throttling",
                        "--disable-backgrounding-occluded-windows",
                        "--disable-renderer-backgrounding",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0"));
        try {
            String line = program.errorLine(LISTENING);
            return new Browser(profile, program, URI.create(line.substring(LISTENING.length())));
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            program.close();
            delete(profile);
            throw e;
        }
    }

    private void read() {
        try {
            while (true) {
                Message message;
                try {
                    message = devTools.receive(Duration.ofHours(1));
                } catch (SocketTimeoutException e) {
                    continue;
                }
                if (message == null) {
                    break;
                }
                JsonNode json = JSON.readTree(((Text) message).text());
                CompletableFuture<JsonNode> call = calls.remove(json.path("id").asInt());
                if (call != null) {
                    call.complete(json);
                } else {
                    Page page = pages.get(json.path("sessionId").asText());
                    if (page != null) {
                        page.happened(json.path("method").asText(), json.path("params"));
                    }
                }
            }
        } catch (IOException e) {
            calls.values().forEach(call -> call.completeExceptionally(e));
        }
    }

    /** Opens a tab of its own at an address, and waits until it is loaded. */
    Page open(URI uri) throws IOException {
        String target = call(
                        null, "Target.createTarget", JSON.createObjectNode().put("url", "about:blank"))
                .path("targetId")
                .textValue();
        ObjectNode attach = JSON.createObjectNode().put("targetId", target).put("flatten", true);
        String session =
                call(null, "Target.attachToTarget", attach).path("sessionId").textValue();
        Page page = new Page(this, target, session);
        pages.put(session, page);
        page.load(uri);
        return page;
    }

    /** Calls a method of the protocol, of a session or of the browser itself. */
    JsonNode call(String session, String method, ObjectNode parameters) throws IOException {
        int id = lastId.incrementAndGet();
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", parameters);
        if (session != null) {
            message.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        calls.put(id, answer);
        devTools.send(message.toString());
        try {
            JsonNode response = answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (response.has("error")) {
                throw new IOException(method + ": " + response.path("error"));
            }
            return response.path("result");
        } catch (TimeoutException e) {
            throw new IOException(method + ": no answer", e);
        } catch (ExecutionException e) {
            throw new IOException(method + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(method + ": interrupted", e);
        }
    }

    @Override
    public void close() {
        client.close();
        program.end();
        delete(profile);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // A helper process that is just dying may still write; the folder is a temporary one.
            System.err.println("not deleted: " + e.getMessage());
        }
    }
}
