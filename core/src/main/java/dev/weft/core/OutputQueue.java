package dev.weft.core;

import java.nio.ByteBuffer;

/**
 * The bytes that a connection has to send, in order: frames are written straight into pooled chunks, arrays that several
 * connections send (a broadcast) are linked in as they are.
 */
final class OutputQueue {
    /** How much a header may grow when a text turns out longer in bytes than in chars. */
    private static final int HEADER_SLACK = 8;
    /** What a link to a shared array takes itself, in bytes. */
    static final int LINK_BYTES = 32;

    private Chunk first;
    private Chunk last;
    private Chunk borrowed;
    private long size;

    /** Bytes not consumed yet. */
    long size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    Chunk last() {
        return last;
    }

    void extendLast(int bytes) {
        last.end += bytes;
        size += bytes;
    }

    void addChunk(Workspace workspace) {
        link(workspace.takeChunk());
    }

    private void link(Chunk chunk) {
        if (last == null) {
            first = chunk;
        } else {
            last.next = chunk;
        }
        last = chunk;
    }

    private void ensureRoom(int bytes, Workspace workspace) {
        if (last == null || last.room() < bytes) {
            addChunk(workspace);
        }
    }

    /**
     * Appends bytes that are never changed again: without a copy, unless there is room, which would stay unused, or a link on
     * links would be longer than they are.
     */
    void appendShared(Workspace workspace, byte[] bytes) {
        if (last != null && (last.room() >= bytes.length || !last.isPooled() && bytes.length < LINK_BYTES)) {
            append(workspace, ByteBuffer.wrap(bytes), 0);
            return;
        }
        Chunk chunk = Chunk.shared(bytes);
        workspace.retainLink(bytes);
        link(chunk);
        size += bytes.length;
    }

    /** Appends a frame; its payload is copied, and masked in the copy. The payload's position does not move. */
    void appendFrame(
            Workspace workspace, boolean fin, int rsv, int opcode, ByteBuffer payload, boolean masked, int maskKey) {
        Chunk mark = last;
        int markEnd = end(mark);
        long before = size;
        try {
            appendHeader(workspace, fin, rsv, opcode, payload.remaining(), masked, maskKey);
            append(workspace, payload, maskKey);
        } catch (Throwable t) {
            cutBack(workspace, mark, markEnd, before);
            throw t;
        }
    }

    private void appendHeader(
            Workspace workspace, boolean fin, int rsv, int opcode, int length, boolean masked, int maskKey) {
        int headerSize = FrameHeader.size(length, masked);
        ensureRoom(headerSize, workspace);
        FrameHeader.write(last.bytes, last.end, fin, rsv, opcode, length, masked, maskKey);
        extendLast(headerSize);
    }

    private void append(Workspace workspace, ByteBuffer payload, int maskKey) {
        int length = payload.remaining();
        int key = maskKey;
        for (int done = 0; done < length; ) {
            ensureRoom(1, workspace);
            int part = Math.min(length - done, last.room());
            payload.get(payload.position() + done, last.bytes, last.end, part);
            key = Masking.apply(last.bytes, last.end, last.end + part, key);
            extendLast(part);
            done += part;
        }
    }

    /** Appends an unmasked frame whose payload stays where it is until {@link #keep}. */
    void appendBorrowed(Workspace workspace, int opcode, ByteBuffer payload) {
        int length = payload.remaining();
        Chunk chunk = Chunk.shared(payload.array()); // before the header, which must not be without it
        chunk.start = payload.arrayOffset() + payload.position();
        chunk.end = chunk.start + length;
        appendHeader(workspace, true, 0, opcode, length, false, 0);
        borrow(chunk);
    }

    private void borrow(Chunk chunk) {
        borrowed = chunk;
        link(chunk);
        size += chunk.end - chunk.start;
    }

