package io.bailiwick.router.admission;

import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.link.ChannelSecurity.ClientCertificate;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides by the principals of a configuration. The realm, the authid and the role are those of the principal.
 *
 * <p>Somebody who does not exist is made to look like one of those who do: which one depends on the name and a secret of the
 * router, so it is always the same one. The challenge has the same fields, the same costs and a salt that does not change,
 * the work of the check is the same, and so is the end.
 *
 * <p>The ticket of an authid that was {@linkplain #revoked revoked} is refused in the same way, as long as this authenticator
 * lives. Safe on any thread.
 */
public final class StaticAuthenticator implements Authenticator {
    private static final String PROVIDER = "static";
    private static final String ANONYMOUS = "anonymous";
    private static final String CRYPTOSIGN = "cryptosign";
    private static final String TLS = "tls";
    private static final String TICKET = "ticket";

    /** What becomes of a client that asks for another realm than that of its principal. */
    public enum OtherRealm {
        /** It is refused: nobody of that name is in the realm that it asks for. */
        REFUSE,
        /** It is moved: the principal's realm counts, as in Crossbar.io. */
        MOVE
    }

    private final StaticPrincipals principals;
    private final OtherRealm otherRealm;
    private final Noise noise;
    /** The marks of keys that principals have logged in by. */
    private final Map<PublicKey, Set<String>> marks = new ConcurrentHashMap<>();
    /** Whose ticket is not accepted any more; of principals that there are, and so bounded. */
    private final Set<Principal> withoutTicket = ConcurrentHashMap.newKeySet();

    /**
     * Decides by these principals.
     *
     * @param noise makes up those who do not exist; of a key that outlives a restart, or a restart shows them to be made up
     */
    public StaticAuthenticator(StaticPrincipals principals, OtherRealm otherRealm, Noise noise) {
        this.principals = principals;
        this.otherRealm = otherRealm;
        this.noise = noise;
    }

    @Override
    public CompletionStage<Decision> authenticate(Claim claim) {
        return CompletableFuture.completedFuture(decide(claim));
    }

    /** The first method of the client that is configured for it decides. */
    private Decision decide(Claim claim) {
        String realm = claim.realm();
        if (realm != null && otherRealm == OtherRealm.REFUSE && !principals.hasRealm(realm)) {
            return Refusal.of(Uris.NO_SUCH_REALM, "expected a realm of this router, but found another name");
        }
        List<String> methods = claim.methods();
        for (String method : methods) {
            Optional<Decision> decided =
                    switch (method) {
                        case ANONYMOUS -> anonymous(claim);
                        case CRYPTOSIGN -> byKey(claim);
                        case TLS -> byCertificate(claim);
                        default -> bySecret(claim, method);
                    };
            if (decided.isPresent()) {
                return decided.get();
            }
        }
        if (realm == null && methods.equals(List.of(ANONYMOUS))) {
            return Refusal.of(Uris.NO_SUCH_REALM, "expected a realm of an anonymous client, but found none");
        }
        return claim.authid() == null && !methods.contains(ANONYMOUS)
                ? Refusal.of(Uris.NO_SUCH_PRINCIPAL, "expected an authid, or a key or certificate that is known")
                : Refusal.noMatchingMethod("one that is configured here", claim);
    }

    private Optional<Decision> anonymous(Claim claim) {
        String realm = claim.realm();
        return principals
                .anonymousRole(realm)
                .map(role -> new Admission(
                        String.valueOf(realm),
                        Names.anonymous(),
                        role,
                        ANONYMOUS,
                        PROVIDER,
                        Dict.EMPTY,
                        Optional.empty()));
    }

    private Optional<Decision> bySecret(Claim claim, String method) {
        String claimed = claim.authid();
        if (claimed == null) {
            return Optional.empty();
        }
        // Of several ways to type a name one counts, for who exists and for who does not.
        String authid = Names.asked(claimed, method);
        Optional<Principal> known = named(authid, claim);
        if (known.isPresent()) {
            Principal principal = known.get();
            return principal.secret(method).map(secret -> {
                Optional<Proof> proof = Optional.of(new Proof.OfSecret(secret));
                return isRevoked(principal, method)
                        ? refused(principal, proof)
                        : admission(principal, method, proof, Set.of(secret.mark(noise)));
            });
        }
        return model(authid, claim.realm()).flatMap(model -> model.secret(method)
                .map(secret -> new Refusal(
                        Uris.AUTHENTICATION_FAILED,
                        Refusal.UNPROVEN.message(),
                        Optional.of(new Proof.OfSecret(secret.lookalike(about(authid, model.realm(), method)))),
                        model.authrole(),
                        PROVIDER)));
    }

    /** Whatever it answers: the challenge, the work and the end are those of a wrong answer. */
    private static Decision refused(Principal principal, Optional<Proof> proof) {
        return new Refusal(
                Uris.AUTHENTICATION_FAILED, Refusal.UNPROVEN.message(), proof, principal.authrole(), PROVIDER);
    }

    private boolean isRevoked(Principal principal, String method) {
        return method.equals(TICKET) && withoutTicket.contains(principal);
    }

    @Override
    public void revoked(String realm, String authid) {
        principals.named(authid).stream()
                .filter(principal -> principal.realm().equals(realm)
                        && principal.secret(TICKET).isPresent())
                .forEach(withoutTicket::add);
    }

    @Override
    public boolean stands(Admission admission) {
        return withoutTicket.isEmpty()
                || !admission.authprovider().equals(PROVIDER)
                || principals.named(admission.authid()).stream()
                        .noneMatch(principal -> principal.realm().equals(admission.realm())
                                && isRevoked(principal, admission.authmethod()));
    }

    private Optional<Decision> byKey(Claim claim) {
        Object hex = claim.authextra().entries().get("pubkey");
        String authid = claim.authid();
        if (!(hex instanceof String text) || !mayHaveKeys(authid, claim)) {
            return Optional.empty();
        }
        PublicKey key;
        try {
            key = PublicKey.of(text);
        } catch (IllegalArgumentException e) {
            return Optional.of(
                    Refusal.of(Uris.AUTHENTICATION_FAILED, "HELLO.Details.authextra.pubkey: " + e.getMessage()));
        }
        Proof proof = new Proof.OfKey(key);
        List<Principal> owners = principals.owning(key).stream()
                .filter(owner -> authid == null || owner.authid().equals(authid))
                .toList();
        Optional<Principal> owner = one(owners, claim.realm());
        if (owner.isPresent()) {
            return Optional.of(admission(owner.get(), CRYPTOSIGN, Optional.of(proof), mark(key)));
        }
        return Optional.of(
                owners.size() > 1
                        ? new Refusal(
                                Uris.NO_SUCH_PRINCIPAL,
                                "several principals have this key: expected an authid and a realm that tell which",
                                Optional.of(proof))
                        : new Refusal(Uris.AUTHENTICATION_FAILED, Refusal.UNPROVEN.message(), Optional.of(proof)));
    }

    private Set<String> mark(PublicKey ofPrincipal) {
        return marks.computeIfAbsent(ofPrincipal, key -> Set.of(Principal.mark(key, noise)));
    }

    /** Whether keys are configured for who claims this name, or seem to be. */
    private boolean mayHaveKeys(@Nullable String authid, Claim claim) {
        if (authid == null) {
            return principals.hasKeys();
        }
        return named(authid, claim)
                .or(() -> model(authid, claim.realm()))
                .filter(principal -> !principal.authorizedKeys().isEmpty())
                .isPresent();
    }

    private Optional<Decision> byCertificate(Claim claim) {
        String authid = claim.authid();
        Optional<ClientCertificate> shown = claim.peer().security().clientCertificate();
        Set<String> marks = shown.map(this::marks).orElse(Set.of());
        return shown.map(principals::certified)
                .map(found -> found.stream()
                        .filter(principal ->
                                authid == null || principal.authid().equals(authid))
                        .toList())
                .flatMap(found -> one(found, claim.realm()))
                .map(principal -> admission(principal, TLS, Optional.empty(), marks));
    }

    private Set<String> marks(ClientCertificate certificate) {
        return CertificateName.of(certificate).stream()
                .map(name -> name.mark(noise))
                .collect(Collectors.toSet());
    }

    private Optional<Principal> named(String authid, Claim claim) {
        return one(principals.named(authid), claim.realm());
    }

    /** The only one of them, or the one of the realm that is asked for. */
    private Optional<Principal> one(List<Principal> found, @Nullable String realm) {
        List<Principal> here =
                found.stream().filter(one -> one.realm().equals(realm)).toList();
        boolean anywhere = realm == null || (here.isEmpty() && otherRealm == OtherRealm.MOVE);
        List<Principal> candidates = anywhere ? found : here;
        return candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty();
    }

    /** Whom somebody of this name, who does not exist, looks like. */
    private Optional<Principal> model(String authid, @Nullable String realm) {
        List<String> realms = principals.modelRealms();
        if (realms.isEmpty()) {
            return Optional.empty();
        }
        // Who exists answers alike whether it names its realm or not, so must who does not.
        String home = realm != null && otherRealm == OtherRealm.REFUSE
                ? realm
                : realms.get(noise.about("home/" + authid).index(realms.size()));
        List<Principal> models = principals.models(home);
        return models.isEmpty()
                ? Optional.empty()
                : Optional.of(models.get(about(authid, home, "model").index(models.size())));
    }

    private Noise about(String authid, String realm, String purpose) {
        return noise.about(purpose + "/" + realm + "/" + authid);
    }

    private static Decision admission(Principal principal, String method, Optional<Proof> proof, Set<String> provenBy) {
        return new Admission(
                principal.realm(),
                principal.authid(),
                principal.authrole(),
                method,
                PROVIDER,
                principal.authextra(),
                proof,
                provenBy);
    }
}
