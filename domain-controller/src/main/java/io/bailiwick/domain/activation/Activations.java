package io.bailiwick.domain.activation;

import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.schema.ActivationToken;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.User;
import io.bailiwick.router.audit.Actor;
import io.bailiwick.router.audit.AuditLog;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.credential.TicketHash;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.link.TokenBuckets;
import io.bailiwick.router.link.TokenBuckets.Rate;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registration, and login with a new key: who has proven a key and names a mail address is sent a code, and who brings the
 * code back with the same key gets the key added to the user of that address, who is made if there was none.
 *
 * <p>Nobody learns here who is registered: known and unknown addresses get the same answers, each as fast as the other; the
 * difference is in the mail. A code is good for one key, once, for 15 minutes and for five wrong tries. One write decides on
 * each attempt, so that of many who bring the same code at once one wins. Any thread.
 */
public final class Activations {
    /** A code was sent. Crossbar.io FX has another URI for known addresses, and tells by it who is known; its shell takes both alike. */
    public static final String CODE_SENT = "fabric.auth-failed.new-user-auth-code-sent";
    /** A code was sent before and is still good. */
    public static final String PENDING = "fabric.auth-failed.pending-activation";
    /** No code is expected of this key. */
    public static final String NOT_PENDING = "fabric.auth-failed.no-pending-activation";
    /** It is not the code. */
    public static final String INVALID_CODE = "fabric.auth-failed.invalid-activation-code";
    /** The code could not be delivered, to anybody. */
    public static final String EMAIL_FAILURE = "fabric.auth-failed.email-failure";

    /** What is said with {@link #NOT_PENDING}. */
    public static final String NO_ACTIVATION = "There is no activation pending for this key.";

    private static final Logger LOG = LoggerFactory.getLogger(Activations.class);
    /** How long a delivery may take: the handshake waits for it, and ends after ten seconds. */
    private static final Duration DELIVERY = Duration.ofSeconds(8);

    /** A code of the future is not good: a clock that was set back by more would make it good for longer than it was said to be. */
    private static final Duration SET_BACK = Duration.ofMinutes(5);

    private static final Outcome TOO_MANY =
            new Refused(Uris.AUTHENTICATION_DENIED, "too many codes were asked for; try again later");

    /**
     * The bounds.
     *
     * @param validity how long a code is good
     * @param tries wrong codes after which the right one is void as well
     * @param perAddress codes for one mail address, whoever asks
     * @param perNetwork codes for whoever comes from one network address
     * @param mostPending codes that may be pending in all
     * @param domains the mail domains whose addresses get codes, in lower case; empty for all
     */
    public record Limits(
            Duration validity, int tries, Rate perAddress, Rate perNetwork, int mostPending, Set<String> domains) {
        /** 15 minutes, 5 tries; 5 codes for an address at once and 5 more in each hour; 20 for a network and one more a minute; 10,000. */
        public static final Limits DEFAULT = new Limits(
                Duration.ofMinutes(15),
                5,
                new Rate(5, Duration.ofMinutes(12)),
                new Rate(20, Duration.ofMinutes(1)),
                10_000,
                Set.of());

        /** Copies the domains. */
        public Limits {
            domains = Set.copyOf(domains);
        }

        /** These limits, and codes for addresses of these mail domains only. */
        public Limits within(Set<String> chosen) {
            return new Limits(validity, tries, perAddress, perNetwork, mostPending, chosen);
        }
    }

    /**
     * What somebody wants who has proven a key that is not on record.
     *
     * @param code the code that was given, or null
     * @param fresh whether another code is wanted in place of the one before
     * @param network where the request comes from, as one counts attempts
     */
    public record Request(
            MailAddress email, PublicKey key, @Nullable String code, boolean fresh, String network) {
        /** Everything but the code. */
        @Override
        public String toString() {
            return "Request[" + email + ", " + key.hex() + "]";
        }
    }

    /** What comes of a request. */
    public sealed interface Outcome {}

    /** The key is the user's now. */
    public record Entered(User user) implements Outcome {}

    /**
     * The claimant does not join now.
     *
     * @param reason the URI of ABORT
     * @param message a sentence for people
     */
    public record Refused(String reason, String message) implements Outcome {}

