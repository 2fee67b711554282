package io.bailiwick.router.standalone.config;

import io.bailiwick.router.admission.Principal;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.realm.RealmOptions;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.server.RealmTemplate;
import io.bailiwick.router.standalone.config.RouterOptions.Template;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads realms, and the templates that they are made from. */
final class RealmForm {
    private static final List<String> COMMON = List.of(
            "uri_rule",
            "limits",
            "request_ids",
            "slow_readers",
            "decision_timeout_ms",
            "dealer",
            "retention",
            "confirmation",
            "history",
            "meta",
            "authorization_cache",
            "kill_revokes",
            "anonymous",
            "roles");

    private static final int MOST_MADE = 100;

    private final Map<String, Section> templates = new LinkedHashMap<>();
    private final List<Template> making = new ArrayList<>();

    /** Realms that may be made from the templates of this file. */
    RealmForm(Section root) throws InvalidOptionsException {
        root.sections("templates", this::named);
    }

    private Section named(Section section) throws InvalidOptionsException {
        only(section, "name", "realms", "principals");
        YamlNode name = section.required("name");
        // For its faults: no realm may be made from it.
        RealmTemplate template = template(section);
        killRevokes(section);
        if (templates.put(name.text(), section) != null) {
            throw name.wrong("each template once", "\"" + name.text() + "\" again");
        }
        Optional<YamlNode> strays = section.get("principals");
        if (section.get("realms").isPresent()) {
            making(name.text(), template, section).ifPresent(making::add);
        } else if (strays.isPresent()) {
            throw strays.get().wrong("principals in a template with realms: only", "them without");
        }
        return section;
    }

    private Optional<Template> making(String name, RealmTemplate template, Section section)
            throws InvalidOptionsException {
        PrincipalForm form = new PrincipalForm(name, template.roles().roles().keySet());
        RealmEntry each = new RealmEntry(
                name,
                template,
                section.maybe("anonymous", form::role),
                principals(section, form),
                List.of(),
                killRevokes(section));
        return section.section("realms", realms -> {
            realms.only("pattern", "match", "most", "idle_ms");
            int most = realms.number("most", 1, MOST_MADE);
            Duration idle = realms.millis("idle_ms", Duration.ZERO);
            MatchPolicy match = realms.choice("match", MatchPolicy.PREFIX);
            YamlNode pattern = realms.required("pattern");
            String text = RoleForm.uri(pattern, match);
            if (making.stream()
                    .anyMatch(other -> other.match() == match && other.pattern().equals(text))) {
                throw pattern.wrong("each pattern once", "\"" + text + "\" again");
            }
            return new Template(each, match, text, most, idle);
        });
    }

    /** The templates that realms are made from when somebody joins them. */
    List<Template> making() {
        return List.copyOf(making);
    }

    private static void only(Section section, String... besides) throws InvalidOptionsException {
        List<String> names = new ArrayList<>(COMMON);
        names.addAll(List.of(besides));
        section.only(names.toArray(String[]::new));
    }

    /** A realm. */
    RealmEntry realm(Section section) throws InvalidOptionsException {
        only(section, "name", "template", "principals", "rlinks");
        String name = name(section.required("name"));
        Section whole = whole(section);
        RealmTemplate template = template(whole);
        Set<String> roles = template.roles().roles().keySet();
        PrincipalForm form = new PrincipalForm(name, roles);
        return new RealmEntry(
                name,
                template,
                whole.maybe("anonymous", form::role),
                principals(section, form),
                section.sections("rlinks", new RouterLinkForm(name, roles)::link),
                killRevokes(whole));
    }

    /** A realm with what its template says besides. */
    private Section whole(Section section) throws InvalidOptionsException {
        Optional<YamlNode> named = section.get("template");
        if (named.isEmpty()) {
            return section;
        }
        Section template = templates.get(named.get().text());
        if (template == null) {
            throw named.get()
                    .wrong("a template of this file", "\"" + named.get().text() + "\"");
        }
        return section.over(template);
    }

    private static RealmTemplate template(Section section) throws InvalidOptionsException {
        RealmOptions options = RealmOptionsForm.options(section);
        RealmRoles roles = RoleForm.roles(section, options);
        return new RealmTemplate(roles, options);
    }

    private static Set<Revocable> killRevokes(Section section) throws InvalidOptionsException {
        return section.get("kill_revokes").isEmpty()
                ? Set.of(Revocable.values())
                : Set.copyOf(new HashSet<>(
                        section.<Revocable>values("kill_revokes", node -> Section.choice(node, Revocable.class))));
    }

    private static List<Principal> principals(Section section, PrincipalForm form) throws InvalidOptionsException {
        Set<String> authids = new HashSet<>();
        return section.sections("principals", each -> {
            Principal principal = form.principal(each);
            if (!authids.add(principal.authid())) {
                throw each.required("authid").wrong("each authid once", "\"" + principal.authid() + "\" again");
            }
            return principal;
        });
    }

    private static String name(YamlNode node) throws InvalidOptionsException {
        String name = node.text();
        if (!UriRule.LOOSE.allows(name)) {
            throw node.wrong("a URI as the name of a realm", "\"" + name + "\"");
        }
        return name;
    }
}
