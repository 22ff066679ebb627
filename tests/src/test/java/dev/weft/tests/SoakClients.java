package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Deflate;
import dev.weft.core.Headers;
import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.EventLoop;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocketClient;
import dev.weft.tls.Tls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * The clients of a soak, in a JVM of their own: some are Weft's, others are plain sockets that do what no client should. Each
 * of a few threads plays one scenario after the other, and checks what the server does. Talked to by lines:
 * {@code start}, {@code stop} (which waits for the scenarios under way), {@code figures}.
 */
final class SoakClients {
    private static final int THREADS = 24;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final InetAddress HOST = InetAddress.getLoopbackAddress();

    /** What a peer may do, and how often out of all. */
    private enum Scenario {
        ECHO(40, SoakClients::echo),
        LARGE(3, SoakClients::large),
        OFF_LOOP(5, SoakClients::offLoop),
        PAUSING(5, SoakClients::pausing),
        PARTS(3, SoakClients::parts),
        OWN_CLIENT(1, SoakClients::ownClient),
        TERMINATE(3, SoakClients::terminate),
        TOO_LARGE(1, SoakClients::tooLarge),
        ENDING(5, SoakClients::ending),
        MEMBER(5, SoakClients::member),
        FLOOD(5, SoakClients::flood),
        SLOW_READER(5, SoakClients::slowReader),
        ABORT(8, SoakClients::abort),
        VIOLATION(8, SoakClients::violation),
        HALF_HANDSHAKE(8, SoakClients::halfHandshake),
        SILENT(1, SoakClients::silent),
        CONNECT_BURST(1, SoakClients::connectBurst),
        HTTP(5, SoakClients::http),
        TLS_ABORT(3, SoakClients::tlsAbort);

        final int weight;
        final Play play;
        final AtomicInteger played = new AtomicInteger();

        Scenario(int weight, Play play) {
            this.weight = weight;
            this.play = play;
        }

        static Scenario any(Random random) {
            int point = random.nextInt(
                    List.of(values()).stream().mapToInt(s -> s.weight).sum());
            for (Scenario scenario : values()) {
                point -= scenario.weight;
                if (point < 0) {
                    return scenario;
                }
            }
            throw new AssertionError();
        }
    }

    private interface Play {
        void play(SoakClients load, Random random) throws Exception;
    }

    private final int plain;
    private final int secure;
    private final int small;
    private final long pauseMillis;
    private final Random seeds;
    private final EventLoop loop = new EventLoop().start();
    private final SSLSocketFactory sslSockets;
    /** With the port that each connects to. */
    private final List<Map.Entry<WebSocketClient, URI>> clients = new ArrayList<>();

    private final AtomicInteger failures = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    private SoakClients(int plain, int secure, int small, int perSecond, long seed, Path certificate) throws Exception {
        this.plain = plain;
        this.secure = secure;
        this.small = small;
        pauseMillis = 1000L * THREADS / perSecond;
        seeds = new Random(seed);
        sslSockets = trusting(certificate).getSocketFactory();
        URI ws = URI.create("ws://127.0.0.1:" + plain);
        URI wss = URI.create("wss://localhost:" + secure);
        clients.add(Map.entry(client().build(), ws));
        clients.add(Map.entry(
                client().deflate(Deflate.DEFAULT.contextTakeover(true)).build(), ws));
        clients.add(Map.entry(client().deflate(Deflate.DEFAULT.windowBits(10)).build(), ws));
        clients.add(Map.entry(client().secure(Tls.client().trust(certificate)).build(), wss));
        clients.add(Map.entry(
                client().secure(Tls.client().trust(certificate))
                        .deflate(Deflate.DEFAULT)
                        .build(),
                wss));
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "dev", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private WebSocketClient.Builder client() {
        return WebSocketClient.builder()
                .loop(loop)
                .limits(Limits.DEFAULT
                        .connectTimeout(PATIENCE)
                        .handshakeTimeout(PATIENCE)
                        .pongTimeout(PATIENCE)
                        .closeTimeout(PATIENCE));
    }

    // ---------------------------------------------------------------- Weft's own clients

    private BlockingWebSocket connect(Random random, String path) throws IOException {
        Map.Entry<WebSocketClient, URI> any = clients.get(random.nextInt(clients.size()));
        return BlockingWebSocket.connect(any.getKey(), any.getValue().resolve(path), Headers.EMPTY);
    }

    private static void closeCleanly(BlockingWebSocket ws) {
        ws.close();
        assertTrue(ws.closeEvent().wasClean(), () -> "close: " + ws.closeEvent());
    }

    private void echo(Random random) throws IOException {
        BlockingWebSocket ws = connect(random, "/");
        for (int round = random.nextInt(4); round >= 0; round--) {
            exchange(ws, random, 1 + random.nextInt(20), 4000);
            if (random.nextInt(4) == 0) {
                ws.webSocket().ping(ByteBuffer.wrap(bytes(random, 125)));
            }
        }
        closeCleanly(ws);
    }

    private void large(Random random) throws IOException {
        BlockingWebSocket ws = connect(random, "/");
        exchange(ws, random, 1 + random.nextInt(2), SoakServer.MAX_MESSAGE);
        closeCleanly(ws);
    }

    private static void exchange(BlockingWebSocket ws, Random random, int count, int maxSize) throws IOException {
        List<Object> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (random.nextBoolean()) {
                String text = text(random, maxSize);
                sent.add(text);
                ws.send(text);
            } else {
                ByteBuffer data = ByteBuffer.wrap(bytes(random, maxSize));
                sent.add(data);
                ws.send(data);
            }
        }
        for (Object message : sent) {
            BlockingWebSocket.Message echo = ws.receive(PATIENCE);
            Object content = echo instanceof BlockingWebSocket.Binary binary ? binary.data() : echo.toString();
            assertTrue(message.equals(content), () -> "the echo of " + shown(message) + " is " + shown(content));
        }
    }

