package dev.weft.tests;

import static dev.weft.tests.Conformance.echo;
import static dev.weft.tests.Conformance.failure;
import static dev.weft.tests.Conformance.fragments;
import static dev.weft.tests.Conformance.of;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Sections 6, 7 and 10 of the Autobahn test suite: UTF-8, the closing handshake, automatic fragmentation. */
final class Utf8AndCloseCases {
    /** "κόσμε", with a character of three bytes. */
    private static final String GREEK = "cebae1bdb9cf83cebcceb5";

    /** Sequences that lack their last byte (Kuhn's test file, 3.3). */
    private static final String[] INCOMPLETE = {
        "c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"
    };

    private Utf8AndCloseCases() {}

    static List<Conformance> sections6And7And10() {
        List<Conformance> cases = new ArrayList<>();
        texts(cases);
        sequences(cases);
        closing(cases);
        closePayloads(cases);
        byte[] stars = ConformanceCases.filled(65536, '*');
        cases.add(of("10.1.1", fragments(Frame.TEXT, stars, 1300)).expecting(Frame.text(true, stars)));
        return cases;
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static void texts(List<Conformance> cases) {
        Frame hello = Frame.text("Hello-µ@ßöäüàá-UTF-8!!");
        Frame greek = Frame.text(true, hex(GREEK));
        cases.add(echo("6.1.1", Frame.text("")));
        cases.add(of("6.1.2", Frame.text(false, ""), Frame.continuation(false, ""), Frame.continuation(true, ""))
                .expecting(Frame.text("")));
        cases.add(of(
                        "6.1.3",
                        Frame.text(false, ""),
                        Frame.continuation(false, "middle frame payload"),
                        Frame.continuation(true, ""))
                .expecting(Frame.text("middle frame payload")));
        cases.add(echo("6.2.1", hello));
        cases.add(of("6.2.2", Frame.text(false, "Hello-µ@ßöä"), Frame.continuation(true, "üàá-UTF-8!!"))
                .expecting(hello));
        cases.add(of("6.2.3", fragments(Frame.TEXT, hello.payload(), 1)).expecting(hello));
        cases.add(of("6.2.4", fragments(Frame.TEXT, greek.payload(), 1)).expecting(greek));
        byte[] invalid = hex(GREEK + "eda080" + "656469746564");
        cases.add(failure("6.3.1", 1007, Frame.text(true, invalid)));
        cases.add(failure("6.3.2", 1007, fragments(Frame.TEXT, invalid, 1)));
    }

    /** Markus Kuhn's stress test for decoders, in the order that gives the suite its numbers. */
    private static void sequences(List<Conformance> cases) {
        String hello = HexFormat.of().formatHex(Frame.utf8("hello"));
        String world = HexFormat.of().formatHex(Frame.utf8("world"));
        valid(cases, 5, hello + "24" + world, hello + "c2a2" + world, hello + "e282ac" + world);
        cases.add(echo("6.5.4", Frame.text(true, hex(hello + "f0a4ada2" + world))));
        cases.add(echo("6.5.5", Frame.text(true, hex(GREEK))));
        List<Integer> boundaries = List.of(2, 5, 7, 9, 11);
        for (int length = 1; length <= hex(GREEK).length; length++) {
            Frame prefix = Frame.text(true, Arrays.copyOf(hex(GREEK), length));
            String id = "6.6." + length;
            cases.add(boundaries.contains(length) ? echo(id, prefix) : failure(id, 1007, prefix));
        }
        valid(cases, 7, "00", "c280", "e0a080", "f0908080");
        invalid(cases, 8, "f888808080", "fc8480808080");
        valid(cases, 9, "7f", "dfbf", "efbfbf", "f48fbfbf");
        invalid(cases, 10, "f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf");
        valid(cases, 11, "ed9fbf", "ee8080", "efbfbd", "f48fbfbf");
        cases.add(failure("6.11.5", 1007, Frame.text(true, hex("f4908080"))));
        invalid(
                cases,
                12,
                "80",
                "bf",
                "80bf",
                "80bf80",
                "80bf80bf",
                "80bf80bf80",
                "80bf80bf80bf",
                range(0x80, 0xbf, ""));
        invalid(
                cases,
                13,
                range(0xc0, 0xdf, "20"),
                range(0xe0, 0xef, "20"),
                range(0xf0, 0xf7, "20"),
                range(0xf8, 0xfb, "20"),
                range(0xfc, 0xfd, "20"));
        invalid(cases, 14, INCOMPLETE);
        invalid(cases, 15, String.join("", INCOMPLETE));
        invalid(cases, 16, "fe", "ff", "fefeffff");
        invalid(cases, 17, "c0af", "e080af", "f08080af", "f8808080af", "fc80808080af");
        invalid(cases, 18, "c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf");
        invalid(cases, 19, "c080", "e08080", "f0808080", "f880808080", "fc8080808080");
        invalid(cases, 20, "eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf");
        invalid(
                cases,
                21,
                "eda080edb080",
                "eda080edbfbf",
                "edadbfedb080",
                "edadbfedbfbf",
                "edae80edb080",
                "edae80edbfbf",
                "edafbfedb080",
                "edafbfedbfbf");
        valid(cases, 22, nonCharacters());
        valid(cases, 23, "efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf");
    }

    private static String range(int from, int to, String separator) {
        StringBuilder hex = new StringBuilder();
        for (int i = from; i < to; i++) {
            hex.append(Integer.toHexString(i)).append(separator);
        }
        return hex.toString();
    }

    /** The last two code points of every plane; valid UTF-8 all the same. */
    private static String[] nonCharacters() {
        List<String> all = new ArrayList<>();
        for (int plane = 0; plane <= 16; plane++) {
            for (int low : new int[] {0xFFFE, 0xFFFF}) {
                all.add(HexFormat.of().formatHex(Frame.utf8(Character.toString(plane << 16 | low))));
            }
        }
        return all.toArray(String[]::new);
    }

    private static void valid(List<Conformance> cases, int section, String... sequences) {
        for (int i = 0; i < sequences.length; i++) {
            cases.add(echo("6." + section + "." + (i + 1), Frame.text(true, hex(sequences[i]))));
        }
    }

    private static void invalid(List<Conformance> cases, int section, String... sequences) {
        for (int i = 0; i < sequences.length; i++) {
            cases.add(failure("6." + section + "." + (i + 1), 1007, Frame.text(true, hex(sequences[i]))));
        }
    }

    private static void closing(List<Conformance> cases) {
        Frame hello = Frame.text("Hello World!");
        Frame close = Frame.close(1000, "");
        cases.add(echo("7.1.1", hello));
        cases.add(of("7.1.2", close, close).answeringClose(1000));
        cases.add(of("7.1.3", close, Frame.ping("")).answeringClose(1000));
        cases.add(of("7.1.4", close, hello).answeringClose(1000));
        cases.add(of("7.1.5", Frame.text(false, "fragment1"), close, Frame.continuation(true, "fragment2"))
                .answeringClose(1000));
        Frame large = Frame.text("BAsd7&jh23".repeat(26215).substring(0, 256 * 1024));
        cases.add(of("7.1.6", large, hello, close, Frame.ping(""))
                .expecting(large, hello)
                .answeringClose(1000));
    }

    private static void closePayloads(List<Conformance> cases) {
        cases.add(of("7.3.1", Frame.close()).answeringClose(1005));
        cases.add(failure("7.3.2", 1002, new Frame(true, 0, Frame.CLOSE, new byte[] {3})));
        cases.add(of("7.3.3", Frame.close(1000, "")).answeringClose(1000));
        cases.add(of("7.3.4", Frame.close(1000, "Hello World!")).answeringClose(1000));
        cases.add(of("7.3.5", Frame.close(1000, "*".repeat(123))).answeringClose(1000));
        cases.add(failure("7.3.6", 1002, Frame.close(1000, "*".repeat(124))));
        cases.add(failure("7.5.1", 1007, Frame.close(1000, hex(GREEK + "eda080" + "656469746564"))));
        int[] valid = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999};
        for (int i = 0; i < valid.length; i++) {
            cases.add(of("7.7." + (i + 1), Frame.close(valid[i], "")).answeringClose(valid[i]));
        }
        int[] invalid = {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999};
        for (int i = 0; i < invalid.length; i++) {
            cases.add(failure("7.9." + (i + 1), 1002, Frame.close(invalid[i], "")));
        }
        cases.add(failure("7.13.1", 1002, Frame.close(5000, "")));
        cases.add(failure("7.13.2", 1002, Frame.close(65535, "")));
    }
}
