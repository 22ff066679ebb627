package dev.weft.tests.simulation;

import java.util.PriorityQueue;

/** What is to happen at which time; what is to happen at the same time happens in the order of the calls. */
final class Agenda {
    private record Entry(long at, long number, Runnable what) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long number;

    void add(long at, Runnable what) {
        entries.add(new Entry(at, number++, what));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** When the next entry is due, {@link Long#MAX_VALUE} where there is none. */
    long next() {
        return entries.isEmpty() ? Long.MAX_VALUE : entries.peek().at;
    }

    /** Takes the next entry off and runs it. */
    void runNext() {
        entries.poll().what.run();
    }
}
