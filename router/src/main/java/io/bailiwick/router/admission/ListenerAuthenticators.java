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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Several authenticators for each listener, each for methods of its own. They are asked method by method, in the client's
 * order of preference, until one has something to say: an authenticator that does not know the method for this client
 * answers {@code wamp.error.no_matching_auth_method} (or {@code no_such_principal}, where a name is missing) without a
 * proof, and the next method has its turn.
 */
public final class ListenerAuthenticators implements Authenticator {
    private static final Set<String> NOTHING_TO_SAY = Set.of(Uris.NO_MATCHING_AUTH_METHOD, Uris.NO_SUCH_PRINCIPAL);

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

    private final Map<String, Chosen> byListener;
    private final Chosen others;
    private final List<Authenticator> everywhere;

    /** Those of one listener, and each of them once. */
    private record Chosen(List<Duty> duties, List<Authenticator> all) {
        static Chosen of(List<Duty> duties) {
            return new Chosen(List.copyOf(duties), eachOnce(duties));
        }
    }

    /**
     * Composes authenticators. Where two of a list have the same method, the first one has it.
     *
     * @param byListener the name of a listener to those it has
     * @param others for the listeners that are not named; none lets nobody in
     */
    public ListenerAuthenticators(Map<String, List<Duty>> byListener, List<Duty> others) {
        Map<String, Chosen> chosen = new HashMap<>();
        byListener.forEach((listener, duties) -> chosen.put(listener, Chosen.of(duties)));
        this.byListener = Map.copyOf(chosen);
        this.others = Chosen.of(others);
        List<Duty> duties = new ArrayList<>(others);
        byListener.values().forEach(duties::addAll);
        this.everywhere = eachOnce(duties);
    }

    private static List<Authenticator> eachOnce(List<Duty> duties) {
        return duties.stream().map(Duty::authenticator).distinct().toList();
    }

    @Override
    public CompletionStage<Decision> authenticate(Claim claim) {
        List<String> methods = claim.ticket() == null ? claim.methods() : List.of("ticket");
        return next(claim, new ArrayDeque<>(methods), chosen(claim.peer()).duties(), null);
    }

    /** Whoever has the method of the proof has asked for it. */
    @Override
    public CompletionStage<Decision> authenticateProven(Claim claim, Proof proof) {
        return responsible(proof.method(), chosen(claim.peer()).duties())
                .map(each -> each.authenticateProven(claim.by(proof.method()), proof))
                .orElseGet(() -> Authenticator.super.authenticateProven(claim, proof));
    }

    private static CompletionStage<Decision> next(
            Claim claim, Queue<String> methods, List<Duty> duties, @Nullable Refusal otherwise) {
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
        return CompletableFuture.completedFuture(
                otherwise == null ? Refusal.noMatchingMethod("one that is configured here", claim) : otherwise);
    }

    private static Optional<Authenticator> responsible(String method, List<Duty> duties) {
        for (Duty duty : duties) {
            if (duty.methods().contains(method)) {
                return Optional.of(duty.authenticator());
            }
        }
        return Optional.empty();
    }

    private static boolean hasNothingToSay(Decision decision) {
        return decision instanceof Refusal refusal
                && refusal.proof().isEmpty()
                && NOTHING_TO_SAY.contains(refusal.reason());
    }

    private static @Nullable Refusal moreTelling(@Nullable Refusal before, Refusal now) {
        return now.reason().equals(Uris.NO_MATCHING_AUTH_METHOD) ? before : now;
    }

    private Chosen chosen(Peer peer) {
        return byListener.getOrDefault(peer.listener(), others);
    }

    @Override
    public boolean stands(Decision.Admission admission) {
        for (Authenticator each : everywhere) {
            if (!each.stands(admission)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void proven(Claim claim, Decision.Admission admission) {
        chosen(claim.peer()).all().forEach(each -> each.proven(claim, admission));
    }

    @Override
    public void loggedOut(Peer peer) {
        chosen(peer).all().forEach(each -> each.loggedOut(peer));
    }

    /** Whichever listener it came by: who is killed does not come back by another one. */
    @Override
    public void revoked(String realm, String authid) {
        everywhere.forEach(each -> each.revoked(realm, authid));
    }
}
