package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Servers and addresses on this machine. */
final class Local {
    private Local() {}

    static WebSocketServer.Builder server() {
        return WebSocketServer.builder().address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** A server of one listener, for one connection, at "/". */
    static WebSocketServer serverOf(WebSocketListener listener) throws IOException {
        return serverOf(Limits.DEFAULT, listener);
    }

    static WebSocketServer serverOf(Limits limits, WebSocketListener listener) throws IOException {
        return server().limits(limits).path("/", () -> listener).start();
    }

    static WebSocketListener echo() {
        return new WebSocketListener() {
            @Override
            public void onText(WebSocket ws, String text) {
                ws.send(text);
            }

            @Override
            public void onBinary(WebSocket ws, java.nio.ByteBuffer data) {
                ws.send(data);
            }
        };
    }

    static URI uri(WebSocketServer server) {
        return uri(server.port(), "/");
    }

    static URI uri(int port, String path) {
        return URI.create("ws://localhost:" + port + path);
    }

    /** Waits for what another thread is about to do, and no callback tells. */
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "condition is not met within 20 s");
            Thread.onSpinWait();
        }
    }

    /** Runs on the loop's thread, and waits for it. */
    static void onLoop(EventLoop loop, Runnable action) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                action.run();
                done.complete(null);
            } catch (Throwable t) {
                done.completeExceptionally(t);
            }
        });
        done.get(20, TimeUnit.SECONDS);
    }
}
