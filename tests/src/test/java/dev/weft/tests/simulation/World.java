package dev.weft.tests.simulation;

import dev.weft.core.HttpResponse;
import dev.weft.nio.EventLoop;
import dev.weft.nio.Transport;
import dev.weft.nio.Upgrade;
import dev.weft.nio.UpgradeRequest;
import dev.weft.nio.WebSocketClient;
import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A server, a client and the connections between them, from the beginning to the end, in one thread: the real engine, an
 * imagined network, and applications that do what they like. Everything follows from the seed. What must always hold is
 * checked after every turn of a loop, what must hold when there is nothing to do, then, and the rest at the end.
 */
final class World {
    /** How many worlds have TLS, which takes most of the time. */
    static final int SECURE_PERCENT = Integer.getInteger("weft.secure", 3);

    private static final int MAX_STEPS = 200_000;
    /** Turns in a row for which there was no reason. */
    private static final int MAX_IDLE_TURNS = 25;

    private static final int MAX_VAIN_WAITS = 100;
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    final boolean calm;
    final Network network;
    final Settings serverSettings;
    final Settings clientSettings;
    /** The largest message, and how much one side sends altogether: more only takes longer. */
    final int maxMessage;

    final int maxBytes;

    private final Dice dice;
    private final List<Turning> loops = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    /** What other threads do, between two turns of a loop. */
    private final Agenda elsewhere = new Agenda();

    private final WebSocketServer server;
    private final WebSocketClient client;
    private CompletableFuture<Void> serverGone;
    private boolean clientClosed;
    private boolean loopClosed;
    private long latestConnect;
    private int patience = 1_000;

    /** A loop, and how it fares. */
    private final class Turning {
        final EventLoop loop = new EventLoop(network, network, World.this::offload);
        final VirtualSelector selector =
                network.selectors().get(network.selectors().size() - 1);
        private int idleTurns;
        private int vainWaits;

        boolean isDue() {
            return selector.isReady() || loop.nanosToDeadline() == 0;
        }

        void turn(Duration maxWait, boolean called) {
            long before = network.progress();
            network.hasWaited();
            loop.runOnce(maxWait);
            boolean waited = network.hasWaited();
            boolean idle = network.progress() == before && !called;
            idleTurns = idle && !waited ? idleTurns + 1 : 0;
            vainWaits = idle ? waited ? vainWaits + 1 : vainWaits : 0;
            if (idleTurns > MAX_IDLE_TURNS || vainWaits > MAX_VAIN_WAITS) {
                network.violated("the loop spins");
            }
            network.pass(dice.below(20) * Network.MICRO);
        }
    }

    World(long seed, Trace trace) {
        dice = new Dice(seed);
        calm = dice.percent(25);
        Weather weather = new Weather(dice, calm, dice.percent(SECURE_PERCENT));
        network = new Network(dice, weather, trace);
        trace.by(network::time);
        trace.add("%s", weather);
        boolean compressed = dice.percent(50);
        serverSettings = new Settings(dice, calm, compressed);
        clientSettings = new Settings(dice, calm, compressed);
        trace.add("server: %s", serverSettings);
        trace.add("client: %s", clientSettings);
        maxMessage = (int) Math.min(dice.oneOf(100L, 2_000L, 100_000L), weather.capacity * 40L);
        maxBytes = (int) Math.min(300_000, weather.capacity * 100L);

        int loopCount = dice.oneOf(1, 1, 1, 2, 3);
        for (int i = 0; i < loopCount; i++) {
            Turning turning = new Turning();
            if (!calm && dice.percent(10)) {
                turning.loop.budget(dice.between(1, 200_000));
            }
            loops.add(turning);
        }
        server = startServer(weather.secure ? Keys.server() : null);
        WebSocketClient.Builder clients =
                WebSocketClient.builder().loop(loops.get(0).loop).limits(clientSettings.limits);
        if (clientSettings.deflate != null) {
            clients.deflate(clientSettings.deflate);
        }
        if (weather.secure) {
            clients.secure(Keys.client(dice));
        }
        client = clients.build();
        boolean crowd = dice.percent(0.5) && !weather.secure && weather.capacity > 10_000;
        int linkCount = crowd ? 90 : 1 + (int) dice.skewed(5);
        for (int i = 0; i < linkCount; i++) {
            links.add(new Link(this, i));
        }
    }

