package io.bailiwick.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
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

    private static final SourceTree.Parsed MAIN = SourceTree.parseMain();

    @Test
    void methodsFitOnAScreen() {
        assertEquals(List.of(), longMethods(MAIN));
    }

    @Test
    void aLongMethodIsSeen() {
        String body = "int i = 0;\n".repeat(METHOD_LINES + 1);
        assertEquals(
                1,
                longMethods(SourceTree.parse("A.java", "class A {\n void a() {\n" + body + "}\n}\n"))
                        .size());
    }

    @Test
    void whatIsPublicIsExplained() {
        assertTrue(MAIN.units().size() > 100, "all sources are looked at");
        assertEquals(List.of(), undocumented(MAIN));
    }

    @Test
    void aSilentPublicMethodIsSeen() {
        assertEquals(
                List.of("/A.java: b"),
                undocumented(SourceTree.parse(
                        "A.java",
                        "/** A. */\npublic class A {\n /** a. */ public void a() {}\n public void b() {}\n}\n")));
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
    void namesSayWhatAThingIs() {
        // As HouseRules has it for classes; the benchmark is not compiled here.
        assertEquals(
                List.of(),
                SourceTree.mainFiles().stream()
                        .filter(file -> file.getFileName()
                                .toString()
                                .matches("(Abstract\\w*|\\w*(Utils?|Helper|Manager|Impl))\\.java"))
                        .toList());
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

    private static List<String> longMethods(SourceTree.Parsed parsed) {
        List<String> found = new ArrayList<>();
        var positions = parsed.trees().getSourcePositions();
        for (CompilationUnitTree unit : parsed.units()) {
            LineMap lines = unit.getLineMap();
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitMethod(MethodTree method, Void nothing) {
                    long start = lines.getLineNumber(positions.getStartPosition(unit, method));
                    long end = lines.getLineNumber(positions.getEndPosition(unit, method));
                    if (end - start + 1 > METHOD_LINES) {
                        found.add(name(unit) + ": " + method.getName() + " has " + (end - start + 1) + " lines");
                    }
                    return super.visitMethod(method, null);
                }
            }.scan(unit, null);
        }
        return found;
    }

    private static List<String> undocumented(SourceTree.Parsed parsed) {
        List<String> found = new ArrayList<>();
        parsed.units().forEach(unit -> new PublicNames(parsed.trees(), name(unit), found).scan(unit, null));
        return found;
    }

    private static String name(CompilationUnitTree unit) {
        return unit.getSourceFile().toUri().getPath();
    }

    /** Finds what is public and has no comment. */
    private static final class PublicNames extends TreePathScanner<Void, Void> {
        private final DocTrees trees;
        private final String file;
        private final List<String> found;

        PublicNames(DocTrees trees, String file, List<String> found) {
            this.trees = trees;
            this.file = file;
            this.found = found;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            if (type.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
                check(type.getSimpleName().toString());
            }
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            Tree owner = getCurrentPath().getParentPath().getLeaf();
            boolean shown = owner instanceof ClassTree type
                    && type.getModifiers().getFlags().contains(Modifier.PUBLIC)
                    && method.getModifiers().getFlags().contains(Modifier.PUBLIC);
            // What @Override inherits is explained above it; a @Procedure says itself what it does.
            boolean explained = method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation -> Set.of("Override", "Procedure")
                            .contains(annotation.getAnnotationType().toString()));
            boolean canonical =
                    owner.getKind() == Tree.Kind.RECORD && method.getName().contentEquals("<init>");
            if (shown && !explained && !canonical) {
                check(method.getName().toString());
            }
            return super.visitMethod(method, null);
        }

        private void check(String what) {
            if (trees.getDocComment(getCurrentPath()) == null) {
                found.add(file + ": " + what);
            }
        }
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
