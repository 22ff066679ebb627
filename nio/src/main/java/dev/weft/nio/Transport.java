package dev.weft.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A connection's byte stream: the one seam between the event loop and what lies under it, a plain socket or one wrapped in
 * TLS. Never blocks. Called on the loop's thread only.
 */
public interface Transport {
    /** Makes the transport of a new connection. */
    @FunctionalInterface
    interface Factory {
        /**
         * Wraps a channel.
         *
         * @param channel non-blocking and connected; the transport closes it
         * @param host that a client wants to reach, as in its URL; null on a server
         * @param port that a client wants to reach; 0 on a server
         * @return the transport
         * @throws IOException where none can be made
         */
        Transport open(SocketChannel channel, String host, int port) throws IOException;
    }

    /**
     * Reads what is there. Where the stream broke, what came before is read first, and the exception comes with the next call.
     * The transport may then have a last word for the peer: after the exception, further reads give nothing until the peer has
     * ended the stream too, and {@link #isFlushed} is as ever.
     *
     * @param target filled from its position on; has room for 40 KiB or more
     * @return how many bytes came, 0 for none now, −1 at the end of the stream
     * @throws IOException where the stream broke
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Writes what goes out without waiting.
     *
     * @param source taken from its position on; what is left in it was not taken
     * @return how many bytes were taken
     * @throws IOException where the stream broke
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * What to select for.
     *
     * @param read whether the caller wants to read
     * @param write whether the caller has something to write
     * @return a set of {@link java.nio.channels.SelectionKey} operations
     */
    int interestOps(boolean read, boolean write);

    /**
     * Whether {@link #read} has more to give, be it the end of the stream or its failure, although the channel may have nothing.
     *
     * @return whether to read again without selecting
     */
    boolean hasBufferedInput();

    /**
     * Whether everything that {@link #write} took has gone to the operating system. Where it has not, {@link #interestOps}
     * asks for what is needed, and a further write, be it of nothing, goes on with it.
     *
     * @return whether nothing is held back
     */
    boolean isFlushed();

    /**
     * Work that takes long and that the transport waits for, such as the checking of certificates. Run on another thread,
     * once; the transport is not touched until it is done.
     *
     * @return null where there is none
     */
    Runnable task();

    /**
     * Ends the stream in the direction of the peer, after what was written.
     *
     * @throws IOException where the stream broke
     */
    void shutdownOutput() throws IOException;

    /** Closes the channel, whatever state it is in. */
    void close();
}
