package dev.weft.tests;

import static dev.weft.tests.Conformance.fragments;
import static dev.weft.tests.Conformance.of;

import java.util.ArrayList;
import java.util.List;

/** Section 9 of the Autobahn test suite: large messages, many fragments, many messages. */
final class LargeCases {
    static final int MAX_MESSAGE = 16 << 20;

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    /** Its 15 bytes leave a character across the borders of most fragments. */
    private static final String PATTERN = "Weft, wäft, 織り";

    private LargeCases() {}

    static List<Conformance> section9() {
        List<Conformance> cases = new ArrayList<>();
        int[] sizes = {64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB};
        int[] fragments = {64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB};
        int[] chops = {64, 128, 256, 512, KIB, 2 * KIB};
        for (int opcode : new int[] {Frame.TEXT, Frame.BINARY}) {
            int plus = opcode - Frame.TEXT;
            for (int i = 0; i < sizes.length; i++) {
                Frame whole = new Frame(true, 0, opcode, payload(sizes[i]));
                cases.add(of(9 + "." + (1 + plus) + "." + (i + 1), whole).expecting(whole));
            }
            for (int i = 0; i < fragments.length; i++) {
                byte[] payload = payload(4 * MIB);
                cases.add(of(9 + "." + (3 + plus) + "." + (i + 1), fragments(opcode, payload, fragments[i]))
                        .expecting(new Frame(true, 0, opcode, payload)));
            }
            for (int i = 0; i < chops.length; i++) {
                Frame whole = new Frame(true, 0, opcode, payload(MIB));
                cases.add(of(9 + "." + (5 + plus) + "." + (i + 1), whole)
                        .expecting(whole)
                        .chopped(chops[i]));
            }
        }
        return cases;
    }

    /** UTF-8, ending in ASCII where a character would be cut. */
    static byte[] payload(int size) {
        byte[] pattern = Frame.utf8(PATTERN);
        byte[] payload = ConformanceCases.filled(size, '.');
        for (int from = 0; from + pattern.length <= size; from += pattern.length) {
            System.arraycopy(pattern, 0, payload, from, pattern.length);
        }
        return payload;
    }
}
