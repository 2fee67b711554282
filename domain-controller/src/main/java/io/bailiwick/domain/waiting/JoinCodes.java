package io.bailiwick.domain.waiting;

import io.bailiwick.domain.activation.ActivationCode;
import io.bailiwick.domain.admission.Knocking.Answer;
import io.bailiwick.domain.admission.Knocking.Knock;
import io.bailiwick.domain.procedure.FabricErrors;
import io.bailiwick.domain.procedure.NodeProcedures;
import io.bailiwick.domain.procedure.NodeProcedures.Paired;
import io.bailiwick.domain.procedure.NodeProcedures.Pairing;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.JoinCode;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.router.audit.Actor;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.credential.TicketHash;
import io.bailiwick.router.cryptosign.Fingerprint;
import io.bailiwick.router.link.TokenBuckets;
import io.bailiwick.router.link.TokenBuckets.Rate;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Codes with which nodes join a realm by themselves: {@code XXXX-XXXX-XXXX-XXXX-XXXX-XXXX}, of which the first two groups name
 * the code and the other four, 76 bits, are the secret. One write takes a use of the code and pairs the node, or does neither:
 * of many that bring a code with one use left at once, one is paired, and a use that was taken does not come back, whatever
 * becomes of the node.
 *
 * <p>Whatever is wrong with a code, the answer is the same, and takes the same work. Any thread.
 */
final class JoinCodes {
    /** A node has joined by a code. */
    private static final String JOINED = "io.bailiwick.audit.node_joined_by_code";
    /** Codes that have ended some time ago are removed. */
    private static final String OVER = "io.bailiwick.audit.join_codes_over";

    private static final Logger LOG = LoggerFactory.getLogger(JoinCodes.class);
    /** A code of the future is not good: a clock that was set back by more would make it good for longer than it was said to be. */
    private static final long SET_BACK = TimeUnit.MINUTES.toMicros(5);

    private static final int ID_GROUPS = 2;
    private static final int SECRET_GROUPS = 4;
    private static final Pattern TEXT =
            Pattern.compile("([A-Z0-9]{4}(?:-[A-Z0-9]{4}))-([A-Z0-9]{4}(?:-[A-Z0-9]{4}){3})");
    private static final Rate TRIES = new Rate(200, Duration.ofSeconds(1));
    /** What the secret of a code that does not exist is held against: a hash of something that nobody was told. */
    private static final String NOBODY =
            TicketHash.ofRandom(TicketHash.newTicket()).text();

    static final int MOST_OF_REALM = 100;
    static final int MOST_USES = 10_000;
    static final Duration LONGEST = Duration.ofDays(30);
    static final Duration USUAL = Duration.ofHours(1);
    /** How long a code that has ended is still shown. */
    private static final Duration SHOWN = Duration.ofDays(1);

    private final Work work;
    private final GlobalSchema schema;
    private final NodeProcedures pairing;
    private final InstantSource clock;
    private final TokenBuckets tries;

