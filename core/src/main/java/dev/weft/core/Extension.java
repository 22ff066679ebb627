package dev.weft.core;

import java.util.List;

/**
 * An element of Sec-WebSocket-Extensions: an offer, or what was agreed (RFC 6455 §9.1).
 *
 * @param name a token, such as {@code permessage-deflate}
 * @param parameters in the order of the header, repeated ones included
 */
public record Extension(String name, List<Parameter> parameters) {
    /**
     * An element with parameters that never change.
     *
     * @param name as above
     * @param parameters copied
     */
    public Extension {
        parameters = List.copyOf(parameters);
    }

    /**
     * A parameter of an extension.
     *
     * @param name a token
     * @param value a token, or null where there is none
     */
    public record Parameter(String name, String value) {}
}
