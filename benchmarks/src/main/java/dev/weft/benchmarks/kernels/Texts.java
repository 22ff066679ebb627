package dev.weft.benchmarks.kernels;

import java.nio.charset.StandardCharsets;

/** Sample texts by script, each a repetition cut to a size in bytes. */
final class Texts {
    private static final String JSON_ITEM = """
            {"id":%d,"name":"Zoë %d","email":"user%d@example.org","score":%d.25,"tags":["alpha","beta"],"city":"Köln","ok":true},
            """;

    private Texts() {}

    /** UTF-8 of a script, at most so many bytes and at most 3 fewer, cut between characters. */
    static byte[] utf8(String script, int bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < bytes; i++) {
            text.append(sample(script, i));
        }
        byte[] all = text.toString().getBytes(StandardCharsets.UTF_8);
        int end = bytes;
        while ((all[end] & 0xC0) == 0x80) {
            end--;
        }
        return java.util.Arrays.copyOf(all, end);
    }

    static String text(String script, int bytes) {
        return new String(utf8(script, bytes), StandardCharsets.UTF_8);
    }

    private static String sample(String script, int i) {
        return switch (script) {
            case "ascii" -> "The quick brown fox jumps over the lazy dog. ";
            case "latin" -> "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ";
            case "cyrillic" -> "Съешь же ещё этих мягких французских булок, да выпей чаю. ";
            case "cjk" -> "色は匂へど散りぬるを我が世誰ぞ常ならむ有為の奥山今日越えて";
            case "emoji" -> "😀🚀🌍🎉🐱🍕🎸⚽️🌈💡";
            case "json" -> JSON_ITEM.formatted(i * 7919, i, i * 31, i * 13 % 100);
            default -> throw new IllegalArgumentException("script is " + script);
        };
    }
}
