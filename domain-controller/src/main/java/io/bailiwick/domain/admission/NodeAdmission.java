package io.bailiwick.domain.admission;

import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.router.cryptosign.Fingerprint;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a HELLO with the role of a node. A key that is paired joins its realm, unless a session of the same key is
 * there and alive; any other is put to {@link Knocking}, once it was proven.
 */
final class NodeAdmission {
    /** In {@code authextra}: a code to join by. */
    private static final String JOIN_CODE = "join_code";
    /** In {@code authextra}: what the node says it is. */
    private static final String AGENT = "agent";

    private static final int MOST_CODE = 64;
    private static final int MOST_AGENT = 64;
    private static final int MOST_NAME = 128;

    private final Store<GlobalSchema> store;
    private final Knocking knocking;
    private final Presence presence;

    NodeAdmission(Store<GlobalSchema> store, Knocking knocking, Presence presence) {
        this.store = store;
        this.knocking = knocking;
        this.presence = presence;
    }

    /** Decides by the store alone; nothing is written. */
    Decision decide(ReadTransaction tx, Claim claim, PublicKey key) {
        Map<String, @Nullable Object> extra = claim.authextra().entries();
        Object code = extra.get(JOIN_CODE);
        if (code != null && !(code instanceof String text && text.length() <= MOST_CODE)) {
            return DomainAdmission.invalid("expected a join code as text of at most " + MOST_CODE
                    + " characters in authextra.join_code, but found something else");
        }
        Optional<Admission> paired = paired(tx, key);
        if (paired.isPresent()) {
            return presence.isDoubtful(key) ? new Decision.ProofFirst(new Proof.OfKey(key)) : paired.get();
        }
        return mayKnock(tx, key) ? new Decision.ProofFirst(new Proof.OfKey(key)) : unpaired(key);
    }

    /** Who was unpaired, or was given another key, does not wait, and no code brings it back: that was somebody's will. */
    private boolean mayKnock(ReadTransaction tx, PublicKey key) {
        return knocking.isOpen()
                && schema().revokedNodeKeys.get(tx, key.hex()).isEmpty()
                && schema().idxNodesByPubkey.key(tx, key.hex()).isEmpty();
    }

    /** The key was proven: decides again, and may write. */
    CompletionStage<Decision> decideProven(Claim claim, PublicKey key, Executor executor) {
        return CompletableFuture.supplyAsync(() -> store.read(tx -> found(tx, key)), executor)
                .thenCompose(found -> {
                    if (found.paired().isPresent()) {
                        return joining(claim, key, found.paired().get());
                    }
                    return found.mayKnock()
                            ? knock(claim, key, executor)
                            : CompletableFuture.completedFuture(unpaired(key));
                });
    }

    /** How it stands with a key. */
    private record Found(Optional<Admission> paired, boolean mayKnock) {}

    private Found found(ReadTransaction tx, PublicKey key) {
        return new Found(paired(tx, key), mayKnock(tx, key));
    }

    private CompletionStage<Decision> joining(Claim claim, PublicKey key, Admission admission) {
        return !presence.isDoubtful(key)
                ? CompletableFuture.completedFuture(admission)
                : presence.isElsewhere(key, claim.peer().address())
                        .thenApply(elsewhere -> elsewhere ? alreadyConnected(key) : admission);
    }

    private CompletionStage<Decision> knock(Claim claim, PublicKey key, Executor executor) {
        Map<String, @Nullable Object> extra = claim.authextra().entries();
        Knocking.Knock knock = new Knocking.Knock(
                key,
                (String) extra.get(JOIN_CODE),
                cut(claim.authid(), MOST_NAME),
                claim.peer().address(),
                claim.peer().network().orElse("local"),
                extra.get(AGENT) instanceof String agent ? cut(agent, MOST_AGENT) : null);
        return knocking.knock(knock).thenComposeAsync(answer -> answered(answer, claim, key), executor);
    }

