package dev.weft.nio;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The deadlines of a loop's handlers, one for each: a binary heap in which a handler knows its place, so that moving or
 * removing one among thousands is cheap and leaves nothing behind.
 */
final class Deadlines {
    private Handler[] heap = new Handler[16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** The handler whose deadline comes first; not to be asked when empty. */
    Handler first() {
        return heap[0];
    }

    /** Visits every handler, in no order. */
    void forEach(Consumer<Handler> action) {
        for (int i = 0; i < size; i++) {
            action.accept(heap[i]);
        }
    }

    /** Sets or moves a handler's deadline. */
    void set(Handler handler, long deadline) {
        handler.deadline = deadline;
        if (handler.deadlineIndex < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            place(handler, size++);
        }
        siftUp(handler);
        siftDown(handler);
    }

    void remove(Handler handler) {
        int hole = handler.deadlineIndex;
        if (hole < 0) {
            return;
        }
        handler.deadlineIndex = -1;
        Handler moved = heap[--size];
        heap[size] = null;
        if (moved != handler) {
            place(moved, hole);
            siftUp(moved);
            siftDown(moved);
        }
    }

    private void siftUp(Handler handler) {
        while (handler.deadlineIndex > 0) {
            Handler parent = heap[(handler.deadlineIndex - 1) / 2];
            if (!isBefore(handler, parent)) {
                return;
            }
            swap(parent, handler);
        }
    }

    private void siftDown(Handler handler) {
        while (true) {
            int child = 2 * handler.deadlineIndex + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], handler)) {
                return;
            }
            swap(handler, heap[child]);
        }
    }

    private void swap(Handler upper, Handler lower) {
        int index = upper.deadlineIndex;
        place(upper, lower.deadlineIndex);
        place(lower, index);
    }

    private void place(Handler handler, int index) {
        heap[index] = handler;
        handler.deadlineIndex = index;
    }

    /** By difference, since a nano clock may pass the largest long. */
    private static boolean isBefore(Handler a, Handler b) {
        return a.deadline - b.deadline < 0;
    }
}
