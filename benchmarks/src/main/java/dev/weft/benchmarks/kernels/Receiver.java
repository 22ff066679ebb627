package dev.weft.benchmarks.kernels;

import dev.weft.core.ClosePayload;
import dev.weft.core.Connection;
import dev.weft.core.ConnectionListener;
import dev.weft.core.ProtocolException;
import java.nio.ByteBuffer;

/** Keeps the latest message, or echoes it where it has been told by which connection. */
final class Receiver implements ConnectionListener {
    Connection echo;
    String text;
    int bytes;

    @Override
    public void onText(String message) {
        text = message;
        if (echo != null) {
            echo.sendText(message);
        }
    }

    @Override
    public void onBinary(ByteBuffer payload) {
        bytes += payload.remaining();
        if (echo != null) {
            echo.sendBinary(payload);
        }
    }

    @Override
    public void onClose(ClosePayload close) {
        throw new IllegalStateException("unexpected " + close);
    }

    @Override
    public void onFail(ProtocolException violation) {
        throw violation;
    }
}
