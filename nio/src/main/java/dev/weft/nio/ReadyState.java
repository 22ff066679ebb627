package dev.weft.nio;

/** The state of a connection, as {@code readyState} of the browser's API; the ordinals are its numbers. */
public enum ReadyState {
    /** 0: not open yet. */
    CONNECTING,
    /** 1: messages can be sent and come. */
    OPEN,
    /** 2: the closing handshake has begun. */
    CLOSING,
    /** 3: closed, or never opened. */
    CLOSED
}
