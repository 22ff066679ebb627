package dev.weft.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.Headers;
import dev.weft.core.ProtocolException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** By a clock that stands still, but where a real server restarts. */
@Timeout(60)
class ReconnectingWebSocketTest {
    private static final Duration NANO = Duration.ofNanos(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Limits NO_PINGS = Limits.DEFAULT.pingInterval(Duration.ZERO);

    private final DrivenLoop driven = new DrivenLoop();
    private final WebSocketClient client =
            WebSocketClient.builder().loop(driven.loop).limits(NO_PINGS).build();
    private ServerSocket listening;

    @BeforeEach
    void listen() throws Exception {
        listening = RawPeer.listen();
    }

    @AfterEach
    void close() throws Exception {
        driven.close();
        listening.close();
    }

    private URI uri() {
        return Local.uri(listening.getLocalPort(), "/");
    }

    private Reconnecting reconnecting(Backoff backoff) {
        return new Reconnecting(client, uri(), backoff);
    }

    /** Connected, and not open yet. */
    private Reconnecting started() {
        Reconnecting feed = reconnecting(Backoff.DEFAULT);
        feed.connect();
        return feed;
    }

    private RawPeer accepted() throws Exception {
        return driven.turning(() -> RawPeer.accepted(listening));
    }

    private RawPeer opened(Reconnecting feed) throws Exception {
        RawPeer peer = accepted();
        driven.turnUntil(() -> feed.events.contains("open"));
        feed.expect("open");
        return peer;
    }

    /** A server's closing handshake, to its end. */
    private void end(RawPeer peer, int code) throws Exception {
        peer.sendClose(code, "bye");
        assertEquals(code, driven.turning(() -> peer.readFrame().code()));
        peer.close();
    }

    private void turnUntilRetry(Reconnecting feed) {
        driven.turnUntil(() -> feed.events.stream().anyMatch(event -> event.startsWith("retry")));
    }

    private void turnUntilEnd(Reconnecting feed) {
        driven.turnUntil(() -> feed.events.stream().anyMatch(event -> event.startsWith("end")));
        driven.settle();
        assertEquals(Long.MAX_VALUE, driven.loop.nanosToDeadline(), "nothing is left");
        assertEquals(0, client.connectionCount());
    }

    private void answer(String response) throws Exception {
        driven.turning(() -> {
            RawPeer peer = RawPeer.accept(listening);
            peer.readHead();
            peer.send(response);
            peer.socket.shutdownOutput();
            return peer.expectEnd();
        });
    }

    /** Lost before it was open, so that it waits for the first retry. */
    private Reconnecting waiting() throws Exception {
        Reconnecting feed = started();
        answer("HTTP/1.1 503 Busy\r\nRetry-After: 10\r\n\r\n");
        turnUntilRetry(feed);
        feed.expect("error", "retry 1 code 1006");
        return feed;
    }

    private void assertWaits(Duration delay) {
        driven.advance(delay.minus(NANO));
        assertEquals(0, client.connectionCount(), "too early");
        driven.advance(NANO);
        assertEquals(1, client.connectionCount(), "in time");
    }

    // ---------------------------------------------------------------- again

    @Test
    @Tag("6455-7.2.3-1")
    void connectsAgainAfterTheDelayThatItTells() throws Exception {
        Reconnecting feed = started();
        end(opened(feed), 1001);
        turnUntilRetry(feed);
        feed.expect("retry 1 code 1001");
        assertTrue(feed.delay.compareTo(Duration.ofSeconds(5)) <= 0, feed.delay.toString());
        assertWaits(feed.delay);
        RawPeer again = opened(feed);
        again.text("hello");
        driven.turnUntil(() -> feed.events.contains("text hello"));
    }

    @Test
    void retryAfterOfARefusalIsHonoured() throws Exception {
        Reconnecting feed = waiting();
        assertEquals(503, feed.last.response().orElseThrow().status());
        assertTrue(feed.delay.compareTo(Duration.ofSeconds(10)) >= 0, feed.delay.toString());
        assertTrue(feed.delay.compareTo(Duration.ofSeconds(15)) <= 0, feed.delay.toString());
        assertWaits(feed.delay);
        opened(feed);
    }

    @Test
    void retriesCountFromOneAgainAfterAConnectionThatWasStable() throws Exception {
        Reconnecting feed = waiting();
        driven.advance(feed.delay);
        answer("HTTP/1.1 429 Slowly\r\n\r\n");
        turnUntilRetry(feed);
        feed.expect("error", "retry 2 code 1006");

        driven.advance(feed.delay);
        RawPeer flapping = opened(feed);
        driven.advance(MINUTE.minus(NANO));
        flapping.reset();
        turnUntilRetry(feed);
        feed.expect("error", "retry 3 code 1006");

        driven.advance(feed.delay);
        RawPeer stable = opened(feed);
        driven.advance(MINUTE);
        stable.reset();
        turnUntilRetry(feed);
        feed.expect("error", "retry 1 code 1006");
    }

    @Test
    void anAttemptThatTakesLongIsNotStable() throws Exception {
        Backoff hasty = new Backoff(Duration.ofMillis(1), Duration.ofSeconds(2), 9);
        Reconnecting feed = reconnecting(hasty);
        feed.connect();
        for (int retry = 1; retry < 4; retry++) {
            driven.turnUntil(() -> client.connectionCount() == 1);
            RawPeer silent = driven.turning(() -> RawPeer.accept(listening));
            driven.turning(silent::readHead);
            driven.advance(Duration.ofSeconds(10)); // the opening handshake's
            feed.expect("error", "retry " + retry + " code 1006");
            silent.close();
            driven.advance(feed.delay);
        }
    }

    @Test
    void aListenerThatThrowsDoesNotEndIt() throws Exception {
        Reconnecting feed = started();
        feed.whenOpen = () -> {
            throw new IllegalStateException("onOpen");
        };
        feed.whenRetry = () -> {
            throw new IllegalStateException("onRetry");
        };
        RawPeer peer = accepted();
        assertEquals(1011, driven.turning(() -> peer.readFrame().code()));
        turnUntilRetry(feed);
        feed.expect("open", "error", "retry 1 code 1006");
        feed.whenOpen = () -> {};
        driven.advance(feed.delay);
        opened(feed);
    }

    @Test
    void headersAreAskedForBeforeEachAttempt() throws Exception {
        Reconnecting feed = reconnecting(Backoff.DEFAULT);
        AtomicInteger token = new AtomicInteger();
        feed.headers = () -> Headers.of("Authorization", "Bearer " + token.incrementAndGet());
        feed.connect();
        for (int i = 1; i <= 3; i++) {
            RawPeer peer = driven.turning(() -> RawPeer.accept(listening));
            String head = driven.turning(peer::readHead);
            assertTrue(head.contains("Authorization: Bearer " + i + "\r\n"), head);
            peer.close();
            turnUntilRetry(feed);
            feed.expect("error", "retry " + i + " code 1006");
            driven.advance(feed.delay);
        }
    }

    @Test
    void connectWhileItWaitsTriesAtOnce() throws Exception {
        Reconnecting feed = waiting();
        feed.connect();
        feed.connect();
        driven.settle();
        assertEquals(1, client.connectionCount());
        RawPeer peer = opened(feed);
        feed.connect();
        driven.advance(feed.delay);
        assertEquals(1, client.connectionCount(), "the wait is over");
        peer.text("still the same");
        driven.turnUntil(() -> feed.events.contains("text still the same"));
    }

    // ---------------------------------------------------------------- no more

    @Test
    void givesUpAfterTheMostRetries() throws Exception {
        listening.close();
        Reconnecting feed = reconnecting(new Backoff(Duration.ofSeconds(1), MINUTE, 2));
        feed.connect();
        for (int retry = 1; retry <= 2; retry++) {
            turnUntilRetry(feed);
            feed.expect("error", "retry " + retry + " code 1006");
            driven.advance(feed.delay);
        }
        turnUntilEnd(feed);
        feed.expect("error", "end code 1006");
        assertInstanceOf(ConnectException.class, feed.last.cause());
        feed.connect();
        driven.settle();
        assertEquals(0, client.connectionCount(), "the end is for good");
        feed.close();
        driven.settle();
        feed.expect();
        assertEquals(0, client.connectionCount());
    }

    @Test
    void noRetriesMeansNone() throws Exception {
        Reconnecting feed = reconnecting(new Backoff(MINUTE, MINUTE, 0));
        feed.connect();
        end(opened(feed), 1012);
        turnUntilEnd(feed);
        feed.expect("end code 1012");
    }

    @Test
    void policyViolationEndsIt() throws Exception {
        Reconnecting feed = started();
        end(opened(feed), 1008);
        turnUntilEnd(feed);
        feed.expect("end code 1008");
        assertEquals("bye", feed.last.reason());
        assertFalse(feed.send("anybody there?"));
    }

    @Test
    void unauthorizedEndsIt() throws Exception {
        Reconnecting feed = started();
        answer("HTTP/1.1 401 No\r\n\r\n");
        turnUntilEnd(feed);
        feed.expect("error", "end code 1006");
        assertEquals(401, feed.last.response().orElseThrow().status());
    }

    @Test
    void serverThatBreaksTheProtocolEndsIt() throws Exception {
        Reconnecting feed = started();
        RawPeer peer = opened(feed);
        peer.send(new byte[] {(byte) 0xFF, 0});
        driven.turnUntil(() -> feed.events.contains("end code 1006"));
        feed.expect("error", "end code 1006");
        assertEquals(
                1002,
                assertInstanceOf(ProtocolException.class, feed.last.cause()).closeCode());
    }

    @Test
    void whatCannotBeAskedForEndsIt() {
        Reconnecting feed = new Reconnecting(client, URI.create("ftp://localhost/"), Backoff.DEFAULT);
        feed.connect();
        turnUntilEnd(feed);
        feed.expect("end code 1006");
        assertInstanceOf(IllegalArgumentException.class, feed.last.cause());

        Reconnecting headless = reconnecting(Backoff.DEFAULT);
        headless.headers = () -> {
            throw new IllegalStateException("no token");
        };
        headless.connect();
        turnUntilEnd(headless);
        headless.expect("end code 1006");
        assertEquals("no token", headless.last.cause().getMessage());
    }

    // ---------------------------------------------------------------- sending

    @Test
    void sendsOnlyOnAConnectionThatIsOpen() throws Exception {
        Reconnecting feed = reconnecting(Backoff.DEFAULT);
        assertFalse(feed.send("not connected"));
        feed.connect();
        driven.settle();
        assertFalse(feed.send("connecting"));
        assertFalse(feed.send(ByteBuffer.allocate(1)));
        RawPeer peer = opened(feed);
        assertTrue(feed.send("first"));
        assertTrue(feed.send(ByteBuffer.wrap(new byte[] {7})));
        assertEquals("first", driven.turning(peer::readFrame).text());
        assertEquals(7, driven.turning(peer::readFrame).payload()[0]);
        end(peer, 1001);
        turnUntilRetry(feed);
        assertFalse(feed.send("waiting"));
        driven.advance(feed.delay);
        RawPeer again = accepted();
        driven.turnUntil(() -> feed.send("second"));
        assertEquals("second", driven.turning(again::readFrame).text(), "nothing of before");
    }

    // ---------------------------------------------------------------- close

    @Test
    void closeSendsWhatWasSentBeforeAnd1000() throws Exception {
        Reconnecting feed = started();
        RawPeer peer = opened(feed);
        assertTrue(feed.send("last words"));
        feed.close();
        assertFalse(feed.send("too late"));
        assertEquals("last words", driven.turning(peer::readFrame).text());
        assertEquals(1000, driven.turning(() -> peer.readFrame().code()));
        peer.sendClose(1001, "");
        peer.close();
        turnUntilEnd(feed);
        feed.expect("end code 1001");
    }

    @Test
    void closeEndsTheWaitingFromAnotherThread() throws Exception {
        Reconnecting feed = waiting();
        Reconnecting.elsewhere(() -> {
            feed.close();
            return null;
        });
        feed.expect();
        turnUntilEnd(feed);
        feed.expect("end code 1006");
        assertEquals(503, feed.last.response().orElseThrow().status());
    }

    @Test
    void closeEndsAnAttempt() throws Exception {
        Reconnecting feed = started();
        RawPeer peer = driven.turning(() -> RawPeer.accept(listening));
        driven.turning(peer::readHead);
        feed.close();
        turnUntilEnd(feed);
        feed.expect("error", "end code 1006");
        driven.turning(peer::expectEnd);
    }

    @Test
    void closeInsideOfACallbackDoesNotOverlap() throws Exception {
        Reconnecting feed = started();
        feed.whenRetry = feed::close;
        feed.whenEnd = feed::close;
        answer("HTTP/1.1 500 Oops\r\n\r\n");
        turnUntilEnd(feed);
        feed.expect("error", "retry 1 code 1006", "end code 1006");
    }

    @Test
    void closeBeforeConnectEndsIt() {
        Reconnecting feed = reconnecting(Backoff.DEFAULT);
        feed.close();
        feed.connect();
        turnUntilEnd(feed);
        feed.expect("end code 1006");
        assertNull(feed.last.cause());
    }

    @Test
    void closingItsClientEndsTheWaiting() throws Exception {
        Reconnecting feed = waiting();
        client.close();
        turnUntilEnd(feed);
        feed.expect("end code 1006");
    }

    @Test
    void closingItsClientEndsItsConnection() throws Exception {
        Reconnecting feed = waiting();
        feed.connect(); // early, and the deadline must be gone: it would be taken for waiting still
        RawPeer peer = opened(feed);
        client.close();
        assertEquals(1001, driven.turning(() -> peer.readFrame().code()));
        peer.sendClose(1001, "");
        peer.close();
        turnUntilEnd(feed);
        feed.expect("end code 1001");
    }

    @Test
    void closingTheLoopEndsTheWaitingAndTheConnection() throws Exception {
        Reconnecting waiting = waiting();
        Reconnecting open = started();
        opened(open);
        driven.loop.close();
        waiting.expect("end code 1006");
        open.expect("error", "end code 1006");
        Reconnecting late = started();
        late.expect("end code 1006");
    }

    // ---------------------------------------------------------------- on real time

    @Test
    void survivesRestartsOfItsServer() throws Exception {
        try (WebSocketClient own = WebSocketClient.builder().build()) {
            WebSocketServer server = Local.server().path("/", Local::echo).start();
            int port = server.port();
            Backoff soon = new Backoff(Duration.ofMillis(1), Duration.ofMillis(20), Integer.MAX_VALUE);
            Reconnecting feed = new Reconnecting(own, Local.uri(server), soon);
            feed.connect();
            assertEquals("open", feed.next());
            for (int i = 0; i < 3; i++) {
                assertTrue(feed.send("round " + i));
                assertEquals("text round " + i, feed.next());
                server.close();
                server = WebSocketServer.builder()
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .path("/", Local::echo)
                        .start();
                assertTrue(feed.next().endsWith(" code 1001"));
                for (String event = feed.next(); !event.equals("open"); event = feed.next()) {
                    assertTrue(event.equals("error") || event.endsWith(" code 1006"), event);
                }
            }
            feed.close();
            assertEquals("end code 1000", feed.next());
            server.close();
        }
    }
}
