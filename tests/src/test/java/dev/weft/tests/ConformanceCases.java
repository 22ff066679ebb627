package dev.weft.tests;

import static dev.weft.tests.Conformance.FRAMES;
import static dev.weft.tests.Conformance.echo;
import static dev.weft.tests.Conformance.failure;
import static dev.weft.tests.Conformance.inThreeChops;
import static dev.weft.tests.Conformance.of;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Sections 1 to 5 of the Autobahn test suite: messages, pings, reserved bits, opcodes, fragments. */
final class ConformanceCases {
    private static final int[] SIZES = {0, 125, 126, 127, 128, 65535, 65536};

    private ConformanceCases() {}

    static List<Conformance> sections1To5() {
        List<Conformance> cases = new ArrayList<>();
        messages(cases);
        pings(cases);
        reservedBits(cases);
        opcodes(cases);
        fragmentedControlFrames(cases);
        fragmentedMessages(cases);
        nothingToContinue(cases);
        return cases;
    }

    private static void messages(List<Conformance> cases) {
        for (int i = 0; i < SIZES.length; i++) {
            cases.add(echo("1.1." + (i + 1), Frame.text("*".repeat(SIZES[i]))));
            cases.add(echo("1.2." + (i + 1), Frame.binary(filled(SIZES[i], 0xFE))));
        }
        cases.add(echo("1.1.8", Frame.text("*".repeat(65536))).chopped(997));
        cases.add(echo("1.2.8", Frame.binary(filled(65536, 0xFE))).chopped(997));
    }

    static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static Frame ping(byte[] payload) {
        return new Frame(true, 0, Frame.PING, payload);
    }

    private static Frame pong(byte[] payload) {
        return new Frame(true, 0, Frame.PONG, payload);
    }

    private static void pings(List<Conformance> cases) {
        byte[] binary = {0, -1, -2, -3, -4, -5, 0, -1};
        byte[] longest = filled(125, 0xFE);
        cases.add(of("2.1", Frame.ping("")).expecting(Frame.pong("")));
        cases.add(of("2.2", Frame.ping("Hello, world!")).expecting(Frame.pong("Hello, world!")));
        cases.add(of("2.3", ping(binary)).expecting(pong(binary)));
        cases.add(of("2.4", ping(longest)).expecting(pong(longest)));
        cases.add(failure("2.5", 1002, ping(filled(126, 0xFE))));
        cases.add(of("2.6", ping(longest)).expecting(pong(longest)).chopped(1));
        cases.add(of("2.7", Frame.pong("")));
        cases.add(of("2.8", Frame.pong("unsolicited pong payload")));
        cases.add(of("2.9", Frame.pong("unsolicited pong payload"), Frame.ping("ping payload"))
                .expecting(Frame.pong("ping payload")));
        Frame[] ten =
                IntStream.range(0, 10).mapToObj(i -> Frame.ping("payload-" + i)).toArray(Frame[]::new);
        Frame[] answers =
                IntStream.range(0, 10).mapToObj(i -> Frame.pong("payload-" + i)).toArray(Frame[]::new);
        cases.add(of("2.10", ten).expecting(answers));
        cases.add(of("2.11", ten).expecting(answers).chopped(1));
    }

    private static void reservedBits(List<Conformance> cases) {
        Frame hello = Frame.text("Hello, world!");
        cases.add(failure("3.1", 1002, hello.withRsv(1)));
        cases.add(failure("3.2", 1002, hello, hello.withRsv(2), Frame.ping("")).expecting(hello));
        cases.add(failure("3.3", 1002, hello, hello.withRsv(3), Frame.ping(""))
                .expecting(hello)
                .chopped(FRAMES));
        cases.add(failure("3.4", 1002, hello, hello.withRsv(4), Frame.ping(""))
                .expecting(hello)
                .chopped(1));
        cases.add(failure("3.5", 1002, Frame.binary(filled(8, 0xFF)).withRsv(5)));
        cases.add(failure("3.6", 1002, Frame.ping("Hello, world!").withRsv(6)));
        cases.add(failure("3.7", 1002, Frame.close().withRsv(7)));
    }

