package dev.weft.core;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the connections of one thread share, so that each keeps only what is incomplete: pooled output chunks, a
 * spare frame parser, the text encoder and decoder, masking keys. Not thread-safe: one per event loop, or one per connection
 * where each has its own thread.
 */
public final class Workspace implements AutoCloseable {
    static final int CHUNK_BYTES = 8 * 1024;
    /** Free chunks kept, at most 1 MiB; what a burst took beyond that goes back to the heap. */
    private static final int MAX_FREE_CHUNKS = 128;

    /** A text goes on in the next chunk rather than in so little room. */
    private static final int MIN_PIECE_CHARS = 64;

    /** An array below that is not worth keeping: it is cleared in the time of a system call. */
    private static final int MIN_SPARE_MESSAGE = 32 * 1024;

    private static final int MAX_SPARE_MESSAGE = 1 << 20;
    private static final int MAX_SPARE_BYTES = 8 << 20;

    final MaskKeys maskKeys = new MaskKeys();
    private final Utf8Encoder encoder = new Utf8Encoder();
    final Utf8Decoder decoder = new Utf8Decoder();

    /** Compressed or decompressed at a time; a connection that is sent a bomb takes no more. */
    private static final int ZLIB_BYTES = 64 * 1024;

    final Zlib zlib = new Zlib(this);
    private final ArrayDeque<byte[]> spareMessages = new ArrayDeque<>();
    private int spareBytes;
    private byte[] inflated;
    private byte[] deflated;

    /** The text that a listener is being given, and its UTF-8 in the input; null outside of that callback. */
    private String text;

    private byte[] textBytes;
    private int textFrom;
    private int textTo;

    /** Counts what connections keep, and the free chunks with it. */
    private final AtomicLong counted = new AtomicLong();

    /** How many links there are to each array that several connections send, which is counted once. */
    private final IdentityHashMap<byte[], int[]> links = new IdentityHashMap<>();

    private volatile long budget =
            Runtime.getRuntime().maxMemory() / 2 / Runtime.getRuntime().availableProcessors();

    /** What a new chunk takes; tests make that more than any heap has. */
    int chunkBytes = CHUNK_BYTES;

    private Chunk freeChunks;
    private int freeChunkCount;
    private final ArrayDeque<OutputQueue> freeQueues = new ArrayDeque<>();
    private FrameParser spareParser = new FrameParser();
    private ByteBuffer view = ByteBuffer.allocate(0);

    /** A workspace with nothing in it yet. */
    public Workspace() {}

    /**
     * Sets the memory that the connections may retain together: what they have to write, unfinished messages, the state of
     * compression, and what their owner counts by {@link #retain}. A connection that asks for more fails with 1013.
     *
     * @param bytes by default half of the heap's largest size, divided by the number of processors; may be set on any thread
     */
    public void budget(long bytes) {
        budget = bytes;
    }

    /**
     * What the connections retain together. On another thread, about that.
     *
     * @return in bytes; 0 where each was discarded, or has written all, is between two messages and keeps no context of
     *     compression
     */
    public long retained() {
        return counted.get() - (long) freeChunkCount * CHUNK_BYTES;
    }

    /**
     * Whether more is retained than may be. May be asked on any thread.
     *
     * @return whether the budget is spent
     */
    public boolean isSpent() {
        return retained() >= budget;
    }

    /**
     * Counts memory of the owner's as retained, whatever the budget. May be called on any thread.
     *
     * @param bytes negative for what is retained no more
     */
    public void retain(long bytes) {
        counted.addAndGet(bytes);
    }

    /** As {@link #retain}, where the budget is not spent. */
    void claim(long bytes) {
        if (isSpent()) {
            throw new ProtocolException(
                    CloseCode.TRY_AGAIN_LATER, "connections here retain " + retained() + " bytes, the budget is spent");
        }
        retain(bytes);
    }

    Chunk takeChunk() {
        Chunk chunk = freeChunks;
        if (chunk == null) {
            chunk = Chunk.pooled(chunkBytes);
            retain(CHUNK_BYTES);
            return chunk;
        }
        freeChunks = chunk.next;
        freeChunkCount--;
        chunk.next = null;
        return chunk;
    }

    /** Counts a link to a shared array, and with the first one the array itself. */
    void retainLink(byte[] shared) {
        int[] count = links.get(shared);
        if (count == null) {
            count = new int[1];
            links.put(shared, count);
            retain(shared.length);
        }
        count[0]++;
        retain(OutputQueue.LINK_BYTES);
    }

