package dev.weft.tests;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** A frame as RFC 6455 §5.2 has it, written and compared in the plainest way. */
record Frame(boolean fin, int rsv, int opcode, byte[] payload) {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK_KEY = HexFormat.of().parseHex("37fa213d");
    private static final int SHOWN_BYTES = 40;

    static Frame text(String text) {
        return text(true, text);
    }

    static Frame text(boolean fin, String text) {
        return text(fin, utf8(text));
    }

    static Frame text(boolean fin, byte[] payload) {
        return new Frame(fin, 0, TEXT, payload);
    }

    static Frame binary(byte[] payload) {
        return new Frame(true, 0, BINARY, payload);
    }

    static Frame continuation(boolean fin, String text) {
        return continuation(fin, utf8(text));
    }

    static Frame continuation(boolean fin, byte[] payload) {
        return new Frame(fin, 0, CONTINUATION, payload);
    }

    static Frame ping(String payload) {
        return new Frame(true, 0, PING, utf8(payload));
    }

    static Frame pong(String payload) {
        return new Frame(true, 0, PONG, utf8(payload));
    }

    static Frame close(int code, String reason) {
        return close(code, utf8(reason));
    }

    static Frame close(int code, byte[] reason) {
        byte[] payload = ByteBuffer.allocate(2 + reason.length)
                .putShort((short) code)
                .put(reason)
                .array();
        return new Frame(true, 0, CLOSE, payload);
    }

    static Frame close() {
        return new Frame(true, 0, CLOSE, new byte[0]);
    }

    Frame withRsv(int bits) {
        return new Frame(fin, bits, opcode, payload);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Of a Close frame; 1005 where it has none. */
    int closeCode() {
        return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    }

    byte[] bytes(boolean masked) {
        ByteBuffer out = ByteBuffer.allocate(14 + payload.length);
        out.put((byte) ((fin ? 0x80 : 0) | rsv << 4 | opcode));
        int maskBit = masked ? 0x80 : 0;
        if (payload.length < 126) {
            out.put((byte) (maskBit | payload.length));
        } else if (payload.length < 1 << 16) {
            out.put((byte) (maskBit | 126)).putShort((short) payload.length);
        } else {
            out.put((byte) (maskBit | 127)).putLong(payload.length);
        }
        if (masked) {
            out.put(MASK_KEY);
            byte[] hidden = payload.clone();
            unmask(hidden, MASK_KEY);
            out.put(hidden);
        } else {
            out.put(payload);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    static void unmask(byte[] payload, byte[] key) {
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= key[i & 3];
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame frame
                && fin == frame.fin
                && rsv == frame.rsv
                && opcode == frame.opcode
                && Arrays.equals(payload, frame.payload);
    }

    @Override
    public int hashCode() {
        return opcode * 31 + Arrays.hashCode(payload);
    }

    @Override
    public String toString() {
        int shown = Math.min(payload.length, SHOWN_BYTES);
        return "opcode " + opcode + (fin ? "" : " without FIN") + (rsv == 0 ? "" : " RSV " + rsv) + ", "
                + payload.length + " bytes " + HexFormat.of().formatHex(payload, 0, shown);
    }
}
