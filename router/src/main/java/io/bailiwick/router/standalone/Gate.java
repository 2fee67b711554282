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
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.standalone.config.AuthenticationOptions;
import io.bailiwick.router.standalone.config.ListenerEntry;
import io.bailiwick.router.standalone.config.RealmEntry;
import io.bailiwick.router.standalone.config.Revocable;
import io.bailiwick.router.standalone.config.RouterOptions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final Caller caller;
    private final Optional<CookieTable> cookies;

    private volatile Rules now;

    /** A dynamic authenticator, and what it was made from. */
    private record Asking(AuthenticationOptions.Dynamic made, Duty duty) {
        /** Whose secret a model has does not matter, and is drawn anew each time: only what it shows. */
        boolean isFor(AuthenticationOptions.Dynamic other) {
            return made.question().equals(other.question()) && shapes(made).equals(shapes(other));
        }

        private static List<String> shapes(AuthenticationOptions.Dynamic dynamic) {
            return dynamic.models().stream()
                    .map(model -> model.authrole() + " " + model.secret())
                    .toList();
        }
    }

    /**
     * What one reading of the file makes.
     *
     * @param all decides
     * @param principals decides for the principals of the file
     * @param dynamic decide elsewhere, by their names
     * @param killRevokes by the scope of a realm, what of an authid is revoked when its sessions are killed
     */
    private record Rules(
            Authenticator all,
            FamilyPrincipals principals,
            Map<String, Asking> dynamic,
            Standing standing,
            Map<String, Set<Revocable>> killRevokes) {}

    /**
     * A gate.
     *
     * @param noise makes up those who do not exist
     * @param kept where cookies are kept
     * @param caller calls the procedures of dynamic authenticators
     */
    Gate(RouterOptions options, Noise noise, CookieStore kept, Caller caller) {
        this.noise = noise;
        this.caller = caller;
        this.cookies = options.authentication()
                .cookies()
                .map(table -> new CookieTable(table.most(), table.age(), InstantSource.system(), kept));
        this.now = rules(options, Map.of());
    }

    /**
     * Other realms, principals, listeners and dynamic authenticators, for those who come from now on. Cookies are forgotten of
     * those who would not be let in any more by what they had logged in with. What was revoked of tickets is forgotten.
     */
    void change(RouterOptions options) {
        Standing before = now.standing;
        now = rules(options, now.dynamic);
        forgetDeparted(before);
    }

    /** Whom the file lets in now. */
    Standing standing() {
        return now.standing;
    }

    /** What the name of a realm counts as, where attempts to log in are counted. */
    String scope(String realm) {
        return now.principals.scope(realm);
    }

    /** Forgets the cookies of those who are not let in any more; {@link Standing#keeps} says what {@code before} is for. */
    void forgetDeparted(Standing before) {
        cookies.ifPresent(table -> table.retain(cookie -> now.standing.keeps(cookie, before)));
    }

    /** Dynamic authenticators that stay the same go on counting what they have asked. */
    private Rules rules(RouterOptions options, Map<String, Asking> before) {
        Map<String, Asking> dynamic = new LinkedHashMap<>();
        for (AuthenticationOptions.Dynamic each : options.authentication().dynamic()) {
            Asking old = before.get(each.name());
            dynamic.put(each.name(), old != null && old.isFor(each) ? old : asking(each));
        }
        Map<String, Duty> lasting = new LinkedHashMap<>();
        dynamic.forEach((name, asking) -> lasting.put(name, asking.duty));
        cookies.ifPresent(table -> lasting.put(COOKIE, new Duty(Set.of(COOKIE), new CookieAuthenticator(table))));
        return compose(options, lasting, dynamic);
    }

    private Asking asking(AuthenticationOptions.Dynamic each) {
        return new Asking(
                each,
                new Duty(
                        each.question().methods(),
                        new DynamicAuthenticator(caller, each.question(), each.models(), noise)));
    }

    private Rules compose(RouterOptions options, Map<String, Duty> lasting, Map<String, Asking> dynamic) {
        List<Principal> principals = new ArrayList<>();
        Map<String, String> anonymous = new HashMap<>();
        Map<String, Set<Revocable>> killRevokes = new HashMap<>();
        for (RealmEntry realm : options.realms()) {
            principals.addAll(realm.principals());
            killRevokes.put(realm.name(), realm.killRevokes());
            realm.anonymousRole().ifPresent(role -> anonymous.put(realm.name(), role));
        }
        for (RouterOptions.Template template : options.templates()) {
            RealmEntry realm = template.realm();
            killRevokes.put(FamilyPrincipals.scopeOf(realm), realm.killRevokes());
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
        return new Rules(
                new ListenerAuthenticators(byListener, standard(principal, lasting)),
                principal,
                dynamic,
                new Standing(options, noise),
                killRevokes);
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
        return now.all.authenticate(claim);
    }

    @Override
    public CompletionStage<Decision> authenticateProven(Claim claim, Proof proof) {
        return now.all.authenticateProven(claim, proof);
    }

    @Override
    public boolean stands(Decision.Admission admission) {
        return now.all.stands(admission);
    }

    @Override
    public void proven(Claim claim, Decision.Admission admission) {
        Rules current = now;
        // No cookie is given for a realm that is made by joining: it would outlive its principal there.
        if (!current.principals.makes(admission.realm())) {
            current.all.proven(claim, admission);
        }
    }

    @Override
    public void loggedOut(Peer peer) {
        now.all.loggedOut(peer);
    }

    /** Takes what the realm says; whichever listener it was used at. Procedures that decide are not told. */
    @Override
    public void revoked(String realm, String authid) {
        Rules current = now;
        Set<Revocable> which = current.killRevokes.getOrDefault(current.principals.scope(realm), Set.of());
        if (which.contains(Revocable.COOKIES)) {
            cookies.ifPresent(table -> table.revoke(realm, authid));
        }
        if (which.contains(Revocable.TICKETS)) {
            current.principals.revoked(realm, authid);
        }
    }
}
