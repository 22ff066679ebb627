package dev.weft.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which tests prove which sentence of an RFC: what the files {@code tests/rfc/*.tsv} say, held against the tags of the tests of
 * all modules.
 */
final class RfcMap {
    static final String NOT_APPLICABLE = "not applicable: ";
    static final String DEVIATES = "deviates: ";

    private static final Set<String> KEYWORDS =
            Set.of("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "RECOMMENDED", "OPTIONAL");
    private static final Set<String> ROLES = Set.of("client", "server", "both");

    /**
     * A sentence that binds an endpoint.
     *
     * @param id the RFC's number, the section, the number of the sentence within it
     * @param keyword as the RFC has it; in small letters where it binds all the same
     * @param role whom it binds
     * @param classes that enforce it, as {@code core.FrameHeader}; empty where none does
     * @param text what it says, in other words
     * @param remark why it does not apply, or how and why it is not followed; empty for most
     */
    record Sentence(String id, String keyword, String role, List<String> classes, String text, String remark) {
        static Sentence of(String line) {
            String[] columns = line.split("\t", 6);
            if (columns.length < 5) {
                throw new IllegalArgumentException("not five or six columns: " + line);
            }
            List<String> classes = columns[3].isEmpty() ? List.of() : List.of(columns[3].split(","));
            return new Sentence(
                    columns[0], columns[1], columns[2], classes, columns[4], columns.length == 6 ? columns[5] : "");
        }

        /** The RFC's number. */
        String rfc() {
            return id.replaceFirst("-.*", "");
        }

        String section() {
            return id.split("-")[1];
        }

        boolean applies() {
            return !remark.startsWith(NOT_APPLICABLE);
        }

        boolean deviates() {
            return remark.startsWith(DEVIATES);
        }
    }

    final Path root;
    final List<Sentence> sentences = new ArrayList<>();
    /** By id, in the order of the files. */
    final Map<String, List<TaggedTest>> tests = new LinkedHashMap<>();

    private final List<String> problems = new ArrayList<>();

    /** Reads the map of the project at {@code root}. */
    RfcMap(Path root) throws IOException {
        this.root = root;
        for (Path file : list(root.resolve("tests/rfc"))) {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    sentences.add(Sentence.of(line));
                }
            }
        }
        for (Path module : list(root)) {
            Path sources = module.resolve("src/test/java");
            if (Files.isDirectory(sources)) {
                for (TaggedTest test : TaggedTest.in(sources)) {
                    test.ids().forEach(id -> tests.computeIfAbsent(id, none -> new ArrayList<>())
                            .add(test));
                }
            }
        }
        check();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private void check() {
        Set<String> ids = sentences.stream().map(Sentence::id).collect(Collectors.toSet());
        if (ids.size() < sentences.size()) {
            problems.add("an id is there twice");
        }
        sentences.forEach(this::check);
        tests.forEach((id, proving) -> {
            for (TaggedTest test : proving) {
                if (!ids.contains(id)) {
                    problems.add(id + " is not known: " + test);
                }
                if (!test.isTest()) {
                    problems.add(id + " is on what is no test, or is disabled: " + test);
                }
            }
        });
    }

    private void check(Sentence sentence) {
        if (!sentence.id().matches("\\d{4}-\\d+(\\.\\d+)*-[1-9]\\d*")
                || !KEYWORDS.contains(sentence.keyword().toUpperCase())
                || !ROLES.contains(sentence.role())) {
            problems.add(sentence.id() + " has a malformed id, keyword or role");
        }
        boolean tested = tests.containsKey(sentence.id());
        boolean reasoned = !sentence.applies() || sentence.deviates();
        if (!reasoned && !sentence.remark().isEmpty()) {
            problems.add(sentence.id() + " has a remark that is no reason: " + sentence.remark());
        }
        if (!tested && !reasoned) {
            problems.add(sentence.id() + " has neither a test nor a reason: " + sentence.text());
        }
        if (tested && !sentence.applies()) {
            problems.add(sentence.id() + " does not apply, and yet has a test: " + tests.get(sentence.id()));
        }
        if (sentence.classes().isEmpty() && !reasoned) {
            problems.add(sentence.id() + " has no class that enforces it");
        }
        for (String name : sentence.classes()) {
            if (!Files.isRegularFile(source(name))) {
                problems.add(sentence.id() + " names a class that does not exist: " + name);
            }
        }
    }

    /** Where a class lies that is named as {@code core.FrameHeader}. */
    Path source(String name) {
        String module = name.replaceFirst("\\..*", "");
        return root.resolve(module + "/src/main/java/dev/weft/" + name.replace('.', '/') + ".java");
    }

    /** What is wrong, a line each; empty for a map that holds. */
    List<String> problems() {
        return problems;
    }

    /** Such as "3 sentences: 1 tested, 1 not followed, 1 not applicable". */
    String counts() {
        long deviating = sentences.stream().filter(Sentence::deviates).count();
        long applying = sentences.stream().filter(Sentence::applies).count();
        return sentences.size() + " sentences: " + (applying - deviating) + " tested, " + deviating + " not followed, "
                + (sentences.size() - applying) + " not applicable";
    }

    /** Draws the map as {@code tests/target/rfc-map.html}. */
    void draw() {
        try {
            Path page = root.resolve("tests/target/rfc-map.html");
            Files.createDirectories(page.getParent());
            Files.writeString(page, new RfcPage(this, page.getParent()).html());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
