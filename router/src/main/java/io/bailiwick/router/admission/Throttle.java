package io.bailiwick.router.admission;

import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.link.TokenBuckets;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how often logins are tried: from one address, and for one authid by methods in which a secret can be guessed. Who
 * is over the bound sees one and the same ABORT, whoever he claims to be, and nothing is looked up for him.
 *
 * <p>A login that is proven costs nothing: its token of the address comes back, for a thousand nodes may stand behind one
 * address; and that of the authid is counted from the start again. An IPv6 network of 64 bits counts as one address.
 */
public final class Throttle implements Authenticator {
    private static final Refusal TOO_MANY =
            Refusal.of(Uris.AUTHENTICATION_DENIED, "too many attempts to log in; try again later");
    /** In these a secret can be guessed; a signature cannot, and others must not be able to lock its owner out. */
    private static final Set<String> GUESSABLE = Set.of("ticket", "wampcra", "wamp-scram", "scram");

    /**
     * The bounds.
     *
     * @param addressBurst attempts from one address at once
     * @param addressInterval time in which one more is allowed
     * @param authidBurst attempts for one authid at once
     * @param authidInterval time in which one more is allowed
     * @param most addresses, and authids, that are remembered
     */
    public record Limits(
            int addressBurst, Duration addressInterval, int authidBurst, Duration authidInterval, int most) {
        /** 100 and one more each 100 ms for an address; 10 and one more each 10 s for an authid; 65,536 of each. */
        public static final Limits DEFAULT =
                new Limits(100, Duration.ofMillis(100), 10, Duration.ofSeconds(10), 65_536);

        /** Checks that each of them is a bound. */
        public Limits {
            if (Math.min(addressBurst, authidBurst) < 1
                    || Math.min(addressInterval.toMillis(), authidInterval.toMillis()) < 1
                    || most < 1) {
                throw new IllegalArgumentException(
                        "throttle: expected bursts, intervals and a table above 0, but found "
                                + addressBurst + " in " + addressInterval + ", " + authidBurst + " in " + authidInterval
                                + " and " + most);
            }
        }
    }

    /** Counts who is refused. */
    @FunctionalInterface
    public interface Watcher {
        /**
         * An attempt was refused.
         *
         * @param listener the name of the listener it came in by
         * @param bound {@code address} or {@code authid}
         */
        void throttled(String listener, String bound);
    }

    private final Authenticator behind;
    private final UnaryOperator<String> scope;
    private final InstantSource clock;
    private final Watcher watcher;
    private volatile Counts counts;

    /** What is counted within bounds. */
    private record Counts(Limits limits, TokenBuckets addresses, TokenBuckets authids) {
        static Counts of(Limits limits, InstantSource clock) {
            LongSupplier nanoTime = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
            return new Counts(
                    limits,
                    new TokenBuckets(
                            new TokenBuckets.Rate(limits.addressBurst(), limits.addressInterval()),
                            limits.most(),
                            nanoTime),
                    new TokenBuckets(
                            new TokenBuckets.Rate(limits.authidBurst(), limits.authidInterval()),
                            limits.most(),
                            nanoTime));
        }
    }

    /**
     * Guards an authenticator.
     *
     * @param behind is asked about those who are within the bounds
     * @param scope what the name of a realm counts as: an authid is counted in each realm on its own, or who has the same name
     *     in another realm could start the count again. Names that are no realm count as one, the empty name, and so do those of
     *     realms that share their principals
     */
    public Throttle(
            Authenticator behind, Limits limits, UnaryOperator<String> scope, InstantSource clock, Watcher watcher) {
        this.behind = behind;
        this.scope = scope;
        this.clock = clock;
        this.watcher = watcher;
        this.counts = Counts.of(limits, clock);
    }

    /** From now on these bounds hold. Where they are other ones, everybody is counted from the start. */
    public void change(Limits limits) {
        if (!limits.equals(counts.limits)) {
            counts = Counts.of(limits, clock);
        }
    }

    @Override
    public CompletionStage<Decision> authenticate(Claim claim) {
        Counts now = counts;
        // A ticket is the second half of an attempt that was counted.
        if (claim.ticket() == null) {
            String address = claim.peer().network().orElse(null);
            if (address != null && !now.addresses.take(address)) {
                return refused(claim, "address");
            }
            String authid = guessed(claim);
            if (authid != null && !now.authids.take(authid)) {
                return refused(claim, "authid");
            }
        }
        return behind.authenticate(claim);
    }

    /** The second half of an attempt that was counted. */
    @Override
    public CompletionStage<Decision> authenticateProven(Claim claim, Proof proof) {
        return behind.authenticateProven(claim, proof);
    }

    private CompletionStage<Decision> refused(Claim claim, String bound) {
        watcher.throttled(claim.peer().listener(), bound);
        return CompletableFuture.completedFuture(TOO_MANY);
    }

    @Override
    public boolean stands(Decision.Admission admission) {
        return behind.stands(admission);
    }

    @Override
    public void proven(Claim claim, Decision.Admission admission) {
        Counts now = counts;
        String address = claim.peer().network().orElse(null);
        if (address != null) {
            now.addresses.giveBack(address);
        }
        String authid = guessed(claim);
        // Who proves to be somebody else, or by a method in which nothing is guessed, has proven nothing about this
        // name.
        if (authid != null
                && GUESSABLE.contains(admission.authmethod())
                && admission.authid().equals(name(claim))) {
            now.authids.reset(authid);
        }
        behind.proven(claim, admission);
    }

    @Override
    public void loggedOut(Peer peer) {
        behind.loggedOut(peer);
    }

    @Override
    public void revoked(String realm, String authid) {
        behind.revoked(realm, authid);
    }

    private @Nullable String guessed(Claim claim) {
        String authid = name(claim);
        if (authid == null || claim.authmethods().stream().noneMatch(GUESSABLE::contains)) {
            return null;
        }
        String realm = claim.realm();
        return (realm == null ? "" : scope.apply(realm)) + " " + authid;
    }

    /** Where SASLprep makes one name of several, all of them together have so many attempts. */
    private static @Nullable String name(Claim claim) {
        String authid = claim.authid();
        String scram = ScramDialect.WAMP.method();
        return authid != null && claim.authmethods().contains(scram) ? Names.asked(authid, scram) : authid;
    }
}
