package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.FaultyFileException;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Reading;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.standalone.config.RouterOptions.Management;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.http.HttpOptions;
import io.bailiwick.router.transport.socket.NetworkOptions;
import io.bailiwick.router.web.StatusRoute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a whole file. */
final class RouterForm {
    private static final String MANAGEMENT = "management";
    private static final Endpoint LOOPBACK = Endpoint.of("tcp://127.0.0.1:9990");

    private RouterForm() {}

    static RouterOptions load(Path yaml) throws IOException {
        Reading reading = new Reading(yaml);
        Optional<RouterOptions> options = Optional.empty();
        try {
            options = Section.read(YamlNode.read(yaml), reading, RouterForm::router);
        } catch (InvalidOptionsException noMapping) {
            reading.fault(noMapping);
        }
        if (options.isEmpty() || !reading.faults().isEmpty()) {
            throw new FaultyFileException(reading.faults());
        }
        return options.get();
    }

    private static RouterOptions router(Section section) throws InvalidOptionsException {
        section.only(
                "key",
                "threads",
                "transport",
                "history",
                "listeners",
                MANAGEMENT,
                "templates",
                "realms",
                "authentication");
        RealmForm form = new RealmForm(section);
        RouterOptions options = new RouterOptions(
                section.maybe("key", node -> key(node, section.reading())),
                network(section),
                section.path("history"),
                listeners(section),
                section.section(MANAGEMENT, RouterForm::management),
                form.making(),
                realms(section, form),
                section.section("authentication", AuthenticationForm::authentication)
                        .orElse(AuthenticationOptions.DEFAULT));
        References.check(section, options);
        return options;
    }

    private static NetworkOptions network(Section section) throws InvalidOptionsException {
        NetworkOptions standard = NetworkOptions.DEFAULT;
        return new NetworkOptions(
                section.value("threads", node -> node.number(0, 1024), standard.threads()),
                section.choice("transport", standard.transport()));
    }

    /** The key in a private key file. */
    static SigningKey key(YamlNode node, Reading reading) throws InvalidOptionsException {
        Path file = reading.existing(node);
        try {
            return KeyFiles.readSigningKey(file);
        } catch (IOException unreadable) {
            throw node.wrong("a private key file", "this: " + unreadable.getMessage());
        }
    }

    private static List<ListenerEntry> listeners(Section section) throws InvalidOptionsException {
        YamlNode node = section.required("listeners");
        if (section.items("listeners").isEmpty()) {
            throw node.wrong("at least one listener", "none");
        }
        Set<String> names = new HashSet<>(Set.of(MANAGEMENT));
        return section.sections("listeners", each -> {
            ListenerEntry listener = ListenerForm.listener(each);
            if (!names.add(listener.options().name())) {
                throw each.get("name")
                        .orElse(each.node())
                        .wrong(
                                "a name of its own for each listener",
                                "\"" + listener.options().name() + "\" again");
            }
            return listener;
        });
    }

    private static List<RealmEntry> realms(Section section, RealmForm form) throws InvalidOptionsException {
        YamlNode node = section.required("realms");
        if (section.items("realms").isEmpty()) {
            throw node.wrong("at least one realm", "none");
        }
        Set<String> names = new HashSet<>();
        return section.sections("realms", each -> {
            RealmEntry realm = form.realm(each);
            if (!names.add(realm.name())) {
                throw each.required("name").wrong("each realm once", "\"" + realm.name() + "\" again");
            }
            return realm;
        });
    }

    private static Management management(Section section) throws InvalidOptionsException {
        section.only("endpoint", "tls", "name", "version", "listeners");
        Endpoint endpoint = section.value("endpoint", ListenerForm::endpoint, LOOPBACK);
        ListenerOptions options = new ListenerOptions(
                        MANAGEMENT, endpoint, "", ListenerForm.tls(section, endpoint), ListenerOptions.Limits.DEFAULT)
                .withHttp(HttpOptions.only(List.of()));
        String version = RouterForm.class.getPackage().getImplementationVersion();
        return new Management(
                options,
                new StatusRoute.Info(
                        section.text("name", "Bailiwick"),
                        section.flag("version", true) && version != null ? version : "",
                        section.flag("listeners", true)));
    }
}
