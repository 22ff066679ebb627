package dev.weft.nio;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the library logs, from warnings on, until it is closed; the log itself stays silent. */
final class Logged implements AutoCloseable {
    private final Logger logger = Logger.getLogger(EventLoop.class.getName());
    private final boolean toParents = logger.getUseParentHandlers();
    private final Handler handler;

    final List<String> messages = new CopyOnWriteArrayList<>();

    Logged() {
        this(message -> {});
    }

    /** With something that happens, on the thread that logs. */
    Logged(Consumer<String> action) {
        handler = new Handler() {
            @Override
            public void publish(LogRecord message) {
                messages.add(message.getMessage());
                action.accept(message.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    long count(String part) {
        return messages.stream().filter(message -> message.contains(part)).count();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(toParents);
    }
}