    JoinCodes(Work work, NodeProcedures pairing, InstantSource clock) {
        this.work = work;
        this.schema = work.schema();
        this.pairing = pairing;
        this.clock = clock;
        this.tries = new TokenBuckets(TRIES, 65_536, () -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));
    }

    /**
     * A code that was made.
     *
     * @param text the whole of it, to be shown once
     */
    record Made(JoinCode code, String text) {
        /** Everything but the text. */
        @Override
        public String toString() {
            return "Made[" + code.id() + "]";
        }
    }

    /** Makes a code. Error: {@code io.bailiwick.domain.too_many_join_codes}. */
    Made make(
            WriteTransaction tx, ManagementRealm realm, User by, @Nullable String authid, int uses, Duration validity) {
        long now = micros();
        if (ofRealm(tx, realm.oid()).stream().filter(code -> isGood(code, now)).count() >= MOST_OF_REALM) {
            throw new ApplicationError(
                    FabricErrors.TOO_MANY_JOIN_CODES,
                    "expected at most " + MOST_OF_REALM
                            + " join codes of the realm, but found as many; revoke one first");
        }
        String id = ActivationCode.draw(ID_GROUPS);
        while (schema.joinCodes.get(tx, id).isPresent()) {
            id = ActivationCode.draw(ID_GROUPS);
        }
        String secret = ActivationCode.draw(SECRET_GROUPS);
        JoinCode code = new JoinCode(
                id,
                TicketHash.ofRandom(secret).text(),
                realm.oid(),
                authid,
                uses,
                uses,
                now,
                by.oid(),
                now + TimeUnit.SECONDS.toMicros(validity.toSeconds()));
        schema.joinCodes.insert(tx, id, code);
        return new Made(code, id + "-" + secret);
    }

    /** The codes of a realm, those too that have ended not long ago. */
    List<JoinCode> ofRealm(ReadTransaction tx, UUID realm) {
        return schema.joinCodes
                .all(tx)
                .map(Row::row)
                .filter(code -> code.mrealmOid().equals(realm))
                .toList();
    }

    private static boolean isGood(JoinCode code, long now) {
        return code.usesLeft() > 0 && now < code.expires() && code.created() <= now + SET_BACK;
    }

    /** A node brings a code. */
    CompletableFuture<Answer> redeem(Knock knock, String text) {
        Matcher matcher = TEXT.matcher(ActivationCode.typed(text));
        String id = matcher.matches() ? matcher.group(1) : "";
        String secret = matcher.matches() ? matcher.group(2) : "-";
        if (!tries.take(knock.network())) {
            LOG.info("a join code from {} is one too many for its network", knock.address());
            return CompletableFuture.completedFuture(Answer.BAD_CODE);
        }
        // Most wrong codes do not come as far as the one thread that writes.
        return work.read(tx -> isRight(tx, id, secret)).thenCompose(right -> {
            if (!right) {
                LOG.info("a join code from {} is not good", knock.address());
                return CompletableFuture.completedFuture(Answer.BAD_CODE);
            }
            tries.giveBack(knock.network());
            // It is the node who acts, by its key; the code says who let it.
            Actor node = new Actor("join code " + id, "node", null, knock.key().hex(), null, knock.address());
            return work.write(node, JOINED, (tx, deed) -> used(tx, deed, knock, id));
        });
    }

    private boolean isRight(ReadTransaction tx, String id, String secret) {
        Optional<JoinCode> found = id.isEmpty() ? Optional.empty() : schema.joinCodes.get(tx, id);
        boolean matches =
                TicketHash.parse(found.map(JoinCode::codeHash).orElse(NOBODY)).matches(secret);
        return matches && found.filter(code -> isGood(code, micros())).isPresent();
    }

    private Supplier<CompletableFuture<Answer>> used(WriteTransaction tx, Deed deed, Knock knock, String id) {
        Optional<JoinCode> found = schema.joinCodes.get(tx, id).filter(code -> isGood(code, micros()));
        Optional<ManagementRealm> realm = found.flatMap(code -> schema.mrealms.get(tx, code.mrealmOid()));
        if (found.isEmpty() || realm.isEmpty() || !stillOwns(tx, found.get())) {
            return () -> CompletableFuture.completedFuture(Answer.BAD_CODE);
        }
        JoinCode code = found.get();
        Optional<String> name = name(code, knock);
        if (name.isEmpty()) {
            return () -> CompletableFuture.completedFuture(Answer.BAD_NAME);
        }
        Paired paired;
        try {
            Pairing wanted = Pairing.of(knock.key().hex(), name.get(), null);
            paired = pairing.pair(tx, deed, code.createdBy(), realm.get(), wanted);
        } catch (ApplicationError refused) {
            // It checks before it writes: nothing was written.
            Answer answer = answer(refused.uri());
            return () -> CompletableFuture.completedFuture(answer);
        }
        schema.joinCodes.update(tx, id, code.used());
        return () -> {
            LOG.info(
                    "node {} has joined realm {} by code {}",
                    name.get(),
                    realm.get().name(),
                    id);
            pairing.tell(paired);
            return CompletableFuture.completedFuture(Answer.PAIRED);
        };
    }

    private static Answer answer(String error) {
        return switch (error) {
            // Another connection of the same node was faster.
            case FabricErrors.NODE_ALREADY_PAIRED -> Answer.PAIRED;
            case FabricErrors.ALREADY_EXISTS, Uris.INVALID_ARGUMENT -> Answer.BAD_NAME;
            default -> Answer.BAD_CODE;
        };
    }

    /** What somebody may not do any more, its codes do not do either. */
    private boolean stillOwns(ReadTransaction tx, JoinCode code) {
        Optional<User> by = schema.users.get(tx, code.createdBy());
        return by.filter(user -> user.authid().equals(User.SUPERUSER)
                        || schema.usersMrealmRoles
                                .get(tx, new Pair<>(user.oid(), code.mrealmOid()))
                                .filter(held -> held.includes(Role.OWNER))
                                .isPresent())
                .isPresent();
    }

    /** The name that a node gets by a code; empty when the one that it wants is not allowed. */
    private static Optional<String> name(JoinCode code, Knock knock) {
        String wanted = knock.name();
        String pattern = code.authid();
        String[] words = Fingerprint.of(knock.key()).words().split("-", 3);
        String made = words[0] + "-" + words[1];
        if (pattern == null) {
            return Optional.of(wanted == null ? "node-" + made : wanted);
        }
        if (!pattern.endsWith("*")) {
            return wanted == null || wanted.equals(pattern) ? Optional.of(pattern) : Optional.empty();
        }
        String beginning = pattern.substring(0, pattern.length() - 1);
        if (wanted == null) {
            return Optional.of(beginning + made);
        }
        return wanted.startsWith(beginning) ? Optional.of(wanted) : Optional.empty();
    }

    /** Removes codes that have ended some time ago, and those of realms that are gone. Returns at once. */
    CompletableFuture<Integer> clean() {
        return work.write(Actor.system("domain"), OVER, (tx, deed) -> {
            long shown = micros() - TimeUnit.SECONDS.toMicros(SHOWN.toSeconds());
            List<String> over = schema.joinCodes
                    .all(tx)
                    .map(Row::row)
                    .filter(code -> code.expires() < shown
                            || schema.mrealms.get(tx, code.mrealmOid()).isEmpty())
                    .map(JoinCode::id)
                    .toList();
            if (!over.isEmpty()) {
                deed.on("join_code", over.get(0)).from(Map.of("over", over));
                over.forEach(id -> schema.joinCodes.delete(tx, id));
            }
            return () -> CompletableFuture.completedFuture(over.size());
        });
    }

    private long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }
}
