package io.bailiwick.mrealm.remote;

import io.bailiwick.mrealm.node.Node;
import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.codec.Arguments;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is forwarded to nodes without a table. */
public final class RemoteProcedures {
    private final Forwarder forwarder;

    /** Those of a realm's remote API. */
    public RemoteProcedures(RemoteApi remote) {
        this.forwarder = remote.forwarder();
    }

    /**
     * Whatever a node has registered, below its own prefix and nowhere else. Progressive results, cancelling and errors are
     * those of the node.
     *
     * @param node object id or authid
     * @param procedure what follows {@code crossbarfabriccenter.node.<authid>.}
     * @param args the positional arguments
     * @param kwargs the keyword arguments
     * @return whatever the node returns. Errors: {@code crossbar.error.no_such_object}, {@code fabric.node-offline},
     *     {@code fabric.node-starting}, {@code wamp.error.invalid_argument}, {@code wamp.error.no_such_procedure}; and
     *     {@code wamp.error.not_authorized} for {@code sign...}, and for what reaches the machine of the node by who is not
     *     admin
     */
    @Procedure(
            value = "io.bailiwick.mrealm.call_node",
            does =
                    "Calls whatever a node has registered: its name there, for example `worker.w1.get_monitoring`, and its"
                            + " arguments; returns what the node returns.")
    @Allowed(Right.OPERATES)
    public CompletionStage<Arguments> callNode(
            @Named({"node_oid", "node_id"}) String node,
            String procedure,
            @Nullable List<Object> args,
            @Nullable Map<String, Object> kwargs,
            Invocation invocation) {
        String suffix = RemoteRoute.suffix(procedure);
        Arguments arguments = new Arguments(args == null ? List.of() : args, kwargs == null ? Map.of() : kwargs);
        MachineCalls.check(suffix, arguments, invocation);
        Node online = forwarder.online(node);
        return forwarder.forward(online, RemoteGroup.NODES + online.authid() + "." + suffix, arguments, invocation);
    }
}
