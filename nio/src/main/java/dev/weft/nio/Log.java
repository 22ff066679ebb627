package dev.weft.nio;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What Weft has to say beside its listeners: never what was sent or received. */
final class Log {
    private static final Logger LOGGER = System.getLogger(EventLoop.class.getName());

    private Log() {}

    /** Of interest where something is looked for. */
    static void debug(String message, Throwable cause) {
        LOGGER.log(Level.DEBUG, message, cause);
    }

    /** The application, or the machine, needs a look. */
    static void warning(String message, Throwable cause) {
        LOGGER.log(Level.WARNING, message, cause);
    }

    /** Should not happen. */
    static void error(String message, Throwable cause) {
        LOGGER.log(Level.ERROR, message, cause);
    }
}
