package io.bailiwick.domain.admission;

import io.bailiwick.domain.activation.Activations;
import io.bailiwick.domain.activation.MailAddress;
import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.router.audit.Actor;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import java.nio.file.attribute.UserPrincipal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who joins which realm in which role.
 *
 * <table>
 *   <caption>What a HELLO may ask for, and what it gets</caption>
 *   <tr><th>realm</th><th>authrole</th><th>key of</th><th>admitted as</th></tr>
 *   <tr><td>none</td><td>{@code node}</td><td>a paired node</td><td>{@code node} in the realm it is paired to; any
 *       other node waits ({@link Knocking}), unless it brings a code</td></tr>
 *   <tr><td>none, or the domain realm</td><td>none, {@code user}</td><td>a user</td><td>{@code user} in the domain
 *       realm</td></tr>
 *   <tr><td>a management realm</td><td>none</td><td>a user</td><td>the weakest of the roles that the user was given there,
 *       {@code guest} for {@code user}: who wants to do more says so. The superuser was given none, and is
 *       {@code owner}</td></tr>
 *   <tr><td>a management realm</td><td>{@code owner}, {@code admin}, {@code operator}, {@code developer},
 *       {@code guest}</td><td>a user</td><td>that role, if the user holds it or a stronger one</td></tr>
 *   <tr><td>a management realm</td><td>{@code backend}</td><td>its realm controller</td><td>{@code backend}</td></tr>
 *   <tr><td>the domain realm</td><td>none, {@code user}</td><td>nobody yet, with a mail address as authid</td><td>nothing
 *       before the key is proven; then by {@link Activations}, which ends with an ABORT or, where the right code came,
 *       with {@code user} in the domain realm</td></tr>
 *   <tr><td>any of these</td><td>as a user</td><td>the superuser, or an administrator at a local door</td><td>{@code user}
 *       in the domain realm; the role asked for, or {@code owner}, in a management realm</td></tr>
 *   <tr><td>a management realm</td><td>none, {@code public}</td><td>nobody (anonymous)</td><td>{@code public}, where
 *       the listener allows it</td></tr>
 * </table>
 *
 * <p>What depends on the HELLO alone is refused at once. What depends on a key is refused only after the key was proven,
 * so that a stranger sees the same challenge and the same end whether a key is known or not.
 */
public final class DomainAdmission implements Authenticator {
    /** The parameters of HELLO are not acceptable, whoever sends them. */
    public static final String INVALID_PARAMETERS = "fabric.auth-failed.invalid-parameters";
    /** The node is not paired to a realm. Agents of Crossbar.io FX stop for good when told so. */
    public static final String NODE_UNPAIRED = "fabric.auth-failed.node-unpaired";
    /** The node belongs to no realm yet, and is to wait and knock again. Also told to one that waits in vain. */
    public static final String NODE_WAITING = "io.bailiwick.domain.node_waiting";
    /** A session of the same key is there, and alive. Agents of Crossbar.io FX stop for good when told so. */
    public static final String NODE_ALREADY_CONNECTED = "fabric.auth-failed.node-already-connected";
    /** The code with which a node wants to join a realm does not let it in. */
    public static final String JOIN_CODE_REFUSED = "io.bailiwick.domain.join_code_refused";
    /** The authid of every realm controller. */
    public static final String CONTROLLER = "realm-controller";

    private static final Logger LOG = LoggerFactory.getLogger(DomainAdmission.class);
    /** In {@code authextra}: the code that came by mail. */
    private static final String CODE = "activation_code";
    /** In {@code authextra}: whether another code is wanted. */
    private static final String NEW_CODE = "request_new_activation_code";

    /** Their coming and going is not for the log of what people do. */
    private static final Set<String> NO_USERS = Set.of(Roles.NODE, Roles.BACKEND, Roles.PUBLIC);

    static final String CRYPTOSIGN = "cryptosign";
    private static final String ANONYMOUS = "anonymous";
    private static final String NO_REALM = "there is no management realm of this name";
    private static final String UNKNOWN = "this key may not join this realm in this role";

    private final Store<GlobalSchema> store;
    private final SuperuserKeys superusers;
    private final ControllerKeys controllers;
    private final UserKeys keys;
    private final Activations activations;
    private final Doors doors;
    private final NodeAdmission nodes;
    private final Executor executor;
    private final DomainAudit audit;

