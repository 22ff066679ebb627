package dev.weft.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** RFC 6455 as the load client needs it. */
final class Wire {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};
    private static final byte[] FLUSH_TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    private static final int RSV1 = 0x40;

    private Wire() {}

    static byte[] request(int port, boolean deflate) {
        String extensions = deflate
                ? "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n"
                : "";
        return ("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n" + extensions + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Judges a server's whole response. */
    static void checkResponse(String head, boolean deflate) {
        String lower = head.toLowerCase(java.util.Locale.ROOT);
        boolean accepted = head.startsWith("HTTP/1.1 101 ") && head.contains(acceptKey());
        if (!accepted || deflate != lower.contains("\r\nsec-websocket-extensions: permessage-deflate")) {
            throw new IllegalStateException("unexpected response:\n" + head);
        }
    }

    private static String acceptKey() {
        try {
            byte[] text = (KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A message in one frame, masked as a client's or not as a server's. */
    static byte[] frame(boolean text, boolean compressed, byte[] payload, boolean masked) {
        int length = payload.length;
        ByteBuffer frame = ByteBuffer.allocate(14 + length);
        frame.put((byte) (0x80 | (compressed ? RSV1 : 0) | (text ? 1 : 2)));
        int maskBit = masked ? 0x80 : 0;
        if (length < 126) {
            frame.put((byte) (maskBit | length));
        } else if (length < 65536) {
            frame.put((byte) (maskBit | 126)).putShort((short) length);
        } else {
            frame.put((byte) (maskBit | 127)).putLong(length);
        }
        if (masked) {
            frame.put(MASK);
        }
        for (int i = 0; i < length; i++) {
            frame.put((byte) (masked ? payload[i] ^ MASK[i & 3] : payload[i]));
        }
        byte[] bytes = new byte[frame.flip().remaining()];
        frame.get(bytes);
        return bytes;
    }

    /** The size of an unmasked frame, or 0 where the bytes do not show it yet. */
    static long frameSize(ByteBuffer bytes) {
        if (bytes.remaining() < 2) {
            return 0;
        }
        int at = bytes.position();
        int length = bytes.get(at + 1);
        if (length < 126) {
            return 2 + length;
        }
        int header = length == 126 ? 4 : 10;
        if (bytes.remaining() < header) {
            return 0;
        }
        return header + (length == 126 ? bytes.getShort(at + 2) & 0xFFFF : bytes.getLong(at + 2));
    }

    /** The payload of an unmasked frame, decompressed where it is compressed. */
    static byte[] payload(byte[] frame) throws DataFormatException {
        int length = frame[1];
        int header = length < 126 ? 2 : length == 126 ? 4 : 10;
        byte[] payload = java.util.Arrays.copyOfRange(frame, header, frame.length);
        return (frame[0] & RSV1) == 0 ? payload : inflate(payload);
    }

    static byte[] deflate(byte[] plain) {
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(plain);
        byte[] out = new byte[plain.length + 64];
        int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return java.util.Arrays.copyOf(out, size - FLUSH_TAIL.length);
    }

    private static byte[] inflate(byte[] compressed) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        for (byte[] part : new byte[][] {compressed, FLUSH_TAIL}) {
            inflater.setInput(part);
            for (int size; (size = inflater.inflate(buffer)) > 0; ) {
                out.write(buffer, 0, size);
            }
        }
        inflater.end();
        return out.toByteArray();
    }
}
