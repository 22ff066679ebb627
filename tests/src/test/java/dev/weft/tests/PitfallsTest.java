package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The table of pitfalls in README.md names tests that there are. */
class PitfallsTest {
    private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| (.+) \\|");
    private static final Pattern TEST = Pattern.compile("(core|nio|tls|tests) `(\\w+)#(\\w+)`");

    @TestFactory
    Stream<DynamicTest> everyPitfallHasItsTests() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        List<MatchResult> rows = readme.substring(readme.indexOf("\n## Pitfalls\n"), readme.indexOf("\n## Fuzzing\n"))
                .lines()
                .flatMap(line -> ROW.matcher(line).results())
                .skip(2) // the head of the table
                .toList();
        return rows.stream().map(row -> DynamicTest.dynamicTest(row.group(1), () -> assertTests(row.group(2))));
    }

    private static void assertTests(String cell) throws IOException {
        assertEquals("", TEST.matcher(cell).replaceAll("").replace(", ", ""), "only tests stand there");
        for (MatchResult test : TEST.matcher(cell).results().toList()) {
            String source = source(test.group(1), test.group(2));
            Pattern method = Pattern.compile(
                    "@(Test|ParameterizedTest|Property)\\b(?:(?!\\n\\n).)*?void " + test.group(3) + "\\(",
                    Pattern.DOTALL);
            assertTrue(method.matcher(source).find(), () -> "no test " + test.group());
        }
    }

    private static String source(String module, String name) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
            List<Path> found =
                    files.filter(file -> file.endsWith(name + ".java")).toList();
            assertEquals(1, found.size(), () -> "files of " + module + " named " + name);
            return Files.readString(found.get(0));
        }
    }
}