    private WebSocketServer startServer(Transport.Factory secure) {
        WebSocketServer.Builder builder = WebSocketServer.builder()
                .address(new InetSocketAddress("127.0.0.1", 0))
                .limits(serverSettings.limits)
                .maxConnections(calm || dice.percent(80) ? 1_000 : 2)
                .maxPerAddress(calm || dice.percent(90) ? 1_000 : 2)
                .maxHandshakes(dice.oneOf(1, 3, 1_000, 1_000))
                .path("/link", this::answer);
        EventLoop[] own = loops.stream()
                .skip(loops.size() == 1 ? 0 : 1)
                .map(each -> each.loop)
                .toArray(EventLoop[]::new);
        builder.loops(own);
        if (serverSettings.deflate != null) {
            builder.deflate(serverSettings.deflate);
        }
        if (secure != null) {
            builder.secure(secure);
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw new Violation("the server did not start", e);
        }
    }

    /** The server's application, asked about an opening handshake. */
    private Upgrade answer(UpgradeRequest request) {
        network.progressed();
        for (Link link : links) {
            if (link.isAt(request.http().target())) {
                VirtualSocket socket = network.clientSocket(request.remoteAddress());
                link.cable = socket.cable();
                network.trace.add("link %d is %s", link.number, socket);
                if (!calm && dice.percent(3)) {
                    return Upgrade.reject(HttpResponse.text(403, "not you\n"));
                }
                if (!calm && dice.percent(2)) {
                    throw new Mishap();
                }
                return Upgrade.accept(link.server);
            }
        }
        return Upgrade.reject(HttpResponse.text(404, "a byte was garbled\n"));
    }

    // ---------------------------------------------------------------- for the parties

    /** The loop that is on the stack, null where none is. */
    EventLoop currentLoop() {
        for (Turning each : loops) {
            if (each.loop.inLoop()) {
                return each.loop;
            }
        }
        return null;
    }

    /** Something on another thread. */
    void later(long delay, Runnable what) {
        elsewhere.add(network.time() + delay, what);
    }

    private void offload(Runnable work) {
        network.progressed();
        later(dice.skewed(calm ? 20 * Network.MILLI : Network.SECOND), work);
    }

    List<Party> parties() {
        List<Party> parties = new ArrayList<>();
        for (Link link : links) {
            parties.add(link.client);
            parties.add(link.server);
        }
        return parties;
    }

    boolean isLoopClosed() {
        return loopClosed;
    }

    // ---------------------------------------------------------------- the course of things

    void run() {
        plan();
        int steps = 0;
        while (step()) {
            network.requireNoViolation();
            if (++steps > MAX_STEPS) {
                throw new Violation("there is no end of it");
            }
        }
        network.requireNoViolation();
        checkEnd();
        network.requireNoViolation();
    }

    private void plan() {
        long duration = dice.between(1, 3_000) * Network.MILLI;
        boolean burst = dice.percent(20);
        for (Link link : links) {
            long at = burst ? 0 : dice.between(0, duration / 2);
            latestConnect = Math.max(latestConnect, at);
            boolean inside = dice.percent(30);
            later(at, () -> {
                if (inside && !loopClosed) {
                    loops.get(0).loop.execute(() -> connect(link));
                } else {
                    connect(link);
                }
            });
            int acts = dice.below(links.size() > 50 ? 2 : 16);
            for (int i = 0; i < acts; i++) {
                Party party = dice.percent(50) ? link.client : link.server;
                int times = 1 + (int) dice.skewed(4);
                later(dice.between(0, duration), () -> {
                    for (int j = 0; j < times; j++) {
                        party.act();
                    }
                });
            }
            if (!calm && dice.percent(5)) {
                later(dice.between(0, duration), () -> strike(link));
            }
        }
        if (!calm && dice.percent(3)) {
            later(dice.between(0, duration), this::closeServer);
        }
        if (!calm && dice.percent(3)) {
            later(dice.between(0, duration), this::closeClient);
        }
        if (!calm && dice.percent(3)) {
            later(dice.between(0, duration), this::closeLoop);
        }
        later(duration + dice.skewed(60 * Network.SECOND), this::wind);
    }

    private void connect(Link link) {
        if (clientClosed || loopClosed) {
            return;
        }
        network.trace.add("link %d connects", link.number);
        link.client.connecting(clientSettings.connect + clientSettings.handshake);
        link.client.ws = client.connect(link.uri(network.weather.secure ? "wss" : "ws", server.port()), link.client);
    }

    private void strike(Link link) {
        if (link.cable != null) {
            link.cable.strike(dice.oneOf(Cable.Fault.RESET, Cable.Fault.VANISH));
        }
    }

    private void closeServer() {
        boolean atOnce = dice.percent(50);
        long spread = atOnce ? 0 : dice.skewed(5 * Network.SECOND);
        int code = atOnce ? 1001 : dice.oneOf(1001, 1012);
        network.trace.add("the server is closed with %d over %d ms", code, spread / Network.MILLI);
        links.forEach(link -> link.server.sentAway(code, spread));
        serverGone = atOnce ? server.closeLater() : server.drain(code, Duration.ofNanos(spread));
    }

