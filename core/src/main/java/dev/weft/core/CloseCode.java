package dev.weft.core;

/** Close status codes and who may use which (RFC 6455 §7.4, and the IANA registry that it opens). */
public final class CloseCode {
    /** The purpose of the connection is fulfilled. */
    public static final int NORMAL = 1000;
    /** The endpoint goes away: a server stops, a page is left. */
    public static final int GOING_AWAY = 1001;
    /** The peer broke the protocol. */
    public static final int PROTOCOL_ERROR = 1002;
    /** A type of data that the endpoint cannot accept. */
    public static final int UNSUPPORTED_DATA = 1003;
    /** Never on the wire: the peer's Close frame had no status code (§7.1.5). */
    public static final int NO_STATUS = 1005;
    /** Never on the wire: the connection ended without a Close frame (§7.1.5). */
    public static final int ABNORMAL = 1006;
    /** Payload that is not what its type says, such as text that is not UTF-8. */
    public static final int INVALID_PAYLOAD = 1007;
    /** The message breaks a policy, where nothing more specific fits. */
    public static final int POLICY_VIOLATION = 1008;
    /** A message is too big to process. */
    public static final int MESSAGE_TOO_BIG = 1009;
    /** The server did not negotiate an extension that the client needs. */
    public static final int MANDATORY_EXTENSION = 1010;
    /** The endpoint met an unexpected condition. */
    public static final int INTERNAL_ERROR = 1011;
    /** The service restarts; come back after a random delay. */
    public static final int SERVICE_RESTART = 1012;
    /** The service is overloaded; come back later. */
    public static final int TRY_AGAIN_LATER = 1013;

    private CloseCode() {}

    /**
     * Whether the code may stand in a Close frame: 1000–1003, 1007–1014 and 3000–4999 (§7.4.1, §7.4.2, IANA). 1004, 1005,
     * 1006 and 1015 must not be sent; 0–999 and 5000 upwards are not in use, 1016–2999 not defined yet.
     *
     * @param code any int
     * @return whether an endpoint may send it
     */
    public static boolean isSendable(int code) {
        return code >= 3000 ? code <= 4999 : code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
    }

    /**
     * Whether an application may pass the code to {@code close}, by the rule of the browser's WebSocket API: 1000, or 3000
     * to 4999.
     *
     * @param code any int
     * @return whether the browser's {@code close(code)} takes it
     */
    public static boolean isApplicationCode(int code) {
        return code == NORMAL || code >= 3000 && code <= 4999;
    }
}