    /** Copies what is left of a borrowed payload. It is the last of the queue. */
    void keep(Workspace workspace) {
        Chunk left = borrowed;
        borrowed = null;
        if (left == null || left != last) {
            return;
        }
        int length = left.end - left.start;
        ByteBuffer payload = ByteBuffer.wrap(left.bytes, left.start, length);
        Chunk mark = null;
        for (Chunk chunk = first; chunk != left; chunk = chunk.next) {
            mark = chunk;
        }
        int markEnd = end(mark);
        long before = size - length;
        cutBack(workspace, mark, markEnd, before);
        try {
            append(workspace, payload, 0);
        } catch (Throwable t) {
            cutBack(workspace, mark, markEnd, before);
            borrow(left); // the frame has begun, and must have its end
            throw t;
        }
    }

    /** Appends a whole text message as one frame, encoded straight into the chunks. */
    void appendText(Workspace workspace, String text, boolean masked, int maskKey) {
        Chunk mark = last;
        int markEnd = end(mark);
        long before = size;
        try {
            encodeFrame(workspace, text, masked, maskKey);
        } catch (Throwable t) {
            cutBack(workspace, mark, markEnd, before);
            throw t;
        }
    }

    private void encodeFrame(Workspace workspace, String text, boolean masked, int maskKey) {
        // The header comes first but needs the length in bytes: it is written for ASCII, and moved where that was
        // wrong.
        int guessed = FrameHeader.size(text.length(), masked);
        ensureRoom(guessed + HEADER_SLACK, workspace);
        Chunk start = last;
        int headerAt = start.end;
        long before = size;
        extendLast(guessed);
        workspace.encode(text, this, HEADER_SLACK);
        long length = size - before - guessed;
        int headerSize = FrameHeader.size(length, masked);
        int payloadAt = headerAt + headerSize;
        if (headerSize != guessed) {
            int from = headerAt + guessed;
            System.arraycopy(start.bytes, from, start.bytes, payloadAt, start.end - from);
            start.end += headerSize - guessed;
            size += headerSize - guessed;
        }
        FrameHeader.write(start.bytes, headerAt, true, 0, Opcode.TEXT, length, masked, maskKey);
        int key = Masking.apply(start.bytes, payloadAt, start.end, maskKey);
        for (Chunk chunk = start.next; chunk != null; chunk = chunk.next) {
            key = Masking.apply(chunk.bytes, 0, chunk.end, key);
        }
    }

    /** Takes over all that another queue holds. */
    void appendAll(OutputQueue other) {
        if (other.first != null) {
            link(other.first);
            last = other.last;
            size += other.size;
            other.first = null;
            other.last = null;
            other.size = 0;
        }
    }

    /** Copies bytes from the front without consuming them, as many as the target takes. */
    int peek(ByteBuffer target) {
        int copied = 0;
        for (Chunk chunk = first; chunk != null && target.hasRemaining(); chunk = chunk.next) {
            int part = Math.min(chunk.end - chunk.start, target.remaining());
            target.put(chunk.bytes, chunk.start, part);
            copied += part;
        }
        return copied;
    }

    void consume(int bytes, Workspace workspace) {
        size -= bytes;
        int left = bytes;
        while (first != null && left >= first.end - first.start) {
            left -= first.end - first.start;
            Chunk done = first;
            first = done.next;
            if (done == borrowed) {
                borrowed = null; // gone for good: its owner's memory must not be held on to
            }
            workspace.release(done);
        }
        if (first == null) {
            last = null;
        } else {
            first.start += left;
        }
    }

    void clear(Workspace workspace) {
        cutBack(workspace, null, 0, 0);
        borrowed = null;
    }

    private static int end(Chunk chunk) {
        return chunk == null ? 0 : chunk.end;
    }

    /** Removes what was appended since: after a part of a frame, the peer would take the next one for the rest of it. */
    private void cutBack(Workspace workspace, Chunk mark, int markEnd, long before) {
        Chunk cut = mark == null ? first : mark.next;
        if (mark == null) {
            first = null;
        } else {
            mark.next = null;
            mark.end = markEnd;
        }
        last = mark;
        size = before;
        while (cut != null) {
            Chunk next = cut.next;
            workspace.release(cut);
            cut = next;
        }
    }
}
