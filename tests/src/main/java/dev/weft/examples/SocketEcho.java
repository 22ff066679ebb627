package dev.weft.examples;

import dev.weft.core.ClosePayload;
import dev.weft.core.Connection;
import dev.weft.core.ConnectionListener;
import dev.weft.core.Headers;
import dev.weft.core.HttpException;
import dev.weft.core.HttpHeadParser;
import dev.weft.core.ProtocolException;
import dev.weft.core.Role;
import dev.weft.core.ServerHandshake;
import dev.weft.core.Workspace;
import java.io.IOException;
import java.io.InputStream;
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
        try (ServerSocket listening = new ServerSocket(port)) {
            System.out.println("listening on ws://127.0.0.1:" + listening.getLocalPort() + "/");
            while (true) {
                Socket socket = listening.accept();
                new Thread(() -> serve(socket)).start();
            }
        }
    }

    static void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(60_000);
            ByteBuffer in = ByteBuffer.allocate(16 * 1024).limit(0);
            HttpHeadParser head = new HttpHeadParser(16 * 1024, 100);
            while (!head.receive(in)) {
                read(socket, in);
            }
            Echo echo = new Echo();
            try {
                ServerHandshake handshake = ServerHandshake.of(head.request());
                echo.connection.sendHandshake(
                        handshake.accept(null, Headers.EMPTY).toBytes(false));
            } catch (HttpException refused) {
                socket.getOutputStream().write(refused.response().toBytes(false).array());
                return;
            }
            ByteBuffer out = ByteBuffer.allocate(16 * 1024);
            while (true) {
                echo.connection.receive(in); // what came behind the handshake, then what was read
                for (; echo.connection.hasOutput(); out.clear()) {
                    int count = echo.connection.peek(out);
                    socket.getOutputStream().write(out.array(), 0, count);
                    echo.connection.consume(count);
                }
                if (echo.connection.isDone()) {
                    socket.shutdownOutput();
                    return;
                }
                read(socket, in);
            }
        } catch (IOException e) {
            System.err.println("connection lost: " + e.getMessage());
        }
    }

    private static void read(Socket socket, ByteBuffer in) throws IOException {
        InputStream stream = socket.getInputStream();
        int count = stream.read(in.array());
        if (count < 0) {
            throw new IOException("end of stream");
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

        @Override
        public void onClose(ClosePayload close) {}

        @Override
        public void onFail(ProtocolException violation) {
            System.err.println("connection failed: " + violation.getMessage());
        }
    }
}
