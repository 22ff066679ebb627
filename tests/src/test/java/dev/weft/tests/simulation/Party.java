package dev.weft.tests.simulation;

import dev.weft.core.PreparedMessage;
import dev.weft.core.Role;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.EventLoop;
import dev.weft.nio.ReadyState;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An application at one end of a connection: it does this and that, and does not believe what it is told. */
final class Party implements WebSocketListener {
    /** The engine reckons from the beginning of a turn, and selects in milliseconds. */
    private static final long SLACK = 200 * Network.MILLI;

    private final World world;
    private final Network network;
    private final Dice dice;
    private final Link link;
    private final Role role;
    private final Settings settings;
    private final boolean takesParts;
    /** How often it does something when it is called. */
    private final int activePercent;

    private int messagesLeft;
    private int bytesLeft;

    WebSocket ws;
    private EventLoop loop;
    private Party peer;

    private final Outbox inLoop = new Outbox("L");
    private final Outbox posted = new Outbox("P");
    /** The message that is being sent in parts, and how; null where none is. */
    private Message parts;

    private Outbox partsBy;
    /** The loop has not seen the end of a message in parts. */
    private boolean partsPosted;
    /** The second half of a character whose first has been sent; null where none has. */
    private String cut;

    /** What has come of a message in parts; null where nothing has. */
    private Object partial;

    private boolean opened;
    private boolean closed;
    /** Inside of a callback. */
    private boolean inside;

    private Throwable error;
    /** Whether this side has begun to leave. */
    private boolean leaving;
    /** It called an end: from then on, nothing may be delivered. */
    private boolean deaf;

    /** It called an end itself: from then on, nothing may be taken. */
    private boolean silent;
    /** It threw something that it has to be told about. */
    private boolean threw;

    private boolean paused;
    /** From elsewhere, and the loop has not seen it: a resume on the loop would come before it. */
    private boolean pausePosted;
    /** A message was refused; onWritable is to tell when it may be tried again. */
    private boolean refused;
    /** The same of a part. */
    private boolean refusedPart;

    /** When it must be open, or closed; in steady time, {@link Long#MAX_VALUE} where nothing says so. */
    private long openBy = Long.MAX_VALUE;

    private long endBy = Long.MAX_VALUE;

    private long quietSince;
    private final List<Integer> closeCodes = new ArrayList<>();
    private CloseEvent closeEvent;

    Party(World world, Link link, Role role, Settings settings) {
        this.world = world;
        this.network = world.network;
        this.dice = network.dice;
        this.link = link;
        this.role = role;
        this.settings = settings;
        takesParts = dice.percent(25);
        activePercent = dice.oneOf(0, 20, 60, 100);
        messagesLeft = dice.oneOf(2, 10, 40);
        bytesLeft = world.maxBytes;
    }

    void meets(Party other) {
        peer = other;
    }

    /** It is connecting, and has to be open or closed by then. */
    void connecting(long nanos) {
        openBy = network.steadyTime() + nanos;
    }

    // ---------------------------------------------------------------- doing

    /** Something, perhaps; inside of a callback or from outside. */
    void act() {
        if (!opened || closed) {
            return;
        }
        int what = dice.below(100);
        if (what < 45) {
            sendWhole();
        } else if (what < 60) {
            sendPart();
        } else if (what < 65) {
            broadcast();
        } else if (what < 70) {
            ping();
        } else if (what < 77) {
            pause();
        } else if (what < 82) {
            resume();
        } else if (what < 85) {
            close();
        } else if (what < 87 && !world.calm) {
            terminate();
        } else if (what < 90 && inside && !world.calm) {
            mishap();
        } else if (what < 92 && inside && !world.calm) {
            network.trace.add("%s is slow", this);
            network.lose(dice.skewed(300 * Network.MILLI));
        } else if (what < 94 && inside) {
            sendMeanwhile();
        } else if (what < 96) {
            call(() -> network.trace.add("%s asks %s %s %d", this, ws.url(), ws.readyState(), ws.bufferedAmount()));
        }
    }

