package io.bailiwick.house;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.ReturnTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreePathScanner;
import io.bailiwick.domain.procedure.FabricErrors;
import io.bailiwick.router.audit.Looks;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Procedures;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.message.Uris;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page of all procedures and events, made of what stands in the sources: the annotations and the doc comment of each
 * procedure, the annotation of each topic, and the tests that call it.
 */
final class ApiPage {
    private static final String HEAD = """
            # Procedures and events

            Generated from the code. Arguments are given by position or by keyword; `?` marks what may be left out. Whatever does
            not fit a procedure's arguments is answered with `wamp.error.invalid_argument` and a text that names what was expected
            and what came; what the caller's role does not reach at all, with `wamp.error.not_authorized`. Any call may end with
            `""" + Uris.UNAVAILABLE + """
            ` where there is too much to do at once, and one that changes something with
            `""" + FabricErrors.NO_SPACE + """
            ` where the disk is full: then nothing has changed. What a procedure's own list of errors has comes on top.

            Who may call what is told in [roles.md](roles.md), too; the superuser may call everything on the domain's realm.
            "Shown by" names the tests that call it or subscribe to it, at most three; who does so most often first.

            On a management realm a stronger role may call what a weaker one may. `crossbarfabriccenter.remote.GROUP.NAME` with a
            node's oid or authid as its first argument is forwarded to that node: [remote.md](remote.md) has groups and names.
            """;

    /** In a comment, who may call it, where no annotation says so. */
    private static final Pattern WHO = Pattern.compile(" ?Who: ([^.]+)\\.");

    private static final Pattern TOPIC =
            Pattern.compile("(crossbarfabriccenter|io\\.bailiwick)(\\.[a-z_]+)*\\.on_[a-z_]+");

    /** Where a procedure or topic is found. */
    enum Part {
        DOMAIN("The domain, on realm `com.crossbario.fabric`", "domain-controller"),
        REALM("A management realm, on the realm of its own name", "realm-controller"),
        NODE("A node, on its management realm", "node-agent");

        /** Who calls what says nothing else: on a node, which other callers do not reach. */
        private static final String THROUGH_ITS_CONTROLLER = "the realm's controller, for operators";

        private final String title;
        private final String module;

        /** Who may call, where a procedure does not say so. */
        private String holder() {
            return this == NODE ? THROUGH_ITS_CONTROLLER : "";
        }

        Part(String title, String module) {
            this.title = title;
            this.module = module;
        }
    }

    /** A procedure: its entry, who may call it; what it gives, its errors and what its arguments mean, in Markdown. */
    record Described(Procedures.Entry entry, String holder, String result, String errors, Map<String, String> params) {

        static Described of(Procedures.Entry entry, String holder, @Nullable DocCommentTree comment) {
            if (comment == null) {
                return new Described(entry, holder, "", "", Map.of());
            }
            String[] body = split(markdown(comment.getFullBody()));
            String[] returned = {"", ""};
            Map<String, String> params = new LinkedHashMap<>();
            for (DocTree tag : comment.getBlockTags()) {
                if (tag instanceof ReturnTree result) {
                    returned = split(markdown(result.getDescription()));
                } else if (tag instanceof ParamTree param) {
                    params.put(snake(param.getName().toString()), markdown(param.getDescription()));
                }
            }
            String result = returned[0].isEmpty() ? body[0] : returned[0];
            Matcher who = WHO.matcher(result);
            return new Described(
                    entry,
                    who.find() ? who.group(1) : holder,
                    who.replaceAll(""),
                    returned[1].isEmpty() ? body[1] : returned[1],
                    params);
        }
    }

    /** A topic: what an event carries and when it comes. */
    record Event(String uri, String carries, String when) {}

    private final Map<Part, Map<String, Described>> procedures = new TreeMap<>();
    private final Map<Part, Map<String, Event>> topics = new TreeMap<>();
    private final Set<String> literals = new TreeSet<>();
    private final TestNames tests;

    private ApiPage(TestNames tests) {
        this.tests = tests;
    }

    /** Reads all sources of the product. */
    static ApiPage read() {
        SourceTree.Parsed parsed = SourceTree.parseMain();
        ApiPage page = new ApiPage(TestNames.read(parsed.units()));
        for (CompilationUnitTree unit : parsed.units()) {
            String path = unit.getSourceFile().toUri().getPath();
            for (Part part : Part.values()) {
                if (path.contains("/" + part.module + "/src/main/")) {
                    page.new Reader(parsed, part).scan(unit, null);
                }
            }
        }
        return page;
    }

