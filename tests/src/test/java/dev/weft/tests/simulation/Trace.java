package dev.weft.tests.simulation;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** What happened, line by line, for those who want to know. */
final class Trace {
    private final Consumer<String> reader;
    private LongSupplier time = () -> 0;

    /** Nobody reads it where the reader is null: then it costs nothing. */
    Trace(Consumer<String> reader) {
        this.reader = reader;
    }

    void by(LongSupplier virtualTime) {
        time = virtualTime;
    }

    void add(String format, Object... values) {
        if (reader != null) {
            long micros = time.getAsLong() / 1_000;
            reader.accept(
                    String.format("%6d.%06d ", micros / 1_000_000, micros % 1_000_000) + String.format(format, values));
        }
    }
}
