package dev.weft.tests.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What one side has sent in one of the two ways, and the other has not received: on the loop's thread, or from elsewhere. In
 * each of them, order is kept; a message begins with the letter of its way.
 */
final class Outbox {
    private final String letter;
    private final Deque<Message> messages = new ArrayDeque<>();
    private int number;

    Outbox(String letter) {
        this.letter = letter;
    }

    /** What the next message begins with. */
    String mark() {
        return letter + number++ + ":";
    }

    void add(Message message) {
        messages.add(message);
    }

    /** Null where there is none. */
    Message poll() {
        return messages.poll();
    }

    Message peek() {
        return messages.peek();
    }

    /** Whether something could have been delivered: nothing whole is behind a message that is not complete. */
    boolean hasComplete() {
        return !messages.isEmpty() && messages.peek().isComplete();
    }

    @Override
    public String toString() {
        return letter + messages;
    }
}