    private void releaseLink(byte[] shared) {
        int[] count = links.get(shared);
        if (count == null) {
            return; // borrowed: its owner's memory
        }
        retain(-OutputQueue.LINK_BYTES);
        count[0]--;
        if (count[0] == 0) {
            links.remove(shared);
            retain(-shared.length);
        }
    }

    void release(Chunk chunk) {
        if (!chunk.isPooled()) {
            releaseLink(chunk.bytes);
            return;
        }
        if (freeChunkCount == MAX_FREE_CHUNKS) {
            retain(-CHUNK_BYTES);
        } else {
            chunk.start = 0;
            chunk.end = 0;
            chunk.next = freeChunks;
            freeChunks = chunk;
            freeChunkCount++;
        }
    }

    /** Memory for a message that comes in pieces; what it holds is of no meaning. */
    byte[] takeMessage(int size) {
        for (Iterator<byte[]> spares = spareMessages.iterator(); spares.hasNext(); ) {
            byte[] spare = spares.next();
            // Not one far too large: a message of a few bytes could hold a mebibyte for as long as its peer likes.
            if (spare.length >= size && spare.length <= 2L * size) {
                spares.remove();
                spareBytes -= spare.length;
                return spare;
            }
        }
        return new byte[size];
    }

    /** Takes the memory of a message back: a fresh array for every large one would be cleared, and cold, each time. */
    void releaseMessage(byte[] bytes) {
        if (bytes.length < MIN_SPARE_MESSAGE || bytes.length > MAX_SPARE_MESSAGE) {
            return;
        }
        spareMessages.push(bytes);
        spareBytes += bytes.length;
        while (spareBytes > Math.min(MAX_SPARE_BYTES, budget / 8)) {
            spareBytes -= spareMessages.removeLast().length;
        }
    }

    /** Remembers the UTF-8 of a text while a listener has it: one that is passed on as it came need not be encoded again. */
    void delivering(String received, byte[] array, int from, int to) {
        text = received;
        textBytes = array;
        textFrom = from;
        textTo = to;
    }

    /** Forgets it: the input is about to be reused. */
    void delivered() {
        text = null;
        textBytes = null;
    }

    /** The UTF-8 of the text that a listener is being given, where this is the one; else null. */
    ByteBuffer utf8(String sent) {
        return text != null && sent == text ? view(textBytes, textFrom, textTo) : null;
    }

    /** Where messages are decompressed to. */
    byte[] inflated() {
        if (inflated == null) {
            inflated = new byte[ZLIB_BYTES];
        }
        return inflated;
    }

    /** Where messages are compressed to; a large one's is not kept. */
    byte[] deflated(int size) {
        if (size > ZLIB_BYTES) {
            return new byte[size];
        }
        if (deflated == null) {
            deflated = new byte[ZLIB_BYTES];
        }
        return deflated;
    }

    /** Gives the shared native memory back; to be called after the last connection's end. */
    @Override
    public void close() {
        zlib.close();
    }

    OutputQueue takeQueue() {
        OutputQueue queue = freeQueues.poll();
        return queue != null ? queue : new OutputQueue();
    }

    /** Takes an empty queue back. */
    void release(OutputQueue empty) {
        if (freeQueues.size() < MAX_FREE_CHUNKS) {
            freeQueues.push(empty);
        }
    }

    FrameParser takeParser() {
        FrameParser parser = spareParser;
        spareParser = null;
        return parser != null ? parser : new FrameParser();
    }

    void release(FrameParser idle) {
        spareParser = idle;
    }

    /** A reused buffer over a stretch of an array, so that a message costs no buffer object. */
    ByteBuffer view(byte[] array, int from, int to) {
        if (view.array() != array) {
            view = ByteBuffer.wrap(array);
        }
        return view.clear().order(java.nio.ByteOrder.BIG_ENDIAN).position(from).limit(to);
    }

    /** Appends a text's UTF-8 to the last chunk of the queue, and to further ones as they fill up. */
    void encode(String text, OutputQueue out, int slack) {
        int length = text.length();
        int keptFree = slack;
        for (int from = 0; from < length; ) {
            Chunk chunk = out.last();
            int limit = chunk.bytes.length - keptFree;
            int fitting = (limit - chunk.end) / Utf8Encoder.MAX_BYTES_PER_CHAR;
            if (fitting < Math.min(length - from, MIN_PIECE_CHARS)) {
                out.addChunk(this);
                keptFree = 0;
                continue;
            }
            ByteBuffer target = chunk.buffer.limit(limit).position(chunk.end);
            from = encoder.encode(text, from, length, target);
            out.extendLast(target.position() - chunk.end);
        }
    }
}
