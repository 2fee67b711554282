package io.bailiwick.house;

import com.sun.source.tree.CompilationUnitTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which tests show which procedure or topic: those that call it or subscribe to it. */
final class TestNames {
    /** Between two parts of a text that is written in parts. */
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");
    /** A row of a test that takes a group and names: each of them is called. */
    private static final Pattern ROW = Pattern.compile("\"([a-z]+) \\| ([a-z_=. ]+)\"");

    private static final Pattern LETTER = Pattern.compile("_([a-z])");
    private static final int SHOWN = 3;

    private final Map<String, List<String>> called;
    private final Map<String, Set<String>> rows = new TreeMap<>();

    private TestNames(Map<String, List<String>> called) {
        this.called = called;
    }

    /**
     * Reads all tests of all modules.
     *
     * @param main the sources of the product
     */
    static TestNames read(Collection<CompilationUnitTree> main) {
        Map<String, List<String>> called = TestCalls.read(main);
        called.keySet().removeIf(file -> !file.endsWith("Test.java") || file.contains("/house/"));
        TestNames names = new TestNames(called);
        called.keySet()
                .forEach(file -> names.rows.put(file, rows(SourceTree.root().resolve(file))));
        return names;
    }

    private static Set<String> rows(Path file) {
        try {
            Set<String> found = new HashSet<>();
            ROW.matcher(JOINT.matcher(Files.readString(file)).replaceAll(""))
                    .results()
                    .forEach(row -> {
                        for (String name : row.group(2).split(" ")) {
                            found.add(row.group(1) + "." + name.split("=")[0]);
                        }
                    });
            return found;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * The test classes that call a URI, first of its own module, where both sides of a thing are tested, then of all; if there
     * are none, those of its module that call the method which is the procedure.
     */
    List<String> of(String module, String uri) {
        Predicate<String> known = uri.contains("{")
                ? Pattern.compile(uri.replaceAll("\\{\\w+}", "[^.]+")).asMatchPredicate()
                : uri::equals;
        return Stream.of(classes(module + "/", known), classes("", known), classes(module + "/", method(uri)::equals))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static String method(String uri) {
        return "#"
                + LETTER.matcher(uri.substring(uri.lastIndexOf('.') + 1))
                        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }

    /** Those that call it most come first. */
    private List<String> classes(String under, Predicate<String> known) {
        Map<String, Long> times = called.entrySet().stream()
                .filter(test -> test.getKey().startsWith(under))
                .collect(Collectors.toMap(
                        test -> name(test.getKey()),
                        test -> test.getValue().stream().filter(known).count(),
                        Long::sum));
        return times.entrySet().stream()
                .filter(test -> test.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The test classes that call a row of the remote API: {@code group.name}, or all of its URI. */
    List<String> ofRow(String row) {
        return called.keySet().stream()
                .filter(file -> rows.getOrDefault(file, Set.of()).contains(row)
                        || called.get(file).stream()
                                .anyMatch(name -> name.equals(row) || name.endsWith("remote." + row)))
                .map(TestNames::name)
                .sorted()
                .distinct()
                .toList();
    }

    private static String name(String file) {
        return String.valueOf(Path.of(file).getFileName());
    }

    /** At most three of them, as the page has it. */
    String shown(String module, String uri) {
        return of(module, uri).stream()
                .limit(SHOWN)
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", "));
    }
}
