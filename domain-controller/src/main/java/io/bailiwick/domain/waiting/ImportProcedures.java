package io.bailiwick.domain.waiting;

import io.bailiwick.domain.procedure.Access;
import io.bailiwick.domain.procedure.Allowed;
import io.bailiwick.domain.procedure.Caller;
import io.bailiwick.domain.procedure.NodeProcedures;
import io.bailiwick.domain.procedure.NodeProcedures.Paired;
import io.bailiwick.domain.procedure.NodeProcedures.Pairing;
import io.bailiwick.domain.procedure.Right;
import io.bailiwick.domain.procedure.Standing;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.WriteTransaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Pairs the nodes of a list. What is paired already as the list says it stays as it is: a list may be given twice. */
public final class ImportProcedures {
    private static final int MOST = 1_000;

    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final NodeProcedures pairing;

    /** Procedures on a store. */
    public ImportProcedures(Work work, NodeProcedures pairing) {
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.pairing = pairing;
    }

    /**
     * Pairs the nodes of a list, in one write.
     *
     * @param mrealmName the realm
     * @param nodes at most 1,000 of {@code {pubkey, authid, authextra?}}, as {@code pair_node} takes them
     * @param all whether nothing is to be paired when something cannot be; else what can be is
     * @return for each of the list, in its order, {@code {pubkey, authid, result, oid?, message?}}: {@code paired},
     *     {@code unchanged} for what was paired so already, or the URI of the error that {@code pair_node} would have ended
     *     with. Errors: {@code fabric.no-such-realm}, {@code fabric.not-authorized}, {@code wamp.error.invalid_argument}; with
     *     {@code all}, the first error of an item, with its number
     */
    @Procedure(
            value = "io.bailiwick.domain.import_nodes",
            does = "Pairs the nodes of a list to a management realm; a list may be given twice.")
    @Allowed(Right.OWNS_REALM)
    public CompletableFuture<List<Map<String, @Nullable Object>>> importNodes(
            @Named("realm_name") String mrealmName,
            List<Map<String, @Nullable Object>> nodes,
            @Nullable Boolean all,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        if (nodes.size() > MOST) {
            throw WaitingProcedures.invalid("nodes: expected at most " + MOST + ", but found " + nodes.size());
        }
        return work.write(invocation, (tx, deed) -> {
            Standing standing = access.of(tx, caller);
            ManagementRealm realm = standing.realmOfName(Right.OWNS_REALM, schema.idxMrealmsByName.get(tx, mrealmName));
            UUID owner = standing.user().oid();
            List<Paired> paired = new ArrayList<>();
            List<Map<String, @Nullable Object>> results = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i++) {
                results.add(result(tx, deed, owner, realm, nodes.get(i), paired, Boolean.TRUE.equals(all) ? i : -1));
            }
            return () -> {
                paired.forEach(pairing::tell);
                return CompletableFuture.completedFuture(results);
            };
        });
    }

    /**
     * What becomes of one.
     *
     * @param paired takes it when it is paired now
     * @param strict its number when an error is to end all; negative to note it
     */
    private Map<String, @Nullable Object> result(
            WriteTransaction tx,
            Deed deed,
            UUID owner,
            ManagementRealm realm,
            Map<String, @Nullable Object> item,
            List<Paired> paired,
            int strict) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("pubkey", item.get("pubkey"));
        result.put("authid", item.get("authid"));
        try {
            Pairing wanted = wanted(item);
            Optional<Node> there = there(tx, realm, wanted);
            if (there.isPresent()) {
                result.put("result", "unchanged");
                result.put("oid", there.get().oid().toString());
                return result;
            }
            Paired now = pairing.pair(tx, deed.another(), owner, realm, wanted);
            paired.add(now);
            result.put("result", "paired");
            result.put("oid", now.node().oid().toString());
        } catch (ApplicationError refused) {
            if (strict >= 0) {
                throw new ApplicationError(
                        refused.uri(),
                        "nodes[" + strict + "]: " + refused.arguments().list().get(0));
            }
            result.put("result", refused.uri());
            result.put("message", refused.arguments().list().get(0));
        }
        return result;
    }

    private static Pairing wanted(Map<String, @Nullable Object> item) {
        for (String name : item.keySet()) {
            if (!List.of("pubkey", "authid", "authextra").contains(name)) {
                throw WaitingProcedures.invalid("expected pubkey, authid and authextra, but found another key");
            }
        }
        Object extra = item.get("authextra");
        if (extra != null && !(extra instanceof Map)) {
            throw WaitingProcedures.invalid("authextra: expected a dictionary, but found " + Dict.kind(extra));
        }
        @SuppressWarnings("unchecked") // a dictionary on the wire has text keys
        Map<String, @Nullable Object> authextra = (Map<String, @Nullable Object>) extra;
        return Pairing.of(text(item, "pubkey"), text(item, "authid"), authextra);
    }

    private static String text(Map<String, @Nullable Object> item, String name) {
        if (item.get(name) instanceof String text) {
            return text;
        }
        throw WaitingProcedures.invalid(name + ": expected a string, but found " + Dict.kind(item.get(name)));
    }

    /** The node, if it is in the realm already under this name. */
    private Optional<Node> there(ReadTransaction tx, ManagementRealm realm, Pairing wanted) {
        return schema.idxNodesByPubkey
                .get(tx, wanted.key())
                .filter(node ->
                        realm.oid().equals(node.mrealmOid()) && wanted.authid().equals(node.authid()));
    }
}
