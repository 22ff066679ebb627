/** The event loop, WebSocket servers and clients on {@code java.nio}. Needs {@code java.base} only. */
module dev.weft.nio {
    requires transitive dev.weft.core;

    exports dev.weft.nio;
}
