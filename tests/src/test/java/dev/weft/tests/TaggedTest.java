package dev.weft.tests;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A method, or a class, with tags that are ids of sentences of an RFC: {@code @Tag("6455-5.1-1")}, JUnit's or jqwik's. Read from
 * the source, as the tests of other modules are not on the class path.
 *
 * @param file its source
 * @param line where it starts
 * @param name as {@code Class.method}
 * @param ids of the sentences that it proves
 * @param isTest whether it is a method that is run
 */
record TaggedTest(Path file, long line, String name, List<String> ids, boolean isTest) {
    private static final Set<String> TESTS =
            Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "Property", "Example");

    /** All of a source folder. */
    static List<TaggedTest> in(Path sources) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<TaggedTest> found = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(new Scanner(Trees.instance(task), unit, found), null);
            }
        }
        return found;
    }

    @Override
    public String toString() {
        return name + " (" + file.getFileName() + ":" + line + ")";
    }

    private static final class Scanner extends TreeScanner<Void, Void> {
        private final Trees trees;
        private final CompilationUnitTree unit;
        private final List<TaggedTest> found;
        private String className = "";

        Scanner(Trees trees, CompilationUnitTree unit, List<TaggedTest> found) {
            this.trees = trees;
            this.unit = unit;
            this.found = found;
        }

        @Override
        public Void visitClass(ClassTree tree, Void none) {
            String outer = className;
            className = tree.getSimpleName().toString();
            add(tree, tree.getModifiers(), className);
            super.visitClass(tree, none);
            className = outer;
            return null;
        }

        @Override
        public Void visitMethod(MethodTree tree, Void none) {
            add(tree, tree.getModifiers(), className + "." + tree.getName());
            return super.visitMethod(tree, none);
        }

        private void add(Tree tree, ModifiersTree modifiers, String name) {
            List<String> ids = new ArrayList<>();
            boolean isTest = false;
            boolean disabled = false;
            for (AnnotationTree annotation : modifiers.getAnnotations()) {
                String type = annotation.getAnnotationType().toString();
                isTest |= TESTS.contains(type);
                disabled |= type.equals("Disabled");
                if (type.equals("Tag") && annotation.getArguments().get(0) instanceof LiteralTree tag) {
                    ids.add(tag.getValue().toString());
                }
            }
            ids.removeIf(id -> !id.matches("\\d{4}-.*"));
            if (!ids.isEmpty()) {
                long start = trees.getSourcePositions().getStartPosition(unit, tree);
                found.add(new TaggedTest(
                        Path.of(unit.getSourceFile().toUri()),
                        unit.getLineMap().getLineNumber(start),
                        name,
                        ids,
                        isTest && !disabled));
            }
        }
    }
}
