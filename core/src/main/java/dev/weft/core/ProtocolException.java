package dev.weft.core;

/**
 * The peer sent what the protocol, or a limit, forbids: the reason to <i>Fail the WebSocket Connection</i> (RFC 6455
 * §7.1.7). It carries the close code to fail with. Without a stack trace: it tells of the peer's fault, and a hostile peer
 * must not make it costly.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The code of the Close frame that answers this violation. */
    private final int closeCode;

    /**
     * A violation.
     *
     * @param closeCode the code to fail the connection with, one of {@link CloseCode}
     * @param message the fact, the value, the limit and the section; never payload bytes; at most 123 bytes of UTF-8, as it
     *     becomes the reason of the Close frame
     */
    public ProtocolException(int closeCode, String message) {
        super(message, null, false, false);
        this.closeCode = closeCode;
    }

    /**
     * The code to fail the connection with.
     *
     * @return a code that may be sent (§7.4.1)
     */
    public int closeCode() {
        return closeCode;
    }
}
