package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.server.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the roles of a realm. */
final class RoleForm {
    private RoleForm() {}

    /** A role and its rules. */
    record Role(String name, List<Rule> rules) {}

    static Role role(Section section) throws InvalidOptionsException {
        section.only("name", "rules");
        return new Role(name(section.required("name")), section.sections("rules", RoleForm::rule));
    }

    private static String name(YamlNode node) throws InvalidOptionsException {
        if (node.text().isEmpty()) {
            throw node.wrong("a name", "an empty text");
        }
        return node.text();
    }

    private static Rule rule(Section section) throws InvalidOptionsException {
        section.only("uri", "match", "allow", "disclose");
        Optional<YamlNode> given = section.get("match");
        MatchPolicy match =
                given.isPresent() ? Section.choice(given.get(), MatchPolicy.class) : MatchPolicy.EXACT;
        YamlNode uri = section.required("uri");
        if (!UriRule.LOOSE.allows(uri.text(), match)) {
            throw uri.wrong("a URI, or a pattern for match " + match.id(), "\"" + uri.text() + "\"");
        }
        List<Action> allow = section.values("allow", action -> Section.choice(action, Action.class));
        return new Rule(uri.text(), match, Set.copyOf(allow), section.flag("disclose", false));
    }
}
