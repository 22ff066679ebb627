package dev.weft.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.CloseCode;
import dev.weft.core.PreparedMessage;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The members of the chat and what they say to each other, in the message types of MDN's chat example. The room's lock guards
 * everything, as members may come from several event loops; nothing under it blocks.
 */
final class ChatRoom {
    static final int MAX_NAME = 24;
    static final int MAX_TEXT = 2_000;
    /** Messages that may come at once, and how many more each second. */
    static final int BURST = 20;

    private static final int PER_SECOND = 10;

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Set<Member> members = new LinkedHashSet<>();
    private int lastId;

    WebSocketListener enter() {
        return new Member();
    }

    private synchronized void joined(Member member) {
        members.add(member);
        member.id = ++lastId;
        member.ws.send(message("id", member).toString());
    }

    private synchronized void left(Member member) {
        if (members.remove(member) && member.name != null) {
            toEveryone(userList());
        }
    }

    private synchronized void renamed(Member member, String wanted, long date) {
        String name = unique(wanted, member);
        member.name = name;
        if (!name.equals(wanted)) {
            member.ws.send(message("rejectusername", member).put("name", name).toString());
        }
        toEveryone(userList());
        toEveryone(message("username", member).put("name", name).put("date", date));
    }

    private synchronized void said(Member member, String text, long date) {
        if (member.name == null) {
            renamed(member, "guest" + member.id, date);
        }
        toEveryone(message("message", member)
                .put("name", member.name)
                .put("text", text)
                .put("date", date));
    }

    /** The name, cut to its limit, with the first number behind it that makes it different from all others. */
    private String unique(String wanted, Member owner) {
        String stem = wanted.strip();
        stem = stem.isEmpty() ? "guest" : cut(stem, MAX_NAME);
        String name = stem;
        for (int i = 1; isTaken(name, owner); i++) {
            name = cut(stem, MAX_NAME - String.valueOf(i).length()) + i;
        }
        return name;
    }

    private static String cut(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        boolean insidePair = Character.isHighSurrogate(text.charAt(chars - 1));
        return text.substring(0, insidePair ? chars - 1 : chars);
    }

    private boolean isTaken(String name, Member owner) {
        return members.stream().anyMatch(other -> other != owner && name.equalsIgnoreCase(other.name));
    }

    private ObjectNode userList() {
        ObjectNode list = JSON.createObjectNode().put("type", "userlist");
        var names = list.putArray("users");
        members.stream().filter(member -> member.name != null).forEach(member -> names.add(member.name));
        return list;
    }

    private static ObjectNode message(String type, Member member) {
        return JSON.createObjectNode().put("type", type).put("id", member.id);
    }

    private void toEveryone(ObjectNode message) {
        PreparedMessage prepared = PreparedMessage.text(message.toString());
        members.forEach(member -> member.ws.send(prepared));
    }

    /** One connection. */
    private final class Member implements WebSocketListener {
        private WebSocket ws;
        private int id;
        /** Null until chosen. */
        private String name;

        private double allowance = BURST;
        private long lastAt = System.nanoTime();

        @Override
        public void onOpen(WebSocket opened) {
            ws = opened;
            joined(this);
        }

        @Override
        public void onText(WebSocket from, String text) {
            if (!withinRate()) {
                ws.close(CloseCode.POLICY_VIOLATION, "over " + PER_SECOND + " messages per second");
                return;
            }
            JsonNode message;
            try {
                message = JSON.readTree(text);
            } catch (JsonProcessingException e) {
                ws.close(CloseCode.INVALID_PAYLOAD, "not JSON, at character " + column(e));
                return;
            }
            if (!message.isObject()) {
                ws.close(CloseCode.UNSUPPORTED_DATA, "a message is a JSON object");
                return;
            }
            receive(message);
        }

        private static int column(JsonProcessingException e) {
            return e.getLocation() == null ? 1 : e.getLocation().getColumnNr();
        }

        private void receive(JsonNode message) {
            long date = message.path("date").asLong(System.currentTimeMillis());
            switch (message.path("type").asText()) {
                case "username" -> {
                    if (message.path("name").isTextual()) {
                        renamed(this, message.get("name").textValue(), date);
                    } else {
                        ws.close(CloseCode.UNSUPPORTED_DATA, "username needs a text name");
                    }
                }
                case "message" -> {
                    String text = message.path("text").textValue();
                    if (text == null) {
                        ws.close(CloseCode.UNSUPPORTED_DATA, "message needs a text");
                    } else if (text.length() > MAX_TEXT) {
                        ws.close(
                                CloseCode.MESSAGE_TOO_BIG,
                                "text is " + text.length() + " characters, limit " + MAX_TEXT);
                    } else {
                        said(this, text, date);
                    }
                }
                default -> ws.close(CloseCode.UNSUPPORTED_DATA, "type is neither username nor message");
            }
        }

        /** A bucket of tokens. */
        private boolean withinRate() {
            long now = System.nanoTime();
            allowance = Math.min(BURST, allowance + (now - lastAt) / 1e9 * PER_SECOND);
            lastAt = now;
            allowance--;
            return allowance >= 0;
        }

        @Override
        public void onBinary(WebSocket from, ByteBuffer data) {
            ws.close(CloseCode.UNSUPPORTED_DATA, "messages are JSON text");
        }

        @Override
        public void onClose(WebSocket closed, CloseEvent event) {
            left(this);
        }
    }
}
