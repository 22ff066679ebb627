package dev.weft.tls;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An idle connection holds no buffers: all that it costs beyond the JDK's SSLEngine is a small object. */
class IdleMemoryTest {
    private static final int CONNECTIONS = 400;
    private static final int LIMIT_BYTES = 1024;
    private static final int TRIALS = 5;
    private static final int STABLE_BYTES = 16_384;
    private static final int CALM_COLLECTIONS = 5;

    @Test
    @Timeout(120)
    void anIdleConnectionCostsLittleBeyondItsEngine() throws IOException {
        TlsServer server = Tls.server(Keytool.localhost());
        TlsClient client = Wss.trusting(Keytool.localhost());
        long own = Long.MAX_VALUE;
        // What other tests have left behind may be freed meanwhile: the least of some trials is the truth.
        for (int trial = 0; trial < TRIALS && own >= LIMIT_BYTES; trial++) {
            List<Object> held = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                held.add(open(server, client));
            }
            long withTransports = used();
            held.replaceAll(transport -> ((TlsTransport) transport).engine);
            long withEngines = used();
            held.clear();
            long engine = (withEngines - used()) / CONNECTIONS;
            own = (withTransports - withEngines) / CONNECTIONS;
            System.out.println("an idle connection: SSLEngine " + engine + " bytes, beyond it " + own + " bytes");
        }
        long bytes = own;
        assertTrue(bytes < LIMIT_BYTES, () -> bytes + " bytes");
    }

    /** A server's transport after a message each way, as small as the channel in memory lets it be. */
    private static TlsTransport open(TlsServer server, TlsClient client) throws IOException {
        Side[] sides = Side.pair(client, server);
        sides[0].send(new byte[20_000]);
        sides[1].send(new byte[20_000]);
        Side.run(sides);
        assertTrue(sides[1].received().length == 20_000);
        sides[0].channel.forget();
        sides[1].channel.forget();
        return sides[1].transport;
    }

    /** Once it changes no more: what one collection frees may, after some clearing up, let go of what a later one frees. */
    private static long used() {
        long used = Long.MAX_VALUE;
        for (int calm = 0; calm < CALM_COLLECTIONS; ) {
            long before = used;
            System.gc();
            used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            calm = Math.abs(before - used) < STABLE_BYTES ? calm + 1 : 0;
        }
        return used;
    }
}
