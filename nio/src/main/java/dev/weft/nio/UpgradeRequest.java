package dev.weft.nio;

import dev.weft.core.HttpRequest;
import dev.weft.core.ServerHandshake;
import java.net.InetSocketAddress;

/**
 * A client's opening handshake that has passed every check, for the application to accept or not.
 *
 * @param handshake what the client asks for: subprotocols, headers
 * @param remoteAddress of the peer, which may be a proxy
 * @param transport what carries the bytes: the way to ask a secure transport about the peer
 */
public record UpgradeRequest(ServerHandshake handshake, InetSocketAddress remoteAddress, Transport transport) {
    /**
     * The HTTP request.
     *
     * @return its method, target and headers
     */
    public HttpRequest http() {
        return handshake.request();
    }
}
