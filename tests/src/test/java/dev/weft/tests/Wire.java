package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** A peer that sends whatever it is told to, over a blocking socket: the other side of an engine under test. */
final class Wire implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final boolean masks;
    private final DataInputStream in;
    private final OutputStream out;

    private Wire(Socket socket, boolean masks) throws IOException {
        this.socket = socket;
        this.masks = masks;
        socket.setTcpNoDelay(true); // what is written apart shall arrive apart
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024));
        out = socket.getOutputStream();
    }

    /** A client whose opening handshake was accepted. */
    static Wire client(int port) throws IOException {
        return client(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** As {@link #client(int)}, over a socket that is connected. */
    static Wire client(Socket connected) throws IOException {
        return client(connected, "/");
    }

    /** As {@link #client(Socket)}, at a path. */
    static Wire client(Socket connected, String path) throws IOException {
        Wire wire = new Wire(connected, true);
        wire.sendText("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + connected.getPort()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        List<String> head = wire.head();
        assertEquals("HTTP/1.1 101", head.get(0).substring(0, 12));
        return wire;
    }

    /** A server that has accepted a client's opening handshake. */
    static Wire accept(ServerSocket listening) throws IOException {
        Wire wire = new Wire(listening.accept(), false);
        String key = wire.head().stream()
                .filter(line -> line.toLowerCase().startsWith("sec-websocket-key:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findAny()
                .orElseThrow();
        wire.sendText("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + acceptKey(key) + "\r\n\r\n");
        return wire;
    }

    private static String acceptKey(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void sendText(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private List<String> head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString().lines().toList();
    }

    /** In one write. */
    void send(Frame... frames) throws IOException {
        out.write(bytes(List.of(frames)));
    }

    /** A write for each frame. */
    void sendEach(List<Frame> frames) throws IOException {
        for (Frame frame : frames) {
            out.write(frame.bytes(masks));
        }
    }

    /** In writes of so many octets. */
    void sendChopped(int octets, List<Frame> frames) throws IOException {
        byte[] bytes = bytes(frames);
        for (int from = 0; from < bytes.length; from += octets) {
            out.write(bytes, from, Math.min(octets, bytes.length - from));
        }
    }

    /** Some of the octets of a frame. */
    void sendPart(Frame frame, int from, int to) throws IOException {
        out.write(frame.bytes(masks), from, to - from);
    }

    /** Whether this is a client. */
    boolean masks() {
        return masks;
    }

    private byte[] bytes(List<Frame> frames) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frames.forEach(frame -> bytes.writeBytes(frame.bytes(masks)));
        return bytes.toByteArray();
    }

    /** The next frame; null at the end of the stream. */
    Frame receive() throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int second = in.readUnsignedByte();
        assertEquals(!masks, (second & 0x80) != 0, "a client masks, a server does not");
        long length = second & 0x7F;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] key = new byte[4];
        if (!masks) {
            in.readFully(key);
        }
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        Frame.unmask(payload, key);
        return new Frame((first & 0x80) != 0, first >> 4 & 7, first & 0xF, payload);
    }

    /** The next frame, which must be there. */
    Frame next() throws IOException {
        Frame frame = receive();
        if (frame == null) {
            throw new EOFException("a frame was expected, the stream has ended");
        }
        return frame;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
