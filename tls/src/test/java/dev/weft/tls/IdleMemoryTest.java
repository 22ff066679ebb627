package dev.weft.tls;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An idle connection holds no buffers: all that it costs beyond the JDK's SSLEngine is a small object. */
class IdleMemoryTest {
    private static final int CONNECTIONS = 400;
    private static final int LIMIT_BYTES = 1024;

    @Test
    void anIdleConnectionCostsLittleBeyondItsEngine() throws IOException {
        TlsServer server = Tls.server(Keytool.localhost());
        TlsClient client = Wss.trusting(Keytool.localhost());
        open(server, client); // what is made once only
        List<Object> held = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            held.add(open(server, client));
        }
        long withTransports = used();
        for (int i = 0; i < CONNECTIONS; i++) {
            held.set(i, ((TlsTransport) held.get(i)).engine);
        }
        long withEngines = used();
        held.clear();
        long engine = (withEngines - used()) / CONNECTIONS;
        long own = (withTransports - withEngines) / CONNECTIONS;
        System.out.println(
                "an idle connection of a server: SSLEngine " + engine + " bytes, beyond it " + own + " bytes");
        assertTrue(own < LIMIT_BYTES, () -> own + " bytes");
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

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
