package io.bailiwick.router.admission;

import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.credential.Secret;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a procedure of the application who somebody is: it is called with the realm, the authid (each may be null) and the
 * details of the HELLO, and returns a {@linkplain DynamicPrincipal principal}, or answers with ERROR to deny.
 *
 * <p>Where the principal names no authid, it is the one of HELLO, which the proof then stands for. With {@code anonymous} nothing
 * is proven: the name is drawn at random, whatever HELLO says. With {@code tls} the certificate is proven and not the name, so
 * that the procedure has to assign one.
 *
 * <p>What the procedure says in an ERROR is for the log, not for the stranger, who sees what everybody sees who proves
 * nothing. A procedure that is missing, late, or returns something else is a failure: nobody joins, and the stage fails.
 */
public final class DynamicAuthenticator implements Authenticator {
    private static final Logger log = LoggerFactory.getLogger(DynamicAuthenticator.class);
    private static final String PROVIDER = "dynamic";
    private static final String CRYPTOSIGN = "cryptosign";
    private static final String TICKET = "ticket";
    private static final String TLS = "tls";
    private static final String ANONYMOUS = "anonymous";
    private static final Set<String> METHODS =
            Set.of(ANONYMOUS, TLS, TICKET, "wampcra", "wamp-scram", "scram", CRYPTOSIGN);

    private static final String UNNAMED = "expected an authid that is proven or assigned, but found none";

    /** What the router answers when a table of it is full. */
    private static final String LIMIT_EXCEEDED = "bailiwick.error.limit_exceeded";

    /** ERROR of these says that there was no answer, and not that the answer is no. */
    private static final Set<String> FAILURES = Set.of(
            Uris.NO_SUCH_PROCEDURE,
            Uris.NO_SUCH_REALM,
            Uris.INVALID_ARGUMENT,
            Uris.FEATURE_NOT_SUPPORTED,
            Uris.RUNTIME_ERROR,
            Uris.CANCELED,
            Uris.TIMEOUT,
            Uris.NETWORK_FAILURE,
            Uris.UNAVAILABLE,
            Uris.NO_AVAILABLE_CALLEE,
            Uris.MAX_CONCURRENCY_REACHED,
            LIMIT_EXCEEDED,
            Uris.AUTHORIZATION_FAILED,
            Uris.PAYLOAD_SIZE_EXCEEDED);

    /**
     * What is asked.
     *
     * @param realm the realm that the procedure is registered in: not that of the claimant
     * @param procedure its URI
     * @param methods the methods it is asked about
     * @param most how many questions may be open at a time; who comes on top is refused with
     *     {@code wamp.error.unavailable}
     * @param limit how long one may take
     */
    public record Question(String realm, String procedure, Set<String> methods, int most, Duration limit) {
        /**
         * Checks the methods.
         *
         * @throws IllegalArgumentException for one that cannot be asked about
         */
        public Question {
            methods = Set.copyOf(methods);
            if (!METHODS.containsAll(methods)) {
                throw new IllegalArgumentException("dynamic authenticator " + procedure + ": expected methods of "
                        + METHODS + ", but found " + methods);
            }
        }
    }

    /**
     * Whom those who do not exist are made to look like.
     *
     * @param authrole the role that a challenge names
     * @param secret of the shape that the application uses; whose it is does not matter
     */
    public record Model(String authrole, Secret secret) {}

    private final Caller caller;
    private final Question question;
    private final List<Model> models;
    private final Noise noise;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Asks a procedure.
     *
     * @param models one for each of {@code wampcra}, {@code wamp-scram} and {@code scram} that is asked about. For a method
     *     without one a denial is told at once, and shows who exists
     */
    public DynamicAuthenticator(Caller caller, Question question, List<Model> models, Noise noise) {
        this.caller = caller;
        this.question = question;
        this.models = List.copyOf(models);
        this.noise = noise;
    }

    @Override
    public CompletionStage<Decision> authenticate(Claim claim) {
        for (String method : claim.authmethods()) {
            if (question.methods().contains(method) && isPossible(method, claim)) {
                return method.equals(TICKET) && claim.ticket() == null
                        ? CompletableFuture.completedFuture(new Decision.TicketFirst())
                        : ask(named(claim, method), method);
            }
        }
        return CompletableFuture.completedFuture(Refusal.noMatchingMethod("one that is configured here", claim));
    }

    /** The procedure is told the name that is to be looked up. */
    private static Claim named(Claim claim, String method) {
        String authid = claim.authid();
        return authid == null ? claim : claim.as(Names.asked(authid, method));
    }

    private static boolean isPossible(String method, Claim claim) {
        return switch (method) {
            case TLS -> claim.peer().security().clientCertificate().isPresent();
            case CRYPTOSIGN -> claim.authextra().entries().get("pubkey") instanceof String;
            default -> true;
        };
    }

