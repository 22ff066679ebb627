package dev.weft.nio;

import dev.weft.core.HandshakeException;
import dev.weft.core.HttpResponse;
import java.util.Optional;

/**
 * How a connection ended, as the browser's {@code CloseEvent}, with the cause that a browser hides.
 *
 * @param code from the peer's Close frame; 1005 where that had none; 1006 where none came (RFC 6455 §7.1.5)
 * @param reason from the peer's Close frame, perhaps empty
 * @param wasClean whether both Close frames were exchanged
 * @param cause why it was not clean, null where nothing went wrong: an {@link java.io.IOException} of the network, a
 *     {@link HandshakeException}, a {@link dev.weft.core.ProtocolException} with the code that this side failed with, or
 *     what a listener threw
 */
public record CloseEvent(int code, String reason, boolean wasClean, Throwable cause) {
    /**
     * What the server answered instead of opening the connection.
     *
     * @return its status, headers and the beginning of its body; empty where it did not come to that
     */
    public Optional<HttpResponse> response() {
        return cause instanceof HandshakeException failed ? failed.response() : Optional.empty();
    }
}
