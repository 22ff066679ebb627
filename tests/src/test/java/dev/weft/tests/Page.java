package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A tab of the browser. */
final class Page implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Browser browser;
    private final String target;
    private final String session;
    private final CompletableFuture<Void> loaded = new CompletableFuture<>();
    /** What the console has that is no good: errors, exceptions, violations of the page's policy. */
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    Page(Browser browser, String target, String session) {
        this.browser = browser;
        this.target = target;
        this.session = session;
    }

    void load(URI uri) throws IOException {
        for (String domain : List.of("Page", "Runtime", "Log")) {
            call(domain + ".enable", JSON.createObjectNode());
        }
        // Only the tab in front would have the focus, and with it the keyboard.
        call("Emulation.setFocusEmulationEnabled", JSON.createObjectNode().put("enabled", true));
        JsonNode result = call("Page.navigate", JSON.createObjectNode().put("url", uri.toString()));
        if (result.has("errorText")) {
            fail(uri + ": " + result.path("errorText").asText());
        }
        try {
            loaded.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            fail(uri + " was not loaded", e);
        }
    }

    /** An event. Runs on the browser's reader: it must not call anything. */
    void happened(String event, JsonNode parameters) {
        switch (event) {
            case "Page.loadEventFired" -> loaded.complete(null);
            case "Runtime.exceptionThrown" -> complaints.add("exception: " + parameters.path("exceptionDetails"));
            case "Runtime.consoleAPICalled" -> {
                if (parameters.path("type").asText().matches("error|assert|warning")) {
                    complaints.add("console: " + parameters.path("args"));
                }
            }
            case "Log.entryAdded" -> {
                JsonNode entry = parameters.path("entry");
                if (entry.path("level").asText().matches("error|warning")) {
                    complaints.add("log: " + entry.path("text").asText() + " "
                            + entry.path("url").asText());
                }
            }
            default -> {}
        }
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    private JsonNode call(String method, ObjectNode parameters) throws IOException {
        return browser.call(session, method, parameters);
    }

    /** The value of an expression, or, where that is a promise, what it is fulfilled with. */
    JsonNode evaluate(String expression) throws IOException {
        JsonNode result = call(
                "Runtime.evaluate",
                JSON.createObjectNode()
                        .put("expression", expression)
                        .put("awaitPromise", true)
                        .put("returnByValue", true));
        if (result.has("exceptionDetails")) {
            fail(expression + ": "
                    + result.path("exceptionDetails").path("exception").path("description"));
        }
        return result.path("result").path("value");
    }

    /** Runs the body of an asynchronous function. */
    JsonNode run(String body) throws IOException {
        return evaluate("(async () => {\n" + body + "\n})()");
    }

    /** Waits until a condition holds. */
    void await(String condition) throws IOException {
        JsonNode holds = run("""
                const end = performance.now() + %d;
                while (performance.now() < end) {
                  if (%s) return true;
                  await new Promise(resolve => setTimeout(resolve, 20));
                }
                return document.body.innerText;
                """.formatted(TIMEOUT_SECONDS * 500, condition));
        if (!holds.isBoolean()) {
            fail("it never came to " + condition + " on a page that reads:\n" + holds.asText());
        }
    }

    /** Types into whatever has the focus. */
    void type(String text) throws IOException {
        call("Input.insertText", JSON.createObjectNode().put("text", text));
    }

    void pressEnter() throws IOException {
        for (String type : List.of("keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    JSON.createObjectNode()
                            .put("type", type)
                            .put("key", "Enter")
                            .put("code", "Enter")
                            .put("windowsVirtualKeyCode", 13)
                            .put("text", type.equals("keyDown") ? "\r" : ""));
        }
    }

    /** Makes the window as large as this, in CSS pixels. */
    void resize(int width, int height, boolean mobile) throws IOException {
        call(
                "Emulation.setDeviceMetricsOverride",
                JSON.createObjectNode()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", mobile));
    }

    /** For people to look at. */
    void screenshot(String name) throws IOException {
        String png = call("Page.captureScreenshot", JSON.createObjectNode().put("format", "png"))
                .path("data")
                .textValue();
        Path folder = Files.createDirectories(Path.of("target", "screenshots"));
        Files.write(folder.resolve(name + ".png"), Base64.getDecoder().decode(png));
    }

    @Override
    public void close() throws IOException {
        browser.call(null, "Target.closeTarget", JSON.createObjectNode().put("targetId", target));
    }
}
