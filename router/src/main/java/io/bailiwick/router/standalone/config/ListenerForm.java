package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.standalone.config.ListenerEntry.Deciding;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.ListenerOptions.Limits;
import io.bailiwick.router.transport.ListenerOptions.PerAddress;
import io.bailiwick.router.transport.http.HttpOptions;
import io.bailiwick.router.transport.tls.ListenerTls;
import io.bailiwick.router.web.BridgeOptions;
import io.bailiwick.router.web.WebhookOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads a listener. */
final class ListenerForm {
    private static final Set<String> LISTENING = Set.of("tcp", "tls", "unix");
    private static final String DEFAULT_PATH = "/ws";

    private ListenerForm() {}

    static ListenerEntry listener(Section section) throws InvalidOptionsException {
        section.only(
                "name",
                "endpoint",
                "websocket_path",
                "compression",
                "tls",
                "limits",
                "long_poll",
                "cookie",
                "origins",
                "http",
                "authenticators",
                "bridges",
                "webhooks");
        Endpoint endpoint = endpoint(section.required("endpoint"));
        Optional<ListenerTls> tls = tls(section, endpoint);
        List<BridgeOptions> bridges = section.sections("bridges", WebForm::bridge);
        List<WebhookOptions> webhooks = section.sections("webhooks", WebForm::webhook);
        ListenerOptions options = new ListenerOptions(
                section.text("name", endpoint.toString()),
                endpoint,
                section.value("websocket_path", ListenerForm::webSocketPath, DEFAULT_PATH),
                tls,
                section.section("limits", ListenerForm::limits).orElse(Limits.DEFAULT),
                section.flag("compression", false),
                WebForm.http(section));
        checkPaths(section, options, bridges, webhooks);
        return new ListenerEntry(options, authenticators(section), bridges, webhooks);
    }

    /** Where to listen. */
    static Endpoint endpoint(YamlNode node) throws InvalidOptionsException {
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

    /** How to encrypt: there exactly where the endpoint says so. */
    static Optional<ListenerTls> tls(Section section, Endpoint endpoint) throws InvalidOptionsException {
        Optional<YamlNode> node = section.get("tls");
        boolean wanted = endpoint.scheme().equals("tls");
        if (wanted && node.isEmpty()) {
            throw section.required("endpoint").wrong("tls: with certificates beside a tls endpoint", "none");
        }
        if (!wanted && node.isPresent()) {
            throw node.get().wrong("tls: at an endpoint tls://host:port only", "it at " + endpoint);
        }
        Optional<ListenerTls> tls = section.section("tls", TlsForm::tls);
        if (wanted && tls.isEmpty()) {
            throw section.required("endpoint").wrong("tls: without faults", "faults");
        }
        return tls;
    }

    private static String webSocketPath(YamlNode node) throws InvalidOptionsException {
        String path = node.text();
        if (!path.isEmpty() && !path.startsWith("/")) {
            throw node.wrong("a path that begins with /, or \"\" for no WebSocket", "another");
        }
        return path;
    }

    private static Limits limits(Section section) throws InvalidOptionsException {
        section.only(
                "max_message",
                "max_unauthenticated_message",
                "queue_mark",
                "queue_bound",
                "request_deadline_ms",
                "ping_interval_ms",
                "close_deadline_ms",
                "max_connections",
                "per_address");
        Limits standard = Limits.DEFAULT;
        return new Limits(
                section.number("max_message", 512, standard.maxMessage()),
                section.number("max_unauthenticated_message", 1, standard.maxUnauthenticatedMessage()),
                section.number("queue_mark", 1, standard.queueMark()),
                section.number("queue_bound", 1, standard.queueBound()),
                section.millis("request_deadline_ms", standard.requestDeadline()),
                section.millis("ping_interval_ms", standard.pingInterval()),
                section.millis("close_deadline_ms", standard.closeDeadline()),
                section.number("max_connections", 1, standard.maxConnections()),
                section.section("per_address", ListenerForm::perAddress).orElse(PerAddress.NONE));
    }

    private static PerAddress perAddress(Section section) throws InvalidOptionsException {
        section.only("connections", "per_second", "burst");
        int perSecond = section.number("per_second", 0, 0);
        return new PerAddress(
                section.number("connections", 0, 0), perSecond, section.number("burst", 0, 2 * perSecond));
    }

    private static Optional<List<Deciding>> authenticators(Section section) throws InvalidOptionsException {
        return section.get("authenticators").isEmpty()
                ? Optional.empty()
                : Optional.of(section.sections("authenticators", ListenerForm::deciding));
    }

    private static Deciding deciding(Section section) throws InvalidOptionsException {
        section.only("by", "methods");
        return new Deciding(
                section.required("by").text(),
                new HashSet<>(section.<String>values("methods", AuthenticationForm::method)));
    }

    /** What {@code HttpOptions} checks of routes, before there are any. */
    private static void checkPaths(
            Section section, ListenerOptions options, List<BridgeOptions> bridges, List<WebhookOptions> webhooks)
            throws InvalidOptionsException {
        List<String> paths = new ArrayList<>();
        bridges.stream()
                .flatMap(bridge -> Stream.concat(bridge.publishPath().stream(), bridge.callPath().stream()))
                .forEach(paths::add);
        webhooks.forEach(hook -> paths.add(hook.path()));
        Set<String> taken = new HashSet<>(Set.of(options.webSocketPath()));
        String poll = options.http().longPoll().map(HttpOptions.LongPoll::path).orElse("");
        for (String path : paths) {
            if (!taken.add(path) || (!poll.isEmpty() && path.startsWith(poll + "/"))) {
                throw section.node().wrong("each path of a listener once", path + " again");
            }
        }
    }
}
