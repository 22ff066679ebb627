package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.HttpResponse;
import dev.weft.core.OriginPolicy;
import dev.weft.nio.CloseEvent;
import dev.weft.nio.Limits;
import dev.weft.nio.Upgrade;
import dev.weft.nio.WebSocket;
import dev.weft.nio.WebSocketListener;
import dev.weft.nio.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Weft's server as a script in a browser sees it, through the browser's own WebSocket. */
@Timeout(120)
class BrowserApiTest {
    private static final int MAX_MESSAGE = 4 << 20;

    /** Opens a socket, and gives promises for its events; the log has all of them in their order. */
    private static final String SCRIPT = """
            window.connect = (path, protocols) => {
              const url = path.startsWith('ws') ? path : location.origin.replace('http', 'ws') + path;
              const ws = new WebSocket(url, protocols ?? []);
              ws.log = [];
              const next = type => new Promise(resolve => ws.addEventListener(type, resolve, { once: true }));
              for (const type of ['open', 'message', 'error', 'close'])
                ws.addEventListener(type, () => ws.log.push(type + ' ' + ws.readyState));
              ws.opened = next('open');
              ws.closed = next('close').then(e => ({ code: e.code, reason: e.reason, wasClean: e.wasClean }));
              ws.received = async () => (await next('message')).data;
              ws.ask = data => { const answer = ws.received(); ws.send(data); return answer; };
              return ws;
            }
            """;

    private static Browser browser;

    private final EchoListener echo = new EchoListener();
    private WebSocketServer server;
    private Page page;

