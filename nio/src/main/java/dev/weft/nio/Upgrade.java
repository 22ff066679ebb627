package dev.weft.nio;

import dev.weft.core.Headers;
import dev.weft.core.HttpResponse;
import java.util.Objects;

/** The application's answer to an opening handshake (RFC 6455 §4.2.2). */
public sealed interface Upgrade {
    /**
     * The connection is opened.
     *
     * @param listener gets its events
     * @param subprotocol one that the client offered; null to have it chosen from {@link WebSocketServer.Builder#subprotocols}
     * @param headers to be added to the response, such as Set-Cookie
     */
    record Accept(WebSocketListener listener, String subprotocol, Headers headers) implements Upgrade {
        /**
         * An answer with nothing missing.
         *
         * @param listener as above
         * @param subprotocol as above
         * @param headers as above
         */
        public Accept {
            Objects.requireNonNull(listener, "listener");
            Objects.requireNonNull(headers, "headers");
        }
    }

    /**
     * The connection is not opened.
     *
     * @param response what the client gets instead, such as 401, 403 or 503
     */
    record Reject(HttpResponse response) implements Upgrade {
        /**
         * An answer with nothing missing.
         *
         * @param response as above
         */
        public Reject {
            if (response.status() < 300) {
                throw new IllegalArgumentException(
                        "a refusal's status is " + response.status() + ", it must be 300 to 599");
            }
        }
    }

    /**
     * Opens the connection.
     *
     * @param listener gets its events
     * @return the answer
     */
    static Upgrade accept(WebSocketListener listener) {
        return new Accept(listener, null, Headers.EMPTY);
    }

    /**
     * Opens the connection with a subprotocol of the application's choice.
     *
     * @param listener gets its events
     * @param subprotocol one that the client offered
     * @return the answer
     */
    static Upgrade accept(WebSocketListener listener, String subprotocol) {
        return new Accept(listener, subprotocol, Headers.EMPTY);
    }

    /**
     * Does not open the connection.
     *
     * @param response what the client gets instead; its status 300 to 599
     * @return the answer
     */
    static Upgrade reject(HttpResponse response) {
        return new Reject(response);
    }
}
