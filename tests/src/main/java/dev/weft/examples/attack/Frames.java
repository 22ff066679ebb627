package dev.weft.examples.attack;

import static dev.weft.examples.attack.Peer.frame;
import static dev.weft.examples.attack.Peer.header;

import dev.weft.core.Opcode;
import dev.weft.examples.attack.Attack.Outcome;
import dev.weft.examples.attack.Attack.Trial;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Frames that break RFC 6455 §5 to §8, and some that look as if they did. */
final class Frames {
    private final Target target;
    private final List<Trial> trials = new ArrayList<>();

    Frames(Target target) {
        this.target = target;
    }

    List<Trial> trials() {
        byte[] begun = frame(false, 0, Opcode.TEXT, (byte) 'a');
        fails("unmasked frame", 1002, hex("8103 616263"));
        fails("64-bit length with its top bit set", 1002, hex("82ff 8000000000000001 00000000"));
        fails("16-bit length of 5", 1002, hex("82fe 0005 00000000 0000000000"));
        fails("64-bit length of 5", 1002, hex("82ff 0000000000000005 00000000 0000000000"));
        announces("header of 1 GiB, nothing behind it", 1009, header(true, 0, Opcode.BINARY, 1L << 30));
        announces("header of 2^63-1 bytes, nothing behind it", 1009, header(true, 0, Opcode.BINARY, Long.MAX_VALUE));
        announces(
                "fragments that come to 2^63",
                1009,
                frame(false, 0, Opcode.BINARY, (byte) 1),
                header(true, 0, 0, Long.MAX_VALUE));
        announces("unknown opcode with 1 GiB announced", 1002, header(true, 0, 3, 1L << 30));
        fails("unknown control opcode", 1002, frame(true, 0, 0xB));
        for (int rsv : new int[] {1, 2, 4}) {
            fails(
                    "RSV" + (rsv == 4 ? 1 : rsv == 2 ? 2 : 3) + " without an extension",
                    1002,
                    frame(true, rsv, Opcode.TEXT, (byte) 'a'));
        }
        fails("ping of 126 bytes", 1002, frame(true, 0, Opcode.PING, new byte[126]));
        fails("ping in fragments", 1002, frame(false, 0, Opcode.PING, (byte) 'a'));
        fails("continuation of nothing", 1002, frame(Opcode.CONTINUATION, "a"));
        fails("text inside a message", 1002, begun, frame(Opcode.TEXT, "b"));
        fails("text that is cut inside a character", 1007, frame(true, 0, Opcode.TEXT, hex("e282")));
        fails("text with a surrogate", 1007, frame(true, 0, Opcode.TEXT, hex("eda080")));
        fails("text with an overlong slash", 1007, frame(true, 0, Opcode.TEXT, hex("c0af")));
        fails("text beyond U+10FFFF", 1007, frame(true, 0, Opcode.TEXT, hex("f4908080")));
        fails("text that is broken in its second fragment", 1007, begun, frame(true, 0, 0, hex("ff")));
        closes("Close of 1 byte", hex("03"), 1002);
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 65535}) {
            closes("Close with code " + code, new byte[] {(byte) (code >> 8), (byte) code}, 1002);
        }
        closes("Close with a reason that is not UTF-8", hex("03e8 ff"), 1007);
        trial("Close, and text behind it", "Close, then the end", () -> {
            try (Peer peer = target.open()) {
                peer.send(frame(true, 0, Opcode.CLOSE, hex("03e8")), frame(Opcode.TEXT, "late"));
                Outcome answer = peer.awaited().failing(1000, 1005);
                return peer.endsWithin(10) ? answer : new Outcome(Attack.Verdict.ODD, answer.did() + ", but not TCP");
            }
        });
        goes("character cut by fragments, a ping between them", cutCharacter());
        goes(
                "empty message in three empty fragments",
                frame(false, 0, Opcode.BINARY),
                frame(false, 0, 0),
                frame(true, 0, 0));
        goes("unasked pong", frame(Opcode.PONG, "?"));
        trial("frame in single bytes", "goes on", () -> {
            try (Peer peer = target.open()) {
                for (byte b : frame(Opcode.PING, "slow")) {
                    peer.send(new byte[] {b});
                }
                return peer.reaction().going();
            }
        });
        return trials;
    }

    private static byte[][] cutCharacter() {
        return new byte[][] {
            frame(false, 0, Opcode.TEXT, hex("7b2261223a22e2")), // {"a":" and the first byte of €
            frame(Opcode.PING, "between"),
            frame(true, 0, Opcode.CONTINUATION, hex("82ac227d"))
        };
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private interface Action {
        Outcome run() throws Exception;
    }

    private void trial(String name, String expected, Action action) {
        trials.add(new Trial(name, expected, action::run));
    }

    private void fails(String name, int code, byte[]... frames) {
        trial(name, "closes with " + code, () -> reaction(frames).failing(code));
    }

    /** The code itself is a matter of taste where a Close frame is answered that is broken. */
    private void closes(String name, byte[] payload, int code) {
        fails(name, code, frame(true, 0, Opcode.CLOSE, payload));
    }

    /** A server that waits for the payload may yet refuse it, but is not seen to. */
    private void announces(String name, int code, byte[]... frames) {
        trial(name, "closes with " + code, () -> {
            try (Peer peer = target.open()) {
                peer.send(frames);
                return peer.awaited().limited(code, 1002);
            }
        });
    }

    private void goes(String name, byte[]... frames) {
        trial(name, "goes on", () -> reaction(frames).going());
    }

    private Reaction reaction(byte[]... frames) throws Exception {
        try (Peer peer = target.open()) {
            peer.send(frames);
            return peer.reaction();
        }
    }
}
