package dev.weft.tests.simulation;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A selector with the semantics of the JDK's on Linux: level-triggered, ready keys in any order, perhaps not all at once. */
final class VirtualSelector extends AbstractSelector {
    /** A channel that a selector can ask. */
    interface Selectable {
        /** What it is ready for, as SelectionKey operations. */
        int readyOps();

        /** The selector has let go of it after its end. */
        void released();
    }

    private final class Key extends AbstractSelectionKey {
        private final AbstractSelectableChannel channel;
        private int interest;
        private int ready;

        Key(AbstractSelectableChannel channel, int ops) {
            this.channel = channel;
            interest = ops;
        }

        @Override
        public AbstractSelectableChannel channel() {
            return channel;
        }

        @Override
        public Selector selector() {
            return VirtualSelector.this;
        }

        @Override
        public int interestOps() {
            requireValid();
            return interest;
        }

        @Override
        public SelectionKey interestOps(int ops) {
            requireValid();
            if ((ops & ~channel.validOps()) != 0) {
                throw new IllegalArgumentException("operations " + ops);
            }
            interest = ops;
            return this;
        }

        @Override
        public int readyOps() {
            requireValid();
            return ready;
        }

        private void requireValid() {
            if (!isValid()) {
                throw new CancelledKeyException();
            }
        }

        private int readyNow() {
            return isValid() ? ((Selectable) channel).readyOps() & interest : 0;
        }
    }

    private record Event(Key key, int ops) {}

    private final Network network;
    private final Set<Key> keys = new LinkedHashSet<>();
    private boolean wakeup;

    VirtualSelector(Network network) {
        super(network);
        this.network = network;
    }

    /** Whether a select would return at once. */
    boolean isReady() {
        if (wakeup) {
            return true;
        }
        for (Key key : keys) {
            if (key.readyNow() != 0) {
                return true;
            }
        }
        return false;
    }

    // ---------------------------------------------------------------- selecting

    @Override
    public int select(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        return selectUntil(
                action, timeoutMillis == 0 ? Long.MAX_VALUE : network.time() + timeoutMillis * Network.MILLI);
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return selectUntil(action, 0);
    }

    private int selectUntil(Consumer<SelectionKey> action, long end) throws IOException {
        requireOpen();
        release();
        if (!isReady() && end > network.time()) {
            network.waitUntil(end);
        }
        wakeup = false;
        List<Event> events = events();
        for (Event event : events) {
            event.key.ready = event.ops & event.key.interest;
            if (event.key.ready != 0) {
                action.accept(event.key);
                requireOpen();
            }
        }
        release();
        return events.size();
    }

    private List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (Key key : keys) {
            int ops = key.readyNow();
            if (ops == 0 && key.isValid() && network.dice.percent(network.weather.spuriousPercent)) {
                ops = key.interest & ~SelectionKey.OP_CONNECT;
            }
            if (ops != 0) {
                events.add(new Event(key, ops));
            }
        }
        network.dice.shuffle(events);
        if (events.size() > 1 && network.dice.percent(network.weather.fewerPercent)) {
            return events.subList(0, 1 + network.dice.below(events.size()));
        }
        return events;
    }

    /** What the JDK does at the beginning and the end of each selection: closed channels go for good. */
    private void release() {
        if (cancelledKeys().isEmpty()) {
            return;
        }
        cancelledKeys().clear();
        for (Key key : List.copyOf(keys)) {
            if (!key.isValid()) {
                release(key);
            }
        }
    }

    private void release(Key key) {
        keys.remove(key);
        deregister(key);
        if (!key.channel.isOpen()) {
            ((Selectable) key.channel).released();
        }
    }

    @Override
    public Selector wakeup() {
        wakeup = true;
        return this;
    }

    private void requireOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }

    // ---------------------------------------------------------------- keys

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        requireOpen();
        Key key = new Key(channel, ops);
        key.attach(attachment);
        keys.add(key);
        return key;
    }

    @Override
    public Set<SelectionKey> keys() {
        requireOpen();
        return Collections.unmodifiableSet(keys);
    }

    @Override
    protected void implCloseSelector() {
        for (Key key : List.copyOf(keys)) {
            key.cancel();
            release(key);
        }
        network.removed(this);
    }

    // ---------------------------------------------------------------- not used by the engine

    @Override
    public Set<SelectionKey> selectedKeys() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int selectNow() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select(long timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select() {
        throw new UnsupportedOperationException();
    }
}