    /** As the other, where no node waits and a key of a node has as many sessions as it likes. */
    public DomainAdmission(
            Store<GlobalSchema> store,
            SuperuserKeys superusers,
            ControllerKeys controllers,
            UserKeys keys,
            Activations activations,
            Doors doors,
            Executor executor) {
        this(store, superusers, controllers, keys, activations, doors, Knocking.NONE, Presence.UNCOUNTED, executor);
    }

    /**
     * Decides by a store.
     *
     * @param store read only
     * @param superusers the keys whose holders are the superuser
     * @param controllers the keys of the realm controllers that run now
     * @param keys the keys of users
     * @param activations for who has a key that is not on record
     * @param doors the listeners at which not only a key counts
     * @param knocking for nodes that are not paired
     * @param presence which keys of nodes have a session now
     * @param executor reads the store; an event loop must not. It may refuse when too many ask at once
     */
    public DomainAdmission(
            Store<GlobalSchema> store,
            SuperuserKeys superusers,
            ControllerKeys controllers,
            UserKeys keys,
            Activations activations,
            Doors doors,
            Knocking knocking,
            Presence presence,
            Executor executor) {
        this.store = store;
        this.superusers = superusers;
        this.controllers = controllers;
        this.keys = keys;
        this.activations = activations;
        this.doors = doors;
        this.nodes = new NodeAdmission(store, knocking, presence);
        this.executor = executor;
        this.audit = new DomainAudit(store);
    }

    @Override
    public CompletionStage<Decision> authenticate(Claim claim) {
        try {
            return CompletableFuture.supplyAsync(() -> store.read(tx -> decide(tx, claim)), executor);
        } catch (RejectedExecutionException tooMany) {
            return CompletableFuture.failedFuture(tooMany);
        }
    }

    @Override
    public CompletionStage<Decision> authenticateProven(Claim claim, Proof proof) {
        PublicKey key = ((Proof.OfKey) proof).key();
        if (Roles.NODE.equals(claim.authrole())) {
            try {
                return nodes.decideProven(claim, key, executor);
            } catch (RejectedExecutionException tooMany) {
                return CompletableFuture.failedFuture(tooMany);
            }
        }
        Optional<MailAddress> email = Optional.ofNullable(claim.authid()).flatMap(MailAddress::of);
        if (email.isEmpty()) {
            return CompletableFuture.completedFuture(stranger(key));
        }
        Activations.Request request = new Activations.Request(
                email.get(),
                key,
                (String) claim.authextra().entries().get(CODE),
                Boolean.TRUE.equals(claim.authextra().entries().get(NEW_CODE)),
                claim.peer().network().orElse("local"));
        try {
            return activations.enter(request).thenApplyAsync(outcome -> decided(outcome, key), executor);
        } catch (RejectedExecutionException tooMany) {
            return CompletableFuture.failedFuture(tooMany);
        }
    }

    /** Who has brought the code joins the domain realm, whatever realm was asked for: in others it has no role yet. */
    private static Decision decided(Activations.Outcome outcome, PublicKey key) {
        if (outcome instanceof Activations.Entered entered) {
            return admitted(Roles.DOMAIN_REALM, entered.user().authid(), Roles.USER, Dict.EMPTY, key);
        }
        Activations.Refused refused = (Activations.Refused) outcome;
        return Refusal.of(refused.reason(), refused.message());
    }

    @Override
    public boolean stands(Admission admission) {
        Set<String> marks = admission.provenBy();
        boolean superuser = admission.authid().equals(User.SUPERUSER);
        // By the local door there is no key, and nothing that could have changed.
        boolean counts = superuser ? marks.isEmpty() || superusers.anyOf(marks) : !keys.anyRevoked(marks);
        return counts && nodes.enter(admission);
    }

    @Override
    public void proven(Claim claim, Admission admission) {
        if (!NO_USERS.contains(admission.authrole())) {
            note(claim, admission);
        }
        nodes.entered(claim, admission);
        if (admission.authid().equals(User.SUPERUSER)) {
            // All superusers have one name: the log tells them apart.
            LOG.info(
                    "the superuser joins {} from {} by {}",
                    admission.realm(),
                    claim.peer().address(),
                    admission.provenBy().stream()
                            .findFirst()
                            .map(mark -> "key " + mark)
                            .orElseGet(() -> "the local door as system user "
                                    + claim.peer()
                                            .user()
                                            .map(UserPrincipal::getName)
                                            .orElse("unknown")));
        }
    }

