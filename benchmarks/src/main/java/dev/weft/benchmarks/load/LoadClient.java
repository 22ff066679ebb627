package dev.weft.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * The load client's process, one thread on plain NIO: does a {@link Load} for every line of its standard input, and answers by
 * {@code result name=value ...} or {@code error WHAT}. It stops by itself: no turn lasts longer than its windows and a few
 * seconds for what is still under way.
 */
public final class LoadClient {
    private static final int READ_BYTES = 256 * 1024;
    private static final long DRAIN_NANOS = 10_000_000_000L;
    private static final int ACCEPT_BATCH = 32;
    private static final long SETTLE_MILLIS = 100;

    private final BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);

    private Load load;
    private List<Link> links;
    /** Messages complete so far, and those sent in all. */
    private long done;

    private long sent;
    private boolean stopping;
    /** From the sending of a message to its return, in nanoseconds; of an echo. */
    private final Histogram latency = new Histogram(3);
    /** Of a broadcast: how many connections a message under way still has to reach, by its number modulo the slots. */
    private int[] missing;

    private LoadClient() {}

    public static void main(String[] args) throws IOException {
        new LoadClient().run();
        Runtime.getRuntime().halt(0);
    }

    private void run() throws IOException {
        for (String line; (line = commands.readLine()) != null; ) {
            load = Load.parse(line);
            String answer;
            try {
                answer = "result " + (load.mode().equals("accept") ? accept() : messages());
            } catch (IOException | DataFormatException | RuntimeException e) {
                answer = "error " + e.toString().replace('\n', ' ');
            }
            System.out.println(answer);
        }
    }

    // ---------------------------------------------------------------- messages

    private String messages() throws IOException, DataFormatException {
        links = new ArrayList<>();
        done = 0;
        sent = 0;
        stopping = false;
        missing = new int[load.inFlight()];
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < load.connections(); i++) {
                Link link = new Link(load, i);
                links.add(link);
                link.sendRequest(load);
                link.readResponse();
                link.register(selector);
            }
            if (load.mode().equals("idle")) {
                oneMessageEach(selector);
                hold();
                return "connections=" + links.size();
            }
            if (load.hold()) {
                hold();
            }
            start();
            runUntil(selector, System.nanoTime() + load.warmUpMillis() * 1_000_000L);
            latency.reset();
            long[] received = links.stream().mapToLong(link -> link.received).toArray();
            Window window = new Window(load.pid());
            long before = done;
            runUntil(selector, System.nanoTime() + load.millis() * 1_000_000L);
            String result = window.end(done - before) + fairness(received);
            drain(selector);
            return result + " total=" + done;
        } finally {
            for (Link link : links) {
                link.close();
            }
        }
    }

    /** The latencies, and how many messages the connection with the fewest and the one with the most had. */
    private String fairness(long[] before) {
        LongSummaryStatistics counts = IntStream.range(0, before.length)
                .mapToLong(i -> links.get(i).received - before[i])
                .summaryStatistics();
        return " p50=" + latency.getValueAtPercentile(50) + " p99=" + latency.getValueAtPercentile(99) + " fewest="
                + counts.getMin() + " most=" + counts.getMax();
    }

    /** So that connections hold what they hold once they have been used. */
    private void oneMessageEach(Selector selector) throws IOException, DataFormatException {
        stopping = true;
        for (Link link : links) {
            send(link, 1);
        }
        drain(selector);
    }

    private void hold() throws IOException {
        System.out.println("open");
        commands.readLine();
    }

    private void start() throws IOException {
        if (load.mode().equals("broadcast")) {
            settle();
            Arrays.fill(missing, links.size());
            send(links.get(0), load.inFlight());
        } else {
            for (Link link : links) {
                send(link, load.inFlight());
            }
        }
    }

    /** A server may count a connection among its own only a moment after its response. */
    private static void settle() {
        try {
            Thread.sleep(SETTLE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Link link, int messages) throws IOException {
        sent += messages;
        link.send(messages);
    }

    private void runUntil(Selector selector, long end) throws IOException, DataFormatException {
        while (System.nanoTime() - end < 0) {
            turn(selector);
        }
    }

    /** Lets everything that was sent come back, so that it is checked too. */
    private void drain(Selector selector) throws IOException, DataFormatException {
        stopping = true;
        long end = System.nanoTime() + DRAIN_NANOS;
        long wanted = load.mode().equals("broadcast") ? sent * links.size() : sent;
        while (done < wanted) {
            if (System.nanoTime() - end > 0) {
                throw new IOException(wanted - done + " messages of " + wanted + " did not come back");
            }
            turn(selector);
        }
    }

    private void turn(Selector selector) throws IOException, DataFormatException {
        if (load.spin()) {
            selector.selectNow();
        } else {
            selector.select(100);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            Link link = (Link) key.attachment();
            long first = link.received;
            int messages = link.ready(in);
            done += messages;
            if (load.mode().equals("broadcast")) {
                delivered(first, messages);
            } else if (messages > 0) {
                returned(link, first, messages);
            }
        }
        selector.selectedKeys().clear();
    }

    private void returned(Link link, long first, int messages) throws IOException {
        long now = System.nanoTime();
        for (long number = first; number < first + messages; number++) {
            latency.recordValue(now - link.sentAt(number));
        }
        if (!stopping) {
            send(link, messages);
        }
    }

    private void delivered(long first, int messages) throws IOException {
        int complete = 0;
        for (long number = first; number < first + messages; number++) {
            int slot = (int) (number % missing.length);
            if (--missing[slot] == 0) {
                missing[slot] = links.size();
                complete++;
            }
        }
        if (complete > 0 && !stopping) {
            send(links.get(0), complete);
        }
    }

    // ---------------------------------------------------------------- accepting

    private String accept() throws IOException {
        acceptUntil(System.nanoTime() + load.warmUpMillis() * 1_000_000L);
        Window window = new Window(load.pid());
        long count = acceptUntil(System.nanoTime() + load.millis() * 1_000_000L);
        return window.end(count) + " total=" + count;
    }

    private long acceptUntil(long end) throws IOException {
        long count = 0;
        while (System.nanoTime() - end < 0) {
            List<Link> batch = new ArrayList<>();
            try {
                for (int i = 0; i < ACCEPT_BATCH; i++) {
                    Link link = new Link(load, i);
                    batch.add(link);
                    link.sendRequest(load);
                }
                for (Link link : batch) {
                    link.readResponse();
                }
            } finally {
                for (Link link : batch) {
                    link.close();
                }
            }
            count += ACCEPT_BATCH;
        }
        return count;
    }

    // ---------------------------------------------------------------- measuring

    /** The stretch of a turn that counts. */
    private static final class Window {
        private final long pid;
        private final long startNanos = System.nanoTime();
        private final long startServer;
        private final long startClient;
        private final long startMachine;

        Window(long pid) throws IOException {
            this.pid = pid;
            startMachine = Cpu.ofMachine();
            startClient = Cpu.ofProcess(ProcessHandle.current().pid());
            startServer = Cpu.ofProcess(pid);
        }

        String end(long messages) throws IOException {
            long server = Cpu.ofProcess(pid) - startServer;
            long nanos = System.nanoTime() - startNanos;
            long client = Cpu.ofProcess(ProcessHandle.current().pid()) - startClient;
            long others = Math.max(0, Cpu.ofMachine() - startMachine - server - client);
            return "messages=" + messages + " nanos=" + nanos + " server=" + server + " client=" + client + " others="
                    + others;
        }
    }
}
