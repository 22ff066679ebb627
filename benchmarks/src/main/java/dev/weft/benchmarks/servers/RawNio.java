package dev.weft.benchmarks.servers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The floor: what Java NIO costs when nothing is done that need not be. One thread, one shared direct buffer, no rules of
 * WebSocket: frames' headers are rewritten without the mask, payloads unmasked eight bytes at a time while they move down over
 * the gap, and all that one read gave leaves in one write.
 */
final class RawNio implements Subject {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Pattern KEY = Pattern.compile("(?im)^Sec-WebSocket-Key:[ \t]*(\\S+)");

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final List<Link> open = new ArrayList<>();
    private Selector selector;
    private boolean broadcast;

    /** A connection. */
    private static final class Link {
        final SocketChannel channel;
        final SelectionKey key;
        /** The request's bytes so far; null once it is answered. */
        String request = "";
        /** The beginning of a header whose rest has not come. */
        byte[] partial;
        /** Of the current frame's payload. */
        long remaining;
        /** In memory order, turned to the next byte. */
        int mask;
        /** What the socket did not take. */
        ByteBuffer unwritten;

        Link(SocketChannel channel, Selector selector) throws IOException {
            this.channel = channel;
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }
    }

    @Override
    public int start(Setup setup) throws IOException {
        Subject.refuse(setup.deflate(), "permessage-deflate");
        Subject.refuse(setup.tls(), "TLS");
        broadcast = setup.broadcast();
        selector = Selector.open();
        ServerSocketChannel listening = ServerSocketChannel.open();
        listening.bind(new InetSocketAddress("127.0.0.1", 0), 1024).configureBlocking(false);
        listening.register(selector, SelectionKey.OP_ACCEPT);
        new Thread(this::loop, "rawnio").start();
        return listening.socket().getLocalPort();
    }

    private void loop() {
        while (true) {
            try {
                selector.select(this::serve);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private void serve(SelectionKey key) {
        Link link = (Link) key.attachment();
        try {
            if (link == null) {
                accept((ServerSocketChannel) key.channel());
            } else if (link.unwritten != null) {
                writeRest(link);
            } else {
                read(link);
            }
        } catch (IOException | GeneralSecurityException e) {
            close(link);
        }
    }

    private void accept(ServerSocketChannel listening) throws IOException {
        for (SocketChannel channel; (channel = listening.accept()) != null; ) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            new Link(channel, selector);
        }
    }

    private void close(Link link) {
        open.remove(link);
        try {
            link.channel.close();
        } catch (IOException e) {
            // gone in any case
        }
    }

    private void read(Link link) throws IOException, GeneralSecurityException {
        buffer.clear();
        if (link.partial != null) {
            buffer.put(link.partial);
            link.partial = null;
        }
        if (link.channel.read(buffer) < 0) {
            close(link);
        } else if (link.request != null) {
            handshake(link);
        } else {
            buffer.flip().limit(rewrite(link, buffer.limit()));
            if (!broadcast) {
                write(link);
                return;
            }
            for (Link each : open) {
                write(each);
            }
        }
    }

    private void handshake(Link link) throws IOException, GeneralSecurityException {
        link.request += StandardCharsets.ISO_8859_1.decode(buffer.flip());
        if (!link.request.endsWith("\r\n\r\n")) {
            return;
        }
        Matcher key = KEY.matcher(link.request);
        if (!key.find()) {
            throw new IOException("no key");
        }
        byte[] digest = MessageDigest.getInstance("SHA-1")
                .digest((key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1));
        String response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n";
        link.request = null;
        if (broadcast) {
            open.add(link);
        }
        buffer.clear().put(response.getBytes(StandardCharsets.ISO_8859_1)).flip();
        write(link);
    }

    /** Turns the client's frames at 0..limit of the buffer into the server's, and gives their end. */
    private int rewrite(Link link, int limit) throws IOException {
        int from = 0;
        int to = 0;
        while (from < limit) {
            if (link.remaining == 0) {
                int length = limit - from < 2 ? 0 : buffer.get(from + 1) & 0x7F;
                int headerSize = length < 126 ? 2 : length == 126 ? 4 : 10;
                if (limit - from < headerSize + 4) {
                    link.partial = new byte[limit - from];
                    buffer.get(from, link.partial);
                    break;
                }
                if ((buffer.get(from) & 0xF) == 8) {
                    throw new IOException("Close frame");
                }
                link.remaining = switch (length) {
                    case 126 -> Short.reverseBytes(buffer.getShort(from + 2)) & 0xFFFF;
                    case 127 -> Long.reverseBytes(buffer.getLong(from + 2));
                    default -> length;
                };
                link.mask = buffer.getInt(from + headerSize);
                buffer.put(to, buffer.get(from)).put(to + 1, (byte) length);
                for (int i = 2; i < headerSize; i++) {
                    buffer.put(to + i, buffer.get(from + i));
                }
                from += headerSize + 4;
                to += headerSize;
            }
            int part = (int) Math.min(link.remaining, limit - from);
            unmask(from, to, part, link.mask);
            link.mask = Integer.rotateRight(link.mask, part << 3);
            link.remaining -= part;
            from += part;
            to += part;
        }
        return to;
    }

    private void unmask(int from, int to, int length, int mask) {
        long pattern = (long) mask << 32 | mask & 0xFFFFFFFFL;
        int words = length & -8;
        for (int i = 0; i < words; i += 8) {
            buffer.putLong(to + i, buffer.getLong(from + i) ^ pattern);
        }
        for (int i = words; i < length; i++) {
            buffer.put(to + i, (byte) (buffer.get(from + i) ^ pattern >>> ((i & 7) << 3)));
        }
    }

    /** Writes the buffer from its start to its limit. */
    private void write(Link link) throws IOException {
        buffer.position(0);
        if (link.unwritten == null) {
            link.channel.write(buffer);
        }
        if (buffer.hasRemaining()) {
            int waiting = link.unwritten == null ? 0 : link.unwritten.remaining();
            ByteBuffer all = ByteBuffer.allocate(waiting + buffer.remaining());
            if (waiting > 0) {
                all.put(link.unwritten);
            }
            link.unwritten = all.put(buffer).flip();
            link.key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    private static void writeRest(Link link) throws IOException {
        link.channel.write(link.unwritten);
        if (!link.unwritten.hasRemaining()) {
            link.unwritten = null;
            link.key.interestOps(SelectionKey.OP_READ);
        }
    }
}
