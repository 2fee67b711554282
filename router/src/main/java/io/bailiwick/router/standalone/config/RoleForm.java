package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.realm.RealmOptions;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Caching;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.RoleLimits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the roles of a realm. */
final class RoleForm {
    /** What a role may hold where it says nothing of it: as much as the realm allows. */
    private final RealmOptions ofRealm;

    private RoleForm(RealmOptions ofRealm) {
        this.ofRealm = ofRealm;
    }

    private record Role(String name, List<Rule> rules, Optional<RoleLimits> limits) {}

    /** The names {@code roles} and {@code authorization_cache} of a realm that behaves like this. */
    static RealmRoles roles(Section realm, RealmOptions ofRealm) throws InvalidOptionsException {
        RoleForm form = new RoleForm(ofRealm);
        Map<String, List<Rule>> rules = new LinkedHashMap<>();
        Map<String, RoleLimits> limits = new LinkedHashMap<>();
        for (YamlNode item : realm.items("roles")) {
            Optional<Role> found = Section.read(item, realm.reading(), form::role);
            if (found.isPresent()) {
                Role role = found.get();
                if (rules.put(role.name(), role.rules()) != null) {
                    realm.reading().fault(item.wrong("each role once", "\"" + role.name() + "\" again"));
                }
                role.limits().ifPresent(own -> limits.put(role.name(), own));
            }
        }
        return new RealmRoles(
                rules,
                limits,
                realm.section("authorization_cache", RoleForm::caching).orElse(Caching.DEFAULT));
    }

    private Role role(Section section) throws InvalidOptionsException {
        section.only("name", "limits", "rules");
        return new Role(
                name(section.required("name")),
                section.sections("rules", RoleForm::rule),
                section.section("limits", this::limits));
    }

    private static String name(YamlNode node) throws InvalidOptionsException {
        if (node.text().isEmpty()) {
            throw node.wrong("a name", "an empty text");
        }
        return node.text();
    }

    private RoleLimits limits(Section section) throws InvalidOptionsException {
        section.only(
                "subscriptions",
                "registrations",
                "wildcards",
                "pending_calls",
                "uri_length",
                "sessions",
                "message_bytes",
                "messages_per_second",
                "burst",
                "queue_bytes");
        return new RoleLimits(
                RealmOptionsForm.each(section, ofRealm.limits()),
                section.number("sessions", 1, RoleLimits.UNLIMITED),
                RealmOptionsForm.traffic(section, ofRealm.sessions().traffic()));
    }

    private static Rule rule(Section section) throws InvalidOptionsException {
        section.only("uri", "match", "allow", "disclose", "trustlevel", "authorizer", "cache");
        MatchPolicy match = match(section);
        Optional<YamlNode> authorizer = section.get("authorizer");
        return new Rule(
                uri(section.required("uri"), match),
                match,
                Set.copyOf(section.<Action>values("allow", action -> Section.choice(action, Action.class))),
                section.choice("disclose", Disclosure.ON_REQUEST),
                section.number("trustlevel", 0, Permission.NO_TRUSTLEVEL),
                authorizer.isPresent() ? uri(authorizer.get(), MatchPolicy.EXACT) : null,
                section.flag("cache", true));
    }

    /** {@code match} of a rule or a topic; exact when it is missing. */
    static MatchPolicy match(Section section) throws InvalidOptionsException {
        Optional<YamlNode> given = section.get("match");
        return given.isPresent() ? Section.choice(given.get(), MatchPolicy.class) : MatchPolicy.EXACT;
    }

    /** A URI, or a pattern. */
    static String uri(YamlNode node, MatchPolicy match) throws InvalidOptionsException {
        if (!UriRule.LOOSE.allows(node.text(), match)) {
            throw node.wrong("a URI, or a pattern for match " + match.id(), "\"" + node.text() + "\"");
        }
        return node.text();
    }

    private static Caching caching(Section section) throws InvalidOptionsException {
        section.only("by", "entries", "max_age_ms");
        Caching standard = Caching.DEFAULT;
        return new Caching(
                section.choice("by", standard.by()),
                section.number("entries", 0, standard.entries()),
                section.count("max_age_ms", 0, standard.maxAgeMillis()));
    }
}
