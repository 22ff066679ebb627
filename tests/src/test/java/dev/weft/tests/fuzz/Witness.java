package dev.weft.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.ClosePayload;
import dev.weft.core.ConnectionListener;
import dev.weft.core.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Writes down what a connection tells, whole messages or parts alike, and insists on what is promised of each. */
final class Witness implements ConnectionListener {
    private static final Set<Integer> VIOLATIONS = Set.of(1002, 1007, 1009);
    private static final int MAX_REASON = 123;

    final List<String> events = new ArrayList<>();
    Runnable afterMessage = () -> {};
    private final boolean takesParts;
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

    Witness(boolean takesParts) {
        this.takesParts = takesParts;
    }

    static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    String last() {
        return events.isEmpty() ? "" : events.get(events.size() - 1);
    }

    boolean ended() {
        return last().startsWith("close") || last().startsWith("fail");
    }

    private void add(String event) {
        assertFalse(ended(), "nothing comes after the end");
        events.add(event);
    }

    @Override
    public boolean takesParts() {
        return takesParts;
    }

    @Override
    public void onTextPart(String part, boolean last) {
        text.append(part);
        if (last) {
            onText(text.toString());
            text.setLength(0);
        }
    }

    @Override
    public void onBinaryPart(ByteBuffer part, boolean last) {
        binary.writeBytes(HexFormat.of().parseHex(hex(part)));
        if (last) {
            onBinary(ByteBuffer.wrap(binary.toByteArray()));
            binary.reset();
        }
    }

    @Override
    public void onText(String message) {
        byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
        assertEquals(message, new String(utf8, StandardCharsets.UTF_8), "valid Unicode");
        add("text " + message);
        afterMessage.run();
    }

    @Override
    public void onBinary(ByteBuffer payload) {
        add("binary " + hex(payload));
        afterMessage.run();
    }

    @Override
    public void onPing(ByteBuffer payload) {
        add("ping " + hex(payload));
    }

    @Override
    public void onPong(ByteBuffer payload) {
        add("pong " + hex(payload));
    }

    @Override
    public void onClose(ClosePayload close) {
        add("close " + close.code() + " " + close.reason());
    }

    @Override
    public void onFail(ProtocolException violation) {
        assertTrue(VIOLATIONS.contains(violation.closeCode()), violation.toString());
        assertTrue(violation.getMessage().getBytes(StandardCharsets.UTF_8).length <= MAX_REASON, "fits a Close frame");
        add("fail " + violation.closeCode() + " " + violation.getMessage());
    }
}
