package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Reading;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.rights.RealmRoles;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Checks that what one part of the file names stands in another. */
final class References {
    private final Reading reading;
    private final Set<String> names = new HashSet<>();
    /** Those without faults. */
    private final Map<String, RealmRoles> realms = new HashMap<>();

    private final Set<String> authenticators = new HashSet<>();

    private References(Reading reading, RouterOptions options) {
        this.reading = reading;
        options.realms()
                .forEach(realm -> realms.put(realm.name(), realm.template().roles()));
        authenticators.add("static");
        options.authentication().cookies().ifPresent(cookies -> authenticators.add("cookie"));
        options.authentication().dynamic().forEach(dynamic -> authenticators.add(dynamic.name()));
    }

    /** Each name that stands for nothing is a fault. */
    static void check(Section root, RouterOptions options) throws InvalidOptionsException {
        References references = new References(root.reading(), options);
        references.each(
                root.node(),
                "realms",
                realm -> references.names.add(realm.require("name").text()));
        for (YamlNode listener : root.items("listeners")) {
            references.each(listener, "authenticators", references::authenticator);
            references.each(listener, "bridges", references::bridge);
            references.each(listener, "webhooks", references::identity);
        }
        if (root.get("authentication").isPresent()) {
            references.each(root.required("authentication"), "dynamic", references::realm);
        }
    }

    private interface Check {
        void of(YamlNode node) throws InvalidOptionsException;
    }

    /** Faults of form were found before: what has none is looked at. */
    private void each(YamlNode parent, String list, Check check) {
        try {
            for (YamlNode item : parent.require(list).items()) {
                try {
                    check.of(item);
                } catch (InvalidOptionsException fault) {
                    reading.fault(fault);
                }
            }
        } catch (InvalidOptionsException missing) {
            // Nothing to check; where it is wrong, that is known.
        }
    }

    private void authenticator(YamlNode node) throws InvalidOptionsException {
        YamlNode by = node.require("by");
        if (!authenticators.contains(by.text())) {
            throw by.wrong(
                    "one of "
                            + String.join(", ", authenticators.stream().sorted().toList()) + ", which this file has",
                    "\"" + by.text() + "\"");
        }
    }

    private void realm(YamlNode node) throws InvalidOptionsException {
        YamlNode realm = node.require("realm");
        if (!names.contains(realm.text())) {
            throw realm.wrong("a realm of this file", "\"" + realm.text() + "\"");
        }
    }

    private void bridge(YamlNode node) throws InvalidOptionsException {
        realm(node);
        if (node.get("signed").isPresent()) {
            role(node, node.require("signed"));
        }
    }

    private void identity(YamlNode node) throws InvalidOptionsException {
        realm(node);
        role(node, node);
    }

    private void role(YamlNode ofRealm, YamlNode ofRole) throws InvalidOptionsException {
        RealmRoles roles = realms.get(ofRealm.require("realm").text());
        YamlNode role = ofRole.require("role");
        if (roles != null && !roles.roles().containsKey(role.text())) {
            throw role.wrong("a role of that realm", "\"" + role.text() + "\"");
        }
    }
}
