package io.bailiwick.router.standalone;

import io.bailiwick.router.admission.StaticAuthenticator;
import io.bailiwick.router.admission.StaticAuthenticator.OtherRealm;
import io.bailiwick.router.admission.StaticPrincipals;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.pattern.PatternMap;
import io.bailiwick.router.standalone.config.RealmEntry;
import io.bailiwick.router.standalone.config.RouterOptions;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The principals of realms that are made by joining: those of a template may join each of its realms. All its realms answer alike,
 * whether they are there or not. Claims to other realms go to the principals of those. Safe on any thread.
 */
final class FamilyPrincipals implements Authenticator {
    private final Authenticator ofOthers;
    private final Set<String> others = new HashSet<>();
    private final PatternMap<Family> families = new PatternMap<>();

    private record Family(RealmEntry realm, Authenticator principals) {}

    /**
     * The principals of a file.
     *
     * @param ofOthers decides on claims to realms that stand in the file by name, and to those that nobody knows
     */
    FamilyPrincipals(RouterOptions options, Authenticator ofOthers, Noise noise) {
        this.ofOthers = ofOthers;
        options.realms().forEach(realm -> others.add(realm.name()));
        for (RouterOptions.Template each : options.templates()) {
            RealmEntry realm = each.realm();
            Map<String, String> anonymous = realm.anonymousRole()
                    .map(role -> Map.of(realm.name(), role))
                    .orElse(Map.of());
            StaticPrincipals principals = new StaticPrincipals(realm.principals(), anonymous);
            families.put(
                    each.match(),
                    each.pattern(),
                    new Family(realm, new StaticAuthenticator(principals, OtherRealm.REFUSE, noise)));
        }
    }

    private @Nullable Family family(@Nullable String realm) {
        return realm == null || others.contains(realm) ? null : families.best(realm);
    }

    /** What the name of a realm counts as, where attempts to log in are counted: realms of one template as one. */
    String scope(String realm) {
        if (others.contains(realm)) {
            return realm;
        }
        Family family = family(realm);
        return family == null ? "" : scopeOf(family.realm());
    }

    /** What the realms of a template count as. */
    static String scopeOf(RealmEntry template) {
        // No realm has a name with a space in it.
        return "template " + template.name();
    }

    /** Whether a realm of this name is made by joining. */
    boolean makes(String realm) {
        return family(realm) != null;
    }

    @Override
    public CompletionStage<Decision> authenticate(Claim claim) {
        String realm = claim.realm();
        Family family = family(realm);
        if (realm == null || family == null) {
            return ofOthers.authenticate(claim);
        }
        return family.principals()
                .authenticate(claim.in(family.realm().name()))
                .thenApply(decision -> decision instanceof Admission admission ? in(realm, admission) : decision);
    }

    @Override
    public boolean stands(Admission admission) {
        Family family = family(admission.realm());
        return family == null
                ? ofOthers.stands(admission)
                : family.principals().stands(in(family.realm().name(), admission));
    }

    /** In one realm of a template is in all: they share their principals. */
    @Override
    public void revoked(String realm, String authid) {
        Family family = family(realm);
        if (family == null) {
            ofOthers.revoked(realm, authid);
        } else {
            family.principals().revoked(family.realm().name(), authid);
        }
    }

    private static Admission in(String realm, Admission admission) {
        return new Admission(
                realm,
                admission.authid(),
                admission.authrole(),
                admission.authmethod(),
                admission.authprovider(),
                admission.authextra(),
                admission.proof(),
                admission.provenBy());
    }
}
