package dev.weft.tests.simulation;

/**
 * What one side writes, followed from the first byte to the last, by an eye that knows nothing of the engine: after its head of
 * HTTP, whole frames in a permitted order, and nothing after a Close frame (RFC 6455 §5).
 */
final class WireCheck {
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final Network network;
    private final boolean client;
    private final StringBuilder head = new StringBuilder();
    /** Frames follow the head. */
    private boolean frames;

    private boolean closed;
    private boolean inMessage;
    private final byte[] header = new byte[14];
    private int headerSize;
    private long payloadLeft;

    WireCheck(Network network, boolean client) {
        this.network = network;
        this.client = client;
    }

    void sent(byte[] bytes) {
        for (int i = 0; i < bytes.length; ) {
            if (!frames) {
                i = head(bytes, i);
            } else if (payloadLeft > 0) {
                int skipped = (int) Math.min(payloadLeft, bytes.length - i);
                payloadLeft -= skipped;
                i += skipped;
            } else {
                header(bytes[i++]);
            }
        }
    }

    private int head(byte[] bytes, int from) {
        int i = from;
        while (i < bytes.length && !frames) {
            head.append((char) (bytes[i++] & 0xFF));
            frames = head.length() >= END_OF_HEAD.length()
                    && head.substring(head.length() - END_OF_HEAD.length()).equals(END_OF_HEAD);
        }
        if (frames && !client && head.indexOf("HTTP/1.1 101") != 0) {
            frames = false;
            return bytes.length; // the response is for people
        }
        return i;
    }

    private void header(byte next) {
        if (closed) {
            network.violated("bytes after a Close frame");
        }
        header[headerSize++] = next;
        if (headerSize < 2) {
            return;
        }
        int length = header[1] & 0x7F;
        int lengthBytes = length < 126 ? 0 : length == 126 ? 2 : 8;
        boolean masked = header[1] < 0;
        if (headerSize < 2 + lengthBytes + (masked ? 4 : 0)) {
            return;
        }
        if (masked != client) {
            network.violated("a frame that is " + (masked ? "masked" : "not masked"));
        }
        payloadLeft = lengthBytes == 0 ? length : 0;
        for (int i = 0; i < lengthBytes; i++) {
            payloadLeft = payloadLeft << 8 | header[2 + i] & 0xFF;
        }
        headerSize = 0;
        frame(header[0] & 0x0F, header[0] < 0, (header[0] & 0x70) >> 4);
    }

    private void frame(int opcode, boolean fin, int rsv) {
        boolean control = opcode >= 8;
        boolean wrong = control
                ? !fin || rsv != 0 || payloadLeft > 125 || opcode > 10
                : opcode > 2 || inMessage != (opcode == 0) || (rsv & 3) != 0 || rsv != 0 && opcode == 0;
        if (wrong) {
            network.violated("a frame of opcode " + opcode + ", FIN " + fin + ", RSV " + rsv + ", " + payloadLeft
                    + " bytes " + (inMessage ? "inside of a message" : "between messages"));
        }
        closed = opcode == 8;
        if (!control) {
            inMessage = !fin;
        }
    }
}
