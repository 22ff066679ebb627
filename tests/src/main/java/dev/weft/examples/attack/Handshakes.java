package dev.weft.examples.attack;

import static dev.weft.examples.attack.Peer.frame;

import dev.weft.core.Opcode;
import dev.weft.examples.attack.Attack.Outcome;
import dev.weft.examples.attack.Attack.Trial;
import dev.weft.examples.attack.Attack.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Requests that a server must or should refuse (RFC 6455 §4.2.1, RFC 9112), and some that it must take. */
final class Handshakes {
    private final Target target;
    private final List<Trial> trials = new ArrayList<>();

    Handshakes(Target target) {
        this.target = target;
    }

    List<Trial> trials() {
        String head = target.head();
        must("handshake of version 12", head.replace("Version: 13", "Version: 12"), 426, 400);
        must("handshake without Upgrade", head.replace("Upgrade: websocket", "X: y"), 426, 400, 200);
        must("handshake without Connection", head.replace("Connection: Upgrade", "X: y"), 400, 426);
        must("handshake without a key", head.replace("Sec-WebSocket-Key", "X"), 400);
        must("handshake with a key of 1 byte", head.replaceFirst("Key: [^\r]*", "Key: YQ=="), 400);
        must("handshake by POST", head.replaceFirst("GET", "POST"), 405, 400);
        must("handshake without Host", head.replace("Host:", "X:"), 400);
        must("handshake by HTTP/1.0", head.replaceFirst("HTTP/1.1", "HTTP/1.0"), 400, 426, 505);
        must("Content-Length twice", target.head("Content-Length: 0", "Content-Length: 5"), 400);
        must(
                "Content-Length and Transfer-Encoding",
                target.head("Content-Length: 0", "Transfer-Encoding: chunked"),
                400);
        must("Content-Length: +0", target.head("Content-Length: +0"), 400);
        must("name with a space before its colon", target.head("X : y"), 400);
        must("folded header", target.head("X: y", " z"), 400);
        must("NUL in a header", target.head("X: a\0b"), 400);
        should("bare LF for line ends", head.replace("\r", ""), 400);
        should("subprotocol that is not ASCII", target.head("Sec-WebSocket-Protocol: ü"), 400);
        should("request with a body of 5 bytes", target.head("Content-Length: 5") + "hello", 400, 413);
        should("page of another origin", target.head("Origin: http://elsewhere.invalid"), 403);
        should("2,000 headers", target.head(many("X: y", 2_000)), 431, 400);
        should("header of 1 MiB", target.head("X: " + "y".repeat(1 << 20)), 431, 400, 413);
        should("header of 1 MiB that does not end", "GET / HTTP/1.1\r\nX: " + "y".repeat(1 << 20), 431, 400, 413);
        should(
                "extensions of 64 KiB",
                target.head("Sec-WebSocket-Extensions: " + "a;".repeat(32 << 10)),
                431,
                400,
                413);
        should(
                "extensions of 8 KiB, mostly quotes",
                target.head("Sec-WebSocket-Extensions: a;b=" + "\"\\".repeat(4 << 10)),
                400,
                431);
        should("bytes that are no HTTP", "\u0016\u0003\u0001\u0002\0\u0001\0\r\n\r\n", 400);
        takes("Content-Length: 0", target.head("Content-Length: 0"));
        takes("100 offers of extensions", target.head("Sec-WebSocket-Extensions: " + "a-b; c=d, ".repeat(100) + "e"));
        trials.add(new Trial("ping in the segment of the handshake", "answers it", () -> {
            try (Peer peer = new Peer(target.connect())) {
                peer.send(target.head() + new String(frame(Opcode.PING, "early"), StandardCharsets.ISO_8859_1));
                peer.readHead();
                Reaction reaction = peer.reaction();
                return reaction.received() >= "early".length()
                        ? reaction.going()
                        : new Outcome(Verdict.BAD, "loses it: " + reaction);
            }
        }));
        return trials;
    }

    private static String[] many(String line, int count) {
        String[] lines = new String[count];
        Arrays.fill(lines, line);
        return lines;
    }

    private void must(String name, String request, int... statuses) {
        refused(name, request, Verdict.BAD, statuses);
    }

    /** Where a server that takes it harms nobody by that alone. */
    private void should(String name, String request, int... statuses) {
        refused(name, request, Verdict.ODD, statuses);
    }

    private void refused(String name, String request, Verdict whenTaken, int... statuses) {
        trials.add(new Trial(name, "answers " + statuses[0], () -> {
            String answer = answer(request);
            int status = status(answer);
            boolean expected = Arrays.stream(statuses).anyMatch(s -> s == status);
            Verdict verdict = expected ? Verdict.OK : status == 101 ? whenTaken : Verdict.ODD;
            return new Outcome(verdict, said(answer));
        }));
    }

    private void takes(String name, String request) {
        trials.add(new Trial(name, "answers 101", () -> {
            String answer = answer(request);
            return new Outcome(status(answer) == 101 ? Verdict.OK : Verdict.BAD, said(answer));
        }));
    }

    private String answer(String request) throws IOException {
        try (Peer peer = new Peer(target.connect())) {
            peer.send(request);
            return peer.readHead();
        }
    }

    private static int status(String answer) {
        return answer.matches("(?s)HTTP/1\\.[01] \\d{3}.*") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }

    private static String said(String answer) {
        return switch (answer) {
            case "(silence)" -> "says nothing";
            case "(end)" -> "ends the connection without a word";
            default -> "answers " + answer.lines().findFirst().orElse("").replaceFirst("HTTP/1\\.[01] ", "");
        };
    }
}
