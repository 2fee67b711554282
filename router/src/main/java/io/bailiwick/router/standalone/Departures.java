package io.bailiwick.router.standalone;

import io.bailiwick.router.admission.Principal;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.standalone.config.RealmEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Whose session ends because the file does not let it in any more as what it is. */
final class Departures {
    private static final String STATIC = "static";
    private static final String ANONYMOUS = "anonymous";

    private Departures() {}

    /** The sessions of a realm whose principal is gone, or has another role; those that others let in are not among them. */
    static Predicate<SessionDetails> from(RealmEntry now) {
        Map<String, String> roles = new HashMap<>();
        now.principals().forEach(principal -> roles.put(principal.authid(), principal.authrole()));
        return session -> {
            if (!session.authprovider().equals(STATIC)) {
                return false;
            }
            String role = session.authmethod().equals(ANONYMOUS)
                    ? now.anonymousRole().orElse("")
                    : roles.getOrDefault(session.authid(), "");
            return !session.authrole().equals(role);
        };
    }

    /** Those who were there before and are gone, or have another role. */
    static List<Principal> from(List<RealmEntry> before, List<RealmEntry> now) {
        Map<String, String> roles = new HashMap<>();
        now.forEach(realm -> realm.principals().forEach(principal -> roles.put(name(principal), principal.authrole())));
        return before.stream()
                .flatMap(realm -> realm.principals().stream())
                .filter(principal -> !principal.authrole().equals(roles.get(name(principal))))
                .toList();
    }

    private static String name(Principal principal) {
        return principal.realm() + " " + principal.authid();
    }
}
