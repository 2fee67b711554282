package io.bailiwick.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which tests name which URI: as it is, or by its last component, behind a prefix that the test has somewhere. */
final class TestNames {
    private static final Pattern LITERAL = Pattern.compile("\"([a-zA-Z_{}.]+)\"");
    private static final int SHOWN = 3;

    private final Map<String, Set<String>> literals;

    private TestNames(Map<String, Set<String>> literals) {
        this.literals = literals;
    }

    /** Reads all tests of all modules. */
    static TestNames read() {
        Map<String, Set<String>> literals = new TreeMap<>();
        for (Path file : SourceTree.allFiles()) {
            String path = file.toString();
            if (path.contains("/src/test/java/io/bailiwick/") && path.endsWith("Test.java") && !path.contains("/house/")) {
                literals.put(SourceTree.root().relativize(file).toString(), literals(file));
            }
        }
        return new TestNames(literals);
    }

    private static Set<String> literals(Path file) {
        try {
            Set<String> found = new HashSet<>();
            Matcher literal = LITERAL.matcher(Files.readString(file));
            while (literal.find()) {
                found.add(literal.group(1));
            }
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
        List<String> whole = classes("", uri, false);
        List<String> own = classes(module + "/", uri, true);
        return !whole.isEmpty() ? whole : !own.isEmpty() ? own : classes("", uri, true);
    }

    private List<String> classes(String under, String uri, boolean byEnd) {
        return literals.entrySet().stream()
                .filter(test -> test.getKey().startsWith(under))
                .filter(test -> test.getValue().stream()
                        .anyMatch(text -> text.equals(uri) || (byEnd && uri.endsWith("." + text))))
                .map(test -> Path.of(test.getKey()).getFileName().toString())
                .sorted(Comparator.naturalOrder())
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