    /** What a stranger says of itself is shown to people: no control characters, and not too much. */
    private static @Nullable String cut(@Nullable String text, int most) {
        if (text == null) {
            return null;
        }
        String plain = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "");
        return plain.length() <= most ? plain : plain.substring(0, most);
    }

    private CompletionStage<Decision> answered(Knocking.Answer answer, Claim claim, PublicKey key) {
        switch (answer) {
            case PAIRED -> {
                Optional<Admission> paired = store.read(tx -> paired(tx, key));
                return paired.isPresent()
                        ? joining(claim, key, paired.get())
                        : CompletableFuture.completedFuture(unpaired(key));
            }
            case BAD_CODE -> {
                return CompletableFuture.completedFuture(refusal(
                        DomainAdmission.JOIN_CODE_REFUSED,
                        "This join code is not good, or not any more. The node waits to be approved: "
                                + howToApprove(key),
                        key));
            }
            case BAD_NAME -> {
                return CompletableFuture.completedFuture(refusal(
                        DomainAdmission.JOIN_CODE_REFUSED,
                        "The name that this node would have by its join code is taken, or is not one that the code allows.",
                        key));
            }
            default -> {
                return CompletableFuture.completedFuture(refusal(
                        DomainAdmission.NODE_WAITING,
                        "This node belongs to no management realm yet and waits to be approved: " + howToApprove(key),
                        key));
            }
        }
    }

    private static String howToApprove(PublicKey key) {
        return "bailiwick node approve " + Fingerprint.of(key).words() + " <realm> <name>";
    }

    private Optional<Admission> paired(ReadTransaction tx, PublicKey key) {
        Optional<Node> known = schema().idxNodesByPubkey.get(tx, key.hex());
        if (known.isEmpty()) {
            return Optional.empty();
        }
        Node node = known.get();
        String authid = node.authid();
        UUID realmOid = node.mrealmOid();
        if (authid == null || realmOid == null) {
            return Optional.empty();
        }
        Optional<ManagementRealm> realm = schema().mrealms.get(tx, realmOid);
        // The key as a mark: the node may be given another one, and then the sessions by it end.
        return realm.map(in -> new Admission(
                in.name(),
                authid,
                Roles.NODE,
                DomainAdmission.CRYPTOSIGN,
                "dynamic",
                Dict.of(placeOf(node, realmOid)),
                Optional.of(new Proof.OfKey(key)),
                Set.of(UserKeys.mark(key.hex()))));
    }

    /** What a node is told at each join. Never empty: nodes of Crossbar.io FX take an empty one for "do not start". */
    private static Map<String, @Nullable Object> placeOf(Node node, UUID realmOid) {
        Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        Map<String, @Nullable Object> own = node.authextra();
        if (own != null) {
            extra.putAll(own);
        }
        extra.put("node_oid", node.oid().toString());
        extra.put("cluster_ip", node.clusterIp());
        extra.put("mrealm_oid", realmOid.toString());
        return extra;
    }

    /** Whether nobody else of the same key has joined since it was decided; the last thing to be asked before it joins. */
    boolean enter(Admission admission) {
        Optional<PublicKey> key = keyOf(admission);
        return key.isEmpty() || presence.enter(key.get());
    }

    void entered(Claim claim, Admission admission) {
        keyOf(admission)
                .ifPresent(key -> presence.entered(
                        key, admission.realm(), claim.session(), claim.peer().address()));
    }

    /** The key of a node; empty for everybody else. */
    private static Optional<PublicKey> keyOf(Admission admission) {
        return admission.authrole().equals(Roles.NODE)
                ? admission
                        .proof()
                        .filter(proof -> proof instanceof Proof.OfKey)
                        .map(proof -> ((Proof.OfKey) proof).key())
                : Optional.empty();
    }

    private static Decision unpaired(PublicKey key) {
        String text = "This node is not paired to a management realm. Pair it with: bailiwick node pair " + key.hex()
                + " <realm> <name>";
        return refusal(DomainAdmission.NODE_UNPAIRED, text, key);
    }

    private static Decision alreadyConnected(PublicKey key) {
        return refusal(
                DomainAdmission.NODE_ALREADY_CONNECTED,
                "A node with the key of this one is connected already, and answers. If its disk was copied, give one of"
                        + " the two a new key.",
                key);
    }

    private static Refusal refusal(String reason, String text, PublicKey key) {
        return new Refusal(reason, text, Optional.of(new Proof.OfKey(key)));
    }

    private GlobalSchema schema() {
        return store.schema();
    }
}
