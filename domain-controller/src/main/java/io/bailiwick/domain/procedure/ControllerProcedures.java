package io.bailiwick.domain.procedure;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the domain tells the controller of one management realm, on that realm. */
public final class ControllerProcedures {
    /** Published with a Node as it was paired, on its management realm, for its controller. */
    @Topic(carries = "[Node]", when = "a node was paired, on its management realm, for its controller")
    public static final String ON_PAIRED = "io.bailiwick.domain.on_node_paired";
    /** Published with a Node as it was while paired, on its former management realm, for its controller. */
    @Topic(
            carries = "[Node]",
            when = "a node was unpaired or moved away, on its former management realm, for its controller")
    public static final String ON_UNPAIRED = "io.bailiwick.domain.on_node_unpaired";

    /** Published with a Node as it is, on its management realm, for its controller, when its row says something else. */
    @Topic(
            carries = "[Node]",
            when = "the row of a node says something else, on its management realm, for its controller")
    public static final String ON_MODIFIED = "io.bailiwick.domain.on_node_modified";

    /** Nodes in one answer: half a megabyte, of the one that a message may have. */
    private static final int PAGE = 1_000;
    /** One with an authextra of its own, which may have 8 KiB of JSON, takes the room of so many. */
    private static final int WITH_EXTRA = 30;

    private final Work work;
    private final UUID realm;

    /** For the controller of this realm. */
    public ControllerProcedures(Work work, UUID realm) {
        this.work = work;
        this.realm = realm;
    }

    /**
     * Nodes that are paired to the realm, by name, as many as go well into one message. Who: the realm's controller. Error:
     * {@code wamp.error.not_authorized}.
     *
     * @param after those whose names come after this one only; from the first if not given. There are no more when the answer is
     *     empty
     */
    @Procedure(
            value = "io.bailiwick.domain.list_nodes",
            does = "Returns nodes that are paired to this realm, by name, those after a name or the first; for its"
                    + " controller only. There are no more when the answer is empty.")
    public CompletableFuture<Arguments> listNodes(@Nullable String after, Invocation invocation) {
        if (!Roles.BACKEND.equals(invocation.details().entries().get("caller_authrole"))) {
            throw new ApplicationError(Uris.NOT_AUTHORIZED, "expected a caller with role backend");
        }
        GlobalSchema schema = work.schema();
        return work.read(tx -> {
            List<Map<String, @Nullable Object>> page = new ArrayList<>();
            int room = PAGE;
            try (Stream<Node> nodes = Access.nodesOf(schema, tx, realm, after == null ? "" : after)) {
                Iterator<Node> each = nodes.iterator();
                while (room > 0 && each.hasNext()) {
                    Node node = each.next();
                    Map<String, @Nullable Object> extra = node.authextra();
                    room -= extra == null || extra.isEmpty() ? 1 : WITH_EXTRA;
                    page.add(WireForm.of(node));
                }
            }
            // As it is: nobody has to look through all of it whether it is plain.
            return Arguments.of(page);
        });
    }
}
