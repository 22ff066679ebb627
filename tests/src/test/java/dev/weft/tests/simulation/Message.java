package dev.weft.tests.simulation;

import java.util.Arrays;

/** A message on its way, as its sender knows it. */
final class Message {
    final boolean text;
    /** A String or a byte[]. */
    private Object content;
    /** Whether its last part has been sent. */
    private boolean complete;

    Message(Object content, boolean complete) {
        text = content instanceof String;
        this.content = content;
        this.complete = complete;
    }

    boolean isComplete() {
        return complete;
    }

    void append(Object part, boolean last) {
        content = join(content, part);
        complete = last;
    }

    boolean is(Object other) {
        return complete && same(content, other);
    }

    /** Whether its beginning is this. */
    boolean startsWith(Object other) {
        if (content instanceof String string) {
            return other instanceof String start && string.startsWith(start);
        }
        byte[] bytes = (byte[]) content;
        return other instanceof byte[] start
                && start.length <= bytes.length
                && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    static Object join(Object first, Object second) {
        if (first instanceof String string) {
            return string + second;
        }
        byte[] head = (byte[]) first;
        byte[] tail = (byte[]) second;
        byte[] joined = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, joined, head.length, tail.length);
        return joined;
    }

    static int size(Object content) {
        return content instanceof String string ? string.length() : ((byte[]) content).length;
    }

    private static boolean same(Object a, Object b) {
        return a instanceof byte[] bytes ? b instanceof byte[] others && Arrays.equals(bytes, others) : a.equals(b);
    }

    /** Where the two differ, for whoever looks for the reason. */
    String difference(Object other) {
        if (!(content instanceof byte[] bytes) || !(other instanceof byte[] others)) {
            return "";
        }
        return ", first difference at " + Arrays.mismatch(bytes, others);
    }

    static String describe(Object content) {
        return (content instanceof String ? "text of " : "binary of ") + size(content);
    }

    @Override
    public String toString() {
        return describe(content) + (complete ? "" : " so far");
    }
}
