package dev.weft.examples.attack;

import static dev.weft.examples.attack.Peer.frame;
import static dev.weft.examples.attack.Peer.header;

import dev.weft.core.Opcode;
import dev.weft.examples.attack.Attack.Outcome;
import dev.weft.examples.attack.Attack.Trial;
import dev.weft.examples.attack.Attack.Verdict;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Much of what is legal, and peers that go away in the middle of it. */
final class Floods {
    private static final int MESSAGE = 64 << 10;
    private static final int FRAMES = 200_000;
    private static final int CONNECTIONS = 200;
    /** What the sockets of both sides may hold besides what the server does. */
    private static final long SOCKETS = 16 << 20;

    private final Target target;

    Floods(Target target) {
        this.target = target;
    }

    List<Trial> trials() {
        List<Trial> trials = new ArrayList<>();
        trials.add(new Trial("message without an end, 160 MiB", "closes with 1009", () -> fragments(1 << 20, 160)));
        trials.add(new Trial("200,000 empty fragments", "closes with 1009", () -> fragments(0, FRAMES)));
        trials.add(new Trial("200,000 fragments of 1 byte", "closes with 1009", () -> fragments(1, FRAMES)));
        trials.add(new Trial("200,000 unasked pongs", "goes on", () -> {
            try (Peer peer = target.open()) {
                peer.flood(repeated(frame(true, 0, Opcode.PONG), 100), FRAMES / 100);
                return peer.reaction().going();
            }
        }));
        trials.add(new Trial(
                "200,000 pings by a peer that does not read",
                "keeps little",
                () -> unread(repeated(frame(true, 0, Opcode.PING, new byte[125]), 100), FRAMES / 100)));
        trials.add(new Trial(
                "64 MiB of messages by a peer that does not read",
                "keeps little",
                () -> unread(frame(true, 0, Opcode.BINARY, new byte[MESSAGE]), (64 << 20) / MESSAGE)));
        trials.add(new Trial("200 connections reset inside a frame", "goes on", () -> {
            for (int i = 0; i < CONNECTIONS; i++) {
                try (Peer peer = target.open()) {
                    peer.send(header(true, 0, Opcode.BINARY, 1000), new byte[i]);
                    peer.isTaken();
                    peer.reset();
                }
            }
            return healthy();
        }));
        trials.add(new Trial("200 connections reset inside the handshake", "goes on", () -> {
            for (int i = 0; i < CONNECTIONS; i++) {
                try (Peer peer = new Peer(target.connect())) {
                    peer.send(target.head().substring(0, i % 100));
                    peer.isTaken();
                    peer.reset();
                }
            }
            return healthy();
        }));
        trials.add(new Trial("200 connections at once that say nothing", "serves others", () -> {
            List<Socket> silent = new ArrayList<>();
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    silent.add(target.connectPlain());
                }
                return healthy();
            } finally {
                for (Socket socket : silent) {
                    socket.close();
                }
            }
        }));
        if (target.isSecure()) {
            trials.add(tls("plain HTTP to the TLS port", "GET / HTTP/1.1\r\n\r\n".getBytes()));
            trials.add(tls("TLS record of 65,535 bytes", tlsRecord(0xFFFF)));
            trials.add(tls("TLS handshake that is garbage", tlsRecord(40)));
        }
        return trials;
    }

    /** A record of zeros that says it is a handshake. */
    private static byte[] tlsRecord(int length) {
        return ByteBuffer.allocate(5 + length)
                .put((byte) 22)
                .putShort((short) 0x0303)
                .putShort((short) length)
                .array();
    }

    private Trial tls(String name, byte[] bytes) {
        return new Trial(name, "ends the connection", () -> {
            try (Peer peer = new Peer(target.connectPlain())) {
                peer.send(bytes);
                boolean ends = peer.endsWithin(Target.MILLIS / 1000);
                return new Outcome(ends ? Verdict.OK : Verdict.ODD, ends ? "ends it" : "waits for more");
            }
        });
    }

    private Outcome healthy() {
        boolean alive = target.isAlive();
        return new Outcome(alive ? Verdict.OK : Verdict.BAD, alive ? "goes on" : "answers no new connection");
    }

    private Outcome fragments(int size, int count) throws IOException {
        try (Peer peer = target.open()) {
            peer.send(frame(false, 0, Opcode.BINARY, new byte[size]));
            byte[] fragment = frame(false, 0, Opcode.CONTINUATION, new byte[size]);
            int atOnce = size > 1000 ? 1 : 100;
            peer.flood(repeated(fragment, atOnce), count / atOnce);
            return peer.reaction().limited(1009, 1008);
        }
    }

    /** Nothing is read before everything is sent, or the server takes no more of it. */
    private Outcome unread(byte[] bytes, int times) throws IOException {
        try (Peer peer = target.open()) {
            peer.flood(bytes, times);
            boolean taken = peer.isTaken();
            Reaction reaction = peer.reaction();
            String how = (taken ? "takes all, " : "reads no further, ") + (reaction.received() >> 20)
                    + " MiB come back, " + reaction;
            boolean kept = taken && reaction.received() > SOCKETS;
            boolean ends = reaction.kind() != Reaction.Kind.SILENT && reaction.kind() != Reaction.Kind.BROKEN;
            return new Outcome(ends ? kept ? Verdict.ODD : Verdict.OK : Verdict.BAD, how);
        }
    }

    private static byte[] repeated(byte[] bytes, int times) {
        ByteBuffer all = ByteBuffer.allocate(bytes.length * times);
        for (int i = 0; i < times; i++) {
            all.put(bytes);
        }
        return all.array();
    }
}
