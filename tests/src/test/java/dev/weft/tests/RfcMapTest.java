package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds {@code tests/rfc} against the tests of all modules, and draws the page. */
class RfcMapTest {
    /** Enforced by a class that is there, and proved by a test that is. */
    private static final String RIGHT = "6455-5.1-1\tMUST\tclient\tcore.Masker\tA client masks.";

    private static final String TAGGED = "@Test @Tag(\"6455-5.1-1\") void masks() {}";

    @TempDir
    private Path project;

    @Test
    void everySentenceHasATestOrAReason() throws IOException {
        RfcMap map = new RfcMap(Path.of("..").toAbsolutePath().normalize());
        map.draw();
        assertEquals("", String.join("\n", map.problems()));
        assertTrue(map.sentences.size() > 200, map.counts());
    }

    private RfcMap map(String sentences, String tests) throws IOException {
        write("core/src/main/java/dev/weft/core/Masker.java", "class Masker {}");
        write("tests/rfc/rfc6455.tsv", "# a comment\n" + sentences + "\n");
        write("core/src/test/java/dev/weft/core/MaskerTest.java", "class MaskerTest { " + tests + " }");
        return new RfcMap(project);
    }

    private void write(String file, String content) throws IOException {
        Path path = project.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private void assertProblem(String expected, String sentences, String tests) throws IOException {
        List<String> problems = map(sentences, tests).problems();
        assertEquals(1, problems.size(), () -> "problems: " + problems);
        assertTrue(problems.get(0).contains(expected), () -> "problems: " + problems);
    }

    @Test
    void aSentenceWithATestIsRight() throws IOException {
        assertEquals(List.of(), map(RIGHT, TAGGED).problems());
        assertEquals(List.of(), map(RIGHT, TAGGED.replace("@Test", "@Property")).problems());
        assertEquals(
                List.of(),
                map(RIGHT, TAGGED + " @Tag(\"slow\") void other() {}").problems(),
                "tags of other kinds");
    }

    @Test
    void aSentenceWithAReasonIsRight() throws IOException {
        String none = "6455-5.1-1\tMUST\tclient\t\tA client masks.\t";
        assertEquals(List.of(), map(none + "not applicable: browsers only", "").problems());
        assertEquals(List.of(), map(none + "deviates: for speed", "").problems());
        assertEquals(List.of(), map(none + "deviates: for speed", TAGGED).problems(), "what is done instead");
    }

    @Test
    void aSentenceWithNeitherIsAProblem() throws IOException {
        assertProblem("6455-5.1-1 has neither a test nor a reason", RIGHT, "");
        assertProblem("neither a test nor a reason", RIGHT, "@Test void masks() {}");
        assertProblem("neither a test nor a reason", RIGHT, "// " + TAGGED + "\n");
    }

    @Test
    void aSentenceThatDoesNotApplyAndHasATestIsAProblem() throws IOException {
        assertProblem("does not apply, and yet has a test", RIGHT + "\tnot applicable: browsers only", TAGGED);
    }

    @Test
    void aRemarkThatIsNoReasonIsAProblem() throws IOException {
        assertProblem("a remark that is no reason", RIGHT + "\tlater", TAGGED);
    }

    @Test
    void aTestThatNamesAnUnknownIdIsAProblem() throws IOException {
        assertProblem("6455-5.1-2 is not known", RIGHT, TAGGED.replace("@Test", "@Test @Tag(\"6455-5.1-2\")"));
        assertProblem("7692-9-9 is not known", RIGHT, TAGGED + " @Property @Tag(\"7692-9-9\") void p() {}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@Disabled @Test", "@BeforeEach"})
    void aTagOnWhatIsNotRunIsAProblem(String annotations) throws IOException {
        assertProblem("is on what is no test", RIGHT, TAGGED.replace("@Test", annotations));
    }

    @Test
    void aTagOnAClassIsAProblem() throws IOException {
        assertProblem("is on what is no test", RIGHT, "@Tag(\"6455-5.1-1\") class Inner { @Test void masks() {} }");
    }

    @Test
    void aClassThatDoesNotExistIsAProblem() throws IOException {
        String two = RIGHT.replace("core.Masker", "core.Masker,core.Gone");
        assertProblem("6455-5.1-1 names a class that does not exist: core.Gone", two, TAGGED);
        assertProblem("has no class that enforces it", RIGHT.replace("core.Masker", ""), TAGGED);
    }

    @Test
    void anIdThatIsThereTwiceIsAProblem() throws IOException {
        assertProblem("twice", RIGHT + "\n" + RIGHT, TAGGED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "6455-5.1-1\tOUGHT\tclient\tcore.Masker\tA client masks.",
                "6455-5.1-1\tMUST\tproxy\tcore.Masker\tA client masks.",
                "6455-5.1-0\tMUST\tclient\tcore.Masker\tA client masks.",
                "6455-1\tMUST\tclient\tcore.Masker\tA client masks."
            })
    void aMalformedSentenceIsAProblem(String sentence) throws IOException {
        String id = sentence.substring(0, sentence.indexOf('\t'));
        assertProblem("malformed", sentence, TAGGED.replace("6455-5.1-1", id));
    }

    @Test
    void aLineOfTooFewColumnsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> map("6455-5.1-1\tMUST\tclient\tcore.Masker", TAGGED));
    }

    @Test
    void thePageHasAnAnchorForEveryIdAndLinks() throws IOException {
        RfcMap map = map(RIGHT + "\n6455-5.1-2\tMUST\tclient\t\t1 < 2\tnot applicable: \"so\"", TAGGED);
        map.draw();
        String page = Files.readString(project.resolve("tests/target/rfc-map.html"));
        assertTrue(page.contains("2 sentences: 1 tested, 0 not followed, 1 not applicable."), page);
        assertTrue(page.contains("<tr id=\"6455-5.1-1\">") && page.contains("<tr id=\"6455-5.1-2\""), page);
        assertTrue(page.contains("https://www.rfc-editor.org/rfc/rfc6455#section-5.1"), page);
        assertTrue(page.contains("href=\"../../core/src/main/java/dev/weft/core/Masker.java\">core.Masker<"), page);
        assertTrue(
                page.contains("href=\"../../core/src/test/java/dev/weft/core/MaskerTest.java#L1\">MaskerTest.masks<"),
                page);
        assertTrue(page.contains("1 &lt; 2") && page.contains("&quot;so&quot;"), page);
    }
}
