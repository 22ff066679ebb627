package dev.weft.examples.attack;

import dev.weft.examples.attack.Attack.Outcome;
import dev.weft.examples.attack.Attack.Verdict;
import java.util.Arrays;

/**
 * How a server took what it was sent.
 *
 * @param code of its Close frame; 0 where none came
 * @param detail of a Close frame its reason, or what was wrong with what it sent
 * @param received bytes of messages and pongs before that
 */
record Reaction(Kind kind, int code, String detail, long received) {
    enum Kind {
        /** It answered a ping. */
        OPEN,
        /** It sent a Close frame. */
        CLOSED,
        /** The connection ended, without a word. */
        ENDED,
        /** It neither answered nor ended the connection. */
        SILENT,
        /** What it sent is not the protocol. */
        BROKEN
    }

    private static final int MAX_DETAIL = 60;

    @Override
    public String toString() {
        return switch (kind) {
            case OPEN -> "goes on";
            case CLOSED -> ("closes with " + code + " " + cut(detail)).strip();
            case ENDED -> "ends the connection without a Close frame";
            case SILENT -> "neither answers nor closes";
            case BROKEN -> "sends what it must not: " + detail;
        };
    }

    private static String cut(String text) {
        return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "…";
    }

    private Outcome outcome(Verdict verdict) {
        return new Outcome(kind == Kind.BROKEN ? Verdict.BAD : verdict, toString());
    }

    /** For what must fail the connection: better by a Close frame with one of the codes. */
    Outcome failing(int... codes) {
        return outcome(
                switch (kind) {
                    case CLOSED -> Arrays.stream(codes).anyMatch(code -> code == this.code) ? Verdict.OK : Verdict.ODD;
                    case ENDED -> Verdict.ODD;
                    default -> Verdict.BAD;
                });
    }

    /** For what a server may put an end to, and better does. */
    Outcome limited(int... codes) {
        return kind == Kind.OPEN || kind == Kind.SILENT ? outcome(Verdict.ODD) : failing(codes);
    }

    /** For what is legal: an application may close for what it was told, but not for how. */
    Outcome going() {
        return outcome(
                switch (kind) {
                    case OPEN -> Verdict.OK;
                    case CLOSED -> code == 1002 || code == 1006 ? Verdict.BAD : Verdict.ODD;
                    default -> Verdict.BAD;
                });
    }
}