    private void closeClient() {
        if (!clientClosed) {
            network.trace.add("the client is closed");
            clientClosed = true;
            links.forEach(link -> link.client.sentAway(1001, 0));
            client.close();
        }
    }

    private void closeLoop() {
        Turning ended = loops.get(dice.below(loops.size()));
        network.trace.add("a loop is closed");
        loopClosed = true;
        for (Party party : parties()) {
            party.loopClosed(ended.loop);
        }
        ended.loop.close();
        loops.remove(ended);
    }

    /** Everyone is to come to an end: first the applications at their ends of the connections, then the rest. */
    private void wind() {
        if (calm
                && patience-- > 0
                && links.stream().anyMatch(link -> !link.server.isOpened() || !link.client.isOpened())) {
            later(Network.SECOND, this::wind);
            return;
        }
        network.trace.add("the end begins");
        for (Party party : parties()) {
            if (dice.percent(70)) {
                later(dice.skewed(Network.SECOND), dice.percent(80) || calm ? party::close : party::terminate);
            }
        }
        later(dice.between(0, 10 * Network.SECOND), this::closeServer);
        later(dice.between(0, 10 * Network.SECOND), this::closeClient);
    }

    /** One step of some thread; false where there is nothing to be done any more. */
    private boolean step() {
        List<Turning> due = new ArrayList<>();
        for (Turning each : loops) {
            if (each.isDue()) {
                due.add(each);
            }
        }
        if (elsewhere.next() <= network.time() && (due.isEmpty() || dice.percent(50))) {
            elsewhere.runNext();
            checkWoken(due);
        } else if (!due.isEmpty()) {
            Turning turning = dice.oneOf(due);
            turning.turn(dice.percent(50) ? Duration.ZERO : FOR_EVER, false);
        } else {
            return idle();
        }
        return true;
    }

    /** Whoever gives a loop something to do has to wake it, since it may sleep. No time has passed. */
    private void checkWoken(List<Turning> due) {
        for (Turning each : loops) {
            if (!due.contains(each) && !each.selector.isReady() && each.loop.nanosToDeadline() == 0) {
                network.violated("a loop was not woken");
            }
        }
    }

    private boolean idle() {
        boolean nothingUnderWay = network.agenda.isEmpty();
        for (Link link : links) {
            link.client.checkIdle(nothingUnderWay);
            link.server.checkIdle(nothingUnderWay);
        }
        if (loops.isEmpty()) {
            return sleep();
        }
        Turning turning = dice.oneOf(loops);
        long end = elsewhere.next();
        for (Turning other : loops) {
            long left = other == turning ? Long.MAX_VALUE : other.loop.nanosToDeadline();
            if (left < Long.MAX_VALUE) {
                end = Math.min(end, network.time() + left);
            }
        }
        if (nothingUnderWay && end == Long.MAX_VALUE && turning.loop.nanosToDeadline() == Long.MAX_VALUE) {
            return false;
        }
        if (dice.percent(network.weather.jumpPercent)) {
            network.lose(dice.skewed(100 * Network.SECOND));
            return true;
        }
        boolean open = end == Long.MAX_VALUE;
        turning.turn(open ? FOR_EVER : Duration.ofNanos(Math.max(0, end - network.time())), !open);
        return true;
    }

    /** Nobody turns any more. */
    private boolean sleep() {
        long next = Math.min(network.agenda.next(), elsewhere.next());
        if (next == Long.MAX_VALUE) {
            return false;
        }
        network.pass(Math.max(0, next - network.time()));
        return true;
    }

    // ---------------------------------------------------------------- the end

    private void checkEnd() {
        for (Party party : parties()) {
            party.checkEnd();
        }
        require(client.connectionCount() == 0, "the client counts " + client.connectionCount() + " connections");
        require(server.connectionCount() == 0, "the server counts " + server.connectionCount() + " connections");
        require(serverGone.isDone(), "the server is not gone");
        for (Turning each : loops) {
            each.loop.runOnce(Duration.ZERO); // lets go of channels that were closed in the latest turn
            require(each.selector.keys().isEmpty(), "keys are left");
            require(each.loop.nanosToDeadline() == Long.MAX_VALUE, "tasks or deadlines are left");
            require(each.loop.retained() == 0, "the loop retains " + each.loop.retained() + " bytes");
            each.loop.close();
        }
        require(network.openChannels() == 0, network.openChannels() + " channels are left open");
        require(network.selectors().isEmpty(), "a selector is left open");
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            network.violated(otherwise);
        }
    }
}
