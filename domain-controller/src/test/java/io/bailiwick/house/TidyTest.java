package io.bailiwick.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.Test;

/** What a reader may count on in every source file. Each check is also shown an offender. */
class TidyTest {
    private static final int METHOD_LINES = 70;
    private static final int FILE_CODE_LINES = 330;
    private static final int PACKAGE_TYPES = 20;

    @Test
    void methodsFitOnAScreen() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : SourceTree.mainFiles()) {
            tooLong.addAll(longMethods(file.toString(), Files.readString(file)));
        }
        assertEquals(List.of(), tooLong);
    }

    @Test
    void aLongMethodIsSeen() {
        String body = "int i = 0;\n".repeat(METHOD_LINES + 1);
        assertEquals(
                1,
                longMethods("A.java", "class A {\n void a() {\n" + body + "}\n}\n")
                        .size());
    }

    @Test
    void whatIsPublicIsExplained() throws IOException {
        List<String> silent = new ArrayList<>();
        for (Path file : SourceTree.mainFiles()) {
            silent.addAll(undocumented(file.toString(), Files.readString(file)));
        }
        assertEquals(List.of(), silent);
    }

    @Test
    void aSilentPublicMethodIsSeen() {
        assertEquals(
                List.of("A.java: b"),
                undocumented(
                        "A.java",
                        "/** A. */\npublic class A {\n /** a. */ public void a() {}\n public void b() {}\n}\n"));
    }

    @Test
    void filesHoldOneIdea() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : SourceTree.mainFiles()) {
            long lines = codeLines(Files.readString(file));
            // The message vocabulary is one page by design: a record for each of WAMP's 25 messages.
            if (lines > FILE_CODE_LINES && !file.endsWith("Message.java")) {
                tooLong.add(file + ": " + lines);
            }
        }
        assertEquals(List.of(), tooLong);
    }

    @Test
    void packagesAreSmallAndSayWhatTheyAre() throws IOException {
        Map<Path, Integer> types = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (Path file : SourceTree.mainFiles()) {
            Path directory = file.getParent();
            types.merge(directory, file.endsWith("package-info.java") ? 0 : 1, Integer::sum);
            Path info = directory.resolve("package-info.java");
            if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
                wrong.add(directory + ": expected a package-info with @NullMarked");
            }
        }
        types.forEach((directory, count) -> {
            // The store is one package on purpose: nothing of what is beneath it may be public.
            if (count > PACKAGE_TYPES && !directory.endsWith("router/store")) {
                wrong.add(directory + ": " + count + " files");
            }
        });
        assertEquals(List.of(), wrong);
    }

    @Test
    void nothingIsLeftForLater() throws IOException {
        List<String> left = new ArrayList<>();
        for (Path file : SourceTree.allFiles()) {
            for (String line : Files.readAllLines(file)) {
                if (line.matches(".*\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b.*")) {
                    left.add(file + ": " + line.strip());
                }
            }
        }
        assertEquals(List.of(), left);
    }

    private static List<String> longMethods(String name, String source) {
        SourceTree.Parsed parsed = SourceTree.parse("A.java", source);
        List<String> found = new ArrayList<>();
        var positions = DocTrees.instance(parsed.task()).getSourcePositions();
        LineMap lines = parsed.unit().getLineMap();
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void nothing) {
                long start = lines.getLineNumber(positions.getStartPosition(parsed.unit(), method));
                long end = lines.getLineNumber(positions.getEndPosition(parsed.unit(), method));
                if (end - start + 1 > METHOD_LINES) {
                    found.add(name + ": " + method.getName() + " has " + (end - start + 1) + " lines");
                }
                return super.visitMethod(method, null);
            }
        }.scan(parsed.unit(), null);
        return found;
    }

    private static List<String> undocumented(String name, String source) {
        SourceTree.Parsed parsed = SourceTree.parse("A.java", source);
        DocTrees trees = DocTrees.instance(parsed.task());
        List<String> found = new ArrayList<>();
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitClass(ClassTree type, Void nothing) {
                if (type.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
                    check(getCurrentPath(), type.getSimpleName().toString());
                }
                return super.visitClass(type, null);
            }

            @Override
            public Void visitMethod(MethodTree method, Void nothing) {
                boolean isPublic = method.getModifiers().getFlags().contains(Modifier.PUBLIC);
                // What @Override inherits is explained above it; a @Procedure says itself what it does.
                boolean inherits = method.getModifiers().getAnnotations().stream()
                        .anyMatch(annotation -> Set.of("Override", "Procedure")
                                .contains(annotation.getAnnotationType().toString()));
                boolean shown = getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
                        && type.getModifiers().getFlags().contains(Modifier.PUBLIC);
                boolean canonical = getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD
                        && method.getName().contentEquals("<init>");
                if (isPublic && !inherits && shown && !canonical) {
                    check(getCurrentPath(), method.getName().toString());
                }
                return super.visitMethod(method, null);
            }

            private void check(TreePath path, String what) {
                if (trees.getDocComment(path) == null) {
                    found.add(name + ": " + what);
                }
            }
        }.scan(parsed.unit(), null);
        return found;
    }

    private static long codeLines(String source) {
        return source.lines()
                .map(String::strip)
                .filter(line ->
                        !line.isEmpty() && !line.startsWith("//") && !line.startsWith("*") && !line.startsWith("/*"))
                .filter(line -> !line.startsWith("import ") && !line.startsWith("package "))
                .count();
    }
}
