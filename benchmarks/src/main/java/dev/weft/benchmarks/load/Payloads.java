package dev.weft.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** What is sent: another payload on every connection, so that messages that went astray are seen. */
final class Payloads {
    private static final String CYRILLIC = "Съешь ещё этих мягких французских булок да выпей же чаю ";

    private Payloads() {}

    /**
     * A payload.
     *
     * @param kind ascii, cyrillic, json or binary; or mixed: ascii on every other connection, binary on the rest
     */
    static byte[] of(String kind, int size, int connection) {
        return switch (kind) {
            case "ascii" -> text("The quick brown fox jumps over the lazy dog; ", size, connection);
            case "cyrillic" -> text(CYRILLIC, size, connection);
            case "json" -> json(size, connection);
            case "binary" -> binary(size, connection);
            case "mixed" -> of(isText(kind, connection) ? "ascii" : "binary", size, connection);
            default -> throw new IllegalArgumentException("kind is " + kind);
        };
    }

    static boolean isText(String kind, int connection) {
        return !kind.equals("binary") && !(kind.equals("mixed") && connection % 2 == 1);
    }

    private static byte[] text(String sample, int size, int connection) {
        StringBuilder text = new StringBuilder("#" + connection + ' ');
        text.append(sample.substring(connection % sample.length()));
        while (text.length() < size) {
            text.append(sample);
        }
        return cut(text, size);
    }

    private static byte[] json(int size, int connection) {
        Random random = new Random(connection);
        StringBuilder text = new StringBuilder("[");
        while (text.length() < size) {
            text.append("{\"id\":").append(random.nextInt(1_000_000)).append(",\"symbol\":\"");
            text.append((char) ('A' + random.nextInt(26))).append((char) ('A' + random.nextInt(26)));
            text.append("\",\"price\":").append(random.nextInt(100_000) / 100.0);
            text.append(",\"side\":\"")
                    .append(random.nextBoolean() ? "buy" : "sell")
                    .append("\",\"open\":true},");
        }
        return cut(text, size);
    }

    /** The first bytes of a text's UTF-8; spaces in place of a character that would be cut. */
    private static byte[] cut(StringBuilder text, int size) {
        byte[] bytes = java.util.Arrays.copyOf(text.toString().getBytes(StandardCharsets.UTF_8), size + 1);
        int end = size;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        java.util.Arrays.fill(bytes, end, size + 1, (byte) ' ');
        return java.util.Arrays.copyOf(bytes, size);
    }

    private static byte[] binary(int size, int connection) {
        byte[] bytes = new byte[size];
        new Random(connection).nextBytes(bytes);
        return bytes;
    }
}
