package dev.weft.core;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * DEFLATE (RFC 1951) decoded bit by bit, as the oracle that also tells how far back the data refers: the JDK's Inflater always
 * has the largest window, and so cannot show that a smaller one would do.
 */
final class NaiveInflate {
    private static final int[] CODE_LENGTH_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    int maxDistance;

    private byte[] in;
    private int bit;

    /** Decodes a message of permessage-deflate, its tail left out; output and context go on from one to the next. */
    byte[] message(byte[] compressed) {
        in = Arrays.copyOf(compressed, compressed.length + 4);
        in[compressed.length + 2] = (byte) 0xFF;
        in[compressed.length + 3] = (byte) 0xFF;
        bit = 0;
        int start = out.size();
        while (bit < 8 * in.length) {
            block();
        }
        byte[] all = out.toByteArray();
        return Arrays.copyOfRange(all, start, all.length);
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, bit++) {
            value |= (in[bit >> 3] >> (bit & 7) & 1) << i;
        }
        return value;
    }

    private void block() {
        bits(1);
        switch (bits(2)) {
            case 0 -> stored();
            case 1 -> {
                int[] lengths = new int[288];
                Arrays.fill(lengths, 0, 144, 8);
                Arrays.fill(lengths, 144, 256, 9);
                Arrays.fill(lengths, 256, 280, 7);
                Arrays.fill(lengths, 280, 288, 8);
                int[] distances = new int[30];
                Arrays.fill(distances, 5);
                codes(lengths, distances);
            }
            case 2 -> dynamic();
            default -> throw new IllegalStateException("reserved block type");
        }
    }

    private void stored() {
        bit = bit + 7 & ~7;
        int length = bits(16);
        int complement = bits(16);
        if (length != (~complement & 0xFFFF)) {
            throw new IllegalStateException("stored length");
        }
        for (int i = 0; i < length; i++) {
            out.write(bits(8));
        }
    }

    private void dynamic() {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int count = bits(4) + 4;
        int[] codeLengths = new int[19];
        for (int i = 0; i < count; i++) {
            codeLengths[CODE_LENGTH_ORDER[i]] = bits(3);
        }
        int[] lengths = new int[literals + distances];
        for (int i = 0; i < lengths.length; ) {
            int symbol = symbol(codeLengths);
            if (symbol < 16) {
                lengths[i++] = symbol;
                continue;
            }
            int value = symbol == 16 ? lengths[i - 1] : 0;
            int repeat = symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
            Arrays.fill(lengths, i, i + repeat, value);
            i += repeat;
        }
        codes(Arrays.copyOf(lengths, literals), Arrays.copyOfRange(lengths, literals, lengths.length));
    }

    private void codes(int[] literalLengths, int[] distanceLengths) {
        while (true) {
            int symbol = symbol(literalLengths);
            if (symbol == 256) {
                return;
            }
            if (symbol < 256) {
                out.write(symbol);
                continue;
            }
            int length = length(symbol - 257);
            int code = symbol(distanceLengths);
            int extra = Math.max(0, code / 2 - 1);
            int distance = (code < 4 ? code : (2 + (code & 1)) << extra) + 1 + bits(extra);
            maxDistance = Math.max(maxDistance, distance);
            byte[] sofar = out.toByteArray();
            for (int i = 0; i < length; i++) {
                out.write(sofar[sofar.length - distance + i % distance]);
            }
        }
    }

    private int length(int code) {
        if (code == 28) {
            return 258;
        }
        int extra = Math.max(0, code / 4 - 1);
        return (code < 8 ? code : (4 + (code & 3)) << extra) + 3 + bits(extra);
    }

    /** Canonical Huffman codes (RFC 1951 §3.2.2), one bit at a time. */
    private int symbol(int[] lengths) {
        int code = 0;
        int firstOfLength = 0;
        for (int length = 1; length <= 15; length++) {
            code = code << 1 | bits(1);
            int index = 0;
            for (int symbol = 0; symbol < lengths.length; symbol++) {
                if (lengths[symbol] == length) {
                    if (code - firstOfLength == index) {
                        return symbol;
                    }
                    index++;
                }
            }
            firstOfLength = firstOfLength + index << 1;
        }
        throw new IllegalStateException("no such code");
    }
}
