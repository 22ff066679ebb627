package dev.weft.benchmarks.kernels;

import dev.weft.core.FrameHeader;
import dev.weft.core.Masking;
import java.io.ByteArrayOutputStream;

/** Frames for the benchmarks' input. */
final class Frames {
    static final int MASK_KEY = 0x37FA213D;
    static final int TEXT = 1;
    static final int BINARY = 2;

    private Frames() {}

    /** A frame as a client sends it. */
    static byte[] masked(int opcode, byte[] payload) {
        return frame(opcode, payload, true);
    }

    /** A frame as a server sends it. */
    static byte[] unmasked(int opcode, byte[] payload) {
        return frame(opcode, payload, false);
    }

    private static byte[] frame(int opcode, byte[] payload, boolean masked) {
        byte[] frame = new byte[FrameHeader.size(payload.length, masked) + payload.length];
        int at = FrameHeader.write(frame, 0, true, 0, opcode, payload.length, masked, MASK_KEY);
        System.arraycopy(payload, 0, frame, at, payload.length);
        if (masked) {
            Masking.apply(frame, at, frame.length, MASK_KEY);
        }
        return frame;
    }

    static byte[] repeat(byte[] frame, int count) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(frame.length * count);
        for (int i = 0; i < count; i++) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }
}
