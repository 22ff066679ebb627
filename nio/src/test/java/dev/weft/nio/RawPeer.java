package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.AcceptKey;
import dev.weft.core.FrameHeader;
import dev.weft.core.Masking;
import dev.weft.core.Opcode;
import dev.weft.core.Role;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other side of a connection: a blocking socket that says what the test wants it to, byte by byte. */
final class RawPeer implements AutoCloseable {
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern KEY_HEADER = Pattern.compile("Sec-WebSocket-Key: (\\S+)");

    /** A frame as it came, unmasked. */
    record Frame(boolean fin, int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** Of a Close frame; 1005 for none. */
        int code() {
            assertEquals(Opcode.CLOSE, opcode, "Close frame");
            return payload.length == 0 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        }
    }

    final Socket socket;
    private final Role role;
    private final DataInputStream in;
    private final OutputStream out;

    private RawPeer(Socket socket, Role role) throws IOException {
        this.socket = socket;
        this.role = role;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    // ---------------------------------------------------------------- as a client

    static RawPeer connect(int port) throws IOException {
        return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port), Role.CLIENT);
    }

    /** A client at a local address of its own. */
    static RawPeer connect(int port, InetAddress from) throws IOException {
        return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port, from, 0), Role.CLIENT);
    }

    /** A client whose handshake is done. */
    static RawPeer open(int port, String path) throws IOException {
        RawPeer peer = connect(port).send(upgrade(path));
        String head = peer.readHead();
        assertTrue(head.startsWith("HTTP/1.1 101 "), head);
        return peer;
    }

    static String upgrade(String path, String... headerLines) {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    // ---------------------------------------------------------------- as a server

    static ServerSocket listen() throws IOException {
        ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listening.setSoTimeout(PATIENCE_MILLIS);
        return listening;
    }

    static RawPeer accept(ServerSocket listening) throws IOException {
        return new RawPeer(listening.accept(), Role.SERVER);
    }

    /** A server that has read the handshake, and accepts it. */
    static RawPeer accepted(ServerSocket listening) throws IOException {
        RawPeer peer = accept(listening);
        return peer.send(response(peer.readHead()));
    }

    /** The right answer to a handshake. */
    static String response(String request) {
        Matcher key = KEY_HEADER.matcher(request);
        assertTrue(key.find(), request);
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + AcceptKey.accept(key.group(1)) + "\r\n\r\n";
    }

    // ---------------------------------------------------------------- writing

    RawPeer send(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    RawPeer send(String latin1) throws IOException {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawPeer text(String text) throws IOException {
        return send(frame(Opcode.TEXT, text));
    }

    RawPeer ping(String data) throws IOException {
        return send(frame(Opcode.PING, data));
    }

    RawPeer sendClose(int code, String reason) throws IOException {
        return send(close(code, reason));
    }

    byte[] close(int code, String reason) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        return frame(
                Opcode.CLOSE,
                ByteBuffer.allocate(2 + utf8.length)
                        .putShort((short) code)
                        .put(utf8)
                        .array());
    }

    byte[] frame(int opcode, String text) {
        return frame(opcode, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A whole message or control frame, masked as the role demands. */
    byte[] frame(int opcode, byte[] payload) {
        boolean masked = role == Role.CLIENT;
        int key = 0x01020304;
        byte[] frame = new byte[FrameHeader.size(payload.length, masked) + payload.length];
        int start = FrameHeader.write(frame, 0, true, 0, opcode, payload.length, masked, key);
        System.arraycopy(payload, 0, frame, start, payload.length);
        if (masked) {
            Masking.apply(frame, start, frame.length, key);
        }
        return frame;
    }

    // ---------------------------------------------------------------- reading

    /** Up to the empty line. */
    String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(in.readUnsignedByte());
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    Frame readFrame() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        int length = second & 0x7F;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        boolean masked = (second & 0x80) != 0;
        assertEquals(role == Role.SERVER, masked, "masked");
        int key = masked ? in.readInt() : 0;
        byte[] payload = new byte[length];
        in.readFully(payload);
        Masking.apply(payload, 0, length, key);
        return new Frame((first & 0x80) != 0, first & 0xF, payload);
    }

    /** Everything up to the end of the stream; a reset is an exception. */
    byte[] readToEnd() throws IOException {
        return in.readAllBytes();
    }

    RawPeer expectEnd() throws IOException {
        assertEquals(-1, in.read(), "end of the stream");
        return this;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the connection by a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
