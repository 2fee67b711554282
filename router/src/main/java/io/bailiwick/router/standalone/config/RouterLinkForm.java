package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.rlink.RouterLinkOptions;
import io.bailiwick.router.rlink.RouterLinkOptions.Backoff;
import io.bailiwick.router.rlink.RouterLinkOptions.Passage;
import io.bailiwick.router.rlink.UriFilter;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.transport.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the links of a realm to realms of other routers. No fault repeats a secret, and none may stand in the file itself. */
final class RouterLinkForm {
    private static final Set<String> ENCRYPTED = Set.of("wss", "rss");
    private static final Set<String> CONNECTING = Set.of("ws", "wss", "rs", "rss", "unix");
    private static final String AUTHID = "authid";
    private static final String URL = "url";

    private final String realm;
    private final Set<String> roles;
    private final Set<String> names = new HashSet<>();

    /** Links of a realm with these roles. */
    RouterLinkForm(String realm, Set<String> roles) {
        this.realm = realm;
        this.roles = roles;
    }

    RealmEntry.Link link(Section section) throws InvalidOptionsException {
        section.only(
                "name",
                URL,
                "format",
                "trust",
                "realm",
                "login",
                "out",
                "in",
                "transit",
                "hops",
                "pending_calls",
                "reconnect");
        String name = name(section.required("name"));
        Endpoint url = url(section.required(URL));
        Optional<Path> trust = trust(section, url);
        section.required("login");
        Credentials credentials =
                section.section("login", each -> login(each, url)).orElse(Credentials.NONE);
        RouterLinkOptions options = new RouterLinkOptions(
                name,
                realm,
                section.value("realm", RouterLinkForm::remoteRealm, realm),
                credentials.authid(),
                credentials.login(),
                section.section("out", RouterLinkForm::passage).orElse(Passage.ALL),
                section.section("in", RouterLinkForm::passage).orElse(Passage.ALL),
                section.flag("transit", false),
                section.value(
                        "hops", hops -> hops.number(1, RouterLinkOptions.MAX_HOPS), RouterLinkOptions.DEFAULT_HOPS),
                section.section("reconnect", RouterLinkForm::backoff).orElse(Backoff.DEFAULT),
                section.number("pending_calls", 1, RouterLinkOptions.DEFAULT_PENDING_CALLS));
        return new RealmEntry.Link(options, url, section.choice("format", Format.CBOR), trust);
    }

    private String name(YamlNode node) throws InvalidOptionsException {
        String name = node.text();
        if (name.isEmpty() || !names.add(name)) {
            throw node.wrong("a name of its own for each link of a realm", "\"" + name + "\"");
        }
        if (!roles.contains(SessionDetails.ROUTER_LINK)) {
            throw node.wrong(
                    "a role " + SessionDetails.ROUTER_LINK + " in realm " + realm
                            + ", whose rules say what links may do here",
                    "none");
        }
        return name;
    }

    private static Endpoint url(YamlNode node) throws InvalidOptionsException {
        Endpoint url;
        try {
            url = Endpoint.of(node.text());
        } catch (IllegalArgumentException e) {
            throw node.wrong("the URL of a router", "this: " + e.getMessage());
        }
        if (!CONNECTING.contains(url.scheme())) {
            throw node.wrong(
                    "ws://host:port/path, wss://host:port/path, rs://host:port, rss://host:port or unix:/path",
                    "scheme " + url.scheme());
        }
        return url;
    }

    private static Optional<Path> trust(Section section, Endpoint url) throws InvalidOptionsException {
        Optional<YamlNode> node = section.get("trust");
        if (node.isPresent() && !ENCRYPTED.contains(url.scheme())) {
            throw node.get().wrong("trust: at a URL wss:// or rss:// only", "it at " + url);
        }
        return section.maybe("trust", section.reading()::existing);
    }

