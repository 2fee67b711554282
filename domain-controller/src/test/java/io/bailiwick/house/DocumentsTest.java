package io.bailiwick.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bailiwick.domain.audit.procedure.AuditProcedures;
import io.bailiwick.domain.procedure.Allowed;
import io.bailiwick.domain.procedure.DomainProcedures;
import io.bailiwick.domain.procedure.KeyProcedures;
import io.bailiwick.domain.procedure.NodeChangeProcedures;
import io.bailiwick.domain.procedure.NodeProcedures;
import io.bailiwick.domain.procedure.OrganizationProcedures;
import io.bailiwick.domain.procedure.RealmProcedures;
import io.bailiwick.domain.procedure.RoleProcedures;
import io.bailiwick.domain.procedure.UserProcedures;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Procedures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents tell the truth: files that they name are there, and the list of procedures is that of the code. */
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
    void theListOfProceduresIsThatOfTheCode() throws IOException {
        Path file = SourceTree.root().resolve("docs/procedures.md");
        String generated = procedures();
        if ("write".equals(System.getProperty("bailiwick.docs"))) {
            Files.writeString(file, generated);
        }
        assertTrue(Files.exists(file), "docs/procedures.md is there; write it with -Dbailiwick.docs=write");
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

    private static String procedures() {
        Map<String, List<Class<?>>> parts = new LinkedHashMap<>();
        parts.put(
                "The domain, on realm `com.crossbario.fabric`",
                List.of(
                        DomainProcedures.class,
                        RealmProcedures.class,
                        NodeProcedures.class,
                        NodeChangeProcedures.class,
                        RoleProcedures.class,
                        UserProcedures.class,
                        KeyProcedures.class,
                        OrganizationProcedures.class,
                        AuditProcedures.class));
        parts.put(
                "A management realm, on the realm of its own name",
                List.of(
                        io.bailiwick.mrealm.procedure.RealmProcedures.class,
                        io.bailiwick.mrealm.audit.AuditProcedures.class));
        parts.put(
                "A node, on its management realm",
                List.of(
                        io.bailiwick.node.procedure.NodeProcedures.class,
                        io.bailiwick.node.procedure.FigureProcedures.class));
        StringBuilder text = new StringBuilder();
        text.append(
                "# Procedures\n\nGenerated from the code. Arguments are given by position or by keyword; `?` marks what"
                        + " may be left out.\n\nOn a management realm, `crossbarfabriccenter.remote.node.NAME` with a node's oid or"
                        + " authid as its first argument\ncalls `crossbarfabriccenter.node.AUTHID.NAME` on that node, whatever NAME"
                        + " the node has registered (but `sign*`).\n\nWho may call what on the domain realm is told in"
                        + " [roles.md](roles.md); the superuser may call everything.\n");
        parts.forEach((title, groups) -> {
            boolean guarded = groups.contains(DomainProcedures.class);
            text.append("\n## ").append(title).append("\n\n| procedure | arguments | what it does |");
            text.append(guarded ? " who may call it |\n|---|---|---|---|\n" : "\n|---|---|---|\n");
            for (Procedures.Entry entry : Procedures.catalogue(groups)) {
                text.append(row(entry))
                        .append(guarded ? " " + right(entry) + " |" : "")
                        .append('\n');
            }
        });
        return text.toString();
    }

    /** What stands beside the procedure; each of the domain's has it. */
    private static String right(Procedures.Entry entry) {
        return Arrays.stream(entry.group().getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Procedure.class)
                        && method.getAnnotation(Procedure.class).value().equals(entry.uri()))
                .map(method -> method.getAnnotation(Allowed.class))
                .filter(Objects::nonNull)
                .map(allowed -> allowed.value().holder())
                .findFirst()
                .orElseThrow(() -> new AssertionError(entry.uri() + " does not say who may call it"));
    }

    private static String row(Procedures.Entry entry) {
        String arguments = entry.arguments().stream()
                .map(argument -> "`" + argument.name() + (argument.optional() ? "?" : "") + "` " + argument.type())
                .collect(Collectors.joining(", "));
        return "| `" + entry.uri() + "` | " + (arguments.isEmpty() ? "-" : arguments) + " | " + entry.does() + " |";
    }
}
