package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The chat in a real browser, two pages at a time. Each test has names of its own, since the server learns a bit later that a
 * tab is gone.
 */
@Timeout(120)
class ChatPageTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String STATE = "document.getElementById('state').dataset.state";
    private static final String USERS = "[...document.querySelectorAll('#users li')]"
            + ".map(li => li.classList.contains('me') ? 'you' : li.textContent)";

    private static Browser browser;
    private static ExampleProcess chat;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start();
        chat = ExampleProcess.serve("chat");
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (chat != null) {
            try (ExampleProcess running = chat) {
                running.stop();
            }
        }
    }

    private static URI address(ExampleProcess server) {
        return URI.create("http://127.0.0.1:" + server.port() + "/");
    }

    /** Opens the page and joins under a name, as a user does. */
    private static Page join(ExampleProcess server, String name) throws IOException {
        Page page = browser.open(address(server));
        page.evaluate(
                "document.getElementById('name-input').value = ''; document.getElementById('name-input').focus()");
        page.type(name);
        page.pressEnter();
        page.await(STATE + " === 'open' && " + USERS + ".includes('you')");
        return page;
    }

    private static void awaitUsers(Page page, String... names) throws IOException {
        String list = "[...document.querySelectorAll('#users li')].map(li => li.textContent)";
        page.await("JSON.stringify(" + list + ") === " + quoted(quoted(List.of(names))));
    }

    private static String quoted(Object value) throws IOException {
        return JSON.writeValueAsString(value);
    }

    private static void say(Page page, String text) throws IOException {
        page.evaluate("document.getElementById('message-input').focus()");
        page.type(text);
        page.pressEnter();
    }

    private static void awaitMessage(Page page, String name, String text) throws IOException {
        page.await("[...document.querySelectorAll('#log .message')].some(m => m.querySelector('.name').textContent === "
                + quoted(name) + " && m.querySelector('.text').textContent === " + quoted(text) + ")");
    }

    private static void assertNoComplaints(Page... pages) {
        for (Page page : pages) {
            assertEquals(List.of(), page.complaints());
        }
    }

    @Test
    void twoPagesTalkToEachOther() throws Exception {
        try (Page ann = join(chat, "Ann");
                Page ben = join(chat, "Ben")) {
            awaitUsers(ann, "Ann", "Ben");
            awaitUsers(ben, "Ann", "Ben");
            say(ann, "hello from Ann");
            awaitMessage(ben, "Ann", "hello from Ann");
            awaitMessage(ann, "Ann", "hello from Ann");
            say(ben, "und grüße zurück 😀");
            awaitMessage(ann, "Ben", "und grüße zurück 😀");
            assertTrue(ann.evaluate("document.querySelector('.message.own .text').textContent === 'hello from Ann'")
                    .asBoolean());
            ann.resize(1100, 750, false);
            ann.screenshot("chat");
            ben.resize(390, 780, true);
            ben.screenshot("chat-phone");
            assertNoComplaints(ann, ben);
        }
    }

    @Test
    void aNameThatIsTakenGetsADigit() throws Exception {
        try (Page first = join(chat, "Twin");
                Page second = join(chat, "Twin")) {
            awaitUsers(first, "Twin", "Twin1");
            awaitUsers(second, "Twin", "Twin1");
            assertEquals(
                    "Twin1",
                    second.evaluate("document.querySelector('#users li.me').textContent")
                            .asText());
            say(second, "the other one");
            awaitMessage(first, "Twin1", "the other one");
            assertNoComplaints(first, second);
        }
    }

    @Test
    void htmlInAMessageAndInANameIsShownAsText() throws Exception {
        String html = "<img src=x onerror=\"window.injected = 1\"><b>bold</b><script>window.injected = 2</script>";
        String name = "<i onclick=alert(1)>x";
        try (Page mallory = join(chat, name);
                Page olaf = join(chat, "Olaf")) {
            awaitUsers(olaf, name, "Olaf");
            say(mallory, html);
            awaitMessage(olaf, name, html);
            assertFalse(olaf.evaluate("'injected' in window").asBoolean());
            assertEquals(
                    0,
                    olaf.evaluate("document.querySelectorAll('#log :is(img, b, script, i), #users i').length")
                            .asInt());
            assertNoComplaints(mallory, olaf);
        }
    }

    @Test
    void whoLeavesIsOffTheList() throws Exception {
        try (Page dora = join(chat, "Dora")) {
            Page emil = join(chat, "Emil");
            awaitUsers(dora, "Dora", "Emil");
            emil.evaluate("document.getElementById('leave').click()");
            awaitUsers(dora, "Dora");
            assertTrue(
                    emil.evaluate("!document.getElementById('welcome').hidden").asBoolean());
            assertNoComplaints(emil);
            emil.close();
            Page fritz = join(chat, "Fritz");
            awaitUsers(dora, "Dora", "Fritz");
            fritz.close(); // the tab is gone
            awaitUsers(dora, "Dora");
            assertNoComplaints(dora);
        }
    }

    @Test
    void pagesReconnectByThemselvesToARestartedServer() throws Exception {
        ExampleProcess first = ExampleProcess.serve("chat");
        try (Page ann = join(first, "Ann");
                Page ben = join(first, "Ben")) {
            awaitUsers(ann, "Ann", "Ben");
            first.stop();
            ann.await(STATE + " !== 'open' && !document.getElementById('trouble').hidden");
            ann.screenshot("chat-server-gone");
            try (ExampleProcess second = ExampleProcess.serve("chat", "--port", String.valueOf(first.port()))) {
                for (Page page : List.of(ann, ben)) {
                    page.await(STATE + " === 'open' && document.getElementById('trouble').hidden");
                    page.await(USERS + ".length === 2");
                }
                say(ann, "here again");
                awaitMessage(ben, "Ann", "here again");
                for (Page page : List.of(ann, ben)) {
                    // An attempt while there was no server is an error in the console that no page can avoid.
                    assertTrue(
                            page.complaints().stream()
                                    .allMatch(complaint -> complaint.contains("ERR_CONNECTION_REFUSED")),
                            () -> page.complaints().toString());
                }
                second.stop();
            }
        } finally {
            first.close();
        }
    }

    @Test
    void aCloseForAReasonIsShownAndNotReconnected() throws Exception {
        try (Page flood = join(chat, "Flood")) {
            flood.evaluate(
                    "for (let i = 0; i < 200; i++) socket.send(JSON.stringify({type: 'message', text: '' + i}))");
            flood.await("document.getElementById('error').textContent.includes('(code 1008)')");
            assertEquals(
                    "",
                    flood.evaluate("document.getElementById('countdown').textContent")
                            .asText());
            flood.evaluate("document.getElementById('reconnect').click()");
            flood.await(STATE + " === 'open' && document.getElementById('trouble').hidden");
            assertNoComplaints(flood);
        }
    }
}