    private static String remoteRealm(YamlNode node) throws InvalidOptionsException {
        if (!UriRule.LOOSE.allows(node.text())) {
            throw node.wrong("a URI as the name of a realm", "\"" + node.text() + "\"");
        }
        return node.text();
    }

    // ---- how it proves itself

    private record Credentials(Optional<String> authid, Login login) {
        /** Where there are faults. */
        private static final Credentials NONE = new Credentials(Optional.empty(), new Login.Anonymous());
    }

    private static Credentials login(Section section, Endpoint url) throws InvalidOptionsException {
        section.only("method", AUTHID, "key", "router_key", "secret_file");
        YamlNode method = section.required("method");
        if (method.text().equals("cryptosign")) {
            without(section, "secret_file");
            return new Credentials(section.maybe(AUTHID, YamlNode::text), key(section));
        }
        without(section, "key");
        without(section, "router_key");
        Login login =
                switch (method.text()) {
                    case "ticket" -> new Login.Ticket(ticket(section, method, url));
                    case "wampcra" -> new Login.WampCra(secret(section));
                    case "wamp-scram" -> new Login.Scram(ScramDialect.WAMP, secret(section), Optional.empty());
                    case "scram" -> new Login.Scram(ScramDialect.AUTOBAHN, secret(section), Optional.empty());
                    default ->
                        throw method.wrong(
                                "one of cryptosign, scram, ticket, wamp-scram, wampcra", "\"" + method.text() + "\"");
                };
        return new Credentials(Optional.of(section.required(AUTHID).text()), login);
    }

    private static void without(Section section, String name) throws InvalidOptionsException {
        Optional<YamlNode> stray = section.get(name);
        if (stray.isPresent()) {
            String method = section.required("method").text();
            throw stray.get().wrong("no " + name + " with method " + method, "one");
        }
    }

    private static Login.Key key(Section section) throws InvalidOptionsException {
        return new Login.Key(
                RouterForm.key(section.required("key"), section.reading()),
                section.maybe("router_key", node -> PrincipalForm.key(node, section.reading())),
                Optional.empty());
    }

    private static String secret(Section section) throws InvalidOptionsException {
        return section.reading().secretFile(section.required("secret_file"));
    }

    private static String ticket(Section section, YamlNode method, Endpoint url) throws InvalidOptionsException {
        boolean inside = url.scheme().equals("unix") || isLoopback(url.host());
        if (!inside && !ENCRYPTED.contains(url.scheme())) {
            throw method.wrong(
                    "wss, rss or a socket of this machine for a ticket, which is sent as it is", url.scheme());
        }
        return secret(section);
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    // ---- what goes over

    private static Passage passage(Section section) throws InvalidOptionsException {
        section.only("events", "calls", "topics", "procedures");
        return new Passage(
                section.flag("events", true),
                section.flag("calls", true),
                filters(section, "topics", "events: false"),
                filters(section, "procedures", "calls: false"));
    }

    /** No list means all. So an empty one is none: it would open what it seems to close. */
    private static List<UriFilter> filters(Section section, String name, String instead)
            throws InvalidOptionsException {
        Optional<YamlNode> list = section.get(name);
        if (list.isPresent() && section.items(name).isEmpty()) {
            throw list.get().wrong("at least one of the " + name + ", or " + instead, "none");
        }
        return section.sections(name, RouterLinkForm::filter);
    }

    private static UriFilter filter(Section section) throws InvalidOptionsException {
        section.only("uri", "match");
        var match = RoleForm.match(section);
        return new UriFilter(RoleForm.uri(section.required("uri"), match), match);
    }

    private static Backoff backoff(Section section) throws InvalidOptionsException {
        section.only("first_ms", "most_ms");
        return new Backoff(
                section.millis("first_ms", Duration.ofMillis(Backoff.DEFAULT.firstMillis()))
                        .toMillis(),
                section.millis("most_ms", Duration.ofMillis(Backoff.DEFAULT.mostMillis()))
                        .toMillis());
    }
}