    private static void opcodes(List<Conformance> cases) {
        Frame hello = Frame.text("Hello, world!");
        for (int first : new int[] {3, 11}) {
            String section = first == 3 ? "4.1." : "4.2.";
            byte[] payload = Frame.utf8("reserved opcode payload");
            Frame bare = new Frame(true, 0, first, new byte[0]);
            cases.add(failure(section + 1, 1002, bare));
            cases.add(failure(section + 2, 1002, new Frame(true, 0, first + 1, payload)));
            for (int i = 3; i <= 5; i++) {
                Frame reserved = new Frame(true, 0, first - 1 + i, i == 3 ? new byte[0] : payload);
                cases.add(failure(section + i, 1002, hello, reserved, Frame.ping(""))
                        .expecting(hello)
                        .chopped(i == 5 ? 1 : i == 4 ? FRAMES : 0));
            }
        }
    }

    private static void fragmentedControlFrames(List<Conformance> cases) {
        for (int opcode : new int[] {Frame.PING, Frame.PONG}) {
            Frame first = new Frame(false, 0, opcode, Frame.utf8("fragment1"));
            cases.add(failure(opcode == Frame.PING ? "5.1" : "5.2", 1002, first, Frame.continuation(true, "fragment2"))
                    .chopped(opcode == Frame.PING ? 0 : FRAMES));
        }
    }

    private static void fragmentedMessages(List<Conformance> cases) {
        Frame first = Frame.text(false, "fragment1");
        Frame last = Frame.continuation(true, "fragment2");
        Frame whole = Frame.text("fragment1fragment2");
        Frame ping = Frame.ping("ping payload");
        Frame pong = Frame.pong("ping payload");
        cases.addAll(inThreeChops("5.", 3, of("", first, last).expecting(whole)));
        cases.addAll(inThreeChops("5.", 6, of("", first, ping, last).expecting(pong, whole)));
        cases.add(failure("5.18", 1002, first, Frame.text("fragment2")));
        Frame[] fives = {
            Frame.text(false, "fragment1"),
            Frame.continuation(false, "fragment2"),
            Frame.ping("pongme 1!"),
            Frame.continuation(false, "fragment3"),
            Frame.continuation(false, "fragment4"),
            Frame.ping("pongme 2!"),
            Frame.continuation(true, "fragment5")
        };
        Frame[] answers = {
            Frame.pong("pongme 1!"),
            Frame.pong("pongme 2!"),
            Frame.text("fragment1fragment2fragment3fragment4fragment5")
        };
        cases.add(of("5.19", fives).expecting(answers));
        cases.add(of("5.20", fives).expecting(answers).chopped(FRAMES));
    }

    private static void nothingToContinue(List<Conformance> cases) {
        Frame hello = Frame.text("Hello, world!");
        Frame alone = Frame.continuation(true, "non-continuation payload");
        Frame aloneOpen = Frame.continuation(false, "non-continuation payload");
        cases.addAll(inThreeChops("5.", 9, failure("", 1002, alone, hello)));
        cases.addAll(inThreeChops("5.", 12, failure("", 1002, aloneOpen, hello)));
        cases.add(failure(
                        "5.15",
                        1002,
                        Frame.text(false, "fragment1"),
                        Frame.continuation(true, "fragment2"),
                        Frame.continuation(false, "fragment3"),
                        Frame.text("fragment4"))
                .expecting(Frame.text("fragment1fragment2")));
        for (boolean fin : new boolean[] {false, true}) {
            Frame[] round = {
                Frame.continuation(fin, "fragment1"),
                Frame.text(false, "fragment2"),
                Frame.continuation(true, "fragment3")
            };
            cases.add(failure(fin ? "5.17" : "5.16", 1002, round[0], round[1], round[2], round[0], round[1], round[2]));
        }
    }
}
