package io.bailiwick.domain.admission;

import static io.bailiwick.router.session.Authorizer.Action.CALL;
import static io.bailiwick.router.session.Authorizer.Action.PUBLISH;
import static io.bailiwick.router.session.Authorizer.Action.REGISTER;
import static io.bailiwick.router.session.Authorizer.Action.SUBSCRIBE;

import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.RoleLimits;
import java.util.List;
import java.util.Map;

/**
 * The roles of the two kinds of realms, and what each may do. A controller believes what arrives below
 * {@code crossbarfabriccenter.} and {@code io.bailiwick.}: only the roles that speak for the system may register or publish
 * there. Who acts is always made known to the receiver.
 */
public final class Roles {
    /** The realm in which users manage the domain. */
    public static final String DOMAIN_REALM = "com.crossbario.fabric";

    /** Users on the domain realm. */
    public static final String USER = "user";
    /** Nodes on their management realm. */
    public static final String NODE = "node";
    /** The domain itself and the realm controllers. */
    public static final String BACKEND = "backend";
    /** Anonymous clients, where a listener allows them. */
    public static final String PUBLIC = "public";

    /** What both controllers offer to their users. */
    private static final String MANAGEMENT = "crossbarfabriccenter.";
    /** What the domain and its realm controllers say to each other. */
    private static final String INTERNAL = "io.bailiwick.";
    /** What the domain offers besides what the original does. */
    private static final String DOMAIN_OWN = INTERNAL + "domain.";
    /** What the controller of a management realm offers. */
    private static final String MREALM = "crossbarfabriccenter.mrealm.";

    /** What the controller of a management realm has on record of its nodes. */
    private static final String RECORDS = INTERNAL + "mrealm.";

    /** What users write down of the realm and its nodes: Crossbar.io's names, and ours. Who may write, the controller decides. */
    private static final String METADATA = MREALM + "metadata.";

    private static final String OWN_METADATA = RECORDS + "metadata.";

    /** What nodes offer themselves: called through the realm's controller only, which refuses what must stay on the node. */
    private static final String NODES = MANAGEMENT + "node.";

    private static final List<Rule> EVERYTHING = List.of(Rule.prefix("", CALL, REGISTER, PUBLISH, SUBSCRIBE));

    /** Everything but to speak for the system: owners and admins. */
    private static final List<Rule> TENANT = List.of(
            Rule.prefix("", CALL, REGISTER, PUBLISH, SUBSCRIBE),
            // The kill family would end the realm's controller and the domain's own session as well.
            Rule.prefix("wamp.session.kill", REGISTER, PUBLISH, SUBSCRIBE),
            // And these would take from the controllers what they offer and hear, which they do not ask for twice.
            Rule.exact("wamp.registration.remove_callee", REGISTER, PUBLISH, SUBSCRIBE),
            Rule.exact("wamp.subscription.remove_subscriber", REGISTER, PUBLISH, SUBSCRIBE),
            Rule.prefix(MANAGEMENT, CALL, SUBSCRIBE),
            Rule.prefix(NODES, SUBSCRIBE),
            Rule.prefix(INTERNAL, CALL, SUBSCRIBE));

    /** To run nodes: all that the realm offers, remote control of nodes too; nothing of one's own. */
    private static final List<Rule> OPERATOR = List.of(
            Rule.prefix(MANAGEMENT, CALL, SUBSCRIBE),
            Rule.prefix(NODES, SUBSCRIBE),
            Rule.prefix(RECORDS, CALL, SUBSCRIBE));

    /** To use the realm's own procedures; nodes are out of reach. */
    private static final List<Rule> DEVELOPER = List.of(
            Rule.prefix(MREALM, CALL, SUBSCRIBE),
            Rule.exact(RECORDS + "list_nodes", CALL),
            Rule.exact(RECORDS + "list_audit", CALL),
            Rule.prefix(OWN_METADATA, CALL, SUBSCRIBE));

