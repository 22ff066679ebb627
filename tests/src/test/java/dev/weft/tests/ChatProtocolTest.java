package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The example chat, as its clients see it. Each test leaves the room empty of names. */
@Timeout(60)
class ChatProtocolTest {
    private static ExampleProcess chat;

    @BeforeAll
    static void start() throws Exception {
        chat = ExampleProcess.serve("chat");
    }

    @AfterAll
    static void stop() throws Exception {
        try (ExampleProcess running = chat) {
            running.stop();
        }
    }

    private static ChatClient enter() throws Exception {
        return ChatClient.enter(chat.uri("/chat"), "json");
    }

    private static ChatClient join(String name) throws Exception {
        ChatClient client = enter();
        client.sendName(name);
        client.awaitName(name);
        return client;
    }

    @Test
    void eachConnectionGetsAnIdOfItsOwnFirst() throws Exception {
        try (ChatClient ann = enter();
                ChatClient ben = enter()) {
            assertTrue(ann.id() > 0);
            assertTrue(ben.id() > ann.id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/chat", "/any/where?at=all"})
    void theSubprotocolIsJsonOnAnyPath(String path) throws Exception {
        try (ChatClient client = ChatClient.enter(chat.uri(path), "other", "json")) {
            assertEquals("json", client.socket().webSocket().protocol());
        }
    }

    @Test
    void aClientThatAsksForNoSubprotocolIsServedAsWell() throws Exception {
        try (ChatClient client = ChatClient.enter(chat.uri())) {
            assertEquals("", client.socket().webSocket().protocol());
            client.sendName("plain");
            client.awaitName("plain");
        }
    }

    @Test
    void aNewNameIsToldToEveryoneAfterTheListOfUsers() throws Exception {
        try (ChatClient ann = join("Ann");
                ChatClient ben = enter()) {
            ben.send("username", "\"name\":\"Ben\",\"id\":" + ben.id() + ",\"date\":12345");
            for (ChatClient client : List.of(ann, ben)) {
                assertEquals(List.of("Ann", "Ben"), ChatClient.users(client.next("userlist")));
                JsonNode name = client.next("username");
                assertEquals("Ben", name.path("name").asText());
                assertEquals(ben.id(), name.path("id").asInt());
                assertEquals(12345, name.path("date").asLong());
            }
        }
    }

    @Test
    void aNameThatIsTakenGetsADigitWhichItsOwnerAloneIsToldFirst() throws Exception {
        try (ChatClient ann = join("Ann");
                ChatClient second = enter();
                ChatClient third = enter()) {
            second.sendName("Ann");
            JsonNode rejected = second.next("rejectusername");
            assertEquals("Ann1", rejected.path("name").asText());
            assertEquals(second.id(), rejected.path("id").asInt());
            assertEquals(List.of("Ann", "Ann1"), ChatClient.users(second.next("userlist")));
            assertEquals("Ann1", second.next("username").path("name").asText());
            assertEquals(List.of("Ann", "Ann1"), ChatClient.users(ann.next("userlist")));
            assertEquals("Ann1", ann.next("username").path("name").asText());
            third.sendName("ANN");
            third.awaitName("ANN2");
            // What one is called does not stand in one's own way.
            second.sendName("Ann1");
            second.awaitName("Ann1");
        }
    }

    @Test
    void aMessageGoesToEveryoneUnderTheSendersOwnNameAndId() throws Exception {
        try (ChatClient ann = join("Ann");
                ChatClient ben = join("Ben")) {
            ann.awaitName("Ben");
            ben.send("message", "\"text\":\"<b>hi</b> \\u00fc \\ud83d\\ude00\",\"name\":\"Ann\",\"id\":1,\"date\":777");
            for (ChatClient client : List.of(ann, ben)) {
                JsonNode message = client.next("message");
                assertEquals("<b>hi</b> ü 😀", message.path("text").asText());
                assertEquals("Ben", message.path("name").asText());
                assertEquals(ben.id(), message.path("id").asInt());
                assertEquals(777, message.path("date").asLong());
            }
        }
    }

    @Test
    void whoSpeaksWithoutANameGetsOne() throws Exception {
        try (ChatClient ann = join("Ann");
                ChatClient nameless = enter()) {
            nameless.send("message", "\"text\":\"hello\"");
            ann.awaitName("guest" + nameless.id());
            assertEquals(
                    "guest" + nameless.id(), ann.next("message").path("name").asText());
        }
    }

    @Test
    void whoLeavesIsOffTheListOfUsersHoweverTheyLeave() throws Exception {
        try (ChatClient ann = join("Ann")) {
            ChatClient ben = join("Ben");
            ann.awaitName("Ben");
            ben.close();
            assertEquals(List.of("Ann"), ChatClient.users(ann.next("userlist")));
            ChatClient cat = join("Cat");
            ann.awaitName("Cat");
            cat.socket().webSocket().terminate();
            assertEquals(List.of("Ann"), ChatClient.users(ann.next("userlist")));
            cat.close();
            // Who had no name is not missed.
            enter().close();
            ann.send("message", "\"text\":\"alone\"");
            assertEquals("alone", ann.next("message").path("text").asText());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"type":"message","text":     | 1007
                    {} {}                         | 1007
                    {'type':'message'}            | 1007
                    [1,2]                         | 1003
                    "message"                     | 1003
                    17                            | 1003
                    null                          | 1003
                    {}                            | 1003
                    {"type":"shout","text":"x"}   | 1003
                    {"type":7}                    | 1003
                    {"type":"message"}            | 1003
                    {"type":"message","text":7}   | 1003
                    {"type":"username"}           | 1003
                    {"type":"username","name":{}} | 1003
                    """)
    void whatIsNoMessageOfTheChatIsAnsweredWithAClose(String text, int code) throws Exception {
        try (ChatClient client = enter()) {
            client.socket().send(text);
            client.assertClosed(code);
        }
    }

    @Test
    void anEmptyTextIsNoJson() throws Exception {
        for (String text : List.of("", " ")) {
            try (ChatClient client = enter()) {
                client.socket().send(text);
                client.socket().receive(ChatClient.SOON);
                int code = client.socket().closeEvent().code();
                assertTrue(code == 1007 || code == 1003, "close code " + code);
            }
        }
    }

    @Test
    void deepNestingIsAnsweredWithAClose() throws Exception {
        try (ChatClient client = enter()) {
            client.socket().send("[".repeat(100_000));
            client.assertClosed(1007);
        }
    }

    @Test
    void binaryIsAnsweredWith1003() throws Exception {
        try (ChatClient client = enter()) {
            client.socket().send(ByteBuffer.wrap(Frame.utf8("{}")));
            client.assertClosed(1003);
        }
    }

    @Test
    void namesAreCutToTheirLimitAlsoWithADigitBehind() throws Exception {
        String limit = "n".repeat(24);
        try (ChatClient ann = enter();
                ChatClient ben = enter()) {
            ann.sendName("n".repeat(30));
            assertEquals(limit, ann.next("rejectusername").path("name").asText());
            ann.awaitName(limit);
            ben.sendName(limit);
            ben.awaitName("n".repeat(23) + "1");
        }
    }

    @Test
    void aNameOfBlanksBecomesGuest() throws Exception {
        try (ChatClient client = enter()) {
            client.sendName("  \t ");
            client.awaitName("guest");
        }
    }

    @Test
    void aTextAboveItsLimitIsRefused() throws Exception {
        try (ChatClient client = join("Long")) {
            client.send("message", "\"text\":\"" + "x".repeat(2_000) + "\"");
            assertEquals(2_000, client.next("message").path("text").asText().length());
            client.send("message", "\"text\":\"" + "x".repeat(2_001) + "\"");
            client.assertClosed(1009);
        }
    }

    @Test
    void whoFloodsTheRoomIsShownOutWith1008WhileOthersStay() throws Exception {
        try (ChatClient ann = join("Ann");
                ChatClient flood = join("Flood")) {
            ann.awaitName("Flood");
            for (int i = 0; i < 200; i++) {
                flood.socket().webSocket().send("{\"type\":\"message\",\"text\":\"" + i + "\"}");
            }
            int heard = 0;
            JsonNode message = ann.next();
            for (; message.path("type").asText().equals("message"); message = ann.next()) {
                heard++;
            }
            assertEquals(List.of("Ann"), ChatClient.users(message), "the list without the flooder");
            assertTrue(heard >= 10 && heard < 100, heard + " messages came through");
            while (flood.socket().receive(ChatClient.SOON) != null) {
                continue;
            }
            assertEquals(1008, flood.socket().closeEvent().code());
            assertFalse(flood.socket().closeEvent().reason().isEmpty());
            ann.send("message", "\"text\":\"quiet now\"");
            assertEquals("quiet now", ann.next("message").path("text").asText());
        }
    }

    @Test
    void theRoomHoldsAThousandAndTurnsOthersAwayUntilSomeoneLeaves() throws Exception {
        Needs.fileDescriptors(2_000);
        List<Wire> crowd = new ArrayList<>();
        try (ExampleProcess full = ExampleProcess.serve("chat")) {
            for (int i = 0; i < 1_000; i++) {
                crowd.add(Wire.client(full.port()));
            }
            assertThrows(IOException.class, () -> Wire.client(full.port()), "one too many");
            try (Wire first = crowd.get(0)) {
                first.next(); // the id, so that the server has it
                first.send(Frame.close(1000, ""));
                while (first.receive() != null) {}
            }
            crowd.add(Wire.client(full.port()));
        } finally {
            for (Wire wire : crowd) {
                wire.close();
            }
        }
    }

    @Test
    void everyoneIsToldTheServersEndWith1001() throws Exception {
        try (ExampleProcess own = ExampleProcess.serve("chat", "--loops", "2");
                ChatClient ann = ChatClient.enter(own.uri(), "json");
                ChatClient ben = ChatClient.enter(own.uri(), "json")) {
            ann.sendName("Ann");
            ann.awaitName("Ann");
            ben.awaitName("Ann");
            own.stop();
            for (ChatClient client : List.of(ann, ben)) {
                assertNull(client.socket().receive(ChatClient.SOON));
                assertEquals(1001, client.socket().closeEvent().code());
            }
        }
    }
}
