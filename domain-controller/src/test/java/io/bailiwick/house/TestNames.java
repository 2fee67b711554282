package io.bailiwick.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which tests name which URI: as it is, by its last component behind a prefix that the test has somewhere, or by the method
 * that is the procedure.
 */
final class TestNames {
    private static final Pattern LITERAL = Pattern.compile("\"([\\w{}. ]+)\"");
    private static final Pattern METHOD = Pattern.compile("\\.([a-z]\\w+)\\(|::([a-z]\\w+)");
    /** Between two parts of a text that is written in parts. */
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");
    /** A row of a test that takes a group and names: each of them is named. */
    private static final Pattern ROW = Pattern.compile("\"([a-z]+) \\| ([a-z_=. ]+)\"");

    private static final Pattern LETTER = Pattern.compile("_([a-z])");
    private static final int SHOWN = 3;

    private final Map<String, Set<String>> names;

    private TestNames(Map<String, Set<String>> names) {
        this.names = names;
    }

    /** Reads all tests of all modules. */
    static TestNames read() {
        Map<String, Set<String>> names = new TreeMap<>();
        for (Path file : SourceTree.allFiles()) {
            String path = file.toString();
            if (path.contains("/src/test/java/io/bailiwick/")
                    && path.endsWith("Test.java")
                    && !path.contains("/house/")) {
                names.put(SourceTree.root().relativize(file).toString(), names(file));
            }
        }
        return new TestNames(names);
    }

    /** Texts as they are, methods as {@code name()}. */
    private static Set<String> names(Path file) {
        try {
            String text = Files.readString(file);
            Set<String> found = new HashSet<>();
            LITERAL.matcher(text).results().forEach(literal -> found.add(literal.group(1)));
            ROW.matcher(JOINT.matcher(text).replaceAll("")).results().forEach(row -> {
                for (String name : row.group(2).split(" ")) {
                    found.add(row.group(1) + "." + name.split("=")[0]);
                }
            });
            METHOD.matcher(text)
                    .results()
                    .forEach(method -> found.add((method.group(1) == null ? method.group(2) : method.group(1)) + "()"));
            return found;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * The test classes that name a URI whole; if there are none, those that name the end of it, first of its own module, where
     * both sides of a thing are tested, then of all.
     */
    List<String> of(String module, String uri) {
        List<String> whole = classes("", name -> name.equals(uri) || name.endsWith(" " + uri));
        if (!whole.isEmpty()) {
            return whole;
        }
        String method = method(uri);
        String last = uri.substring(uri.lastIndexOf('.'));
        Predicate<String> end =
                name -> name.equals(method) || uri.endsWith("." + name) || (uri.contains("{") && name.endsWith(last));
        List<String> own = classes(module + "/", end);
        return !own.isEmpty() ? own : classes("", end);
    }

    /** The test classes that name a row of the remote API: {@code group.name}, or all of its URI. */
    List<String> ofRow(String row) {
        return classes("", name -> name.equals(row) || name.endsWith("remote." + row));
    }

    private static String method(String uri) {
        return LETTER.matcher(uri.substring(uri.lastIndexOf('.') + 1))
                        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT))
                + "()";
    }

    private List<String> classes(String under, Predicate<String> named) {
        return names.entrySet().stream()
                .filter(test -> test.getKey().startsWith(under))
                .filter(test -> test.getValue().stream().anyMatch(named))
                .map(test -> Path.of(test.getKey()).getFileName().toString())
                .sorted()
                .distinct()
                .toList();
    }

    /** At most three of them, as the page has it. */
    String shown(String module, String uri) {
        return of(module, uri).stream()
                .limit(SHOWN)
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", "));
    }
}
