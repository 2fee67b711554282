package io.bailiwick.router.standalone;

import io.bailiwick.router.admission.CookieTable.Remembered;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.standalone.config.RealmEntry;
import io.bailiwick.router.standalone.config.RouterOptions;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whom the file lets in, as what and by what: whose session and whose cookie may go on when it was read again. Those that
 * others than the file let in always may. Of secrets and keys it has marks only. Immutable.
 */
final class Standing {
    private static final String STATIC = "static";
    private static final String ANONYMOUS = "anonymous";

    /** What the file says of a principal. */
    private record Known(String authrole, Set<String> marks) {}

    private final Map<String, Map<String, Known>> principals = new HashMap<>();
    private final Map<String, Optional<String>> anonymous = new HashMap<>();

    /** What these options say; the noise is that of the authenticator. */
    Standing(RouterOptions options, Noise noise) {
        options.realms().forEach(realm -> add(realm.name(), realm, noise));
        options.templates()
                .forEach(template -> add(FamilyPrincipals.scopeOf(template.realm()), template.realm(), noise));
    }

    private void add(String scope, RealmEntry realm, Noise noise) {
        Map<String, Known> known = new HashMap<>();
        realm.principals()
                .forEach(principal ->
                        known.put(principal.authid(), new Known(principal.authrole(), principal.marks(noise))));
        principals.put(scope, known);
        anonymous.put(scope, realm.anonymousRole());
    }

    /**
     * The sessions of a realm whose principal is gone or has another role.
     *
     * @param realm its name, or for those that a template makes their {@linkplain FamilyPrincipals#scopeOf scope}
     */
    Predicate<SessionDetails> withoutRole(String realm) {
        return session -> isOurs(session)
                && !role(realm, session.authid(), session.authmethod()).equals(Optional.of(session.authrole()));
    }

    /**
     * The sessions of a realm whose principal has not any more what they logged in with.
     *
     * @param realm likewise
     * @param before counts for a session of which that is not known: it may go on if its principal still has all it had
     */
    Predicate<SessionDetails> withoutCredential(String realm, Standing before) {
        return session -> isOurs(session)
                && !session.authmethod().equals(ANONYMOUS)
                && !has(realm, session.authid(), session.provenBy(), before);
    }

    private static boolean isOurs(SessionDetails session) {
        return session.authprovider().equals(STATIC);
    }

    /** Whether a cookie may be used again. */
    boolean keeps(Remembered cookie, Standing before) {
        return !cookie.authprovider().equals(STATIC)
                || (role(cookie.realm(), cookie.authid(), cookie.authmethod()).equals(Optional.of(cookie.authrole()))
                        && has(cookie.realm(), cookie.authid(), cookie.provenBy(), before));
    }

    private Optional<String> role(String realm, String authid, String authmethod) {
        return authmethod.equals(ANONYMOUS)
                ? anonymous.getOrDefault(realm, Optional.empty())
                : known(realm, authid).map(Known::authrole);
    }

    private boolean has(String realm, String authid, Set<String> provenBy, Standing before) {
        Set<String> marks = marks(realm, authid);
        return provenBy.isEmpty()
                ? marks.containsAll(before.marks(realm, authid))
                : !Collections.disjoint(marks, provenBy);
    }

    private Set<String> marks(String realm, String authid) {
        return known(realm, authid).map(Known::marks).orElse(Set.of());
    }

    private Optional<Known> known(String realm, String authid) {
        return Optional.ofNullable(principals.getOrDefault(realm, Map.of()).get(authid));
    }
}