    /** The URIs of all procedures of a part. */
    Set<String> procedures(Part part) {
        return procedures.getOrDefault(part, Map.of()).keySet();
    }

    /** The URIs of all topics of a part. */
    Set<String> topics(Part part) {
        return topics.getOrDefault(part, Map.of()).keySet();
    }

    /** Texts in the sources that look like topics and are not described as such. */
    Set<String> undescribed() {
        Set<String> left = new TreeSet<>(literals);
        topics.values().forEach(known -> left.removeAll(known.keySet()));
        return left;
    }

    /** What has no description of its result, of its errors or of who may call it, or no test that calls it. */
    List<String> incomplete() {
        List<String> missing = new ArrayList<>();
        procedures.forEach((part, all) -> all.forEach((uri, described) -> {
            if (described.result().isEmpty()) {
                missing.add(uri + " does not say what it gives");
            }
            if (described.errors().isEmpty()) {
                missing.add(uri
                        + " does not say how it fails; expected Errors: in its comment, or Errors: none of its own");
            }
            if (described.holder().isEmpty()) {
                missing.add(uri + " does not say who may call it; expected @Allowed, or Who: in its comment");
            }
            if (tests.of(part.module, uri).isEmpty()) {
                missing.add(uri + " is called by no test: by none of the methods " + TestCalls.METHODS);
            }
        }));
        topics.forEach((part, all) -> all.keySet().stream()
                .filter(uri -> tests.of(part.module, uri).isEmpty())
                .forEach(uri ->
                        missing.add(uri + " is called by no test: by none of the methods " + TestCalls.METHODS)));
        missing.addAll(RemotePage.unshown(tests));
        return missing;
    }

    /**
     * Procedures of the domain and of realms that change something and are neither called by one of these tests nor known.
     *
     * @param crowds names of files
     */
    Set<String> untried(Set<String> crowds, Set<String> known) {
        Set<String> untried = new TreeSet<>();
        for (Part part : List.of(Part.DOMAIN, Part.REALM)) {
            procedures(part).stream()
                    .filter(uri -> !Looks.byName(uri) && !known.contains(uri))
                    .filter(uri -> tests.of("", uri).stream().noneMatch(crowds::contains))
                    .forEach(untried::add);
        }
        return untried;
    }

    /** The page in Markdown. */
    String text() {
        StringBuilder text = new StringBuilder(HEAD);
        for (Part part : Part.values()) {
            text.append("\n## ").append(part.title).append('\n');
            procedures
                    .getOrDefault(part, Map.of())
                    .values()
                    .forEach(described -> text.append(section(part, described)));
            Map<String, Event> events = topics.getOrDefault(part, Map.of());
            if (!events.isEmpty()) {
                text.append("\n### Events\n\n| topic | carries | published when | shown by |\n|---|---|---|---|\n");
                events.values()
                        .forEach(event -> text.append("| `" + event.uri() + "` | `" + event.carries() + "` | "
                                + event.when() + " | " + tests.shown(part.module, event.uri()) + " |\n"));
            }
            if (part == Part.REALM) {
                text.append(RemotePage.text(tests));
            }
        }
        return text.toString();
    }

    private String section(Part part, Described described) {
        StringBuilder text = new StringBuilder();
        text.append("\n### `").append(described.entry().uri()).append("`\n\n");
        text.append(described.entry().does()).append("\n\n");
        for (Procedures.Entry.Parameter argument : described.entry().arguments()) {
            text.append("- `")
                    .append(argument.name())
                    .append(argument.optional() ? "?" : "")
                    .append("` ");
            text.append(argument.type());
            if (!argument.aliases().isEmpty()) {
                text.append(" (or ")
                        .append(argument.aliases().stream()
                                .map(name -> "`" + name + "`")
                                .collect(Collectors.joining(", ")))
                        .append(')');
            }
            String meaning = described.params().getOrDefault(argument.name(), "");
            text.append(meaning.isEmpty() ? "" : ": " + meaning).append('\n');
        }
        text.append("- Result: ").append(described.result()).append('\n');
        text.append("- Errors: ").append(described.errors()).append('\n');
        text.append("- Who: ").append(described.holder()).append('\n');
        return text.append("- Shown by: ")
                .append(tests.shown(part.module, described.entry().uri()))
                .append('\n')
                .toString();
    }

