package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.BlockingWebSocket.Text;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Someone in the example chat. */
final class ChatClient implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BlockingWebSocket ws;
    private final int id;

    private ChatClient(BlockingWebSocket ws) throws IOException {
        this.ws = ws;
        id = next("id").path("id").asInt();
    }

    /** Connects, and takes the id. */
    static ChatClient enter(URI uri, String... subprotocols) throws IOException {
        return new ChatClient(BlockingWebSocket.connect(uri, subprotocols));
    }

    int id() {
        return id;
    }

    BlockingWebSocket socket() {
        return ws;
    }

    /** Sends a message of a type, with more members in JSON. */
    void send(String type, String members) throws IOException {
        ws.send("{\"type\":\"" + type + "\"," + members + "}");
    }

    void sendName(String name) throws IOException {
        ws.send(JSON.createObjectNode()
                .put("type", "username")
                .put("name", name)
                .put("id", id)
                .put("date", System.currentTimeMillis())
                .toString());
    }

    /** The next message, of whatever type. */
    JsonNode next() throws IOException {
        BlockingWebSocket.Message message = ws.receive(SOON);
        assertFalse(message == null, () -> "closed: " + ws.closeEvent());
        return JSON.readTree(((Text) message).text());
    }

    /** The next message, which must be of this type. */
    JsonNode next(String type) throws IOException {
        JsonNode message = next();
        assertEquals(type, message.path("type").asText(), message::toString);
        return message;
    }

    /** Skips messages up to the one that someone has this name now. */
    void awaitName(String name) throws IOException {
        JsonNode message = next();
        while (!message.path("type").asText().equals("username")
                || !message.path("name").asText().equals(name)) {
            message = next();
        }
    }

    static List<String> users(JsonNode userList) {
        assertEquals("userlist", userList.path("type").asText(), userList::toString);
        List<String> names = new ArrayList<>();
        userList.path("users").forEach(name -> names.add(name.textValue()));
        return names;
    }

    /** The server closes, with this code and a reason, and says nothing more before. */
    void assertClosed(int code) throws IOException {
        assertNull(ws.receive(SOON));
        assertEquals(code, ws.closeEvent().code());
        assertFalse(ws.closeEvent().reason().isEmpty(), "a reason");
    }

    @Override
    public void close() {
        ws.close();
    }
}