    private CompletionStage<Decision> ask(Claim claim, String method) {
        Optional<PublicKey> key = Optional.empty();
        if (method.equals(CRYPTOSIGN)) {
            try {
                key = Optional.of(PublicKey.of(claim.authextra().text("pubkey").orElse("")));
            } catch (IllegalArgumentException e) {
                return CompletableFuture.completedFuture(
                        Refusal.of(Uris.AUTHENTICATION_FAILED, "HELLO.Details.authextra.pubkey: " + e.getMessage()));
            }
        }
        if (open.incrementAndGet() > question.most()) {
            open.decrementAndGet();
            return CompletableFuture.completedFuture(
                    Refusal.of(Uris.UNAVAILABLE, "too many are logging in; try again"));
        }
        Optional<Proof> proof = key.map(Proof.OfKey::new);
        return call(claim, method).handle((returned, failure) -> {
            open.decrementAndGet();
            return failure == null
                    ? admitted(claim, method, proof, DynamicPrincipal.of(returned))
                    : denied(claim, method, proof, failure);
        });
    }

    private CompletableFuture<Caller.Returned> call(Claim claim, String method) {
        try {
            return caller.call(
                            question.realm(),
                            question.procedure(),
                            Arrays.asList(claim.realm(), claim.authid(), details(claim, method)),
                            question.limit())
                    .toCompletableFuture()
                    .copy()
                    .orTimeout(question.limit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private static Map<String, @Nullable Object> details(Claim claim, String method) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("session", claim.session());
        details.put("authid", claim.authid());
        details.put("authrole", claim.authrole());
        details.put("authmethod", method);
        details.put("authextra", claim.authextra().entries());
        if (method.equals(CRYPTOSIGN)) {
            details.put("pubkey", claim.authextra().textOrNull("pubkey"));
        }
        if (claim.ticket() != null) {
            details.put(TICKET, claim.ticket());
        }
        Map<String, @Nullable Object> transport = new LinkedHashMap<>();
        transport.put("listener", claim.peer().listener());
        transport.put("peer", claim.peer().address());
        transport.put("secure", claim.peer().tls());
        claim.peer()
                .security()
                .clientCertificate()
                .ifPresent(certificate -> transport.put(
                        "peer_cert",
                        Map.of(
                                "subject", certificate.subject(),
                                "issuer", certificate.issuer(),
                                "sha256", certificate.sha256(),
                                "sha1", certificate.sha1())));
        details.put("transport", transport);
        return details;
    }

    private Decision admitted(Claim claim, String method, Optional<Proof> keyProof, DynamicPrincipal principal) {
        Optional<Proof> proof = keyProof;
        if (method.equals(CRYPTOSIGN)) {
            if (!principal.accepts(claim.authextra().text("pubkey").orElse(""))) {
                return stranger(claim, method, keyProof);
            }
        } else if (method.equals(TICKET)) {
            String ticket = claim.ticket();
            if (ticket == null || !principal.acceptsTicket(ticket)) {
                return stranger(claim, method, keyProof);
            }
        } else if (!method.equals(TLS) && !method.equals(ANONYMOUS)) {
            proof = Optional.of(new Proof.OfSecret(principal.secret(method)));
        }
        String realm = principal.text("realm") == null ? claim.realm() : principal.text("realm");
        String authid = principal.text("authid") == null ? nameOf(claim, method) : principal.text("authid");
        String role = principal.text("role");
        if (realm == null) {
            return new Refusal(Uris.NO_SUCH_REALM, "no realm was asked for, and none was assigned", proof);
        }
        if (authid == null) {
            return new Refusal(Uris.NO_SUCH_PRINCIPAL, UNNAMED, proof);
        }
        if (role == null) {
            return new Refusal(Uris.NO_SUCH_ROLE, "no role was assigned", proof);
        }
        return new Admission(realm, authid, role, method, PROVIDER, principal.extra(), proof);
    }

    /** Who somebody is whom the procedure does not name: the name it claims only where something is proven that goes with it. */
    private static @Nullable String nameOf(Claim claim, String method) {
        return switch (method) {
            case ANONYMOUS -> Names.anonymous();
            case TLS -> null;
            default -> claim.authid();
        };
    }

    private Decision denied(Claim claim, String method, Optional<Proof> proof, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Caller.ErrorException denial && !FAILURES.contains(denial.error())) {
            log.info(
                    "{} denies a claim from {}: {}",
                    question.procedure(),
                    claim.peer().address(),
                    denial.error());
            return stranger(claim, method, proof);
        }
        if (cause instanceof Caller.UnwritableException) {
            // What a stranger sends is no fault of the procedure, which was not asked.
            log.info(
                    "{} cannot be asked about a claim from {}: {}",
                    question.procedure(),
                    claim.peer().address(),
                    cause.getMessage());
            return stranger(claim, method, proof);
        }
        throw new CompletionException("authenticator " + question.procedure() + " gave no answer", cause);
    }

    /** Who is denied sees what anybody sees who proves nothing. */
    private Decision stranger(Claim claim, String method, Optional<Proof> proof) {
        Optional<Model> model = models.stream()
                .filter(one -> one.secret().method().equals(method))
                .findFirst();
        Optional<Proof> shown = proof.or(() -> model.map(
                one -> new Proof.OfSecret(one.secret().lookalike(noise.about(method + "/" + claim.authid())))));
        String role = model.map(Model::authrole).orElse("");
        return new Refusal(Refusal.UNPROVEN.reason(), Refusal.UNPROVEN.message(), shown, role, PROVIDER);
    }
}
