package io.bailiwick.domain.procedure;

import io.bailiwick.domain.activation.Letter;
import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserKey;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.message.Uris;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys with which users join: list, revoke; and the codes that wait for the operator where no mail is sent. Users see and
 * revoke their own keys, the superuser all.
 */
public final class KeyProcedures {
    private final Work work;
    private final Access access;
    private final UserKeys keys;
    private final Supplier<List<Letter>> codes;
    private final Sessions sessions;
    private final Clock clock;

    /** The sessions that run now. */
    @FunctionalInterface
    public interface Sessions {
        /** Ends the sessions that joined with a key, at once and once more when nobody can be on the way in any longer. Their ids. */
        CompletableFuture<List<Long>> revoked(String pubkey);
    }

    /**
     * Procedures on a store.
     *
     * @param codes the codes that wait for the operator
     */
    public KeyProcedures(Work work, UserKeys keys, Supplier<List<Letter>> codes, Sessions sessions, Clock clock) {
        GlobalSchema schema = work.schema();
        this.work = work;
        this.access = new Access(schema);
        this.keys = keys;
        this.codes = codes;
        this.sessions = sessions;
        this.clock = clock;
    }

    /**
     * Lists keys.
     *
     * @param userId whose: an authid or oid; the caller's own when left out. Others' for the superuser only
     * @return a list of {@code {pubkey, user_oid, authid, added, revoked}}, times in microseconds, {@code revoked} null for a
     *     key that counts. Errors: {@code crossbar.error.no_such_object}, {@code fabric.not-authorized}
     */
    @Procedure(
            value = "crossbarfabriccenter.user.list_keys",
            does = "Lists the keys of the caller, or of another user for the superuser, those that were revoked too.")
    @Allowed(Right.IS_USER)
    public CompletableFuture<List<Map<String, @Nullable Object>>> listKeys(
            @Nullable String userId, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
            String id = userId == null ? caller.authid() : userId;
            User user = access.of(tx, caller).user(Right.IS_USER, access.user(tx, id));
            List<Map<String, @Nullable Object>> found = new ArrayList<>();
            keys.of(tx, user.oid()).forEach(key -> found.add(wire(key, user)));
            return found;
        });
    }

    /**
     * Revokes a key: it never logs in again, and sessions that joined with it end.
     *
     * @param pubkey 64 hexadecimal characters
     * @return the key, with {@code killed}, the ids of the sessions that ended. Errors: {@code wamp.error.invalid_argument},
     *     {@code crossbar.error.no_such_object}, also for a key that was revoked before, {@code fabric.not-authorized}
     */
    @Procedure(
            value = "crossbarfabriccenter.user.revoke_key",
            does =
                    "Revokes a key of the caller, or of any user for the superuser, and ends the sessions that joined with it.")
    @Allowed(Right.IS_USER)
    public CompletableFuture<Map<String, @Nullable Object>> revokeKey(String pubkey, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        PublicKey key = key(pubkey);
        return work.write(invocation, (tx, deed) -> {
            Standing standing = access.of(tx, caller);
            User seen = keys.owner(tx, key)
                    .filter(user -> standing.may(Right.SEES_USER, user))
                    .orElseThrow(() -> Standing.none("key"));
            User owner = standing.user(Right.IS_USER, Optional.of(seen));
            Optional<UserKey> before = keys.find(tx, key);
            Optional<UserKey> ended =
                    keys.revoke(tx, key.hex(), ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
            deed.on("user_key", key.hex()).from(before.orElseThrow()).to(ended.orElseThrow());
            Map<String, @Nullable Object> wire = wire(ended.orElseThrow(), owner);
            return () -> sessions.revoked(key.hex()).thenApply(killed -> {
                wire.put("killed", killed);
                return wire;
            });
        });
    }

    /** A public key of 64 hexadecimal characters, either case. Error: {@code wamp.error.invalid_argument}. */
    static PublicKey key(String pubkey) {
        try {
            return PublicKey.of(pubkey);
        } catch (IllegalArgumentException wrong) {
            throw new ApplicationError(Uris.INVALID_ARGUMENT, "pubkey: " + wrong.getMessage());
        }
    }

    /**
     * Lists codes that wait for the operator.
     *
     * @return a list of {@code {authid, pubkey, code, type, created, expires}}, times as ISO 8601; empty where codes go by
     *     mail. Errors: {@code fabric.not-authorized} for anybody but the superuser
     */
    @Procedure(
            value = "crossbarfabriccenter.user.list_activation_codes",
            does = "Lists the activation codes that wait for the operator where no mail is sent, for the superuser.")
    @Allowed(Right.SUPERUSER)
    public List<Map<String, @Nullable Object>> listActivationCodes(Invocation invocation) {
        if (!Caller.of(invocation).isSuperuser()) {
            throw Standing.refused(Right.SUPERUSER);
        }
        List<Map<String, @Nullable Object>> found = new ArrayList<>();
        for (Letter letter : codes.get()) {
            Map<String, @Nullable Object> wire = new LinkedHashMap<>();
            wire.put("authid", letter.email());
            wire.put("pubkey", letter.pubkey());
            wire.put("code", letter.code());
            wire.put("type", letter.type().name().toLowerCase(Locale.ROOT));
            wire.put("created", WireForm.time(letter.created()));
            wire.put("expires", WireForm.time(letter.expires()));
            found.add(wire);
        }
        return found;
    }

    private static Map<String, @Nullable Object> wire(UserKey key, User owner) {
        Map<String, @Nullable Object> wire = new LinkedHashMap<>();
        wire.put("pubkey", key.pubkey());
        wire.put("user_oid", key.userOid().toString());
        wire.put("authid", owner.authid());
        wire.put("added", key.added());
        wire.put("revoked", key.revoked());
        return wire;
    }
}
