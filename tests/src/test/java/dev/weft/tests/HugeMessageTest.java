package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Headers;
import dev.weft.nio.BlockingWebSocket;
import dev.weft.nio.Limits;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A message far larger than all queues and limits goes through in parts, and memory stays as it was. */
@Timeout(120)
class HugeMessageTest {
    private static final long HUGE = 1L << 30;
    private static final long HEAP_ROOM = 64L << 20;

    /** Sums up a message in parts, and tells at its end. */
    private static final class Summing implements WebSocketListener {
        private final CRC32 sum = new CRC32();
        private long size;
        private long mostHeap;

        @Override
        public boolean takesParts() {
            return true;
        }

        @Override
        public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {
            size += part.remaining();
            sum.update(part);
            if (last) {
                System.gc();
                mostHeap = usedHeap();
                ws.send(size + " " + sum.getValue());
            }
        }
    }

    private static long usedHeap() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void oneGibibyteGoesThroughInParts() throws Exception {
        Summing summing = new Summing();
        try (WebSocketServer server = WebSocketServer.builder()
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .limits(Limits.DEFAULT.maxMessage(1024))
                        .path("/", () -> summing)
                        .start();
                WebSocketClient client = WebSocketClient.builder().build();
                BlockingWebSocket ws = BlockingWebSocket.connect(
                        client, URI.create("ws://127.0.0.1:" + server.port() + "/"), Headers.EMPTY)) {
            System.gc();
            long before = usedHeap();
            CRC32 sum = new CRC32();
            byte[] part = new byte[1 << 20];
            long sent = 0;
            while (sent < HUGE) {
                part[(int) (sent >> 20) % part.length]++;
                sum.update(part);
                sent += part.length;
                ws.sendPart(ByteBuffer.wrap(part), sent == HUGE);
            }
            assertEquals(
                    HUGE + " " + sum.getValue(),
                    ws.receive(Duration.ofSeconds(60)).toString());
            assertTrue(
                    summing.mostHeap - before < HEAP_ROOM,
                    () -> "heap grew by " + (summing.mostHeap - before) + " bytes");
        }
    }
}