    private void note(Claim claim, Admission admission) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("realm", admission.realm());
        details.put("authmethod", admission.authmethod());
        claim.peer().user().ifPresent(user -> details.put("system_user", user.getName()));
        Actor actor = new Actor(
                admission.authid(),
                admission.authrole(),
                null,
                admission.provenBy().stream().findFirst().orElse(null),
                claim.session(),
                claim.peer().listener() + " " + claim.peer().address());
        audit.loggedIn(actor, admission.realm(), details);
    }

    private Decision decide(ReadTransaction tx, Claim claim) {
        Object pubkey = claim.authextra().entries().get("pubkey");
        boolean cryptosign = claim.authmethods().contains(CRYPTOSIGN);
        boolean anonymous = claim.authmethods().contains(ANONYMOUS);
        if (anonymous && (!cryptosign || pubkey == null)) {
            return doors.isLocal(claim.peer()) ? administrator(tx, claim) : anonymous(tx, claim);
        }
        if (!cryptosign) {
            return Refusal.of(
                    Uris.NO_MATCHING_AUTH_METHOD, "expected cryptosign among the authmethods, but did not find it");
        }
        if (!(pubkey instanceof String hex)) {
            return invalid("expected a public key as text in authextra.pubkey, but found " + Dict.kind(pubkey));
        }
        Object code = claim.authextra().entries().get(CODE);
        if (code != null && !(code instanceof String && claim.authid() != null)) {
            return invalid("expected an activation code as text, with an authid, but found " + Dict.kind(code)
                    + (claim.authid() == null ? " without one" : ""));
        }
        try {
            return byKey(tx, claim, PublicKey.of(hex));
        } catch (IllegalArgumentException e) {
            return invalid("authextra.pubkey: " + e.getMessage());
        }
    }

    private Decision byKey(ReadTransaction tx, Claim claim, PublicKey key) {
        String realm = claim.realm();
        String role = claim.authrole();
        if (Roles.NODE.equals(role)) {
            return realm == null
                    ? nodes.decide(tx, claim, key)
                    : invalid("expected no realm with authrole node, for nodes are assigned theirs, but found one");
        }
        if (realm == null || realm.equals(Roles.DOMAIN_REALM)) {
            return role == null || role.equals(Roles.USER) ? domainUser(tx, claim, key) : wrongDomainRole();
        }
        if (Roles.BACKEND.equals(role)) {
            return controller(realm, key);
        }
        Role wanted = role == null ? null : joinable(role);
        if (role != null && wanted == null) {
            return wrongMrealmRole();
        }
        return mrealmUser(tx, claim, key, realm, wanted);
    }

    private Decision domainUser(ReadTransaction tx, Claim claim, PublicKey key) {
        if (superusers.contains(key)) {
            return admitted(Roles.DOMAIN_REALM, User.SUPERUSER, Roles.USER, Dict.EMPTY, key);
        }
        return user(tx, claim, key, user -> admitted(Roles.DOMAIN_REALM, user.authid(), Roles.USER, Dict.EMPTY, key));
    }

    private Decision mrealmUser(ReadTransaction tx, Claim claim, PublicKey key, String name, @Nullable Role wanted) {
        Optional<ManagementRealm> realm = schema().idxMrealmsByName.get(tx, name);
        if (superusers.contains(key)) {
            String role = (wanted == null ? Role.OWNER : wanted).id();
            return realm.isPresent()
                    ? admitted(name, User.SUPERUSER, role, Dict.EMPTY, key)
                    : new Refusal(Uris.NO_SUCH_REALM, NO_REALM, Optional.of(new Proof.OfKey(key)));
        }
        return user(tx, claim, key, user -> realm.flatMap(
                        found -> schema().usersMrealmRoles.get(tx, new Pair<>(user.oid(), found.oid())))
                .flatMap(roles -> granted(roles, wanted))
                .<Decision>map(role -> admitted(name, user.authid(), role.id(), Dict.EMPTY, key))
                .orElseGet(() -> stranger(key)));
    }

    private static Optional<Role> granted(UserMrealmRole held, @Nullable Role wanted) {
        if (wanted != null) {
            return held.includes(wanted) ? Optional.of(wanted) : Optional.empty();
        }
        return held.weakest().map(Role::joined);
    }

    /**
     * What becomes of a user, by its key. Who has a key that is not on record and names a mail address is to prove the key
     * first; whether the address is known makes no difference.
     */
    private Decision user(ReadTransaction tx, Claim claim, PublicKey key, Function<User, Decision> admission) {
        String claimed = claim.authid();
        if (keys.find(tx, key).isEmpty()) {
            return claimed != null
                            && MailAddress.of(claimed)
                                    .filter(activations::serves)
                                    .isPresent()
                    ? new Decision.ProofFirst(new Proof.OfKey(key))
                    : stranger(key);
        }
        Optional<User> owner = keys.owner(tx, key).filter(user -> claimed == null || names(claimed, user));
        if (owner.isPresent() && claim.authextra().entries().get(CODE) != null) {
            return new Refusal(Activations.NOT_PENDING, Activations.NO_ACTIVATION, Optional.of(new Proof.OfKey(key)));
        }
        return owner.map(admission).orElseGet(() -> stranger(key));
    }

    private static boolean names(String claimed, User user) {
        return claimed.equals(user.authid())
                || MailAddress.of(claimed)
                        .filter(address -> address.text().equals(user.authid()))
                        .isPresent();
    }

    /** Who comes in by a local door is who the kernel says. */
    private Decision administrator(ReadTransaction tx, Claim claim) {
        if (!doors.isAdministrator(claim.peer())) {
            return Refusal.of(Uris.AUTHENTICATION_FAILED, UNKNOWN);
        }
        String realm = claim.realm();
        String role = claim.authrole();
        if (realm == null || realm.equals(Roles.DOMAIN_REALM)) {
            return role == null || role.equals(Roles.USER) ? local(Roles.DOMAIN_REALM, Roles.USER) : wrongDomainRole();
        }
        Role wanted = role == null ? Role.OWNER : joinable(role);
        if (wanted == null) {
            return wrongMrealmRole();
        }
        return schema().idxMrealmsByName.key(tx, realm).isPresent()
                ? local(realm, wanted.id())
                : Refusal.of(Uris.NO_SUCH_REALM, NO_REALM);
    }

    private static Decision local(String realm, String role) {
        return new Admission(realm, User.SUPERUSER, role, ANONYMOUS, "static", Dict.EMPTY, Optional.empty());
    }

    private Decision controller(String realm, PublicKey key) {
        Optional<String> own = controllers.realmOf(key);
        return own.isPresent() && own.get().equals(realm)
                // It calls nodes for the users of its realm, and says for whom.
                ? admitted(realm, CONTROLLER, Roles.BACKEND, Dict.EMPTY, key).speakingForOthers()
                : stranger(key);
    }

    private Decision anonymous(ReadTransaction tx, Claim claim) {
        if (!doors.anonymous().contains(claim.peer().listener())) {
            return Refusal.of(
                    Uris.NO_MATCHING_AUTH_METHOD,
                    "expected cryptosign with a public key in authextra.pubkey, but found anonymous, "
                            + "which this listener does not allow");
        }
        String realm = claim.realm();
        String role = claim.authrole();
        if (realm == null || (role != null && !role.equals(Roles.PUBLIC))) {
            return invalid("expected a realm, and authrole public or none, of an anonymous client");
        }
        if (schema().idxMrealmsByName.key(tx, realm).isEmpty()) {
            return Refusal.of(Uris.AUTHENTICATION_FAILED, "anonymous clients may not join this realm");
        }
        return new Admission(realm, ANONYMOUS, Roles.PUBLIC, ANONYMOUS, "static", Dict.EMPTY, Optional.empty());
    }

    private static @Nullable Role joinable(String role) {
        for (Role candidate : Role.values()) {
            if (candidate != Role.USER && candidate.id().equals(role)) {
                return candidate;
            }
        }
        return null;
    }

    private GlobalSchema schema() {
        return store.schema();
    }

    private static Admission admitted(String realm, String authid, String role, Dict extra, PublicKey key) {
        // The key as a mark: it may be revoked, or a node be given another one, and then the sessions by it end.
        return new Admission(
                realm,
                authid,
                role,
                CRYPTOSIGN,
                "dynamic",
                extra,
                Optional.of(new Proof.OfKey(key)),
                Set.of(UserKeys.mark(key.hex())));
    }

    private static Decision stranger(PublicKey key) {
        return new Refusal(Uris.AUTHENTICATION_FAILED, UNKNOWN, Optional.of(new Proof.OfKey(key)));
    }

    private static Decision wrongDomainRole() {
        return invalid("expected authrole user or none on the domain realm, but found another");
    }

    private static Decision wrongMrealmRole() {
        return invalid("expected authrole owner, admin, operator, developer or guest, or none, "
                + "on a management realm, but found another");
    }

    static Decision invalid(String text) {
        return Refusal.of(INVALID_PARAMETERS, "Invalid parameters in authentication: " + text);
    }
}