    /** Another thread sends in the middle of a callback, and then it is over, perhaps. */
    private void sendMeanwhile() {
        Thread other = new Thread(this::sendWhole);
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            network.violated("the thread was interrupted", e);
        }
        if (dice.percent(50)) {
            close();
        }
    }

    private void call(Runnable method) {
        try {
            method.run();
        } catch (RuntimeException e) {
            network.violated(this + ": a call failed", e);
        }
    }

    private Outbox way() {
        return loop.inLoop() ? inLoop : posted;
    }

    private Object content(Outbox way, boolean text) {
        int most = Math.min(bytesLeft, world.maxMessage);
        int size = (int) (dice.percent(50) ? dice.skewed(most) : dice.between(0, Math.min(most, 1_500)));
        if (way == posted && size == 0) {
            size = 1; // an empty message cannot tell which way it went
        }
        bytesLeft = Math.max(0, bytesLeft - size);
        return text ? Contents.text(dice, size, way.mark()) : Contents.bytes(dice, size, way.mark());
    }

    private boolean mayWrite() {
        return messagesLeft > 0 && bytesLeft > 0;
    }

    private void sendWhole() {
        if (!mayWrite()) {
            return;
        }
        Outbox way = way();
        Object content = content(way, dice.percent(50));
        boolean prepared = dice.percent(25);
        call(() -> {
            boolean taken;
            if (content instanceof String text) {
                taken = prepared ? ws.send(PreparedMessage.text(text)) : ws.send(text);
            } else {
                ByteBuffer data = buffer((byte[]) content);
                taken = prepared ? ws.send(PreparedMessage.binary(data)) : ws.send(data);
            }
            sent(way, content, taken);
        });
    }

    private ByteBuffer buffer(byte[] bytes) {
        return switch (dice.below(3)) {
            case 0 -> ByteBuffer.wrap(bytes.clone());
            case 1 ->
                ByteBuffer.allocate(bytes.length + 7)
                        .position(3)
                        .put(bytes)
                        .flip()
                        .position(3);
            default -> ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        };
    }

    private void sent(Outbox way, Object content, boolean taken) {
        refused |= !taken;
        network.trace.add("%s sends %s %s: %s", this, way == inLoop ? "L" : "P", Message.describe(content), taken);
        if (taken) {
            messagesLeft--;
            way.add(new Message(content, true));
            if (silent || closed) {
                network.violated(this + ": a message was taken after the end");
            }
        }
    }

    private void sendPart() {
        Outbox way = way();
        // The parts of a message are to come from one sender, and after those of the one before.
        if (parts == null && (!mayWrite() || partsPosted && way == inLoop) || parts != null && partsBy != way) {
            return;
        }
        boolean text = parts == null ? dice.percent(50) : parts.text;
        boolean last = parts != null && dice.percent(40);
        String all = text && dice.percent(50) ? "ab🧵c" : null; // to be cut anywhere
        Object part = all != null ? all.substring(0, 3) : content(way, text);
        String cutBefore = cut;
        if (cut != null) {
            part = cut + part;
            cut = null;
        }
        String rest = all != null ? all.substring(3) : null;
        if (parts == null && Message.size(part) == 0) {
            return; // its first part tells the way
        }
        if (parts == null && all != null) {
            part = (way == inLoop ? "L" : "P") + part;
        }
        boolean taken = part(way, part, last && rest == null);
        if (taken && rest != null) {
            taken = part(way, rest, last);
            cut = taken ? null : rest;
        } else if (!taken && cutBefore != null) {
            cut = cutBefore;
        }
    }

    private boolean part(Outbox way, Object part, boolean last) {
        try {
            boolean taken =
                    part instanceof String text ? ws.sendPart(text, last) : ws.sendPart(buffer((byte[]) part), last);
            network.trace.add("%s sends part, %s, last %s: %s", this, Message.describe(part), last, taken);
            if (!taken) {
                refusedPart = true;
                return false;
            }
        } catch (RuntimeException e) {
            network.violated(this + ": a call failed", e);
            return false;
        }
        if (parts == null) {
            parts = new Message(part, last);
            partsBy = way;
            way.add(parts);
        } else {
            parts.append(part, last);
        }
        if (last) {
            messagesLeft--;
            parts = null;
        }
        if (way == posted) {
            partsPosted = true;
            loop.execute(() -> partsPosted = parts != null && partsBy == posted);
        }
        return true;
    }

    /** The same message to everyone that it reaches the same way. */
    private void broadcast() {
        if (!mayWrite()) {
            return;
        }
        boolean outside = world.currentLoop() == null;
        Object content = content(outside ? posted : inLoop, true);
        PreparedMessage prepared = PreparedMessage.text((String) content);
        for (Party other : world.parties()) {
            if (other.opened && !other.closed && (outside || other.loop.inLoop())) {
                call(() -> other.sent(outside ? other.posted : other.inLoop, content, other.ws.send(prepared)));
            }
        }
    }

    private void ping() {
        ByteBuffer data = ByteBuffer.wrap(new byte[(int) dice.skewed(125)]);
        call(() -> network.trace.add("%s pings: %s", this, ws.ping(data)));
    }

    private void pause() {
        network.trace.add("%s pauses", this);
        paused = true;
        call(ws::pause);
        if (!loop.inLoop()) {
            pausePosted = true;
            loop.execute(() -> pausePosted = false);
        }
        long until = dice.skewed(world.calm ? 2 * Network.SECOND : 60 * Network.SECOND);
        world.later(until, () -> {
            if (!silent) { // it is for the engine, then, to see the peer's Close
                resume();
            }
        });
    }

    private void resume() {
        boolean tooEarly = loop.inLoop() && pausePosted;
        if (!closed && !tooEarly) {
            network.trace.add("%s resumes", this);
            paused = false;
            quietSince = network.steadyTime();
            call(ws::resume);
        }
    }

    void close() {
        if (closed || ws == null) {
            return;
        }
        int code = role == Role.CLIENT ? dice.oneOf(1000, 3000, 4999) : dice.oneOf(1000, 1001, 1011, 4000);
        network.trace.add("%s closes with %d", this, code);
        leaves(code);
        silent = true;
        call(() -> ws.close(code, "a reason"));
        deaf = true;
    }

    private void leaves(int code) {
        leaving = true;
        closeCodes.add(code);
        limit(settings.close);
    }

    private void limit(long nanos) {
        endBy = Math.min(endBy, network.steadyTime() + nanos);
    }

    void terminate() {
        if (closed || ws == null) {
            return;
        }
        network.trace.add("%s terminates", this);
        leaving = true;
        silent = true;
        limit(0);
        call(ws::terminate);
        deaf = true;
    }

    private void mishap() {
        network.trace.add("%s throws", this);
        threw = ws.readyState() == ReadyState.OPEN;
        deaf = true;
        silent = true;
        leaves(1011);
        inside = false;
        if (dice.percent(50)) {
            throw new Mishap();
        }
        throw new Mishap.Disaster();
    }

    /** The server or client that it belongs to is closed, and its connections over a time. */
    void sentAway(int code, long spread) {
        if (!closed) {
            leaving = true;
            closeCodes.add(code);
            limit(spread + settings.close);
        }
    }

    /** A loop has ended without a word, perhaps this one's or the peer's. */
    void loopClosed(EventLoop ended) {
        leaving = true;
        if (loop == ended) {
            limit(0);
        }
    }

    // ---------------------------------------------------------------- being told

    private void begin(String event, boolean allowed) {
        network.progressed();
        network.trace.add("%s: %s", this, event);
        if (!allowed) {
            network.violated(this + ": " + event + " is out of order");
        }
        if (inside) {
            network.violated(this + ": " + event + " inside of another callback");
        }
        EventLoop current = world.currentLoop();
        if (current == null && !world.isLoopClosed()) {
            network.violated(this + ": " + event + " outside of the loop");
        }
        if (loop == null) {
            loop = current;
        } else if (loop != current && !world.isLoopClosed()) {
            network.violated(this + ": " + event + " on another loop");
        }
        inside = true;
    }

    private void end() {
        if (dice.percent(activePercent)) {
            act();
        }
        inside = false;
    }

    private void message(String event) {
        begin(event, opened && error == null && !closed && !deaf);
    }

    @Override
    public void onOpen(WebSocket webSocket) {
        begin("onOpen " + webSocket.extensions(), !opened && !closed && error == null);
        opened = true;
        ws = webSocket;
        openBy = Long.MAX_VALUE;
        quietSince = network.steadyTime();
        if (ws.readyState() != ReadyState.OPEN && !leaving) {
            network.violated(this + ": onOpen in the state " + ws.readyState());
        }
        end();
    }

    @Override
    public void onText(WebSocket webSocket, String text) {
        message("onText " + text.length());
        received(text);
        end();
    }

    @Override
    public void onBinary(WebSocket webSocket, ByteBuffer data) {
        message("onBinary " + data.remaining());
        received(bytes(data));
        end();
    }

    @Override
    public boolean takesParts() {
        return takesParts;
    }

    @Override
    public void onTextPart(WebSocket webSocket, String part, boolean last) {
        message("onTextPart " + part.length() + (last ? ", last" : ""));
        receivedPart(part, last);
        end();
    }

    @Override
    public void onBinaryPart(WebSocket webSocket, ByteBuffer part, boolean last) {
        message("onBinaryPart " + part.remaining() + (last ? ", last" : ""));
        receivedPart(bytes(part), last);
        end();
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }

    private void receivedPart(Object part, boolean last) {
        partial = partial == null ? part : Message.join(partial, part);
        if (last) {
            Object whole = partial;
            partial = null;
            received(whole);
        }
    }

    private void received(Object content) {
        if (link.isGarbled()) {
            return;
        }
        boolean byPost = content instanceof String text ? text.startsWith("P") : startsWithP((byte[]) content);
        Message expected = (byPost ? peer.posted : peer.inLoop).poll();
        if (expected == null || !expected.is(content)) {
            network.violated(this + ": received a " + Message.describe(content) + ", expected "
                    + (expected == null ? "nothing" : expected + expected.difference(content)));
        }
    }

    private static boolean startsWithP(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == 'P';
    }

    @Override
    public void onPing(WebSocket webSocket, ByteBuffer data) {
        begin("onPing", opened && error == null && !closed);
        end();
    }

    @Override
    public void onPong(WebSocket webSocket, ByteBuffer data) {
        begin("onPong", opened && error == null && !closed);
        end();
    }

    @Override
    public void onWritable(WebSocket webSocket) {
        begin("onWritable", opened && error == null && !closed && !deaf);
        refused = false;
        refusedPart = false;
        end();
    }

    @Override
    public void onError(WebSocket webSocket, Throwable cause) {
        begin("onError " + cause, error == null && !closed && cause != null);
        error = cause;
        end();
    }

    @Override
    public void onClose(WebSocket webSocket, CloseEvent event) {
        begin("onClose " + event, !closed);
        closed = true;
        closeEvent = event;
        if (event.cause() != error) {
            network.violated(this + ": onClose has another cause than onError");
        }
        if (webSocket.readyState() != ReadyState.CLOSED) {
            network.violated(this + ": onClose in the state " + webSocket.readyState());
        }
        if (threw && error == null) {
            network.violated(this + ": what the listener threw is not told");
        }
        if (event.wasClean()) {
            checkClean();
        }
        inside = false;
        if (!world.calm && dice.percent(5)) {
            throw new Mishap();
        }
    }

    /** Whether a message has not arrived although nothing is in front of it: whole ones wait behind one in parts. */
    private boolean owes(Outbox way) {
        return way.hasComplete() && (parts == null || partsBy == way);
    }

    /** The peer's Close has come: all that it had sent before has come, too. */
    private void checkClean() {
        if (error != null || !opened) {
            network.violated(this + ": a clean end that was none");
        }
        if (link.isGarbled()) {
            return;
        }
        int code = closeEvent.code();
        if (!leaving && settings.idle == 0) {
            // What was posted to a connection that then failed is lost.
            boolean failed = code == 1002 || code == 1007 || code == 1009 || code == 1011 || code == 1013;
            if (peer.owes(peer.inLoop) || peer.owes(peer.posted) && !failed) {
                network.violated(this + ": a clean end without " + peer.inLoop + " " + peer.posted);
            }
        }
        boolean known = closeCodes.contains(code)
                || peer.closeCodes.contains(code)
                || code == 1001 && settings.idle + peer.settings.idle > 0
                || code == 1009 && peer.settings.maxMessage < 1 << 20
                || code == 1013 && !world.calm; // the loop's budget was spent
        if (!known) {
            network.violated(this + ": close code " + code + " from nowhere");
        }
    }

    // ---------------------------------------------------------------- what must be by now

    boolean isOpen() {
        return opened && !closed;
    }

    boolean isOpened() {
        return opened;
    }

    boolean isClosed() {
        return closed;
    }

    /** At a time when nothing is going on and nothing is on its way. */
    void checkIdle(boolean nothingUnderWay) {
        if (closed || ws == null) {
            return;
        }
        long now = network.steadyTime();
        // While the socket takes what was sent before, its end may wait.
        long by = endBy == Long.MAX_VALUE ? openBy : Math.min(openBy, Math.max(endBy, tookAt() + settings.close));
        if (by < Long.MAX_VALUE && now > by + SLACK) {
            network.violated(this + ": should have been " + (opened ? "closed" : "open or closed") + " by now, "
                    + (now - by) / Network.MILLI + " ms ago");
        }
        Cable cable = link.cable;
        if (!opened || cable == null) {
            return;
        }
        Cable.Fault fault = cable.happened();
        if (fault == Cable.Fault.VANISH && settings.ping > 0 && !paused && ws.readyState() == ReadyState.OPEN) {
            long quiet = Math.max(Math.max(cable.happenedAt(), quietSince), tookAt());
            long noticedBy = quiet + 2 * settings.ping + settings.pong;
            if (now > noticedBy + SLACK) {
                network.violated(this + ": did not notice a dead peer");
            }
        }
        if (!nothingUnderWay || paused) {
            return;
        }
        if (fault == Cable.Fault.RESET) {
            network.violated(this + ": did not notice a reset");
        }
        if (fault == null && !leaving && !peer.leaving && !world.isLoopClosed()) {
            checkDelivered();
        }
    }

    private long tookAt() {
        Cable cable = link.cable;
        return cable == null ? 0 : (role == Role.CLIENT ? cable.client : cable.server).tookAt();
    }

    private void checkDelivered() {
        if (peer.closed) {
            network.violated(this + ": did not notice the peer's end");
        }
        if (ws.readyState() != ReadyState.OPEN || peer.ws.readyState() != ReadyState.OPEN) {
            return;
        }
        if (peer.owes(peer.inLoop) || peer.owes(peer.posted)) {
            network.violated(this + ": was not given " + peer.inLoop + " " + peer.posted);
        }
        if (peer.parts == null && peer.ws.bufferedAmount() != 0) {
            network.violated(peer + ": says that " + peer.ws.bufferedAmount() + " bytes wait");
        }
        // Whole messages wait for the last part of another one, and who was refused for them.
        if (peer.refusedPart || peer.refused && peer.parts == null) {
            network.violated(peer + ": was refused a message and not told when to go on");
        }
    }

    /** At the end of everything. */
    void checkEnd() {
        if (!closed && ws != null) {
            network.violated(this + ": has no onClose");
        }
        if (world.calm && !(opened && closed && closeEvent.wasClean())) {
            network.violated(
                    this + ": " + (opened ? "was closed by " + closeEvent : "did not open") + " although all was well",
                    error);
        }
    }

    @Override
    public String toString() {
        return (role == Role.CLIENT ? "client " : "server ") + link.number;
    }
}