    /** To look: state and nodes, as they are and as they change. */
    private static final List<Rule> GUEST = List.of(
            Rule.exact(MREALM + "get_status", CALL),
            Rule.exact(MREALM + "get_nodes", CALL),
            Rule.exact(MREALM + "get_node", CALL),
            Rule.exact(MREALM + "get_node_by_authid", CALL),
            Rule.exact(RECORDS + "list_nodes", CALL),
            Rule.exact(RECORDS + "list_audit", CALL),
            Rule.prefix(METADATA, CALL, SUBSCRIBE),
            Rule.prefix(OWN_METADATA, CALL, SUBSCRIBE),
            Rule.exact(MREALM + "on_tick", SUBSCRIBE),
            Rule.exact(MREALM + "on_node_ready", SUBSCRIBE),
            Rule.exact(MREALM + "on_node_shutdown", SUBSCRIBE));

    /**
     * A node: it asks for the state of its realm, offers its procedures and tells its events below its own name, and sends
     * its heartbeats. It calls no other node and hears no other node. Names of nodes hold no dot, so that no node's
     * prefix lies inside another's.
     */
    private static final List<Rule> A_NODE = List.of(
            Rule.exact(MREALM + "get_status", CALL),
            Rule.prefix(NODES + "{authid}.", REGISTER, PUBLISH),
            Rule.exact(NODES + "on_heartbeat", PUBLISH),
            Rule.exact(NODES + "on_worker_heartbeat", PUBLISH),
            Rule.exact(RECORDS + "store_heartbeat", CALL));

    /**
     * The domain realm.
     *
     * <ul>
     *   <li>{@code user}: calls and subscribes below {@code crossbarfabriccenter.} and {@code io.bailiwick.domain.}; registers
     *       and publishes nothing
     *   <li>{@code backend}: everything; held by the domain itself only
     * </ul>
     */
    public static final RealmRoles DOMAIN = new RealmRoles(Map.of(
            USER,
            List.of(Rule.prefix(MANAGEMENT, CALL, SUBSCRIBE), Rule.prefix(DOMAIN_OWN, CALL, SUBSCRIBE)),
            BACKEND,
            EVERYTHING));

    /**
     * A management realm.
     *
     * <ul>
     *   <li>{@code owner}, {@code admin}: everything, but register and publish neither below
     *       {@code crossbarfabriccenter.} nor below {@code io.bailiwick.}, call nodes through {@code crossbarfabriccenter.remote.} only,
     *       and of the meta API nothing that ends a session, a registration or a subscription of others
     *   <li>{@code operator}: calls and subscribes below {@code crossbarfabriccenter.}, nodes through the same,
     *       and calls and subscribes below {@code io.bailiwick.mrealm.}
     *   <li>{@code developer}: calls and subscribes below {@code crossbarfabriccenter.mrealm.}, to the realm's metadata by our
     *       own names, and calls {@code io.bailiwick.mrealm.list_nodes} and {@code list_audit}
     *   <li>{@code guest}: calls {@code get_status}, {@code get_nodes}, {@code get_node}, {@code get_node_by_authid},
     *       {@code list_nodes} and {@code list_audit}, subscribes to ticks and to nodes coming and going, and reaches the realm's metadata, of which
     *       the controller lets it read
     *   <li>{@code node}: calls {@code crossbarfabriccenter.mrealm.get_status}, registers and publishes below
     *       {@code crossbarfabriccenter.node.<its authid>.}, publishes the two heartbeats, and calls
     *       {@code io.bailiwick.mrealm.store_heartbeat}
     *   <li>{@code backend}: everything; held by the domain and the realm's controller only
     *   <li>{@code public}: calls {@code crossbarfabriccenter.mrealm.get_status}
     * </ul>
     */
    public static final RealmRoles MANAGEMENT_REALM = new RealmRoles(
            Map.of(
                    "owner",
                    TENANT,
                    "admin",
                    TENANT,
                    "operator",
                    OPERATOR,
                    "developer",
                    DEVELOPER,
                    "guest",
                    GUEST,
                    NODE,
                    A_NODE,
                    BACKEND,
                    EVERYTHING,
                    PUBLIC,
                    List.of(Rule.exact(MREALM + "get_status", CALL))),
            // The realm controller is to miss no heartbeat: nodes wait for it.
            Map.of(BACKEND, RoleLimits.AWAITED),
            RealmRoles.Caching.DEFAULT);

    private Roles() {}
}
