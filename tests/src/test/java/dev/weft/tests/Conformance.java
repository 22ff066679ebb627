package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an echoing endpoint is to do with what comes: the cases of the Autobahn test suite, by their numbers, where anything
 * but the strict outcome is a failure.
 *
 * @param id the number
 * @param chop octets for each write; 0 for all in one write, {@link #FRAMES} for a write for each frame
 * @param sent to the endpoint
 * @param expected from it
 * @param closeCode of the Close that the endpoint sends then without being asked again; 0 where it waits for the peer's
 * @param violation whether that is because it fails the connection
 */
record Conformance(String id, int chop, List<Frame> sent, List<Frame> expected, int closeCode, boolean violation) {
    static final int FRAMES = -1;

    /** Nothing but the number, as the name of a test. */
    @Override
    public String toString() {
        return id;
    }

    static Conformance echo(String id, Frame... sent) {
        return new Conformance(id, 0, List.of(sent), List.of(), 0, false).expecting(sent);
    }

    static Conformance failure(String id, int closeCode, Frame... sent) {
        return new Conformance(id, 0, List.of(sent), List.of(), closeCode, true);
    }

    static Conformance of(String id, Frame... sent) {
        return new Conformance(id, 0, List.of(sent), List.of(), 0, false);
    }

    Conformance expecting(Frame... frames) {
        return new Conformance(id, chop, sent, List.of(frames), closeCode, violation);
    }

    /** What is sent has the peer's Close in it. */
    Conformance answeringClose(int code) {
        return new Conformance(id, chop, sent, expected, code, false);
    }

    Conformance chopped(int octets) {
        return new Conformance(id, octets, sent, expected, closeCode, violation);
    }

    /** The same three times with other chops, under numbers that count on. */
    static List<Conformance> inThreeChops(String section, int number, Conformance plain) {
        List<Conformance> cases = new ArrayList<>();
        for (int chop : new int[] {0, FRAMES, 1}) {
            cases.add(new Conformance(
                    section + (number + cases.size()),
                    chop,
                    plain.sent,
                    plain.expected,
                    plain.closeCode,
                    plain.violation));
        }
        return cases;
    }

    /** Several frames that make one message. */
    static Frame[] fragments(int opcode, byte[] payload, int size) {
        List<Frame> frames = new ArrayList<>();
        for (int from = 0; from < payload.length; from += size) {
            int to = Math.min(from + size, payload.length);
            byte[] part = Arrays.copyOfRange(payload, from, to);
            frames.add(new Frame(to == payload.length, 0, from == 0 ? opcode : Frame.CONTINUATION, part));
        }
        return frames.toArray(Frame[]::new);
    }

    /**
     * Plays the peer.
     *
     * @param wire an open connection to the endpoint; what comes last is left to the caller where the endpoint is a client,
     *     since the server ends the TCP connection
     */
    void play(Wire wire, boolean endpointIsServer) throws IOException {
        String name = "case " + id;
        switch (chop) {
            case 0 -> wire.send(sent.toArray(Frame[]::new));
            case FRAMES -> wire.sendEach(sent);
            default -> wire.sendChopped(chop, sent);
        }
        for (Frame frame : expected) {
            assertEquals(frame, wire.receive(), name);
        }
        if (closeCode == 0) {
            wire.send(Frame.close(1000, ""));
        }
        Frame close = wire.next();
        assertEquals(Frame.CLOSE, close.opcode(), () -> name + ": a Close frame, not " + close);
        assertEquals(closeCode == 0 ? 1000 : closeCode, close.closeCode(), name);
        if (endpointIsServer) {
            assertNull(wire.receive(), name + ": the server ends the TCP connection");
        }
    }
}
