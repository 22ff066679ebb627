package dev.weft.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The body of a Close frame (RFC 6455 §5.5.1): nothing, or a status code and a reason.
 *
 * @param code a code that may be sent (§7.4), or {@link CloseCode#NO_STATUS} for an empty body
 * @param reason for people and logs; at most 123 bytes of UTF-8; empty where none is given
 */
public record ClosePayload(int code, String reason) {
    /** The longest reason, in bytes of UTF-8: a control frame's 125 less the code. */
    public static final int MAX_REASON_BYTES = FrameHeader.MAX_CONTROL_PAYLOAD - 2;

    /**
     * A body.
     *
     * @param code as above
     * @param reason as above
     * @throws IllegalArgumentException where the code may not be sent, the reason is too long, or there is a reason without a
     *     code
     */
    public ClosePayload {
        Objects.requireNonNull(reason, "reason");
        if (code == CloseCode.NO_STATUS) {
            if (!reason.isEmpty()) {
                throw new IllegalArgumentException("a close reason needs a code (RFC 6455 §5.5.1)");
            }
        } else if (!CloseCode.isSendable(code)) {
            throw new IllegalArgumentException("close code " + code + " may not be sent (RFC 6455 §7.4)");
        }
        int bytes = Utf8.encode(reason).length;
        if (bytes > MAX_REASON_BYTES) {
            throw new IllegalArgumentException(
                    "close reason is " + bytes + " bytes of UTF-8, limit " + MAX_REASON_BYTES + " (RFC 6455 §5.5)");
        }
    }

    /**
     * A body whose reason is cut, between characters, to what a Close frame holds.
     *
     * @param code a code that may be sent
     * @param reason of any length
     * @return the body
     */
    public static ClosePayload truncated(int code, String reason) {
        byte[] utf8 = Utf8.encode(reason);
        int end = Math.min(utf8.length, MAX_REASON_BYTES);
        while (end < utf8.length && (utf8[end] & 0xC0) == 0x80) {
            end--;
        }
        return new ClosePayload(code, new String(utf8, 0, end, StandardCharsets.UTF_8));
    }

    /**
     * Reads the body of a Close frame.
     *
     * @param bytes the input, not changed
     * @param from first index of the (unmasked) body
     * @param to end index
     * @return its content
     * @throws ProtocolException 1002 for a body of one byte or a code that may not be sent, 1007 for a reason that is not UTF-8
     */
    public static ClosePayload parse(byte[] bytes, int from, int to) {
        if (from == to) {
            return new ClosePayload(CloseCode.NO_STATUS, "");
        }
        if (to - from == 1) {
            throw new ProtocolException(
                    CloseCode.PROTOCOL_ERROR,
                    "close payload is 1 byte, it must be none or at least 2 (RFC 6455 §5.5.1)");
        }
        int code = (short) Bytes.SHORT.get(bytes, from) & 0xFFFF;
        if (!CloseCode.isSendable(code)) {
            throw new ProtocolException(
                    CloseCode.PROTOCOL_ERROR, "close code " + code + " may not be sent (RFC 6455 §7.4)");
        }
        if (Utf8Validator.validate(Utf8Validator.ACCEPT, bytes, from + 2, to) != Utf8Validator.ACCEPT) {
            throw new ProtocolException(CloseCode.INVALID_PAYLOAD, "close reason is not UTF-8 (RFC 6455 §5.5.1)");
        }
        return new ClosePayload(code, new String(bytes, from + 2, to - from - 2, StandardCharsets.UTF_8));
    }

    /**
     * Writes the body.
     *
     * @return a new buffer with the body, empty for {@link CloseCode#NO_STATUS}
     */
    public ByteBuffer toBytes() {
        if (code == CloseCode.NO_STATUS) {
            return ByteBuffer.allocate(0);
        }
        byte[] utf8 = Utf8.encode(reason);
        return ByteBuffer.allocate(2 + utf8.length)
                .putShort((short) code)
                .put(utf8)
                .flip();
    }
}
