package io.bailiwick.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The architecture as rules. The same rules are put to the house and to planted offenders, under another root package. */
final class HouseRules {
    /** Each package of the router and the packages of the router that it may use. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("message", List.of()),
            Map.entry("cryptosign", List.of()),
            Map.entry("fault", List.of()),
            Map.entry("log", List.of()),
            Map.entry("store", List.of("fault")),
            Map.entry("audit", List.of("link", "store")),
            Map.entry("child", List.of()),
            Map.entry("config", List.of()),
            Map.entry("space", List.of()),
            Map.entry("codec", List.of("message")),
            Map.entry("link", List.of("message")),
            Map.entry("credential", List.of()),
            Map.entry("handshake", List.of("message", "cryptosign", "credential", "link")),
            Map.entry("admission", List.of("message", "cryptosign", "credential", "link", "handshake")),
            Map.entry("pattern", List.of("message")),
            Map.entry("session", List.of("message")),
            Map.entry("rights", List.of("message", "pattern", "session")),
            Map.entry("broker", List.of("message", "pattern", "session")),
            Map.entry("history", List.of("message", "broker", "store")),
            Map.entry("dealer", List.of("message", "pattern", "session")),
            Map.entry("meta", List.of("message", "pattern", "session", "broker", "dealer")),
            Map.entry("realm", List.of("message", "pattern", "session", "broker", "dealer", "meta")),
            Map.entry("rlink", List.of("message", "link", "handshake", "session")),
            Map.entry(
                    "client",
                    List.of("message", "cryptosign", "codec", "link", "handshake", "client.session", "client.jawampa")),
            Map.entry("client.session", List.of("message", "codec", "link", "handshake")),
            Map.entry("client.jawampa", List.of("message", "codec", "link", "handshake", "client.session")),
            Map.entry(
                    "transport",
                    List.of(
                            "message",
                            "codec",
                            "link",
                            "transport.frame",
                            "transport.http",
                            "transport.socket",
                            "transport.tls")),
            Map.entry("transport.frame", List.of("message", "codec", "link")),
            Map.entry("transport.socket", List.of()),
            Map.entry("transport.tls", List.of("link")),
            Map.entry("transport.http", List.of("message", "codec", "link", "transport.frame")),
            Map.entry("stream", List.of("message", "codec", "link")),
            Map.entry("web", List.of("message", "codec", "link", "handshake", "transport.http")),
            Map.entry(
                    "server",
                    List.of(
                            "message",
                            "cryptosign",
                            "codec",
                            "link",
                            "handshake",
                            "pattern",
                            "session",
                            "rights",
                            "broker",
                            "realm",
                            "rlink",
                            "transport",
                            "transport.http",
                            "transport.tls",
                            "web")),
            Map.entry(
                    "standalone",
                    List.of(
                            "message",
                            "config",
                            "store",
                            "credential",
                            "link",
                            "handshake",
                            "admission",
                            "pattern",
                            "session",
                            "broker",
                            "history",
                            "realm",
                            "rlink",
                            "transport",
                            "transport.http",
                            "transport.socket",
                            "web",
                            "server",
                            "command",
                            "standalone.config")),
            Map.entry(
                    "standalone.config",
                    List.of(
                            "message",
                            "config",
                            "cryptosign",
                            "credential",
                            "handshake",
                            "admission",
                            "session",
                            "rights",
                            "broker",
                            "dealer",
                            "meta",
                            "realm",
                            "rlink",
                            "transport",
                            "transport.http",
                            "transport.socket",
                            "transport.tls",
                            "web",
                            "server")),
            Map.entry(
                    "command",
                    List.of("message", "cryptosign", "log", "store", "codec", "link", "client", "transport")));

    private static final List<String> PURE =
            List.of("pattern", "session", "rights", "broker", "dealer", "meta", "realm", "handshake", "rlink");

    private final String root;

    HouseRules(String root) {
        this.root = root;
    }

    /** All rules by the sentence that they hold. */
    Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put(
                "no package cycles",
                slices().assignedFrom(new OnePackageEach()).should().beFreeOfCycles());
        MAY_USE.forEach(
                (name, allowed) -> rules.put("router " + name + " uses only what it may", mayUse(name, allowed)));
        rules.put("Netty only in transport", onlyIn("io.netty..", root + ".router.transport.."));
        rules.put("Xodus only in store", onlyIn("jetbrains.exodus..", root + ".router.store.."));
        rules.put("jawampa only in its subpackage of client", onlyIn("ws.wamp..", root + ".router.client.jawampa.."));
        rules.put("Jakarta Mail only in mail", onlyIn("jakarta.mail..", root + ".domain.mail.."));
        rules.put("RxJava only beside jawampa", onlyIn("rx..", root + ".router.client.jawampa.."));
        rules.put("the core does no I/O and has no clock, thread or lock", pureCore());
        rules.put("names say what a thing is", names());
        rules.put("the upper modules never meet", modulesApart());
        rules.put("a schema knows nothing but the store", schemasAlone());
        return rules;
    }

    private ArchRule mayUse(String name, List<String> allowed) {
        List<String> packages =
                allowed.stream().map(use -> root + ".router." + use).toList();
        String self = root + ".router." + name;
        DescribedPredicate<JavaClass> foreign = describe(
                "a class of ours outside " + allowed,
                target -> target.getPackageName().startsWith(root + ".")
                        && !target.getPackageName().equals(self)
                        && !packages.contains(target.getPackageName()));
        return noClasses()
                .that()
                .resideInAPackage(self)
                .should()
                .dependOnClassesThat(foreign)
                .allowEmptyShould(true);
    }

    private ArchRule onlyIn(String library, String home) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    private ArchRule pureCore() {
        DescribedPredicate<JavaClass> impure = resideInAPackage("java.net..")
                .or(resideInAPackage("java.nio.channels.."))
                .or(resideInAPackage("java.nio.file.."))
                .or(resideInAPackage("java.util.concurrent.locks.."))
                .or(resideInAPackage("java.util.concurrent.atomic.."))
                .or(resideInAPackage("java.security.."))
                .or(describe("a clock, a random source, a thread or a concurrent collection", HouseRules::isImpure));
        return noClasses()
                .that()
                .resideInAnyPackage(PURE.stream()
                        .map(name -> root + ".router." + name + "..")
                        .toArray(String[]::new))
                .should()
                .dependOnClassesThat(impure);
    }

    private static boolean isImpure(JavaClass target) {
        String name = target.getName();
        return List.of("java.lang.Thread", "java.lang.System", "java.time.Clock", "java.util.Random", "java.util.Timer")
                        .contains(name)
                || (name.startsWith("java.util.concurrent.")
                        && !name.equals("java.util.concurrent.Executor")
                        && !name.equals("java.util.concurrent.CompletionStage")
                        // An outcome that is still to come: whoever asks a realm from another thread gets one.
                        && !name.equals("java.util.concurrent.CompletableFuture"));
    }

    private ArchRule names() {
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .haveNameNotMatching(".*\\.(Abstract\\w*|\\w*(Utils?|Helper|Manager|Impl))(\\$.*)?");
    }

    private ArchRule modulesApart() {
        DescribedPredicate<JavaClass> upper = resideInAPackage(root + ".domain..")
                .or(resideInAPackage(root + ".mrealm.."))
                .or(resideInAPackage(root + ".node.."));
        return slices().assignedFrom(new UpperModules(upper)).should().notDependOnEachOther();
    }

    private ArchRule schemasAlone() {
        DescribedPredicate<JavaClass> ours = describe(
                "a class of ours outside the schema and the store",
                target -> target.getPackageName().startsWith(root + ".")
                        && !target.getPackageName().endsWith(".schema")
                        && !target.getPackageName().equals(root + ".router.store"));
        return noClasses().that().resideInAPackage(root + "..schema").should().dependOnClassesThat(ours);
    }

    /** A slice for each package: two packages in one slice could hide a cycle between them. */
    private final class OnePackageEach implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            String name = javaClass.getPackageName();
            return name.startsWith(root + ".") ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "one slice for each package below " + root;
        }
    }

    private final class UpperModules implements SliceAssignment {
        private final DescribedPredicate<JavaClass> upper;

        private UpperModules(DescribedPredicate<JavaClass> upper) {
            this.upper = upper;
        }

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            if (!upper.test(javaClass)) {
                return SliceIdentifier.ignore();
            }
            return SliceIdentifier.of(
                    javaClass.getPackageName().substring(root.length() + 1).split("\\.")[0]);
        }

        @Override
        public String getDescription() {
            return "the modules above the router";
        }
    }
}
