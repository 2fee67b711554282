package io.bailiwick.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The sources of the project. */
public final class SourceTree {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    private static final List<String> MODULES =
            List.of("router", "domain-controller", "realm-controller", "node-agent");

    private SourceTree() {}

    /** The top of the checkout. */
    public static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("domain-controller")) || !Files.exists(here.resolve("bailiwick"))) {
            here = here.getParent();
        }
        return here;
    }

    /** All Java files of the product and its benchmark, without tests. */
    public static List<Path> mainFiles() {
        return MODULES.stream()
                .map(module -> root().resolve(module).resolve("src"))
                .flatMap(source -> Stream.of(source.resolve("main/java"), source.resolve("bench/java")))
                .flatMap(SourceTree::javaFiles)
                .toList();
    }

    /** All Java files, tests and planted offenders included. */
    static List<Path> allFiles() {
        return MODULES.stream()
                .flatMap(module -> javaFiles(root().resolve(module).resolve("src")))
                .toList();
    }

    /** Parses one source. */
    static Parsed parse(String name, String source) {
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        return parse(List.of(file));
    }

    /** Parses all Java files of the product, in one go: a compiler for each would take a minute. */
    static Parsed parseMain() {
        StandardJavaFileManager files = COMPILER.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        return parse(files.getJavaFileObjectsFromPaths(mainFiles()));
    }

    /** Parses all Java files of the tests. */
    static Parsed parseTests() {
        StandardJavaFileManager files = COMPILER.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        return parse(files.getJavaFileObjectsFromPaths(MODULES.stream()
                .flatMap(module -> javaFiles(root().resolve(module).resolve("src/test/java")))
                .toList()));
    }

    private static Parsed parse(Iterable<? extends JavaFileObject> files) {
        JavacTask task = (JavacTask) COMPILER.getTask(null, null, null, null, null, files);
        try {
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            return new Parsed(DocTrees.instance(task), units);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Parsed sources, and what knows their positions and comments. */
    record Parsed(DocTrees trees, List<CompilationUnitTree> units) {}

    private static Stream<Path> javaFiles(Path directory) {
        try (Stream<Path> files = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
