package dev.weft.core;

import java.io.IOException;
import java.util.Optional;

/** The opening handshake failed: the server's response is not the one that RFC 6455 §4.1 demands. */
public final class HandshakeException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What the server answered, null where it was not HTTP. */
    private final transient HttpResponse response;

    /**
     * A failed handshake.
     *
     * @param message what was wrong with the response
     * @param response the response, null where there is none that could be read
     */
    public HandshakeException(String message, HttpResponse response) {
        super(message);
        this.response = response;
    }

    /**
     * The server's response, with its status, headers and the beginning of its body.
     *
     * @return empty where the answer was not HTTP
     */
    public Optional<HttpResponse> response() {
        return Optional.ofNullable(response);
    }
}
