package io.bailiwick.router.admission;

import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Uris;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Several authenticators for each listener, each for methods of its own. They are asked method by method, in the client's
 * order of preference, until one has something to say: an authenticator that does not know the method for this client
 * answers {@code wamp.error.no_matching_auth_method} (or {@code no_such_principal}, where a name is missing) without a
 * proof, and the next method has its turn.
 */
public final class ListenerAuthenticators implements Authenticator {
    private static final Set<String> NOTHING_TO_SAY = Set.of(Uris.NO_MATCHING_AUTH_METHOD, Uris.NO_SUCH_PRINCIPAL);
    private static final int MAX_METHODS = 16;

    /**
     * An authenticator and its methods.
     *
     * @param methods names as in {@code authmethods}
     */
    public record Duty(Set<String> methods, Authenticator authenticator) {
        /** Copies the names. */
        public Duty {
            methods = Set.copyOf(methods);
        }
    }

    private final Map<String, List<Duty>> byListener;
    private final List<Duty> others;

    /**
     * Composes authenticators. Where two of a list have the same method, the first one has it.
     *
     * @param byListener the name of a listener to those it has
     * @param others for the listeners that are not named; none lets nobody in
     */
    public ListenerAuthenticators(Map<String, List<Duty>> byListener, List<Duty> others) {
        this.byListener = Map.copyOf(byListener);
        this.others = List.copyOf(others);
    }

    @Override
    public CompletionStage<Decision> authenticate(Claim claim) {
        List<String> offered = claim.ticket() == null ? claim.authmethods() : List.of("ticket");
        List<String> methods = offered.stream().distinct().limit(MAX_METHODS).toList();
        Refusal nobody = Refusal.noMatchingMethod("one that is configured here", claim);
        return next(claim, new ArrayDeque<>(methods), duties(claim.peer()), nobody);
    }

    /** Whoever has the method of the proof has asked for it. */
    @Override
    public CompletionStage<Decision> authenticateProven(Claim claim, Proof proof) {
        return responsible(proof.method(), duties(claim.peer()))
                .map(each -> each.authenticateProven(claim.by(proof.method()), proof))
                .orElseGet(() -> Authenticator.super.authenticateProven(claim, proof));
    }

    private static CompletionStage<Decision> next(
            Claim claim, Queue<String> methods, List<Duty> duties, Refusal otherwise) {
        for (String method = methods.poll(); method != null; method = methods.poll()) {
            Optional<Authenticator> responsible = responsible(method, duties);
            if (responsible.isPresent()) {
                return responsible
                        .get()
                        .authenticate(claim.by(method))
                        .thenCompose(decision -> hasNothingToSay(decision)
                                ? next(claim, methods, duties, moreTelling(otherwise, (Refusal) decision))
                                : CompletableFuture.completedFuture(decision));
            }
        }
        return CompletableFuture.completedFuture(otherwise);
    }

    private static Optional<Authenticator> responsible(String method, List<Duty> duties) {
        return duties.stream()
                .filter(duty -> duty.methods().contains(method))
                .map(Duty::authenticator)
                .findFirst();
    }

    private static boolean hasNothingToSay(Decision decision) {
        return decision instanceof Refusal refusal
                && refusal.proof().isEmpty()
                && NOTHING_TO_SAY.contains(refusal.reason());
    }

    private static Refusal moreTelling(Refusal before, Refusal now) {
        return now.reason().equals(Uris.NO_MATCHING_AUTH_METHOD) ? before : now;
    }

    private List<Duty> duties(Peer peer) {
        return byListener.getOrDefault(peer.listener(), others);
    }

    private List<Authenticator> all(Peer peer) {
        return eachOnce(duties(peer));
    }

    private static List<Authenticator> eachOnce(List<Duty> duties) {
        List<Authenticator> all = new ArrayList<>();
        duties.forEach(duty -> {
            if (!all.contains(duty.authenticator())) {
                all.add(duty.authenticator());
            }
        });
        return all;
    }

    @Override
    public boolean stands(Decision.Admission admission) {
        return everywhere().stream().allMatch(each -> each.stands(admission));
    }

    @Override
    public void proven(Claim claim, Decision.Admission admission) {
        all(claim.peer()).forEach(each -> each.proven(claim, admission));
    }

    @Override
    public void loggedOut(Peer peer) {
        all(peer).forEach(each -> each.loggedOut(peer));
    }

    /** Whichever listener it came by: who is killed does not come back by another one. */
    @Override
    public void revoked(String realm, String authid) {
        everywhere().forEach(each -> each.revoked(realm, authid));
    }

    private List<Authenticator> everywhere() {
        List<Duty> duties = new ArrayList<>(others);
        byListener.values().forEach(duties::addAll);
        return eachOnce(duties);
    }
}