    @BeforeAll
    static void startBrowser() throws Exception {
        browser = Browser.start();
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    private static WebSocketServer.Builder server() {
        return WebSocketServer.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .limits(Limits.DEFAULT.maxMessage(MAX_MESSAGE).sendQueue(MAX_MESSAGE * 2L))
                .http(
                        "/page",
                        request -> HttpResponse.of(200, "text/html", Frame.utf8("<!DOCTYPE html><title>t</title>")));
    }

    @BeforeEach
    void start() throws IOException {
        WebSocketListener closing = new WebSocketListener() {
            @Override
            public void onOpen(WebSocket ws) {
                ws.close(4000, "x");
            }
        };
        WebSocketListener terminating = new WebSocketListener() {
            @Override
            public void onText(WebSocket ws, String text) {
                ws.terminate();
            }
        };
        server = server().subprotocols("chat.v2", "chat.v1")
                .path("/echo", () -> echo)
                .path("/echo/*", EchoListener::new)
                .path("/closing", () -> closing)
                .path("/terminating", () -> terminating)
                .path("/refused", request -> Upgrade.reject(HttpResponse.text(503, "later")))
                .start();
        page = open(server);
    }

    @AfterEach
    void stop() throws IOException {
        page.close();
        server.close();
    }

    private static Page open(WebSocketServer server) throws IOException {
        Page page = browser.open(URI.create("http://127.0.0.1:" + server.port() + "/page"));
        page.run(SCRIPT);
        return page;
    }

    private void assertTrueInPage(String body) throws IOException {
        JsonNode value = page.run(body);
        assertTrue(value.isBoolean() && value.asBoolean(), () -> body + " gave " + value);
    }

    private static void assertClose(int code, String reason, boolean wasClean, JsonNode event) {
        assertEquals(code, event.path("code").asInt(), event::toString);
        assertEquals(reason, event.path("reason").asText());
        assertEquals(wasClean, event.path("wasClean").asBoolean());
    }

    @Test
    void attributesFollowTheConnection() throws Exception {
        JsonNode states = page.run("""
                const ws = connect('/echo');
                const states = [ws.readyState];
                await ws.opened;
                states.push(ws.readyState, ws.url, ws.protocol, ws.bufferedAmount);
                await ws.ask('hello');
                ws.close(1000, 'done');
                states.push(ws.readyState);
                const { code, wasClean } = await ws.closed;
                states.push(ws.readyState, code, wasClean, ws.log.join());
                return states;
                """);
        String url = "ws://127.0.0.1:" + server.port() + "/echo";
        assertEquals("[0,1,\"" + url + "\",\"\",0,2,3,1000,true,\"open 1,message 1,close 3\"]", states.toString());
        CloseEvent event = echo.closed.get(30, TimeUnit.SECONDS);
        assertEquals(new CloseEvent(1000, "done", true, null), event);
    }

    @Test
    void textOfEveryScriptComesBack() throws Exception {
        assertTrueInPage("""
                const ws = connect('/echo');
                await ws.opened;
                for (const text of ['', 'hello', 'grüße 日本語 😀 \\u0000 \\u{10ffff}', 'ü'.repeat(40000), '😀'.repeat(70000)])
                  if (await ws.ask(text) !== text) return text;
                return await ws.ask('a\\ud800b') === 'a\\ufffdb';
                """);
    }

    @Test
    void binaryComesBackAsBlobOrArrayBuffer() throws Exception {
        assertTrueInPage("""
                const ws = connect('/echo');
                await ws.opened;
                const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
                for (const size of [0, 1, 125, 126, 65535, 65536, 300000]) {
                  const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7);
                  ws.binaryType = 'blob';
                  const blob = await ws.ask(bytes);
                  if (!(blob instanceof Blob) || !same(bytes, new Uint8Array(await blob.arrayBuffer()))) return size;
                  ws.binaryType = 'arraybuffer';
                  const buffer = await ws.ask(new Blob([bytes]));
                  if (!(buffer instanceof ArrayBuffer) || !same(bytes, new Uint8Array(buffer))) return -size;
                }
                return true;
                """);
    }

    @Test
    void aLargeMessageIsBufferedAndComesBack() throws Exception {
        assertTrueInPage("""
                const ws = connect('/echo');
                await ws.opened;
                const text = 'wäft😀'.repeat(150000);   // more than 1 MiB in UTF-8, which the browser sends in fragments
                const size = new TextEncoder().encode(text).length;
                const answer = ws.ask(text);
                if (ws.bufferedAmount !== size) return ws.bufferedAmount;
                return size > 1 << 20 && await answer === text && ws.bufferedAmount === 0;
                """);
    }

    @Test
    void manyMessagesKeepTheirOrder() throws Exception {
        assertTrueInPage("""
                const ws = connect('/echo');
                await ws.opened;
                const received = [];
                const all = new Promise(resolve => ws.addEventListener('message',
                    e => { if (received.push(e.data) === 5000) resolve(); }));
                for (let i = 0; i < 5000; i++) ws.send('' + i);
                await all;
                return received.every((text, i) => text === '' + i);
                """);
    }

    @Test
    void theServersCloseHasItsCodeAndReason() throws Exception {
        JsonNode log =
                page.run("const ws = connect('/closing'); const e = await ws.closed; return { ...e, log: ws.log };");
        assertClose(4000, "x", true, log);
        assertEquals("[\"open 1\",\"close 3\"]", log.path("log").toString());
    }

    @Test
    void thePagesCloseHasItsCodeAndReason() throws Exception {
        JsonNode event =
                page.run("const ws = connect('/echo'); await ws.opened; ws.close(3001, 'ÿ'); return ws.closed;");
        assertClose(3001, "", true, event); // the code comes back, the reason is the page's own
        assertEquals(new CloseEvent(3001, "ÿ", true, null), echo.closed.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aCloseWithoutACodeIs1005OnBothSides() throws Exception {
        assertClose(
                1005,
                "",
                true,
                page.run("const ws = connect('/echo'); await ws.opened; ws.close(); return ws.closed;"));
        assertEquals(new CloseEvent(1005, "", true, null), echo.closed.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aTabThatGoesAwayClosesWith1001() throws Exception {
        try (Page leaving = open(server)) {
            leaving.run("window.ws = connect('/echo'); await ws.opened;");
        }
        assertEquals(1001, echo.closed.get(30, TimeUnit.SECONDS).code());
    }

    @Test
    void aTerminatedConnectionIsAn1006WithAnError() throws Exception {
        JsonNode event =
                page.run("const ws = connect('/terminating'); await ws.opened; ws.send('end'); return ws.closed;");
        assertClose(1006, "", false, event);
    }

    @Test
    void theServersEndIsA1001() throws Exception {
        page.run("window.ws = connect('/echo'); await ws.opened; return 1;");
        server.close();
        assertClose(1001, "", true, page.evaluate("ws.closed"));
    }

    @Test
    void aMessageAboveTheLimitIsA1009() throws Exception {
        JsonNode event =
                page.run("const ws = connect('/echo'); await ws.opened; ws.send('x'.repeat(%d)); return ws.closed;"
                        .formatted(MAX_MESSAGE + 1));
        assertEquals(1009, event.path("code").asInt(), event::toString);
        assertTrue(event.path("wasClean").asBoolean());
    }

    @Test
    void theServersChoiceOfSubprotocolsCounts() throws Exception {
        assertTrueInPage("""
                const ws = connect('/echo', ['chat.v1', 'chat.v2', 'other']);
                await ws.opened;
                return ws.protocol === 'chat.v2';
                """);
    }

    @Test
    void subprotocolsThatTheServerDoesNotKnowFailInTheBrowser() throws Exception {
        // "If no subprotocol was agreed on, the client may fail the connection": browsers do.
        JsonNode event = page.run("const ws = connect('/echo', ['other']); return ws.closed;");
        assertClose(1006, "", false, event);
    }

    @Test
    void aRefusedHandshakeIsAnErrorAndAClose() throws Exception {
        for (String path : new String[] {"/refused", "/nowhere"}) {
            JsonNode event = page.run(
                    "const ws = connect('" + path + "'); const e = await ws.closed; return { ...e, log: ws.log };");
            assertClose(1006, "", false, event);
            assertEquals("[\"error 3\",\"close 3\"]", event.path("log").toString());
        }
    }

    @Test
    void aPageOfAnotherOriginIsRefusedUnlessAllowed() throws Exception {
        try (WebSocketServer foreign = server().start();
                Page foreignPage = open(foreign);
                WebSocketServer open = server().origins(OriginPolicy.allow("http://127.0.0.1:" + foreign.port()))
                        .path("/echo", EchoListener::new)
                        .start()) {
            JsonNode event =
                    foreignPage.run("return connect('ws://127.0.0.1:%d/echo').closed;".formatted(server.port()));
            assertClose(1006, "", false, event);
            JsonNode answer = foreignPage.run(
                    "const ws = connect('ws://127.0.0.1:%d/echo'); await ws.opened; return ws.ask('hi');"
                            .formatted(open.port()));
            assertEquals("hi", answer.asText());
        }
    }

    @Test
    void severalSocketsOfOnePageAreServedAtOnce() throws Exception {
        assertTrueInPage("""
                const all = Array.from({ length: 8 }, (_, i) => connect('/echo/' + i));
                await Promise.all(all.map(ws => ws.opened));
                const answers = await Promise.all(all.map((ws, i) => ws.ask('number ' + i)));
                return answers.every((text, i) => text === 'number ' + i);
                """);
    }
}
