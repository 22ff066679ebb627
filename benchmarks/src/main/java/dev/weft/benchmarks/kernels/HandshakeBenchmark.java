package dev.weft.benchmarks.kernels;

import dev.weft.core.AcceptKey;
import dev.weft.core.HttpHeadParser;
import dev.weft.core.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The accept key against the bare digest, and a browser's upgrade request against String.split. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HandshakeBenchmark {
    private static final String REQUEST = """
            GET /chat HTTP/1.1
            Host: 127.0.0.1:8080
            Connection: Upgrade
            Pragma: no-cache
            Cache-Control: no-cache
            User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36
            Upgrade: websocket
            Origin: http://127.0.0.1:8080
            Sec-WebSocket-Version: 13
            Accept-Encoding: gzip, deflate, br, zstd
            Accept-Language: en-GB,en;q=0.9
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits

            """.replace("\n", "\r\n");

    private final String key = "dGhlIHNhbXBsZSBub25jZQ==";
    private final byte[] keyAndGuid =
            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1);
    private final byte[] request = REQUEST.getBytes(StandardCharsets.ISO_8859_1);
    private final MessageDigest sha1;

    public HandshakeBenchmark() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    public String acceptKey() {
        return AcceptKey.accept(key);
    }

    @Benchmark
    public byte[] referenceAcceptKey() {
        return sha1.digest(keyAndGuid);
    }

    @Benchmark
    public HttpRequest head() {
        HttpHeadParser parser = new HttpHeadParser(16 * 1024, 100);
        parser.receive(ByteBuffer.wrap(request));
        return parser.request();
    }

    @Benchmark
    public Map<String, String> referenceHead() {
        String[] lines = new String(request, StandardCharsets.ISO_8859_1).split("\r\n");
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            String[] parts = lines[i].split(": ", 2);
            headers.put(parts[0], parts[1]);
        }
        return headers;
    }
}
