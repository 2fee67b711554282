package io.bailiwick.domain.waiting;

import io.bailiwick.domain.procedure.Access;
import io.bailiwick.domain.procedure.Allowed;
import io.bailiwick.domain.procedure.Caller;
import io.bailiwick.domain.procedure.NodeProcedures;
import io.bailiwick.domain.procedure.Right;
import io.bailiwick.domain.procedure.Standing;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.JoinCode;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Codes with which nodes join a realm by themselves: make, list, revoke. They are the affair of the realm's owners. */
public final class JoinCodeProcedures {
    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final JoinCodes codes;

    JoinCodeProcedures(Work work, JoinCodes codes) {
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.codes = codes;
    }

    /**
     * Makes a code. It is shown in the answer and never again.
     *
     * @param mrealmName the realm that nodes join by it
     * @param authid the names that they may have: one name; the beginning of a name and {@code *}; any, when left out
     * @param uses how many nodes may join by it, 1 to 10,000; 1 when left out, and always with one name
     * @param expiresIn how long it is good, in seconds, at most 30 days; an hour when left out
     * @return {@code {id, code, mrealm, authid, uses, uses_left, created, expires}}, times as ISO 8601. Errors:
     *     {@code fabric.no-such-realm}, {@code fabric.not-authorized}, {@code wamp.error.invalid_argument},
     *     {@code io.bailiwick.domain.too_many_join_codes}
     */
    @Procedure(
            value = "io.bailiwick.domain.create_join_code",
            does = "Makes a code with which nodes join a management realm by themselves; it is shown once.")
    @Allowed(Right.OWNS_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> createJoinCode(
            @Named("realm_name") String mrealmName,
            @Nullable String authid,
            @Nullable Integer uses,
            @Nullable Integer expiresIn,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        int most = within("uses", uses, 1, JoinCodes.MOST_USES);
        Duration validity = Duration.ofSeconds(within(
                "expires_in", expiresIn, (int) JoinCodes.USUAL.toSeconds(), (int) JoinCodes.LONGEST.toSeconds()));
        demandPattern(authid, most);
        return work.write(invocation, (tx, deed) -> {
            Standing standing = access.of(tx, caller);
            ManagementRealm realm = standing.realmOfName(Right.OWNS_REALM, schema.idxMrealmsByName.get(tx, mrealmName));
            JoinCodes.Made made = codes.make(tx, realm, standing.user(), authid, most, validity);
            Map<String, @Nullable Object> wire = wire(made.code(), realm);
            deed.on("join_code", made.code().id()).in(realm.oid()).to(wire);
            wire.put("code", made.text());
            return () -> CompletableFuture.completedFuture(wire);
        });
    }

    private static int within(String name, @Nullable Integer given, int otherwise, int most) {
        if (given == null) {
            return otherwise;
        }
        if (given < 1 || given > most) {
            throw WaitingProcedures.invalid(name + ": expected 1 to " + most + ", but found " + given);
        }
        return given;
    }

    private static void demandPattern(@Nullable String authid, int uses) {
        if (authid == null || authid.equals("*")) {
            return;
        }
        boolean many = authid.endsWith("*");
        NodeProcedures.demandName(many ? authid.substring(0, authid.length() - 1) : authid);
        if (!many && uses > 1) {
            throw WaitingProcedures.invalid("uses: expected 1 where authid is one name, but found " + uses
                    + "; end the name with * to allow many");
        }
    }

    /**
     * Lists the codes of a realm, those too that have ended within the last day. The codes themselves are not shown.
     *
     * @return a list of {@code {id, mrealm, authid, uses, uses_left, created, expires}}. Errors:
     *     {@code fabric.no-such-realm}, {@code fabric.not-authorized}
     */
    @Procedure(
            value = "io.bailiwick.domain.list_join_codes",
            does =
                    "Lists the codes with which nodes join a management realm by themselves, without the codes themselves.")
    @Allowed(Right.OWNS_REALM)
    public CompletableFuture<List<Map<String, @Nullable Object>>> listJoinCodes(
            @Named("realm_name") String mrealmName, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
            ManagementRealm realm =
                    access.of(tx, caller).realmOfName(Right.OWNS_REALM, schema.idxMrealmsByName.get(tx, mrealmName));
            return codes.ofRealm(tx, realm.oid()).stream()
                    .map(code -> wire(code, realm))
                    .toList();
        });
    }

    /**
     * Ends a code. Nodes that have joined by it stay.
     *
     * @param id what names it: its first two groups
     * @return the code as it was. Error: {@code crossbar.error.no_such_object}, also for a code of a realm that is not the
     *     caller's
     */
    @Procedure(
            value = "io.bailiwick.domain.revoke_join_code",
            does = "Ends a code with which nodes join a management realm by themselves.")
    @Allowed(Right.OWNS_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> revokeJoinCode(String id, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(invocation, (tx, deed) -> {
            Standing standing = access.of(tx, caller);
            Optional<JoinCode> found = schema.joinCodes.get(tx, id);
            ManagementRealm realm = found.flatMap(code -> schema.mrealms.get(tx, code.mrealmOid()))
                    .filter(in -> standing.may(Right.OWNS_REALM, in))
                    .orElseThrow(() -> Standing.none("join code"));
            schema.joinCodes.delete(tx, id);
            Map<String, @Nullable Object> wire = wire(found.orElseThrow(), realm);
            deed.on("join_code", id).in(realm.oid()).from(wire);
            return () -> CompletableFuture.completedFuture(wire);
        });
    }

    private static Map<String, @Nullable Object> wire(JoinCode code, ManagementRealm realm) {
        Map<String, @Nullable Object> wire = new LinkedHashMap<>();
        wire.put("id", code.id());
        wire.put("mrealm", realm.name());
        wire.put("authid", code.authid());
        wire.put("uses", code.uses());
        wire.put("uses_left", code.usesLeft());
        wire.put("created", WaitingProcedures.time(code.created()));
        wire.put("expires", WaitingProcedures.time(code.expires()));
        return wire;
    }
}
