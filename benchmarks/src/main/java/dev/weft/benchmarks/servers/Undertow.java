package dev.weft.benchmarks.servers;

import io.undertow.Handlers;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.xnio.Pooled;

/** Undertow with one I/O thread, which also runs the messages. */
@SuppressWarnings("deprecation") // a message's data comes in a type that is deprecated, and in no other
final class Undertow implements Subject {
    @Override
    public int start(Setup setup) throws Exception {
        Subject.refuse(setup.tls(), "TLS");
        var websockets = Handlers.websocket((exchange, channel) -> {
            channel.getReceiveSetter().set(setup.broadcast() ? new Broadcast() : new Echo());
            channel.resumeReceives();
        });
        if (setup.deflate()) {
            websockets.addExtension(new PerMessageDeflateHandshake(false));
        }
        io.undertow.Undertow server = io.undertow.Undertow.builder()
                .setIoThreads(1)
                .setWorkerThreads(1)
                .addHttpListener(0, "127.0.0.1")
                .setHandler(Handlers.path().addPrefixPath("/ws", websockets))
                .build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    private static final class Echo extends AbstractReceiveListener {
        @Override
        protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
            WebSockets.sendText(message.getData(), channel, null);
        }

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
            Pooled<ByteBuffer[]> data = message.getData();
            WebSockets.sendBinary(data.getResource(), channel, new Release(data));
        }
    }

    /** Gives a message's buffers back once they have been sent. */
    private record Release(Pooled<ByteBuffer[]> data) implements io.undertow.websockets.core.WebSocketCallback<Void> {
        @Override
        public void complete(WebSocketChannel channel, Void context) {
            data.close();
        }

        @Override
        public void onError(WebSocketChannel channel, Void context, Throwable cause) {
            data.close();
        }
    }

    private static final class Broadcast extends AbstractReceiveListener {
        @Override
        protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
            String text = message.getData();
            channel.getPeerConnections().forEach(peer -> WebSockets.sendText(text, peer, null));
        }
    }
}
