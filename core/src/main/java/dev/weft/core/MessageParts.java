package dev.weft.core;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A message that is handed on in parts as they come, so that its size does not matter. Of a text, a character that is cut
 * between two pieces goes with the second.
 */
final class MessageParts implements IncomingMessage {
    private static final byte[] NONE = {};

    private final int opcode;
    private final Utf8Decoder decoder;
    private final ConnectionListener listener;
    private int utf8State = Utf8Validator.ACCEPT;
    /** The beginning of a character whose end has not come, at most three bytes. */
    private byte[] cut = NONE;

    MessageParts(int opcode, Utf8Decoder decoder, ConnectionListener listener) {
        this.opcode = opcode;
        this.decoder = decoder;
        this.listener = listener;
    }

    @Override
    public void beginFrame(long payloadLength) {
        // Any size is fine: nothing is kept.
    }

    @Override
    public void append(byte[] source, int from, int to, long expected, boolean end) {
        if (from == to && !end) {
            return;
        }
        if (opcode == Opcode.BINARY) {
            listener.onBinaryPart(ByteBuffer.wrap(source, from, to - from), end);
            return;
        }
        utf8State = Utf8Validator.validate(utf8State, source, from, to);
        if (utf8State == Utf8Validator.REJECT || end && utf8State != Utf8Validator.ACCEPT) {
            throw MessageAssembler.notUtf8();
        }
        byte[] bytes = source;
        int start = from;
        int stop = to;
        if (cut.length > 0) {
            bytes = Arrays.copyOf(cut, cut.length + to - from);
            System.arraycopy(source, from, bytes, cut.length, to - from);
            start = 0;
            stop = bytes.length;
        }
        int whole = utf8State == Utf8Validator.ACCEPT ? stop : lastLead(bytes, stop);
        cut = whole == stop ? NONE : Arrays.copyOfRange(bytes, whole, stop);
        if (whole > start || end) {
            listener.onTextPart(decoder.decode(bytes, start, whole), end);
        }
    }

    @Override
    public ByteBuffer room(int size) {
        return null;
    }

    @Override
    public void discard() {
        // Nothing is kept.
    }

    /** Where the character begins that the bytes end in. */
    private static int lastLead(byte[] bytes, int end) {
        int i = end - 1;
        while ((bytes[i] & 0xC0) == 0x80) {
            i--;
        }
        return i;
    }
}
