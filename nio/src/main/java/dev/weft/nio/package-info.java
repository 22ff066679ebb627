/**
 * WebSocket servers and clients on one thread per {@link dev.weft.nio.EventLoop}: {@link dev.weft.nio.WebSocketServer} and
 * {@link dev.weft.nio.WebSocketClient} open connections, {@link dev.weft.nio.WebSocket} is one of them, as in the browser's
 * API, {@link dev.weft.nio.WebSocketListener} gets its events. {@link dev.weft.nio.BlockingWebSocket} is for code that
 * prefers to wait, {@link dev.weft.nio.ReconnectingWebSocket} for a client that has to stay connected. The protocol itself is
 * {@code dev.weft.core.Connection} (RFC 6455). Start reading at {@link dev.weft.nio.EventLoop}, then {@code WebSocketChannel}.
 */
package dev.weft.nio;
