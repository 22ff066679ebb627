package dev.weft.examples;

import dev.weft.core.Connection;
import dev.weft.core.ConnectionListener;
import dev.weft.core.Headers;
import dev.weft.core.HttpException;
import dev.weft.core.HttpHeadParser;
import dev.weft.core.Role;
import dev.weft.core.ServerHandshake;
import dev.weft.core.Workspace;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Weft's core without its event loop: an echo server on plain blocking sockets, a thread for each. */
@Command(name = "socket-echo", description = "An echo server on blocking sockets.", mixinStandardHelpOptions = true)
final class SocketEcho implements Callable<Integer> {
    @Option(names = "--port", defaultValue = "8080", description = "Port, 0 picks a free one (${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() throws IOException {
        try (ServerSocket listening = new ServerSocket(port, 0, InetAddress.getByName("127.0.0.1"))) {
            System.out.println("listening on ws://127.0.0.1:" + listening.getLocalPort() + "/");
            while (true) {
                Socket socket = listening.accept();
                new Thread(() -> serve(socket)).start();
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(60_000);
            ByteBuffer in = ByteBuffer.allocate(16 * 1024).limit(0);
            ByteBuffer out = ByteBuffer.allocate(16 * 1024);
            Connection connection = new Echo().connection;
            try {
                HttpHeadParser head = new HttpHeadParser(16 * 1024, 100);
                while (!head.receive(in)) {
                    read(socket, in);
                }
                ServerHandshake handshake = ServerHandshake.of(head.request());
                connection.sendHandshake(handshake.accept(null, Headers.EMPTY).toBytes(false));
            } catch (HttpException refused) {
                socket.getOutputStream().write(refused.response().toBytes(false).array());
                return;
            }
            while (true) {
                connection.receive(in); // what came behind the handshake, then what was read
                for (; connection.hasOutput(); out.clear()) {
                    int count = connection.peek(out);
                    socket.getOutputStream().write(out.array(), 0, count);
                    connection.consume(count);
                }
                if (connection.isDone()) {
                    break;
                }
                read(socket, in);
            }
            socket.shutdownOutput();
            // To the end: closing with input unread would reset the peer, and take the Close frame with it.
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.err.println("connection lost: " + e.getMessage());
        }
    }

    private static void read(Socket socket, ByteBuffer in) throws IOException {
        int count = socket.getInputStream().read(in.array());
        if (count < 0) {
            throw new EOFException("end of stream");
        }
        in.clear().limit(count);
    }

    private static final class Echo implements ConnectionListener {
        final Connection connection = new Connection(Role.SERVER, 1 << 20, new Workspace(), this);

        @Override
        public void onText(String text) {
            connection.sendText(text);
        }

        @Override
        public void onBinary(ByteBuffer payload) {
            connection.sendBinary(payload);
        }
    }
}
