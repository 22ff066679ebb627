package dev.weft.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The values of Sec-WebSocket-Key and Sec-WebSocket-Accept (RFC 6455 §1.3, §4.1, §4.2.2). */
public final class AcceptKey {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int NONCE_BYTES = 16;

    private AcceptKey() {}

    /**
     * The answer to a key.
     *
     * @param key the value of Sec-WebSocket-Key, without white space around it
     * @return the value of Sec-WebSocket-Accept
     */
    public static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-1, which every one has to offer", e);
        }
    }

    /**
     * A client's key of a nonce.
     *
     * @param nonce 16 fresh random bytes
     * @return the value of Sec-WebSocket-Key
     */
    static String key(byte[] nonce) {
        return Base64.getEncoder().encodeToString(nonce);
    }

    /**
     * Whether a client's key is "a nonce consisting of a randomly selected 16-byte value that has been base64-encoded".
     *
     * @param key the value of Sec-WebSocket-Key
     * @return whether it decodes to 16 bytes
     */
    static boolean isKey(String key) {
        if (key.length() != 24) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == NONCE_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
