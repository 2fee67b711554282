package io.bailiwick.domain;

import io.bailiwick.domain.MasterOptions.Listener;
import io.bailiwick.domain.config.Upkeep;
import io.bailiwick.domain.isolation.ControllerOptions;
import io.bailiwick.router.child.Lifecycle;
import io.bailiwick.router.config.FaultyFileException;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Reading;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.socket.NetworkOptions;
import io.bailiwick.router.transport.tls.CertificateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the file of a master, and shows options as such a file.
 *
 * <p>To add a part: a record in {@code domain.config} with {@code read(Section)} and a way to be shown; a component of
 * {@link MasterOptions}; its name in {@link #TOP}, a line in {@link #options} and one in {@link #shown}; a property in
 * {@code docs/master.schema.json}; a line of what a reload does with it in {@link ReloadPlan}. {@code MasterSchemaTest} finds
 * what was forgotten: it puts every property of the schema to this form, and every value shown to the schema.
 */
final class MasterForm {
    private static final Set<String> LISTENING = Set.of("tcp", "tls", "unix");
    private static final List<String> OWN = List.of(
            "data",
            "listeners",
            "superusers",
            "start_deadline",
            "max_realms",
            "max_realms_owned",
            "max_concurrent_starts",
            "restarts",
            "controllers",
            "threads",
            "transport");
    /** All names at the top of the file. */
    private static final String[] TOP =
            Stream.of(OWN, Logins.NAMES, Upkeep.NAMES).flatMap(List::stream).toArray(String[]::new);

    private MasterForm() {}

    static MasterOptions load(Path yaml) throws IOException {
        Reading reading = new Reading(yaml);
        Optional<MasterOptions> options = Optional.empty();
        try {
            // Kept beside the file, when the file does not say where.
            Path beside = yaml.toAbsolutePath().normalize().resolveSibling("data");
            options = Section.read(YamlNode.read(yaml), reading, section -> options(section, beside));
        } catch (InvalidOptionsException noMapping) {
            reading.fault(noMapping);
        }
        if (options.isEmpty() || !reading.faults().isEmpty()) {
            throw new FaultyFileException(reading.faults());
        }
        return options.get();
    }

    private static MasterOptions options(Section section, Path beside) throws InvalidOptionsException {
        section.only(TOP);
        MasterOptions standard = MasterOptions.of(section.path("data").orElse(beside));
        return new MasterOptions(
                standard.data(),
                listeners(section, standard),
                section.values("superusers", section.reading()::path),
                section.value(
                        "start_deadline", node -> Duration.ofSeconds(node.number(1, 600)), standard.startDeadline()),
                section.value("max_realms", node -> node.number(1, 10_000), standard.maxRealms()),
                section.value("max_realms_owned", node -> node.number(1, 10_000), standard.maxRealmsOwned()),
                section.value("max_concurrent_starts", node -> node.number(1, 64), standard.maxConcurrentStarts()),
                section.section("restarts", MasterForm::restarts).orElse(standard.restarts()),
                Logins.read(section),
                section.value("controllers", ControllerOptions::read, standard.controllers()),
                network(section),
                Upkeep.read(section));
    }

    private static NetworkOptions network(Section section) throws InvalidOptionsException {
        NetworkOptions standard = NetworkOptions.DEFAULT;
        return new NetworkOptions(
                section.value("threads", node -> node.number(0, 1024), standard.threads()),
                section.choice("transport", standard.transport()));
    }

    private static Lifecycle restarts(Section section) throws InvalidOptionsException {
        section.only("waits", "budget", "window");
        Lifecycle standard = Lifecycle.STANDARD;
        List<Duration> waits = section.values("waits", node -> Duration.ofSeconds(node.number(0, 3600)));
        Optional<YamlNode> given = section.get("waits");
        if (given.isPresent() && section.items("waits").isEmpty() && given.get().isList()) {
            section.reading().fault(given.get().wrong("at least one wait", "none"));
        }
        Duration window =
                section.value("window", node -> Duration.ofSeconds(node.number(1, 86_400)), standard.window());
        return new Lifecycle(
                waits.isEmpty() ? standard.waits() : List.copyOf(waits),
                standard.startDeadline(),
                section.value("budget", node -> node.number(1, 1_000_000), standard.budget()),
                window,
                window,
                standard.health());
    }

    private static List<Listener> listeners(Section section, MasterOptions standard) throws InvalidOptionsException {
        Optional<YamlNode> found = section.get("listeners");
        if (found.isEmpty()) {
            return standard.listeners();
        }
        List<Listener> listeners = section.sections("listeners", MasterForm::listener);
        if (found.get().isList() && section.items("listeners").isEmpty()) {
            section.reading().fault(found.get().wrong("at least one listener", "none"));
        }
        return listeners;
    }

    private static Listener listener(Section section) throws InvalidOptionsException {
        section.only("endpoint", "websocket_path", "certificate", "key", "anonymous");
        String webSocketPath = section.value("websocket_path", MasterForm::webSocketPath, Listener.DEFAULT_PATH);
        boolean anonymous = section.flag("anonymous", false);
        Optional<Path> chain = section.path("certificate");
        Optional<Path> key = section.path("key");
        Endpoint endpoint = endpoint(section.required("endpoint"));
        Optional<CertificateFiles> certificate = Optional.empty();
        if (endpoint.scheme().equals("tls")) {
            section.required("certificate");
            section.required("key");
            certificate = chain.flatMap(first -> key.map(second -> new CertificateFiles(first, second)));
        } else if (chain.isPresent() || key.isPresent()) {
            throw section.required(chain.isPresent() ? "certificate" : "key")
                    .wrong("certificate and key at a tls endpoint only", "one at another");
        }
        return new Listener(endpoint, webSocketPath, certificate, anonymous);
    }

    private static String webSocketPath(YamlNode node) throws InvalidOptionsException {
        if (!node.text().startsWith("/")) {
            throw node.wrong("a path that begins with /", "another");
        }
        return node.text();
    }

    private static Endpoint endpoint(YamlNode node) throws InvalidOptionsException {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.of(node.text());
        } catch (IllegalArgumentException e) {
            throw node.wrong("an endpoint", "this: " + e.getMessage());
        }
        if (!LISTENING.contains(endpoint.scheme())) {
            throw node.wrong("tcp://host:port, tls://host:port or unix:/path", "scheme " + endpoint.scheme());
        }
        return endpoint;
    }

    /** The options as a file would say them, all of them: texts, numbers, truth values, lists and maps. Reading it gives them back. */
    static Map<String, Object> shown(MasterOptions options) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("data", options.data().toString());
        shown.put(
                "listeners", options.listeners().stream().map(MasterForm::shown).toList());
        shown.put(
                "superusers", options.superusers().stream().map(Path::toString).toList());
        options.logins().show(shown, options.data());
        shown.put("start_deadline", options.startDeadline().toSeconds());
        shown.put("max_realms", options.maxRealms());
        shown.put("max_realms_owned", options.maxRealmsOwned());
        shown.put("max_concurrent_starts", options.maxConcurrentStarts());
        shown.put("restarts", shown(options.restarts()));
        shown.put("controllers", options.controllers().shown());
        shown.put("threads", options.network().threads());
        shown.put("transport", options.network().transport().name().toLowerCase(Locale.ROOT));
        options.upkeep().show(shown, options.data());
        return shown;
    }

    private static Map<String, Object> shown(Listener listener) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("endpoint", listener.endpoint().toString());
        shown.put("websocket_path", listener.webSocketPath());
        listener.certificate().ifPresent(files -> {
            shown.put("certificate", files.chain().toString());
            shown.put("key", files.key().toString());
        });
        shown.put("anonymous", listener.anonymous());
        return shown;
    }

    private static Map<String, Object> shown(Lifecycle restarts) {
        Map<String, Object> shown = new LinkedHashMap<>();
        List<Object> waits = new ArrayList<>();
        restarts.waits().forEach(wait -> waits.add(wait.toSeconds()));
        shown.put("waits", waits);
        shown.put("budget", restarts.budget());
        shown.put("window", restarts.window().toSeconds());
        return shown;
    }
}