    private static String shown(Object message) {
        String text = message.toString();
        return text.length() + " chars " + text.substring(0, Math.min(40, text.length()));
    }

    /** Up to so many, small ones more often. */
    private static byte[] bytes(Random random, int maxSize) {
        byte[] bytes = new byte[random.nextInt(1 + random.nextInt(maxSize + 1))];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Of all scripts, and in part compressible; at most so many bytes. */
    private static String text(Random random, int maxSize) {
        int length = random.nextInt(1 + random.nextInt(maxSize / 4 + 1));
        int first = List.of((int) 'a', 0x430, 0x4E00, 0x1F600).get(random.nextInt(4));
        int variety = 1 + random.nextInt(40);
        StringBuilder text = new StringBuilder();
        while (length-- > 0) {
            text.appendCodePoint(first + random.nextInt(variety));
        }
        return text.toString();
    }

    private void offLoop(Random random) throws IOException {
        texts(connect(random, "/off-loop"), random);
    }

    private void pausing(Random random) throws IOException {
        texts(connect(random, "/pausing"), random);
    }

    private static void texts(BlockingWebSocket ws, Random random) throws IOException {
        List<String> sent = new ArrayList<>();
        for (int i = 1 + random.nextInt(20); i > 0; i--) {
            sent.add(text(random, 2000));
            ws.send(sent.get(sent.size() - 1));
        }
        for (String text : sent) {
            assertEquals(text, ws.receive(PATIENCE).toString());
        }
        closeCleanly(ws);
    }

    private void parts(Random random) throws IOException {
        BlockingWebSocket ws = connect(random, "/parts");
        byte[] message = bytes(random, 200_000);
        int sent = 0;
        while (sent < message.length) {
            int part = Math.min(1 + random.nextInt(20_000), message.length - sent);
            ws.sendPart(ByteBuffer.wrap(message, sent, part), false);
            sent += part;
        }
        ws.sendPart(ByteBuffer.allocate(0), true);
        var echo = (BlockingWebSocket.Binary) ws.receive(PATIENCE);
        assertEquals(ByteBuffer.wrap(message), echo.data());
        closeCleanly(ws);
    }

    /** A client, and so a loop and a thread, for one connection. */
    private void ownClient(Random random) throws IOException {
        try (BlockingWebSocket ws = BlockingWebSocket.connect(URI.create("ws://127.0.0.1:" + plain + "/"))) {
            exchange(ws, random, 5, 1000);
        }
    }

    private void terminate(Random random) throws IOException {
        BlockingWebSocket ws = connect(random, random.nextBoolean() ? "/" : "/members");
        for (int i = random.nextInt(5); i > 0; i--) {
            ws.send(ByteBuffer.wrap(bytes(random, 100_000)));
        }
        ws.webSocket().terminate();
        ws.close(); // waits for the end
    }

    /** Compressed, it is small. */
    private void tooLarge(Random random) throws IOException {
        BlockingWebSocket ws = connect(random, "/");
        ws.send(ByteBuffer.allocate(SoakServer.MAX_MESSAGE + 1));
        assertEnd(ws, 1009);
    }

    private void ending(Random random) throws IOException {
        BlockingWebSocket ws = connect(random, "/ending");
        String how = List.of("1000", "1001", "4321", "throw", "terminate").get(random.nextInt(5));
        ws.send(how);
        assertEnd(ws, how.equals("throw") ? 1011 : how.equals("terminate") ? 1006 : Integer.parseInt(how));
    }

    private static void assertEnd(BlockingWebSocket ws, int code) throws IOException {
        try {
            assertNull(ws.receive(PATIENCE));
        } catch (IOException e) {
            assertNotNull(ws.closeEvent(), e::toString);
        }
        assertEquals(code, ws.closeEvent().code(), () -> ws.closeEvent().toString());
        ws.close();
    }

    private void member(Random random) throws IOException {
        BlockingWebSocket ws = connect(random, "/members");
        int last = number(ws);
        for (int i = random.nextInt(5); i > 0; i--) {
            assertEquals(++last, number(ws));
        }
        closeCleanly(ws);
    }

    private static int number(BlockingWebSocket ws) throws IOException {
        return Integer.parseInt(ws.receive(PATIENCE).toString().replaceFirst(".*?(\\d+).*", "$1"));
    }

    // ---------------------------------------------------------------- peers that are nobody's library

    private Socket socket(Random random) throws IOException {
        return random.nextInt(3) == 0 ? sslSockets.createSocket(HOST, secure) : new Socket(HOST, plain);
    }

    /** Closes with a reset instead of a FIN. */
    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Much at once, with pings in between; the answers are all read later. */
    private void flood(Random random) throws IOException {
        try (Wire wire = Wire.client(new Socket(HOST, plain))) {
            List<Frame> frames = new ArrayList<>();
            for (int i = 100 + random.nextInt(400); i > 0; i--) {
                frames.add(random.nextInt(5) == 0 ? Frame.ping("ping " + i) : Frame.binary(bytes(random, 200)));
            }
            wire.send(frames.toArray(Frame[]::new));
            for (Frame frame : frames) {
                Frame answer = wire.next();
                assertEquals(frame.opcode() == Frame.PING ? Frame.PONG : Frame.BINARY, answer.opcode());
                assertArrayEquals(frame.payload(), answer.payload());
            }
            wire.send(Frame.close(1000, ""));
            assertEquals(Frame.close(1000, ""), wire.next());
            assertNull(wire.receive());
        }
    }

    /** Asks for far more than all buffers hold and reads it late and slowly, or never. */
    private void slowReader(Random random) throws IOException, InterruptedException {
        Socket socket = socket(random);
        try (Wire wire = Wire.client(socket, "/burst")) {
            int count = 100;
            int size = 40_000;
            wire.send(Frame.text(count + " " + size));
            Thread.sleep(random.nextInt(1000));
            int reads = random.nextInt(2 * count);
            for (int i = 0; i < Math.min(count, reads); i++) {
                assertEquals(size, wire.next().payload().length);
                if (i % 10 == 0) {
                    Thread.sleep(random.nextInt(50));
                }
            }
            if (reads < count) {
                reset(socket);
            }
        }
    }

    /** Is gone in the middle of a frame. */
    private void abort(Random random) throws IOException {
        Socket socket = socket(random);
        Wire wire = Wire.client(
                socket, List.of("/", "/pausing", "/members", "/parts").get(random.nextInt(4)));
        Frame frame = Frame.binary(bytes(random, 100_000));
        wire.sendPart(frame, 0, 1 + random.nextInt(frame.bytes(true).length));
        if (random.nextBoolean()) {
            reset(socket);
        } else {
            socket.close();
        }
    }

    /** Breaks a rule, and gets the Close frame that says so. */
    private void violation(Random random) throws IOException {
        try (Wire wire = Wire.client(socket(random))) {
            byte[] bytes = bytes(random, 100);
            int code = 1002;
            switch (random.nextInt(9)) {
                case 0 -> wire.send(new Frame(true, 0, 3, bytes));
                case 1 -> wire.send(new Frame(true, 2, Frame.BINARY, bytes));
                case 2 -> wire.send(Frame.ping("p".repeat(126)));
                case 3 -> wire.send(Frame.continuation(true, bytes));
                case 4 -> wire.send(Frame.close(999, ""));
                case 5 -> wire.send(new Frame(false, 0, Frame.PING, bytes));
                case 6 -> wire.send(Frame.text(false, "begun"), Frame.text("and begun again"));
                case 7 -> {
                    wire.send(Frame.text(true, new byte[] {(byte) 0xC0, (byte) 0x80}));
                    code = 1007;
                }
                default -> {
                    wire.sendPart(Frame.binary(new byte[SoakServer.MAX_MESSAGE + 1]), 0, 200);
                    code = 1009;
                }
            }
            Frame answer = wire.next();
            assertEquals(Frame.CLOSE, answer.opcode());
            assertEquals(code, answer.closeCode());
            assertNull(wire.receive());
        }
    }

    /** Says less than a whole request, or one that is none. */
    private void halfHandshake(Random random) throws IOException {
        try (Socket socket = socket(random)) {
            String head = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
            switch (random.nextInt(3)) {
                case 0 -> {
                    send(socket, head.substring(0, random.nextInt(head.length())));
                    reset(socket);
                }
                case 1 -> send(socket, head.substring(0, random.nextInt(head.length())));
                default -> {
                    send(socket, head + "\r\n");
                    assertEquals("HTTP/1.1 400", start(socket));
                    socket.getInputStream().readAllBytes();
                }
            }
        }
    }

    private static String start(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }

    /** Says nothing before the handshake or after it, until the server has had enough. */
    private void silent(Random random) throws IOException {
        try (Socket socket = new Socket(HOST, random.nextInt(3) == 0 ? secure : plain)) {
            if (socket.getPort() == plain && random.nextBoolean()) {
                Wire.client(socket, random.nextBoolean() ? "/" : "/members");
            }
            socket.setSoTimeout(200);
            InputStream in = socket.getInputStream();
            while (!stopping) {
                try {
                    if (in.read() < 0) {
                        return;
                    }
                } catch (SocketTimeoutException e) {
                    // goes on waiting
                }
            }
        }
    }

    /** More connections at once than the server takes. */
    private void connectBurst(Random random) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 2 * SoakServer.FEW_CONNECTIONS; i++) {
            sockets.add(new Socket(HOST, small));
        }
        for (Socket socket : sockets) {
            if (random.nextBoolean()) {
                reset(socket);
            } else {
                socket.close();
            }
        }
    }

    private void http(Random random) throws IOException {
        try (Socket socket = socket(random)) {
            boolean found = random.nextBoolean();
            send(socket, "GET " + (found ? "/page" : "/none") + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals(found ? "HTTP/1.1 200" : "HTTP/1.1 404", start(socket));
            String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(!found || rest.endsWith("\r\n\r\na page"), rest);
        }
    }

    /** No TLS at all, or its very beginning, which is then cut off. */
    private void tlsAbort(Random random) throws IOException {
        try (Socket socket = new Socket(HOST, secure)) {
            OutputStream out = socket.getOutputStream();
            if (random.nextBoolean()) {
                out.write(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 252, 3, 3}); // a ClientHello's first bytes
            } else {
                out.write(bytes(random, 500));
            }
            if (random.nextBoolean()) {
                reset(socket);
            }
        }
    }

    // ---------------------------------------------------------------- running

    private void start() {
        stopping = false;
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seeds.nextLong());
            Thread thread = new Thread(() -> playOn(random), "load-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void playOn(Random random) {
        while (!stopping) {
            try {
                Thread.sleep((long) (pauseMillis * 2 * random.nextDouble()));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            Scenario scenario = Scenario.any(random);
            attempt(scenario, () -> scenario.play.play(this, random));
        }
    }

    private void attempt(Scenario scenario, Executable play) {
        try {
            play.execute();
            scenario.played.incrementAndGet();
        } catch (Throwable t) {
            failures.incrementAndGet();
            System.err.println(scenario + " failed");
            t.printStackTrace();
        }
    }

    private void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
    }

    private Map<String, Long> figures() throws Exception {
        Map<String, Long> figures = SoakFigures.now();
        figures.put(
                SoakFigures.CONNECTIONS,
                clients.stream().mapToLong(c -> c.getKey().connectionCount()).sum());
        figures.put("failures", failures.longValue());
        for (Scenario scenario : Scenario.values()) {
            figures.put(scenario.name().toLowerCase(), scenario.played.longValue());
        }
        return figures;
    }

    public static void main(String[] args) throws Exception {
        SoakClients load = new SoakClients(
                Integer.parseInt(args[0]),
                Integer.parseInt(args[1]),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                Long.parseLong(args[4]),
                Path.of(args[5]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            switch (line) {
                case "start" -> load.start();
                case "stop" -> load.stop();
                default -> System.out.println(SoakFigures.line(load.figures()));
            }
        }
        System.exit(0);
    }
}
