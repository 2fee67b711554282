package io.bailiwick.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bailiwick.mrealm.remote.RemoteGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents tell the truth: files that they name are there, and the page of procedures is made of the code. */
class DocumentsTest {
    private static final Pattern NAMED = Pattern.compile("`([\\w./-]+\\.(?:java|md|xml))`");
    private static final String TABLE_BEGINS = "<!-- the table -->";
    private static final String TABLE_ENDS = "<!-- the end of the table -->";
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

    /** The page of the remote API has the table between two marks; the rest is written by hand. */
    @Test
    void theTableOfTheRemoteApiIsThatOfTheCode() throws IOException {
        Path file = SourceTree.root().resolve("docs/remote.md");
        String page = Files.readString(file);
        int begin = page.indexOf(TABLE_BEGINS) + TABLE_BEGINS.length();
        int end = page.indexOf(TABLE_ENDS);
        String generated = page.substring(0, begin) + remoteTable() + page.substring(end);
        if ("write".equals(System.getProperty("bailiwick.docs"))) {
            Files.writeString(file, generated);
            page = generated;
        }
        assertEquals(generated, page, "bring it up to date with -Dbailiwick.docs=write");
    }

    private static String remoteTable() {
        StringBuilder text = new StringBuilder("\n");
        for (RemoteGroup group : RemoteGroup.values()) {
            if (group == RemoteGroup.REALM_META) {
                continue;
            }
            boolean ofNode = group.level() == RemoteGroup.Level.NODE;
            text.append("\n### `").append(group.id()).append("`\n\n");
            text.append(
                    ofNode
                            ? "Arguments: node, then those of the node.\n"
                            : "Arguments: node, worker, then those of the worker.\n");
            text.append("\nProcedures: ")
                    .append(names(group.procedures(), false))
                    .append(".\n");
            if (!group.events().isEmpty()) {
                text.append("\nEvents: ").append(names(group.events(), true)).append(".\n");
            }
        }
        return text.append("\n").toString();
    }

    private static String names(Map<String, String> table, boolean byTheirs) {
        return table.entrySet().stream()
                .map(names -> {
                    String here = byTheirs ? names.getValue() : names.getKey();
                    String there = byTheirs ? names.getKey() : names.getValue();
                    String of = RemoteGroup.isOfNode(there) ? ", of the node" : "";
                    String plain = RemoteGroup.plain(there);
                    return "`" + here + "`" + (here.equals(plain) ? "" : " (there `" + plain + "`" + of + ")");
                })
                .collect(Collectors.joining(", "));
    }
}
