package dev.weft.core;

import java.util.Random;

/** Texts of every script and length, unpaired surrogates among them. */
final class Texts {
    /** Where something changes: header sizes, the chunk, the slice that is encoded at a time; in chars. */
    static final int[] LIMITS = {0, 1, 41, 62, 125, 126, 2730, 4096, 8192, 12288, 21845, 32768, 65535};

    private Texts() {}

    static String any(Random random) {
        int length = Math.max(0, LIMITS[random.nextInt(LIMITS.length)] + random.nextInt(21) - 10);
        length = random.nextInt(3) == 0 ? length : random.nextInt(200);
        StringBuilder text = new StringBuilder(length);
        int script = random.nextInt(6);
        while (text.length() < length) {
            switch (random.nextInt(100) == 0 ? random.nextInt(6) : script) {
                case 0 -> text.append((char) ('a' + random.nextInt(26)));
                case 1 -> text.append((char) (0xC0 + random.nextInt(0x500)));
                case 2 -> text.append((char) (0x4E00 + random.nextInt(0x5000)));
                case 3 -> text.appendCodePoint(0x1F600 + random.nextInt(60));
                case 4 -> text.append((char) random.nextInt(128));
                default -> text.append((char) random.nextInt(random.nextInt(4) == 0 ? 0xE000 : 0x800));
            }
        }
        return text.toString();
    }
}
