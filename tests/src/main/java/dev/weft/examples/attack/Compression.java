package dev.weft.examples.attack;

import static dev.weft.examples.attack.Frames.hex;
import static dev.weft.examples.attack.Peer.frame;

import dev.weft.core.FrameHeader;
import dev.weft.core.Opcode;
import dev.weft.examples.attack.Attack.Outcome;
import dev.weft.examples.attack.Attack.Trial;
import dev.weft.examples.attack.Attack.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;

/** What permessage-deflate (RFC 7692) adds. */
final class Compression {
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";
    private static final int RSV1 = FrameHeader.RSV1;
    private static final int MEBIBYTE = 1 << 20;

    private final Target target;
    private final List<Trial> trials = new ArrayList<>();

    Compression(Target target) {
        this.target = target;
    }

    List<Trial> trials() {
        byte[] bomb = bomb(1024);
        sends("deflate bomb of 1 GiB", "closes with 1009", peer -> {
            peer.send(frame(true, RSV1, Opcode.BINARY, bomb));
            return peer.reaction().limited(1009);
        });
        sends("deflate bomb of 1 GiB in 1,024 fragments", "closes with 1009", peer -> {
            int size = bomb.length / 1024;
            for (int i = 0; i < 1024; i++) {
                byte[] part = Arrays.copyOfRange(bomb, i * size, (i + 1) * size);
                peer.send(frame(i == 1023, i == 0 ? RSV1 : 0, i == 0 ? Opcode.BINARY : 0, part));
            }
            return peer.reaction().limited(1009);
        });
        sends("RSV1 on a ping", "closes with 1002", peer -> {
            peer.send(frame(true, RSV1, Opcode.PING, hex("0000")));
            return peer.reaction().failing(1002);
        });
        sends("RSV1 on a continuation", "closes with 1002", peer -> {
            peer.send(frame(false, RSV1, Opcode.BINARY, hex("f248")), frame(true, RSV1, 0, hex("cdc9c90700")));
            return peer.reaction().failing(1002);
        });
        sends("bytes that are not deflate", "closes with 1007", peer -> {
            peer.send(frame(true, RSV1, Opcode.BINARY, hex("ffffffff")));
            return peer.reaction().failing(1007, 1002);
        });
        sends("compressed text that is not UTF-8", "closes with 1007", peer -> {
            peer.send(frame(true, RSV1, Opcode.TEXT, hex("00 0100 feff ff 00")));
            return peer.reaction().failing(1007);
        });
        sends("final block, and messages behind it", "goes on", peer -> {
            byte[] hello = frame(true, RSV1, Opcode.BINARY, hex("f348cdc9c9070000"));
            peer.send(hello, hello);
            return peer.reaction().going();
        });
        sends("compressed message in empty and one-byte fragments", "goes on", peer -> {
            peer.send(
                    frame(false, RSV1, Opcode.BINARY),
                    frame(false, 0, 0, hex("f2")),
                    frame(false, 0, 0),
                    frame(true, 0, 0, hex("48cdc9c90700")));
            return peer.reaction().going();
        });
        for (String bad : List.of(
                "server_max_window_bits=7",
                "server_max_window_bits=16",
                "server_max_window_bits=99999",
                "server_max_window_bits=08",
                "server_max_window_bits",
                "client_max_window_bits; client_max_window_bits",
                "no_such_parameter")) {
            trials.add(new Trial("offer of " + bad, "declined", () -> offered(bad)));
        }
        return trials;
    }

    private interface Action {
        Outcome run(Peer peer) throws IOException;
    }

    private void sends(String name, String expected, Action action) {
        trials.add(new Trial(name, expected, () -> {
            try (Peer peer = new Peer(target.connect())) {
                peer.send(target.head(OFFER));
                return agrees(peer.readHead())
                        ? action.run(peer)
                        : new Outcome(Verdict.NA, "does not agree to compression");
            }
        }));
    }

    private static boolean agrees(String head) {
        return head.toLowerCase().contains("\r\nsec-websocket-extensions: permessage-deflate");
    }

    private Outcome offered(String parameters) throws IOException {
        try (Peer peer = new Peer(target.connect())) {
            peer.send(target.head(OFFER + "; " + parameters));
            String head = peer.readHead();
            if (agrees(head)) {
                return new Outcome(Verdict.BAD, "agrees");
            }
            boolean answered = head.startsWith("HTTP/1.1 101 ") || head.startsWith("HTTP/1.1 400 ");
            return new Outcome(
                    answered ? Verdict.OK : Verdict.ODD,
                    "answers " + head.lines().findFirst().orElse(head));
        }
    }

    /** So many mebibytes of zeros; all but the first compress to the same bytes. */
    private static byte[] bomb(int mebibytes) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] zeros = new byte[MEBIBYTE];
        byte[] part = new byte[1 << 16];
        int size = 0;
        for (int i = 0; i < 2; i++) {
            deflater.setInput(zeros);
            size = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
            out.write(part, 0, size);
        }
        deflater.end();
        for (int i = 2; i < mebibytes; i++) {
            out.write(part, 0, size);
        }
        byte[] whole = out.toByteArray();
        return Arrays.copyOf(whole, whole.length - 4); // without the tail (§7.2.1)
    }
}
