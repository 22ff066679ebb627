package dev.weft.nio;

import dev.weft.core.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One thread that carries any number of servers, clients and connections. The thread is the loop's own ({@link #start}), or
 * the caller's, who then calls {@link #runOnce} again and again. A turn of the loop: select, serve what is ready, run tasks,
 * serve deadlines, write what was queued.
 *
 * <p>The loop's world is given to it: the {@link SelectorProvider} that makes selectors and channels, the clock, and who does
 * what would block. Others than the JDK's make a run repeatable.
 */
public final class EventLoop implements AutoCloseable {
    /** One read takes at most this much, so that a busy connection leaves room for the others. */
    private static final int READ_BYTES = 64 * 1024;

    /**
     * A little less than the loopback's largest segment, 65,483 bytes: a write of 64 KiB is a full one and one of 53 bytes, which costs
     * as much. A write of 24 KiB costs more again.
     */
    private static final int WRITE_BYTES = 60 * 1024;

    /** A turn runs at most so many tasks before it looks at the sockets again. */
    private static final int MAX_TASKS_PER_TURN = 4096;

    /** At the end, what tasks have left to be done is done, but a task that comes back for ever does not keep the loop. */
    private static final int LAST_ROUNDS = 16;

    private static final long FAILURE_PAUSE_NANOS = 10_000_000;
    private static final int BLOCKING_THREADS = 2;
    private static final int BLOCKING_KEEP_SECONDS = 5;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final AtomicInteger THREAD_NUMBER = new AtomicInteger();

    private final SelectorProvider provider;
    private final LongSupplier nanoClock;
    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean wakeupSent = new AtomicBoolean();
    private final Deadlines deadlines = new Deadlines();
    /** Connections with output that is to be written at the end of the turn. */
    private final ArrayDeque<WebSocketChannel> unwritten = new ArrayDeque<>();

    /** For the long computations of a transport. */
    private final Executor blockingWork;
    /** By threads of their own: a name server that does not answer holds up nothing else. */
    private final Executor lookUps;

    /** Shared by the loop's connections: memory between two reads is none of an idle connection. */
    final Workspace workspace = new Workspace();

    private final ByteBuffer readBuffer = ByteBuffer.allocate(READ_BYTES);
    private final ByteBuffer writeBuffer = ByteBuffer.allocateDirect(WRITE_BYTES);

    /** The thread that is inside of the loop now, null between two calls of {@link #runOnce}. */
    private volatile Thread thread;

    private volatile Thread ownThread;
    private volatile boolean closing;
    /** Nothing is registered any more, and no turn will come. */
    private volatile boolean closed;

    private long now;
    private boolean nowIsFresh;

    /** A loop on the JDK's sockets and {@link System#nanoTime}. */
    public EventLoop() {
        this(SelectorProvider.provider(), System::nanoTime);
    }

    /**
     * A loop in a world of the caller's, but for threads of its own, two for look-ups and two for TLS, that do what would block it.
     *
     * @param provider makes the selector and every channel
     * @param nanoClock the time in nanoseconds, from any origin, never going back
     * @throws UncheckedIOException where no selector can be opened
     */
    public EventLoop(SelectorProvider provider, LongSupplier nanoClock) {
        this(provider, nanoClock, blockingThreads(), blockingThreads());
    }

    /**
     * A loop in a world of the caller's.
     *
     * @param provider makes the selector and every channel
     * @param nanoClock the time in nanoseconds, from any origin, never going back
     * @param blockingWork runs what would block the loop: name look-ups, the long computations of TLS. Not on the loop's
     *     thread from within the call, and not shut down by the loop
     * @throws UncheckedIOException where no selector can be opened
     */
    public EventLoop(SelectorProvider provider, LongSupplier nanoClock, Executor blockingWork) {
        this(provider, nanoClock, blockingWork, blockingWork);
    }

