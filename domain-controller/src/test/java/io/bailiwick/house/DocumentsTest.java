package io.bailiwick.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents tell the truth: files that they name are there, and the page of procedures is made of the code. */
class DocumentsTest {
    private static final Pattern NAMED = Pattern.compile("`([\\w./-]+\\.(?:java|md|xml))`");
    private static final Pattern LINKED = Pattern.compile("]\\(([^)#:]+)\\)");

    private static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(SourceTree.root());
                Stream<Path> docs = Files.list(SourceTree.root().resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    @Test
    void everyFileThatADocumentNamesIsThere() throws IOException {
        Set<String> names = SourceTree.allFiles().stream()
                .map(file -> file.getFileName().toString())
                .collect(Collectors.toSet());
        List<String> missing = new ArrayList<>();
        for (Path document : documents()) {
            String text = Files.readString(document);
            Matcher named = NAMED.matcher(text);
            while (named.find()) {
                String name = named.group(1);
                if (!names.contains(name) && !Files.exists(SourceTree.root().resolve(name))) {
                    missing.add(document.getFileName() + ": " + name);
                }
            }
            Matcher linked = LINKED.matcher(text);
            while (linked.find()) {
                if (!Files.exists(document.resolveSibling(linked.group(1)))) {
                    missing.add(document.getFileName() + ": " + linked.group(1));
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void thePageOfProceduresAndEventsIsThatOfTheCode() throws IOException {
        Path file = SourceTree.root().resolve("docs/api.md");
        String generated = ApiPage.read().text();
        if ("write".equals(System.getProperty("bailiwick.docs"))) {
            Files.writeString(file, generated);
        }
        assertTrue(Files.exists(file), "docs/api.md is there; write it with -Dbailiwick.docs=write");
        assertEquals(generated, Files.readString(file), "bring it up to date with -Dbailiwick.docs=write");
    }

    /** The router's tests write the page when all of them have run; a run of chosen tests leaves nothing to compare. */
    @Test
    void thePageOfConformanceIsWhatTheTestsHaveShown() throws IOException {
        Path shown = SourceTree.root().resolve("router/target/conformance.md");
        assumeTrue(Files.exists(shown), "the router's tests have not run");
        Path file = SourceTree.root().resolve("docs/conformance.md");
        if ("write".equals(System.getProperty("bailiwick.docs"))) {
            Files.copy(shown, file, StandardCopyOption.REPLACE_EXISTING);
        }
        assertEquals(
                Files.readString(shown), Files.readString(file), "bring it up to date with -Dbailiwick.docs=write");
    }
}
