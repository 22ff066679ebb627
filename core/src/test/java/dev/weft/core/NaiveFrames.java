package dev.weft.core;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The frame of RFC 6455 §5.2 in the plainest form, byte by byte: the oracle of the fast one. */
final class NaiveFrames {
    /** The key of the RFC's examples. */
    static final int RFC_KEY = 0x37fa213d;

    private NaiveFrames() {}

    /** A frame; {@code maskKey} is null where it is not masked, and the payload is never masked here. */
    record Frame(boolean fin, int rsv, int opcode, Integer maskKey, ByteBuffer payload) {
        static Frame of(boolean fin, int opcode, byte[] payload) {
            return new Frame(fin, 0, opcode, null, ByteBuffer.wrap(payload));
        }

        static Frame text(String text) {
            return of(true, Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
        }

        static Frame close(int code, String reason) {
            byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
            byte[] payload = ByteBuffer.allocate(2 + utf8.length)
                    .putShort((short) code)
                    .put(utf8)
                    .array();
            return of(true, Opcode.CLOSE, payload);
        }

        Frame masked(Integer key) {
            return new Frame(fin, rsv, opcode, key, payload);
        }

        Frame withRsv(int bits) {
            return new Frame(fin, bits, opcode, maskKey, payload);
        }

        /** As the peer of {@code receiver} has to send it. */
        byte[] bytesTo(Role receiver) {
            return masked(receiver == Role.SERVER ? RFC_KEY : null).bytes();
        }

        byte[] bytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(header(fin, rsv, opcode, payload.remaining(), maskKey));
            byte[] octets = Hex.copy(payload);
            for (int i = 0; i < octets.length; i++) {
                out.write(maskKey == null ? octets[i] : octets[i] ^ octet(maskKey, i));
            }
            return out.toByteArray();
        }

        /** What stays when the mask, which is random, is taken off. */
        Frame unmasked() {
            return masked(null);
        }

        String text() {
            return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
        }

        @Override
        public String toString() {
            String hex = payload.remaining() > 40 ? payload.remaining() + " bytes" : Hex.of(payload);
            return (fin ? "fin " : "") + "rsv " + rsv + " opcode " + opcode + " [" + hex + "]";
        }
    }

    /** A header with the shortest length field. */
    static byte[] header(boolean fin, int rsv, int opcode, long length, Integer maskKey) {
        int lengthBytes = length < 126 ? 0 : length < 65536 ? 2 : 8;
        return header(fin, rsv, opcode, length, lengthBytes, maskKey);
    }

    /** A header with a length field of 0, 2 or 8 further bytes. */
    static byte[] header(boolean fin, int rsv, int opcode, long length, int lengthBytes, Integer maskKey) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((fin ? 128 : 0) + rsv * 16 + opcode);
        int field = lengthBytes == 0 ? (int) length : lengthBytes == 2 ? 126 : 127;
        out.write((maskKey == null ? 0 : 128) + field);
        for (int shift = 8 * lengthBytes - 8; shift >= 0; shift -= 8) {
            out.write((int) (length >> shift));
        }
        for (int i = 0; maskKey != null && i < 4; i++) {
            out.write(octet(maskKey, i));
        }
        return out.toByteArray();
    }

    /** Octet i modulo 4 of a masking key (§5.3). */
    static int octet(int key, long i) {
        return key >> 24 - 8 * (int) (i % 4) & 0xFF;
    }

    /** Whole frames only. */
    static List<Frame> parse(byte[] stream) {
        List<Frame> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(stream);
        while (in.hasRemaining()) {
            int first = in.get() & 0xFF;
            int second = in.get() & 0xFF;
            long length = second % 128;
            if (length == 126) {
                length = in.getShort() & 0xFFFF;
            } else if (length == 127) {
                length = in.getLong();
            }
            Integer key = second >= 128 ? in.getInt() : null;
            byte[] payload = new byte[(int) length];
            in.get(payload);
            for (int i = 0; key != null && i < payload.length; i++) {
                payload[i] ^= (byte) octet(key, i);
            }
            frames.add(new Frame(first >= 128, first / 16 % 8, first % 16, key, ByteBuffer.wrap(payload)));
        }
        return frames;
    }

    static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }
}
