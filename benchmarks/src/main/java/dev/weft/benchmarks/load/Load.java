package dev.weft.benchmarks.load;

import java.util.HashMap;
import java.util.Map;

/**
 * One turn's work for the load client, as it goes over its standard input.
 *
 * @param mode echo, broadcast, accept, or idle: connections that are opened and held
 * @param port of the server on 127.0.0.1
 * @param pid of the server's process
 * @param connections how many
 * @param inFlight messages under way at a time, on each connection; of a broadcast, in all
 * @param kind of payload: see {@link Payloads}
 * @param size of the payload, in bytes
 * @param deflate whether messages are compressed
 * @param tls whether to speak TLS
 * @param warmUpMillis before the window that is measured
 * @param millis the window
 * @param spin whether the client never sleeps, so that no write of the server's has to wake it up
 * @param hold whether to wait, once the connections are open, for a line on standard input
 */
record Load(
        String mode,
        int port,
        long pid,
        int connections,
        int inFlight,
        String kind,
        int size,
        boolean deflate,
        boolean tls,
        int warmUpMillis,
        int millis,
        boolean spin,
        boolean hold) {

    String toLine() {
        return String.format(
                "mode=%s port=%d pid=%d connections=%d inFlight=%d kind=%s size=%d deflate=%b tls=%b warmUp=%d millis=%d spin=%b hold=%b",
                mode, port, pid, connections, inFlight, kind, size, deflate, tls, warmUpMillis, millis, spin, hold);
    }

    Load withConnections(int count) {
        return new Load(mode, port, pid, count, inFlight, kind, size, deflate, tls, warmUpMillis, millis, spin, hold);
    }

    static Load parse(String line) {
        Map<String, String> values = fields(line);
        return new Load(
                values.get("mode"),
                Integer.parseInt(values.get("port")),
                Long.parseLong(values.get("pid")),
                Integer.parseInt(values.get("connections")),
                Integer.parseInt(values.get("inFlight")),
                values.get("kind"),
                Integer.parseInt(values.get("size")),
                Boolean.parseBoolean(values.get("deflate")),
                Boolean.parseBoolean(values.get("tls")),
                Integer.parseInt(values.get("warmUp")),
                Integer.parseInt(values.get("millis")),
                Boolean.parseBoolean(values.get("spin")),
                Boolean.parseBoolean(values.get("hold")));
    }

    static Map<String, String> fields(String line) {
        Map<String, String> values = new HashMap<>();
        for (String field : line.split(" ")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                values.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return values;
    }
}
