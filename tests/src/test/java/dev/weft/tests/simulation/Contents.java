package dev.weft.tests.simulation;

/** What messages say: slices of a long text in many scripts, and of long nonsense. */
final class Contents {
    private static final int SIZE = 1 << 18;
    private static final String TEXT = text();
    private static final byte[] BYTES = bytes();

    private Contents() {}

    private static String text() {
        Dice dice = new Dice(1);
        String[] words = {
            "weft ", "warp ", "{\"id\":17}", "Уток ", "основа ", "纬线", "經", "🧵", "𝄞 ", "é", "\u0000", "ﷺ"
        };
        StringBuilder text = new StringBuilder(SIZE + 20);
        while (text.length() < SIZE) {
            text.append(dice.percent(70) ? words[dice.below(3)] : dice.oneOf(words));
        }
        return text.toString();
    }

    private static byte[] bytes() {
        Dice dice = new Dice(2);
        byte[] bytes = new byte[SIZE];
        for (int i = 0; i < SIZE; i++) {
            // Half of it can be compressed.
            bytes[i] = (byte) ((i & 4096) == 0 ? dice.below(256) : i >> 5);
        }
        return bytes;
    }

    /** Begins with a mark that tells messages apart, where there is room. */
    static String text(Dice dice, int size, String mark) {
        int from = dice.below(SIZE - size);
        int to = from + Math.max(0, size - mark.length());
        // Pairs of surrogates stay whole.
        from += Character.isLowSurrogate(TEXT.charAt(from)) ? 1 : 0;
        to += Character.isLowSurrogate(TEXT.charAt(to)) ? 1 : 0;
        return mark.substring(0, Math.min(size, mark.length())) + TEXT.substring(Math.min(from, to), to);
    }

    static byte[] bytes(Dice dice, int size, String mark) {
        byte[] bytes = new byte[size];
        int from = dice.below(SIZE - size);
        System.arraycopy(BYTES, from, bytes, 0, size);
        for (int i = 0; i < Math.min(size, mark.length()); i++) {
            bytes[i] = (byte) mark.charAt(i);
        }
        return bytes;
    }
}
