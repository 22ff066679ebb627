package dev.weft.tests;

import dev.weft.core.Deflate;
import dev.weft.core.HttpResponse;
import dev.weft.core.PreparedMessage;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.EventLoop;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import dev.weft.tls.Tls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The server of a soak, in a JVM of its own: prints its ports, and then its figures for each line of standard input until that
 * ends. One loop carries a plain server, one of TLS, and one that takes few connections.
 */
final class SoakServer {
    static final int MAX_MESSAGE = 1 << 20;
    static final int FEW_CONNECTIONS = 20;

    /** Low, so that slow readers reach it, and patient, as a busy machine is no reason to lose a connection. */
    private static final Limits LIMITS = Limits.DEFAULT
            .maxMessage(MAX_MESSAGE)
            .sendQueue(256 << 10)
            .sendOverflow(Limits.Overflow.REFUSE)
            .handshakeTimeout(Duration.ofSeconds(15))
            .pingInterval(Duration.ofSeconds(5))
            .pongTimeout(Duration.ofSeconds(15));

    /** They are asked for here; whatever is worse would be told. Kept, as the JDK holds loggers weakly. */
    private static final Logger LISTENER_FAILURES = Logger.getLogger("dev.weft");

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final Set<WebSocket> members = ConcurrentHashMap.newKeySet();
    private int broadcasts;

    /** Sends every message back; stops reading while the peer does not read. */
    private static class Echo implements WebSocketListener {
        private PreparedMessage refused;

        @Override
        public void onText(WebSocket ws, String text) {
            if (!ws.send(text)) {
                hold(ws, PreparedMessage.text(text));
            }
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer data) {
            if (!ws.send(data)) {
                hold(ws, PreparedMessage.binary(data));
            }
        }

        private void hold(WebSocket ws, PreparedMessage message) {
            refused = message;
            ws.pause();
        }

        @Override
        public void onWritable(WebSocket ws) {
            if (refused != null) {
                ws.send(refused);
                refused = null;
                ws.resume();
            }
        }
    }

    /** Sends every message back from another thread. */
    private final class OffLoop implements WebSocketListener {
        @Override
        public void onText(WebSocket ws, String text) {
            timer.execute(() -> ws.send(text));
        }
    }

    /** Stops reading after each message, and has another thread resume. */
    private final class Pausing implements WebSocketListener {
        @Override
        public void onText(WebSocket ws, String text) {
            ws.send(text);
            ws.pause();
            timer.schedule(ws::resume, ThreadLocalRandom.current().nextInt(20), TimeUnit.MILLISECONDS);
        }
    }

    /** Sends the parts of a message back as they come. */
    private static final class Parts implements WebSocketListener {
        @Override
        public boolean takesParts() {
            return true;
        }

        @Override
        public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {
            ws.sendPart(part, last);
        }
    }

    /** Asked for {@code count size}, sends so many messages of that size as fast as they are taken. */
    private static final class Burst implements WebSocketListener {
        private ByteBuffer message;
        private int left;

        @Override
        public void onText(WebSocket ws, String text) {
            String[] asked = text.split(" ");
            left = Integer.parseInt(asked[0]);
            message = ByteBuffer.allocate(Integer.parseInt(asked[1]));
            onWritable(ws);
        }

        @Override
        public void onWritable(WebSocket ws) {
            while (left > 0 && ws.send(message)) {
                left--;
            }
        }
    }

    private final class Member implements WebSocketListener {
        @Override
        public void onOpen(WebSocket ws) {
            members.add(ws);
        }

        @Override
        public void onClose(WebSocket ws, CloseEvent event) {
            members.remove(ws);
        }
    }

    /** Ends the connection as the message says: by a close code, by an exception, or at once. */
    private static final class Ending implements WebSocketListener {
        @Override
        public void onText(WebSocket ws, String text) {
            switch (text) {
                case "throw" -> throw new IllegalStateException("asked for");
                case "terminate" -> ws.terminate();
                default -> ws.close(Integer.parseInt(text), "asked for");
            }
        }
    }

    private WebSocketServer.Builder server(EventLoop loop) {
        return WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .loops(loop)
                .limits(LIMITS)
                .path("/", Echo::new)
                .path("/off-loop", () -> new OffLoop())
                .path("/pausing", () -> new Pausing())
                .path("/parts", Parts::new)
                .path("/burst", Burst::new)
                .path("/members", () -> new Member())
                .path("/ending", Ending::new)
                .http("/page", request -> HttpResponse.text(200, "a page"));
    }

    private void broadcast() {
        PreparedMessage message =
                PreparedMessage.text("{\"number\":" + broadcasts++ + ",\"fill\":\"" + "ab ".repeat(200) + "\"}");
        members.forEach(ws -> ws.send(message));
    }

    /** Servers and loops come and go too. */
    private void startAndStop() {
        try {
            WebSocketServer.builder().start().close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(Path certificate, Path key) throws Exception {
        EventLoop loop = new EventLoop().start();
        WebSocketServer plain =
                server(loop).deflate(Deflate.DEFAULT.contextTakeover(true)).start();
        WebSocketServer secure = server(loop)
                .deflate(Deflate.DEFAULT)
                .secure(Tls.server(certificate, key))
                .start();
        WebSocketServer small = server(loop).maxConnections(FEW_CONNECTIONS).start();
        timer.scheduleAtFixedRate(this::broadcast, 0, 200, TimeUnit.MILLISECONDS);
        timer.scheduleAtFixedRate(this::startAndStop, 0, 2, TimeUnit.SECONDS);
        System.out.println(plain.port() + " " + secure.port() + " " + small.port());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while (in.readLine() != null) {
            Map<String, Long> figures = SoakFigures.now();
            figures.put(
                    SoakFigures.CONNECTIONS,
                    0L + plain.connectionCount() + secure.connectionCount() + small.connectionCount());
            System.out.println(SoakFigures.line(figures));
        }
        timer.shutdownNow();
        plain.close();
        secure.close();
        small.close();
        loop.close();
    }

    public static void main(String[] args) throws Exception {
        LISTENER_FAILURES.setLevel(Level.SEVERE);
        new SoakServer().run(Path.of(args[0]), Path.of(args[1]));
    }
}
