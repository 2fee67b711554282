package io.bailiwick.router.standalone;

import io.bailiwick.router.admission.Caller;
import io.bailiwick.router.admission.CookieAuthenticator;
import io.bailiwick.router.admission.CookieStore;
import io.bailiwick.router.admission.CookieTable;
import io.bailiwick.router.admission.DynamicAuthenticator;
import io.bailiwick.router.admission.ListenerAuthenticators;
import io.bailiwick.router.admission.ListenerAuthenticators.Duty;
import io.bailiwick.router.admission.Principal;
import io.bailiwick.router.admission.StaticAuthenticator;
import io.bailiwick.router.admission.StaticPrincipals;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.standalone.config.AuthenticationOptions;
import io.bailiwick.router.standalone.config.ListenerEntry;
import io.bailiwick.router.standalone.config.RealmEntry;
import io.bailiwick.router.standalone.config.RouterOptions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Who may come in: what the file says of realms, principals and listeners, as one authenticator. It can be told of other
 * principals while it works; a handshake that has begun ends as it began. Safe on any thread.
 */
final class Gate implements Authenticator {
    private static final String STATIC = "static";
    private static final String COOKIE = CookieAuthenticator.METHOD;
    private static final Set<String> STATIC_METHODS =
            Set.of("anonymous", "ticket", "wampcra", "wamp-scram", "scram", "cryptosign", "tls");

    private final Noise noise;
    /** By the name that listeners use; {@code static} is not among them. */
    private final Map<String, Duty> lasting = new LinkedHashMap<>();

    private volatile Composed now;

    private record Composed(Authenticator whole, FamilyPrincipals families) {}

    /**
     * A gate.
     *
     * @param noise makes up those who do not exist
     * @param kept where cookies are kept
     * @param caller calls the procedures of dynamic authenticators
     */
    Gate(RouterOptions options, Noise noise, CookieStore kept, Caller caller) {
        this.noise = noise;
        AuthenticationOptions authentication = options.authentication();
        for (AuthenticationOptions.Dynamic each : authentication.dynamic()) {
            lasting.put(
                    each.name(),
                    new Duty(
                            each.question().methods(),
                            new DynamicAuthenticator(caller, each.question(), each.models(), noise)));
        }
        authentication
                .cookies()
                .map(table -> new CookieTable(table.most(), table.age(), InstantSource.system(), kept))
                .ifPresent(table -> lasting.put(COOKIE, new Duty(Set.of(COOKIE), new CookieAuthenticator(table))));
        this.now = compose(options, noise, lasting);
    }

    /** Other realms, principals and listeners, for those who come from now on. */
    void change(RouterOptions options) {
        now = compose(options, noise, lasting);
    }

    /** What the name of a realm counts as, where attempts to log in are counted. */
    String scope(String realm) {
        return now.families().scope(realm);
    }

    private static Composed compose(RouterOptions options, Noise noise, Map<String, Duty> lasting) {
        List<Principal> principals = new ArrayList<>();
        Map<String, String> anonymous = new HashMap<>();
        for (RealmEntry realm : options.realms()) {
            principals.addAll(realm.principals());
            realm.anonymousRole().ifPresent(role -> anonymous.put(realm.name(), role));
        }
        AuthenticationOptions authentication = options.authentication();
        FamilyPrincipals principal = new FamilyPrincipals(
                options,
                new StaticAuthenticator(
                        new StaticPrincipals(principals, anonymous), authentication.otherRealm(), noise),
                noise);
        Map<String, List<Duty>> byListener = new HashMap<>();
        for (ListenerEntry listener : options.listeners()) {
            listener.authenticators()
                    .ifPresent(chosen -> byListener.put(
                            listener.options().name(),
                            chosen.stream()
                                    .map(deciding -> duty(deciding, principal, lasting))
                                    .toList()));
        }
        return new Composed(new ListenerAuthenticators(byListener, standard(principal, lasting)), principal);
    }

    private static Duty duty(ListenerEntry.Deciding deciding, Authenticator principal, Map<String, Duty> lasting) {
        Duty whole = deciding.by().equals(STATIC)
                ? new Duty(STATIC_METHODS, principal)
                : lasting.getOrDefault(deciding.by(), new Duty(Set.of(), principal));
        if (deciding.methods().isEmpty()) {
            return whole;
        }
        Set<String> methods = new HashSet<>(whole.methods());
        methods.retainAll(deciding.methods());
        return new Duty(methods, whole.authenticator());
    }

    /** Each dynamic authenticator for its methods, the cookie for its own, and the principals of the file for the rest. */
    private static List<Duty> standard(Authenticator principal, Map<String, Duty> lasting) {
        List<Duty> duties = new ArrayList<>(lasting.values());
        duties.add(new Duty(STATIC_METHODS, principal));
        return duties;
    }

    @Override
    public CompletionStage<Decision> authenticate(Claim claim) {
        return now.whole().authenticate(claim);
    }

    @Override
    public void proven(Claim claim, Decision.Admission admission) {
        Composed current = now;
        // No cookie is given for a realm that is made by joining: it would outlive its principal there.
        if (!current.families().makes(admission.realm())) {
            current.whole().proven(claim, admission);
        }
    }

    @Override
    public void loggedOut(Peer peer) {
        now.whole().loggedOut(peer);
    }

    @Override
    public void revoked(String realm, String authid) {
        now.whole().revoked(realm, authid);
    }
}
