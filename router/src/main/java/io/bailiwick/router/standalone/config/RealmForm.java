package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.Section;
import io.bailiwick.router.admission.Principal;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.server.RealmRoles;
import io.bailiwick.router.server.RealmRoles.Rule;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a realm. */
final class RealmForm {
    private RealmForm() {}

    static RealmEntry realm(Section section) throws InvalidOptionsException {
        section.only("name", "roles", "anonymous", "principals");
        String name = name(section.required("name"));
        Map<String, List<Rule>> roles = new LinkedHashMap<>();
        for (YamlNode item : section.items("roles")) {
            Optional<RoleForm.Role> role = Section.read(item, section.reading(), RoleForm::role);
            if (role.isPresent() && roles.put(role.get().name(), role.get().rules()) != null) {
                section.reading().fault(item.wrong("each role once", "\"" + role.get().name() + "\" again"));
            }
        }
        PrincipalForm form = new PrincipalForm(name, roles.keySet());
        return new RealmEntry(
                name, new RealmRoles(roles), section.maybe("anonymous", form::role), principals(section, form));
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
        if (!io.bailiwick.router.message.UriRule.LOOSE.allows(name)) {
            throw node.wrong("a URI as the name of a realm", "\"" + name + "\"");
        }
        return name;
    }
}