    /** Reads one source file: the annotations from the class made of it, the comments from the text. */
    private final class Reader extends TreePathScanner<Void, Void> {
        private final SourceTree.Parsed parsed;
        private final Part part;
        private final Deque<Class<?>> types = new ArrayDeque<>();

        Reader(SourceTree.Parsed parsed, Part part) {
            this.parsed = parsed;
            this.part = part;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
            Optional<Class<?>> made = made(type.getSimpleName().toString());
            made.ifPresent(types::push);
            made.ifPresent(this::topics);
            super.visitClass(type, null);
            made.ifPresent(known -> types.pop());
            return null;
        }

        /** Anonymous and local classes have none. */
        private Optional<Class<?>> made(String simpleName) {
            Class<?> around = types.peek();
            String name = around == null
                    ? getCurrentPath().getCompilationUnit().getPackageName() + "." + simpleName
                    : around.getName() + "$" + simpleName;
            try {
                return Optional.of(Class.forName(name, false, ApiPage.class.getClassLoader()));
            } catch (ClassNotFoundException nameless) {
                return Optional.empty();
            }
        }

        private void topics(Class<?> type) {
            for (Field field : type.getDeclaredFields()) {
                Topic topic = field.getAnnotation(Topic.class);
                if (topic != null) {
                    field.setAccessible(true);
                    String uri = String.valueOf(constant(field));
                    topics.computeIfAbsent(part, known -> new TreeMap<>())
                            .put(uri, new Event(uri, topic.carries(), topic.when()));
                }
            }
        }

        @Override
        public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void nothing) {
            if (literal.getValue() instanceof String text && TOPIC.matcher(text).matches()) {
                literals.add(text);
            }
            return super.visitLiteral(literal, null);
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            for (Method made : types.getFirst().getDeclaredMethods()) {
                Procedure marked = made.getAnnotation(Procedure.class);
                if (marked != null && made.getName().contentEquals(method.getName())) {
                    DocCommentTree comment = parsed.trees().getDocCommentTree(getCurrentPath());
                    procedures
                            .computeIfAbsent(part, known -> new TreeMap<>())
                            .put(
                                    marked.value(),
                                    Described.of(
                                            entry(marked.value()), holder(made).orElse(part.holder()), comment));
                }
            }
            return super.visitMethod(method, null);
        }

        private Procedures.Entry entry(String uri) {
            return Procedures.catalogue(List.of(types.getFirst())).stream()
                    .filter(entry -> entry.uri().equals(uri))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(uri));
        }
    }

    private static @Nullable Object constant(Field field) {
        try {
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(field + ": expected a constant", e);
        }
    }

    /** What stands beside the procedure as {@code @Allowed}; each of the modules has its own. */
    private static Optional<String> holder(Method procedure) {
        for (Annotation marked : procedure.getAnnotations()) {
            if (marked.annotationType().getSimpleName().equals("Allowed")) {
                try {
                    Object right = marked.annotationType().getMethod("value").invoke(marked);
                    return Optional.of(
                            String.valueOf(right.getClass().getMethod("holder").invoke(right)));
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError(procedure + ": expected @Allowed with a right that has a holder", e);
                }
            }
        }
        return Optional.empty();
    }

    /** What stands before the errors, and the errors. */
    private static String[] split(String text) {
        int at = Math.max(text.lastIndexOf("Errors: "), text.lastIndexOf("Error: "));
        return at < 0
                ? new String[] {text.strip(), ""}
                : new String[] {
                    text.substring(0, at).strip(),
                    text.substring(text.indexOf(' ', at) + 1).strip().replaceFirst("\\.$", "")
                };
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static String markdown(List<? extends DocTree> trees) {
        return trees.stream()
                .map(tree -> {
                    if (tree instanceof com.sun.source.doctree.LiteralTree code) {
                        return "`" + code.getBody().getBody().strip() + "`";
                    } else if (tree instanceof LinkTree link) {
                        String signature = link.getReference().getSignature();
                        return link.getLabel().isEmpty()
                                ? "`" + signature.substring(signature.indexOf('#') + 1) + "`"
                                : markdown(link.getLabel());
                    }
                    return tree.toString();
                })
                .collect(Collectors.joining())
                .replaceAll("</?p>", "")
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
    }
}
