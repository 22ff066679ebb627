package dev.weft.examples.attack;

import dev.weft.core.FrameHeader;
import dev.weft.core.Opcode;
import dev.weft.core.ProtocolException;
import dev.weft.core.Role;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A client that sends whatever it is told to. */
final class Peer implements AutoCloseable {
    private static final int MAX_HEAD = 64 * 1024;
    private static final byte[] QUESTION = "still there?".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(Peer::daemon);
    private long received;

    Peer(Socket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = socket.getOutputStream();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    /** A frame as a client sends it, masked by a key of zeros: the payload stays what it is. */
    static byte[] frame(boolean fin, int rsv, int opcode, byte... payload) {
        byte[] header = header(fin, rsv, opcode, payload.length);
        byte[] frame = Arrays.copyOf(header, header.length + payload.length);
        System.arraycopy(payload, 0, frame, header.length, payload.length);
        return frame;
    }

    static byte[] frame(int opcode, String text) {
        return frame(true, 0, opcode, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] header(boolean fin, int rsv, int opcode, long length) {
        byte[] header = new byte[FrameHeader.MAX_BYTES];
        return Arrays.copyOf(header, FrameHeader.write(header, 0, fin, rsv, opcode, length, true, 0));
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** In one write, behind those before, while the caller goes on. */
    void send(byte[]... pieces) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            bytes.writeBytes(piece);
        }
        flood(bytes.toByteArray(), 1);
    }

    /** The same bytes over and over, a write each. */
    void flood(byte[] bytes, int times) {
        writer.execute(() -> {
            try {
                for (int i = 0; i < times; i++) {
                    out.write(bytes);
                }
            } catch (IOException e) {
                // It has closed, which is no error here: its reaction tells.
            }
        });
    }

    /** A byte after the other, with so many milliseconds between them. */
    void drip(byte[] bytes, int millis) {
        for (byte b : bytes) {
            send(new byte[] {b});
            writer.execute(() -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis)));
        }
    }

    /** Waits until the server has taken what was sent, or reads no further. */
    boolean isTaken() {
        try {
            writer.submit(() -> {}).get(Target.MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The answer to a handshake with its empty line; what came of it before the connection ended, or nothing more did. */
    String readHead() {
        StringBuilder head = new StringBuilder();
        try {
            while (head.length() < MAX_HEAD && head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
                head.append((char) in.readUnsignedByte());
            }
        } catch (SocketTimeoutException e) {
            return head.isEmpty() ? "(silence)" : head.toString();
        } catch (IOException e) {
            return head.isEmpty() ? "(end)" : head.toString();
        }
        return head.toString();
    }

    /** What the server does next, asked by a ping. */
    Reaction reaction() {
        send(frame(true, 0, Opcode.PING, QUESTION));
        return awaited();
    }

    /** What the server does next by itself. */
    Reaction awaited() {
        try {
            while (true) {
                Reaction reaction = nextFrame();
                if (reaction != null) {
                    return reaction;
                }
            }
        } catch (ProtocolException e) {
            return reaction(Reaction.Kind.BROKEN, 0, e.getMessage());
        } catch (SocketTimeoutException e) {
            return reaction(Reaction.Kind.SILENT, 0, "");
        } catch (IOException e) {
            return reaction(Reaction.Kind.ENDED, 0, "");
        }
    }

    /** Null for a frame that decides nothing. */
    private Reaction nextFrame() throws IOException {
        byte[] bytes = new byte[FrameHeader.MAX_BYTES];
        FrameHeader header = new FrameHeader();
        int size = 0;
        do {
            bytes[size] = in.readByte();
            size++;
        } while (header.parse(bytes, 0, size, Role.CLIENT, FrameHeader.RSV1) == 0);
        if (!Opcode.isControl(header.opcode())) {
            for (long left = header.payloadLength(); left > 0; ) {
                long skipped = in.skip(left);
                if (skipped == 0) {
                    in.readByte(); // waits
                    skipped = 1;
                }
                left -= skipped;
            }
            received += header.payloadLength();
            return null;
        }
        byte[] payload = new byte[(int) header.payloadLength()];
        in.readFully(payload);
        if (header.opcode() == Opcode.CLOSE) {
            boolean hasCode = payload.length >= 2;
            int code = hasCode ? (payload[0] & 0xFF) << 8 | payload[1] & 0xFF : 1005;
            String reason = hasCode ? new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8) : "";
            return reaction(Reaction.Kind.CLOSED, code, reason);
        }
        if (header.opcode() == Opcode.PONG && Arrays.equals(payload, QUESTION)) {
            return reaction(Reaction.Kind.OPEN, 0, "");
        }
        received += payload.length;
        return null;
    }

    private Reaction reaction(Reaction.Kind kind, int code, String detail) {
        return new Reaction(kind, code, detail, received);
    }

    /** Whether the server ends the connection within so many seconds; what it still sends is thrown away. */
    boolean endsWithin(int seconds) {
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            byte[] ignored = new byte[1 << 16];
            for (long left = seconds * 1000L; left > 0; left = (deadline - System.nanoTime()) / 1_000_000) {
                socket.setSoTimeout((int) left);
                if (in.read(ignored) < 0) {
                    return true;
                }
            }
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Breaks the connection off by a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        close();
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() {
        writer.shutdownNow();
        try {
            socket.close();
        } catch (IOException e) {
            // nothing is lost
        }
    }
}