    private EventLoop(SelectorProvider provider, LongSupplier nanoClock, Executor blockingWork, Executor lookUps) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
        this.blockingWork = Objects.requireNonNull(blockingWork, "blockingWork");
        this.lookUps = lookUps;
        try {
            selector = provider.openSelector();
        } catch (IOException e) {
            throw new UncheckedIOException("no selector could be opened", e);
        }
        now = nanoClock.getAsLong();
    }

    /** They come when needed, and go when idle: nobody has to end them. */
    private static Executor blockingThreads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                BLOCKING_THREADS,
                BLOCKING_THREADS,
                BLOCKING_KEEP_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                run -> daemon(run, "weft-blocking"));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Sets the memory that the loop's connections may retain together, so that many peers, each within its own limits, cannot take
     * the heap: output, what other threads have sent, unfinished messages and HTTP heads, responses, input behind a pause, state of
     * compression. Where it is spent, who asks for more is closed with 1013, or terminated where it does not read; a
     * new handshake gets 503; nobody else notices.
     *
     * @param bytes by default half of the heap's largest size, divided by the number of processors
     * @return this
     */
    public EventLoop budget(long bytes) {
        workspace.budget(Limits.atLeast(1, bytes, "budget"));
        return this;
    }

    /**
     * What counts toward the {@link #budget}. May be asked on any thread.
     *
     * @return in bytes; 0 where nothing is under way
     */
    public long retained() {
        return workspace.retained();
    }

    // ---------------------------------------------------------------- running

    /**
     * Runs the loop on a thread of its own, which keeps the JVM alive until {@link #close}.
     *
     * @return this
     * @throws IllegalStateException where it runs already
     */
    public EventLoop start() {
        return start(run -> new Thread(run, "weft-loop-" + THREAD_NUMBER.incrementAndGet()));
    }

    /**
     * Runs the loop on a thread of the caller's making.
     *
     * @param threads asked for one thread
     * @return this
     * @throws IllegalStateException where it runs already
     */
    public synchronized EventLoop start(ThreadFactory threads) {
        if (ownThread != null || closing) {
            throw new IllegalStateException(closing ? "the loop is closed" : "the loop has a thread already");
        }
        Thread runner = threads.newThread(this::runUntilClosed);
        ownThread = runner;
        runner.start();
        return this;
    }

    /** As {@link #start()}, on a thread that does not keep the JVM alive. */
    EventLoop startDaemon() {
        return start(run -> daemon(run, "weft-loop-" + THREAD_NUMBER.incrementAndGet()));
    }

    private static Thread daemon(Runnable run, String name) {
        Thread thread = new Thread(run, name);
        thread.setDaemon(true);
        return thread;
    }

    private void runUntilClosed() {
        while (!closing) {
            try {
                turn(Long.MAX_VALUE);
            } catch (Throwable t) {
                // Nothing that one connection does may end the others; what can be blamed on one was dealt with before.
                Log.error("a turn of the event loop failed", t);
                LockSupport.parkNanos(FAILURE_PAUSE_NANOS); // it may last
            }
        }
        shutdown();
    }

    /**
     * Does one turn on the caller's thread: waits until a channel is ready, a deadline has come or {@link #execute} was
     * called, and serves it.
     *
     * @param maxWait how long to wait at most; zero for not at all
     * @throws IllegalStateException where the loop has a thread of its own, another thread is inside, the caller is inside
     *     already (in a listener), or the loop is closed
     */
    public void runOnce(Duration maxWait) {
        if (ownThread != null || closing) {
            throw new IllegalStateException(closing ? "the loop is closed" : "the loop has a thread of its own");
        }
        boolean interrupted = turn(Math.max(0, Limits.nanos(maxWait)));
        if (closing) {
            close(); // asked for during the turn
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Where the thread is interrupted already, the turn does not wait, and no later one is kept from waiting: a selector never
     * does for an interrupted thread.
     *
     * @return whether the thread was interrupted before
     */
    private boolean turn(long maxWaitNanos) {
        enter();
        try {
            boolean interrupted = Thread.interrupted();
            boolean busy = ownThread == null && !tasks.isEmpty();
            if (busy) { // what the caller did between two turns comes before what this one brings
                now = nanoClock.getAsLong();
                runTasks(MAX_TASKS_PER_TURN);
            }
            select(interrupted || busy ? 0 : maxWaitNanos);
            long selected = now;
            now = nanoClock.getAsLong();
            runTasks(MAX_TASKS_PER_TURN);
            // What fell due while a listener took its time comes in the next turn, after what the peers have said
            // meanwhile.
            serveDeadlines(nowIsFresh ? selected : now);
            writeOut();
            return interrupted;
        } catch (IOException e) {
            throw new UncheckedIOException("select failed", e);
        } finally {
            thread = null;
        }
    }

    private synchronized void enter() {
        if (thread != null) {
            throw new IllegalStateException("thread " + thread.getName() + " is inside of the loop");
        }
        thread = Thread.currentThread();
    }

    private void select(long maxWaitNanos) throws IOException {
        nowIsFresh = false;
        long wait = Math.min(maxWaitNanos, nanosToDeadline());
        if (wait == 0) {
            selector.selectNow(this::serve);
        } else if (wait == Long.MAX_VALUE) {
            selector.select(this::serve, 0);
        } else {
            // Rounded up: waking before the deadline would mean a second turn for nothing.
            selector.select(this::serve, (wait + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        }
        wakeupSent.set(false);
    }

    private void serve(SelectionKey key) {
        if (key.isValid()) {
            if (!nowIsFresh) {
                now = nanoClock.getAsLong();
                nowIsFresh = true;
            }
            guard((Handler) key.attachment(), Handler::ready);
        }
    }

    /** Nothing that goes wrong with one connection, be it the lack of memory, may touch the others. */
    static <H extends Handler> void guard(H handler, Consumer<? super H> action) {
        try {
            action.accept(handler);
        } catch (Throwable t) {
            Log.error("a connection is given up after a failure", t);
            handler.abandon(new IOException("given up after a failure inside of the event loop", t));
        }
    }

    private void runTasks(int max) {
        Runnable task;
        for (int i = 0; i < max && (task = tasks.poll()) != null; i++) {
            try {
                task.run();
            } catch (Throwable t) {
                Log.error("a task of the event loop failed", t);
            }
        }
    }

    private void serveDeadlines(long until) {
        while (!deadlines.isEmpty() && deadlines.first().deadline - until <= 0) {
            Handler due = deadlines.first();
            deadlines.remove(due);
            guard(due, Handler::expired);
        }
    }

    private void writeOut() {
        // Only those of now: a listener that sends whenever it may would otherwise keep the turn from ending.
        for (int i = unwritten.size(); i > 0; i--) {
            guard(unwritten.poll(), WebSocketChannel::writeOut);
        }
    }

    /**
     * How long the loop has nothing to do unless something comes from outside: for the caller's own waiting between two calls
     * of {@link #runOnce}.
     *
     * @return nanoseconds until the next deadline, 0 where it has passed or something is left to be done, {@link Long#MAX_VALUE}
     *     where there is none
     */
    public long nanosToDeadline() {
        if (!tasks.isEmpty() || !unwritten.isEmpty()) {
            return 0;
        }
        return deadlines.isEmpty() ? Long.MAX_VALUE : Math.max(0, deadlines.first().deadline - nanoClock.getAsLong());
    }

    /**
     * Runs a task on the loop's thread, in the order of the calls, soon; once the loop has ended, on the caller's. May be called
     * on any thread.
     *
     * @param task must not block
     */
    public void execute(Runnable task) {
        tasks.add(Objects.requireNonNull(task, "task"));
        if (closed) {
            runLeftOver();
        } else if (!inLoop() && wakeupSent.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /**
     * Whether the calling thread is inside of the loop: in a listener or a task.
     *
     * @return whether callbacks of this loop are on the caller's stack
     */
    public boolean inLoop() {
        return thread == Thread.currentThread();
    }

    /** Whether somebody else makes the loop turn, so that one may wait here for what it does. */
    boolean turnsElsewhere() {
        return ownThread != null && ownThread != Thread.currentThread();
    }

    /**
     * Ends the loop: its channels are closed at once, its listeners see close code 1006. Close servers and clients first for
     * an orderly end. On another thread than the loop's own, waits for the end. Without effect where it is closed already.
     */
    @Override
    public void close() {
        Thread runner;
        synchronized (this) {
            closing = true;
            runner = ownThread;
            if (runner == null && thread == null) {
                shutdown();
            }
        }
        selector.wakeup();
        if (runner != null && runner != Thread.currentThread()) {
            boolean interruptedHere = false;
            while (runner.isAlive()) {
                try {
                    runner.join();
                } catch (InterruptedException e) {
                    interruptedHere = true;
                }
            }
            if (interruptedHere) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void shutdown() {
        if (closed) {
            return;
        }
        thread = Thread.currentThread();
        try {
            IOException why = new IOException("the event loop was closed");
            for (int i = 0; i < LAST_ROUNDS; i++) {
                for (Handler left : handlers()) {
                    guard(left, handler -> handler.abandon(why));
                }
                runTasks(tasks.size());
            }
            workspace.close();
            selector.close();
        } catch (IOException e) {
            Log.debug("closing a selector failed", e);
        } finally {
            closed = true;
            thread = null;
        }
        runLeftOver();
    }

    /** What comes after the end runs where it comes from, so that nobody waits for it in vain. */
    private synchronized void runLeftOver() {
        if (thread != null) {
            return; // called by one of these
        }
        thread = Thread.currentThread();
        try {
            for (int i = 0; i < LAST_ROUNDS; i++) {
                runTasks(tasks.size());
            }
        } finally {
            thread = null;
        }
    }

    // ---------------------------------------------------------------- for handlers

    SelectorProvider provider() {
        return provider;
    }

    /** The time of this turn, in nanoseconds. */
    long now() {
        return now;
    }

    /** The time right now, for measuring. */
    long clock() {
        return nanoClock.getAsLong();
    }

    Selector selector() {
        return selector;
    }

    boolean isClosing() {
        return closing;
    }

    /** @throws IllegalStateException where the loop was closed */
    void requireOpen() {
        if (closing) {
            throw new IllegalStateException("the loop is closed");
        }
    }

    /** Everything that has a channel or a deadline, as a copy that may be closed one by one. */
    List<Handler> handlers() {
        List<Handler> handlers = new ArrayList<>();
        if (selector.isOpen()) {
            selector.keys().forEach(key -> {
                if (key.isValid()) {
                    handlers.add((Handler) key.attachment());
                }
            });
        }
        deadlines.forEach(handler -> {
            if (handler.key == null || !handler.key.isValid()) {
                handlers.add(handler);
            }
        });
        return handlers;
    }

    /** Has the selector let go of closed channels, which keep their ports until then. Not from within a handler. */
    void releaseClosed() throws IOException {
        selector.selectNow(key -> {});
        wakeupSent.set(false); // a wakeup that was on its way is used up
    }

    void setDeadline(Handler handler, long at) {
        deadlines.set(handler, at);
    }

    void clearDeadline(Handler handler) {
        deadlines.remove(handler);
    }

    /** The loop's one input buffer, empty; its content is gone with the next read. */
    ByteBuffer readBuffer() {
        return readBuffer.clear();
    }

    /** The loop's one output buffer, empty. */
    ByteBuffer writeBuffer() {
        return writeBuffer.clear();
    }

    /** Runs what takes long, on another thread; its result comes back by {@link #execute}. */
    void offload(Runnable work) {
        blockingWork.execute(work);
    }

    /** The same, for what waits for a name server. */
    void lookUp(Runnable work) {
        lookUps.execute(work);
    }

    /** Has a connection's output written at the end of the turn. */
    void writeLater(WebSocketChannel channel) {
        unwritten.add(channel);
    }
}
