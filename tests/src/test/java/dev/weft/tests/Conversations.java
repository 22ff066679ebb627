package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;

/** Conversations that the table of cases has no form for; those of both roles. */
final class Conversations {
    private static final byte[] VALID = HexFormat.of().parseHex("cebae1bdb9cf83cebcceb5");
    /** Beyond U+10FFFF, which its second byte shows. */
    private static final byte[] INVALID = HexFormat.of().parseHex("f4908080");

    private Conversations() {}

    /** 6.4.1 and 6.4.2: the connection fails before the message is complete. */
    static void byFragments(Wire wire) throws IOException {
        wire.send(Frame.text(false, VALID), Frame.ping("still there?"));
        assertEquals(Frame.pong("still there?"), wire.receive());
        wire.send(Frame.continuation(false, INVALID));
        assertEquals(1007, wire.next().closeCode());
    }

    /** 6.4.3 and 6.4.4: the connection fails before the frame is complete. */
    static void byPartsOfAFrame(Wire wire) throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(VALID);
        payload.writeBytes(INVALID);
        payload.writeBytes(Frame.utf8("edited"));
        Frame frame = Frame.text(true, payload.toByteArray());
        int header = frame.bytes(wire.masks()).length - payload.size();
        int valid = header + VALID.length + 1;
        wire.sendPart(frame, 0, valid);
        wire.sendPart(frame, valid, valid + 1);
        assertEquals(1007, wire.next().closeCode());
    }

    /** 9.7 and 9.8: each after the echo of the one before. */
    static void thousandMessages(Wire wire, int size) throws IOException {
        Frame text = Frame.text(true, LargeCases.payload(size));
        Frame binary = Frame.binary(LargeCases.payload(size));
        for (int i = 0; i < 1_000; i++) {
            Frame message = i % 2 == 0 ? text : binary;
            wire.send(message);
            assertEquals(message, wire.receive());
        }
    }
}
