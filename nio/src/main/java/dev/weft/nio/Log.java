package dev.weft.nio;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What Weft has to say beside its listeners: never what was sent or received. */
final class Log {
    private static final Logger LOGGER = System.getLogger(EventLoop.class.getName());

    private Log() {}

    /** Of interest where something is looked for. */
    static void debug(String message, Throwable cause) {
        log(Level.DEBUG, message, cause);
    }

    /** The application, or the machine, needs a look. */
    static void warning(String message, Throwable cause) {
        log(Level.WARNING, message, cause);
    }

    /** Should not happen. */
    static void error(String message, Throwable cause) {
        log(Level.ERROR, message, cause);
    }

    private static void log(Level level, String message, Throwable cause) {
        try {
            LOGGER.log(level, message, cause);
        } catch (Throwable t) {
            // A disk may be full, or no file left to be opened: no connection shall suffer from that.
            try {
                System.err.println(level + ": " + message + ": " + cause);
            } catch (Throwable nothingToBeDone) {
                // no memory either
            }
        }
    }
}
