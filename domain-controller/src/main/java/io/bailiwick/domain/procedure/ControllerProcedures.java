package io.bailiwick.domain.procedure;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the domain tells the controller of one management realm, on that realm. */
public final class ControllerProcedures {
    /** Published with a Node as it was paired, on its management realm, for its controller. */
    public static final String ON_PAIRED = "io.bailiwick.domain.on_node_paired";
    /** Published with a Node as it was while paired, on its former management realm, for its controller. */
    public static final String ON_UNPAIRED = "io.bailiwick.domain.on_node_unpaired";

    /** Published with a Node as it is, on its management realm, for its controller, when its row says something else. */
    public static final String ON_MODIFIED = "io.bailiwick.domain.on_node_modified";

    private final Work work;
    private final UUID realm;

    /** For the controller of this realm. */
    public ControllerProcedures(Work work, UUID realm) {
        this.work = work;
        this.realm = realm;
    }

    /** All Nodes that are paired to the realm. Error: {@code wamp.error.not_authorized}. */
    @Procedure(
            value = "io.bailiwick.domain.list_nodes",
            does = "Returns all nodes that are paired to this realm; for its controller only.")
    public CompletableFuture<List<Map<String, @Nullable Object>>> listNodes(Invocation invocation) {
        if (!Roles.BACKEND.equals(invocation.details().entries().get("caller_authrole"))) {
            throw new ApplicationError(Uris.NOT_AUTHORIZED, "expected a caller with role backend");
        }
        GlobalSchema schema = work.schema();
        return work.read(
                tx -> Access.nodesOf(schema, tx, realm).map(WireForm::of).toList());
    }
}
