package dev.weft.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Bytes cut into pieces, as a network may deliver them. */
final class Chunks {
    private Chunks() {}

    /** Cuts at random places, down to single and empty pieces. */
    static List<byte[]> cut(byte[] bytes, Random random) {
        List<byte[]> pieces = new ArrayList<>();
        int typical = 1 + random.nextInt(1 + Math.min(bytes.length, 1 << random.nextInt(16)));
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + random.nextInt(typical + 1));
            pieces.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return pieces;
    }

    /** Has a connection read bytes as its owner does, to where it wants them; gives the array of each read to its own memory. */
    static List<byte[]> read(Connection connection, byte[] bytes, int bufferSize) {
        ByteBuffer wire = ByteBuffer.wrap(bytes);
        ByteBuffer shared = ByteBuffer.allocate(bufferSize);
        List<byte[]> own = new ArrayList<>();
        while (wire.hasRemaining()) {
            ByteBuffer in = connection.inputBuffer(shared.clear());
            if (in != shared) {
                own.add(in.array());
            }
            int count = Math.min(in.remaining(), wire.remaining());
            in.put(wire.slice(wire.position(), count));
            wire.position(wire.position() + count);
            connection.receive(in.flip());
        }
        return own;
    }
}
