package dev.weft.core;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Bytes as they are written in the RFC: {@code "81 05 48 65 6c 6c 6f"}, blanks free. */
final class Hex {
    private Hex() {}

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    static ByteBuffer buffer(String hex) {
        return ByteBuffer.wrap(bytes(hex));
    }

    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** What lies between position and limit, which do not move. */
    static String of(ByteBuffer buffer) {
        return of(copy(buffer));
    }

    static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
