package io.bailiwick.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The sources of the project. */
public final class SourceTree {
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

    /** All Java files of the product, without tests. */
    static List<Path> mainFiles() {
        return MODULES.stream()
                .flatMap(module -> javaFiles(root().resolve(module).resolve("src/main/java")))
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
        JavacTask task =
                (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null, null, null, null, List.of(file));
        try {
            return new Parsed(task, task.parse().iterator().next());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** A parsed source and the compiler that knows its positions and comments. */
    record Parsed(JavacTask task, CompilationUnitTree unit) {}

    private static Stream<Path> javaFiles(Path directory) {
        try (Stream<Path> files = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
