package dev.weft.tests.simulation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * One machine's network, and its time. Time only moves where a selector waits, a little at every turn, and in jumps; what is on
 * its way arrives as time passes. Everything that a network may do is done here, by chance: see {@link Weather}.
 */
final class Network extends SelectorProvider implements LongSupplier {
    static final long MICRO = 1_000;
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000_000_000;

    final Dice dice;
    final Weather weather;
    final Trace trace;
    /** What is on its way. */
    final Agenda agenda = new Agenda();

    /** What {@link System#nanoTime} starts at is anybody's guess; it may pass the largest long. */
    private final long origin;

    private long time;
    /** How much of the time was lost. */
    private long lost;
    /** Counts everything that calls of the engine have brought about. */
    private long progress;

    /** Null for none so far. */
    private Violation violation;

    private boolean waited;
    private int nextPort = 40_000;
    private int nextSocket;
    private int openChannels;
    private final Map<Integer, VirtualListener> listeners = new HashMap<>();
    private final Map<InetSocketAddress, VirtualSocket> clientSockets = new HashMap<>();
    private final List<VirtualSelector> selectors = new ArrayList<>();

    Network(Dice dice, Weather weather, Trace trace) {
        this.dice = dice;
        this.weather = weather;
        this.trace = trace;
        origin = dice.oneOf(
                0L, dice.any(), Long.MAX_VALUE - dice.between(0, 10 * SECOND), -dice.between(0, 10 * SECOND));
    }

    // ---------------------------------------------------------------- time

    @Override
    public long getAsLong() {
        return origin + time;
    }

    /** Nanoseconds since the beginning. */
    long time() {
        return time;
    }

    /** As {@link #time}, without what was lost. */
    long steadyTime() {
        return time - lost;
    }

    void pass(long nanos) {
        time += nanos;
        arrive();
    }

    /** Time goes by that the engine is not to blame for: the machine sleeps, or a listener takes its time. */
    void lose(long nanos) {
        trace.add("%d ms are lost", nanos / MILLI);
        lost += nanos;
        pass(nanos);
    }

    private void arrive() {
        while (agenda.next() <= time) {
            agenda.runNext();
        }
    }

    /** Time passes until some selector has something, or to the given time. */
    void waitUntil(long end) {
        waited = true;
        while (!anyReady()) {
            long next = agenda.next();
            if (next > end || next == Long.MAX_VALUE) {
                if (end < Long.MAX_VALUE) {
                    pass(Math.max(0, end - time));
                }
                if (dice.percent(weather.oversleepPercent)) {
                    pass(dice.skewed(5 * MILLI));
                }
                return;
            }
            pass(Math.max(0, next - time));
        }
    }

    /** Whether a selector has waited since this was asked. */
    boolean hasWaited() {
        boolean answer = waited;
        waited = false;
        return answer;
    }

    private boolean anyReady() {
        for (VirtualSelector selector : selectors) {
            if (selector.isReady()) {
                return true;
            }
        }
        return false;
    }

    void schedule(long delay, Runnable what) {
        agenda.add(time + delay, what);
    }

    /** How long something is on its way. */
    long latency() {
        return weather.maxLatency == 0 ? 0 : dice.between(0, weather.maxLatency);
    }

    /** All of some bytes, or fewer, but at least one where there is one. */
    int someOf(int bytes) {
        return bytes > 1 && dice.percent(weather.partialPercent) ? 1 + dice.below(bytes) : bytes;
    }

    void progressed() {
        progress++;
    }

    long progress() {
        return progress;
    }

    /** To be looked at after each turn: what is thrown inside of the engine does not come out of it. */
    void violated(String what) {
        violated(what, null);
    }

    void violated(String what, Throwable cause) {
        if (violation == null) {
            trace.add("VIOLATION: %s", what);
            violation = new Violation(what, cause);
        }
    }

    void requireNoViolation() {
        if (violation != null) {
            throw violation;
        }
    }

    // ---------------------------------------------------------------- channels

    void bind(int port, VirtualListener listener) {
        listeners.put(port, listener);
    }

    void unbind(int port) {
        listeners.remove(port);
    }

    /** Null where nobody listens. */
    VirtualListener listener(int port) {
        return listeners.get(port);
    }

    VirtualSocket clientSocket(InetSocketAddress local) {
        return clientSockets.get(local);
    }

    InetSocketAddress freeAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), nextPort++);
    }

    int nextSocket() {
        return nextSocket++;
    }

    void opened() {
        openChannels++;
    }

    void closed() {
        openChannels--;
    }

    /** Sockets and listeners that the engine has not closed. */
    int openChannels() {
        return openChannels;
    }

    void removed(VirtualSelector selector) {
        selectors.remove(selector);
    }

    List<VirtualSelector> selectors() {
        return selectors;
    }

    // ---------------------------------------------------------------- provider

    @Override
    public AbstractSelector openSelector() {
        VirtualSelector selector = new VirtualSelector(this);
        selectors.add(selector);
        return selector;
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        if (dice.percent(weather.noFilePercent)) {
            progressed();
            throw new IOException("Too many open files");
        }
        InetSocketAddress local = freeAddress();
        VirtualSocket socket = new VirtualSocket(this, local);
        clientSockets.put(local, socket);
        return socket;
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() {
        return new VirtualListener(this);
    }

    @Override
    public DatagramChannel openDatagramChannel() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Pipe openPipe() {
        throw new UnsupportedOperationException();
    }
}
