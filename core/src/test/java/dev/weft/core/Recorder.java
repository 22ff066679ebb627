package dev.weft.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes down what a connection tells, one line per event. */
class Recorder implements ConnectionListener {
    final List<String> events = new ArrayList<>();
    final List<String> failMessages = new ArrayList<>();
    /** Called after each event is written down. */
    Consumer<String> then = event -> {};

    private void record(String event) {
        events.add(event);
        then.accept(event);
    }

    @Override
    public void onText(String text) {
        record("text " + text);
    }

    @Override
    public void onBinary(ByteBuffer payload) {
        record("binary " + Hex.of(payload));
    }

    @Override
    public void onPing(ByteBuffer payload) {
        record("ping " + Hex.of(payload));
    }

    @Override
    public void onPong(ByteBuffer payload) {
        record("pong " + Hex.of(payload));
    }

    @Override
    public void onClose(ClosePayload close) {
        record("close " + close.code() + " " + close.reason());
    }

    @Override
    public void onFail(ProtocolException violation) {
        failMessages.add(violation.getMessage());
        record("fail " + violation.closeCode());
    }
}
