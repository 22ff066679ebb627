package dev.weft.examples;

import dev.weft.core.Headers;
import dev.weft.core.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The chat: a page at {@code /}, and a room behind a WebSocket at any path. */
@Command(name = "chat", description = "A chat server with its web page.", mixinStandardHelpOptions = true)
final class Chat implements Callable<Integer> {
    @Mixin
    private ServerOptions options;

    @Override
    public Integer call() throws Exception {
        HttpResponse page = page();
        ChatRoom room = new ChatRoom();
        return options.run(options.server()
                .maxConnections(1_000)
                .subprotocols("json")
                .http("/", request -> page)
                .http("/favicon.ico", request -> HttpResponse.empty(204, Headers.EMPTY))
                .path("/*", room::enter));
    }

    private static HttpResponse page() throws IOException {
        try (InputStream html = Chat.class.getResourceAsStream("chat.html")) {
            return HttpResponse.of(200, "text/html; charset=utf-8", html.readAllBytes())
                    .with("X-Content-Type-Options", "nosniff")
                    .with("X-Frame-Options", "DENY");
        }
    }
}