    /** Not an outcome yet: what is to be delivered first. */
    private record Issued(Letter letter) implements Outcome {}

    private final Store<GlobalSchema> store;
    private final UserKeys keys;
    private final CodeDelivery delivery;
    private final Limits limits;
    private final InstantSource clock;
    private final AuditLog audit;
    private final TokenBuckets addresses;
    private final TokenBuckets networks;

    /** Activations in a store. */
    public Activations(
            Store<GlobalSchema> store, UserKeys keys, CodeDelivery delivery, Limits limits, InstantSource clock) {
        this.store = store;
        this.keys = keys;
        this.delivery = delivery;
        this.limits = limits;
        this.clock = clock;
        this.audit = DomainAudit.of(store.schema(), clock);
        LongSupplier nanoTime = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
        this.addresses = new TokenBuckets(limits.perAddress(), 65_536, nanoTime);
        this.networks = new TokenBuckets(limits.perNetwork(), 65_536, nanoTime);
    }

    /** Whether codes are made for this address at all. Says nothing of who is registered. */
    public boolean serves(MailAddress email) {
        return limits.domains().isEmpty() || limits.domains().contains(email.domain());
    }

    /** Decides on a request. To be asked only when the key was proven. */
    public CompletionStage<Outcome> enter(Request request) {
        return store.writeAsync(tx -> decide(tx, request)).thenCompose(outcome -> {
            if (outcome instanceof Issued issued) {
                return deliver(issued.letter());
            }
            return CompletableFuture.completedFuture(outcome);
        });
    }

    private Outcome decide(WriteTransaction tx, Request request) {
        if (keys.find(tx, request.key()).isPresent()) {
            // Another connection of the same key was faster.
            return notPending();
        }
        Optional<ActivationToken> pending = pending(tx, request);
        if (request.code() != null && !request.fresh()) {
            return pending.isPresent() ? judge(tx, request, pending.get(), request.code()) : notPending();
        }
        if (pending.isPresent() && !request.fresh()) {
            long minutes = Duration.between(time(pending.get().created()), clock.instant())
                    .toMinutes();
            return new Refused(
                    PENDING,
                    "There is an activation code for " + request.email() + " pending from " + minutes
                            + " minutes ago. Bring it with this key, or ask for a new one.");
        }
        return issue(tx, request, pending);
    }

    /** The token of a code that is still good. */
    private Optional<ActivationToken> pending(WriteTransaction tx, Request request) {
        Optional<ActivationToken> found = store.schema()
                .idxActTokensByAuthidPubkey
                .get(tx, new Pair<>(request.email().text(), request.key().hex()));
        if (found.isPresent() && isOver(found.get())) {
            store.schema().activationTokens.delete(tx, found.get().oid());
            return Optional.empty();
        }
        return found;
    }

    private boolean isOver(ActivationToken token) {
        Instant now = clock.instant();
        Instant created = time(token.created());
        return token.status() != ActivationToken.Status.PENDING
                || !now.isBefore(created.plus(limits.validity()))
                || created.isAfter(now.plus(SET_BACK));
    }

    private Outcome judge(WriteTransaction tx, Request request, ActivationToken token, String code) {
        if (!TicketHash.parse(token.codeHash()).matches(ActivationCode.typed(code))) {
            ActivationToken tried = token.triedInVain();
            if (tried.tries() < limits.tries()) {
                store.schema().activationTokens.update(tx, token.oid(), tried);
                return new Refused(INVALID_CODE, "This is not the activation code for " + request.email() + ".");
            }
            forget(tx, token);
            return new Refused(
                    INVALID_CODE,
                    "This is not the activation code for " + request.email()
                            + ", and it was the last try. Ask for a new one.");
        }
        Optional<User> known = store.schema().idxUsersByEmail.get(tx, token.email());
        if (known.isPresent() && !keys.hasRoom(tx, known.get().oid())) {
            return new Refused(Uris.AUTHENTICATION_DENIED, "this user has too many keys; revoke one first");
        }
        forget(tx, token);
        User user = known.orElseGet(() -> register(tx, token.email()));
        keys.add(tx, user.oid(), request.key(), micros());
        audit.append(tx, deed(request, user, known.isPresent()));
        tx.afterCommit(() -> LOG.info(
                "user {} has {} with key {}",
                user.authid(),
                known.isPresent() ? "logged in for the first time" : "registered",
                request.key().hex()));
        return new Entered(user);
    }

    private static Deed deed(Request request, User user, boolean known) {
        String pubkey = request.key().hex();
        Actor actor = new Actor(user.authid(), "user", user.oid(), pubkey, null, request.network());
        return new Deed(actor, known ? DomainAudit.KEY_ADDED : DomainAudit.REGISTERED)
                .on("user", user.oid())
                .to(Map.of("email", user.authid(), "pubkey", pubkey));
    }

    private User register(WriteTransaction tx, String email) {
        User user = new User(UUID.randomUUID(), null, null, null, email, micros(), null);
        store.schema().users.insert(tx, user.oid(), user);
        return user;
    }

    private void forget(WriteTransaction tx, ActivationToken token) {
        store.schema().activationTokens.delete(tx, token.oid());
        tx.afterCommit(() -> delivery.over(token.email(), token.pubkey()));
    }

    private Outcome issue(WriteTransaction tx, Request request, Optional<ActivationToken> before) {
        String email = request.email().text();
        if (store.schema().activationTokens.count(tx) >= limits.mostPending()
                || !networks.take(request.network())
                || !addresses.take(email)) {
            return TOO_MANY;
        }
        before.ifPresent(token -> store.schema().activationTokens.delete(tx, token.oid()));
        String code = ActivationCode.draw();
        boolean known = store.schema().idxUsersByEmail.key(tx, email).isPresent();
        ActivationToken token = new ActivationToken(
                UUID.randomUUID(),
                known ? ActivationToken.Type.LOGIN : ActivationToken.Type.REGISTRATION,
                ActivationToken.Status.PENDING,
                micros(),
                null,
                TicketHash.ofRandom(code).text(),
                email,
                request.key().hex(),
                0);
        store.schema().activationTokens.insert(tx, token.oid(), token);
        Instant created = time(token.created());
        return new Issued(
                new Letter(email, token.pubkey(), code, token.atype(), created, created.plus(limits.validity())));
    }

    private CompletionStage<Outcome> deliver(Letter letter) {
        CompletableFuture<Void> delivered;
        try {
            delivered = delivery.deliver(letter).toCompletableFuture().copy();
        } catch (RuntimeException failure) {
            delivered = CompletableFuture.failedFuture(failure);
        }
        return delivered
                .orTimeout(DELIVERY.toMillis(), TimeUnit.MILLISECONDS)
                .<CompletionStage<Outcome>>handle((done, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(new Refused(CODE_SENT, delivery.told(letter.email())));
                    }
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    LOG.warn("The code for {} could not be delivered: {}", letter.email(), String.valueOf(cause));
                    return takenBack(letter);
                })
                .thenCompose(outcome -> outcome);
    }

    /** Nobody has the code: the next attempt is to get another one. */
    private CompletionStage<Outcome> takenBack(Letter letter) {
        Outcome told = new Refused(
                EMAIL_FAILURE, "The activation code could not be sent. Try again later, or ask the operator.");
        return store.writeAsync(tx -> {
            store.schema()
                    .idxActTokensByAuthidPubkey
                    .get(tx, new Pair<>(letter.email(), letter.pubkey()))
                    .filter(token -> TicketHash.parse(token.codeHash()).matches(letter.code()))
                    .ifPresent(token -> forget(tx, token));
            return told;
        });
    }

    /** Removes the codes that are not good any more. Returns at once; how many there were is the future's. */
    public CompletableFuture<Integer> clean() {
        return store.writeAsync(tx -> {
            List<ActivationToken> over = store.schema()
                    .activationTokens
                    .all(tx)
                    .map(Row::row)
                    .filter(this::isOver)
                    .toList();
            over.forEach(token -> forget(tx, token));
            return over.size();
        });
    }

    private static Outcome notPending() {
        return new Refused(NOT_PENDING, NO_ACTIVATION);
    }

    private long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
