package io.bailiwick.router.session;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a joined peer is: what the router decided at the handshake, never what the peer claims later.
 *
 * @param session the WAMP session id, 1 to 2^53
 * @param authid the authenticated identity
 * @param authrole the role in the realm
 * @param authmethod how it was authenticated
 * @param authprovider who decided
 * @param authextra what the authenticator added
 * @param transport what the transport knows, for the session meta API
 * @param roles {@code HELLO.Details.roles}: the client roles and the features announced for each
 * @param provenBy marks by which its authenticator knows again what the login rests on; empty where there are none. They are
 *     told to nobody
 * @param speaksForOthers whether its {@code forward_for} is believed, though it is no router: it calls what others have asked it
 *     to call. The authenticator says so, and nobody is told
 */
public record SessionDetails(
        long session,
        String authid,
        String authrole,
        String authmethod,
        String authprovider,
        Dict authextra,
        Dict transport,
        Dict roles,
        Set<String> provenBy,
        boolean speaksForOthers) {

    /** The authrole of a router that forwards what others sent to it; as in Crossbar.io. */
    public static final String ROUTER_LINK = "rlink";

    private static final String FORWARD_FOR = "forward_for";

    /** Copies the marks. */
    public SessionDetails {
        provenBy = Set.copyOf(provenBy);
    }

    /** A session without marks, that speaks for itself. */
    public SessionDetails(
            long session,
            String authid,
            String authrole,
            String authmethod,
            String authprovider,
            Dict authextra,
            Dict transport,
            Dict roles) {
        this(session, authid, authrole, authmethod, authprovider, authextra, transport, roles, Set.of(), false);
    }

    /** Whether this is a router, whose {@code forward_for} is believed. */
    public boolean isRouterLink() {
        return authrole.equals(ROUTER_LINK);
    }

    /** Whether its {@code forward_for} is believed. */
    public boolean isBelieved() {
        return speaksForOthers || isRouterLink();
    }

    /**
     * What a link says of the way that a message has come: {@code forward_for}, a list of dictionaries of {@code session},
     * {@code authid} and {@code authrole}; likewise of one who speaks for others. From anybody else it is not believed, and
     * says nothing.
     *
     * @param message the name of the message, for the fault
     * @param options the options or details of the message
     * @return null when it is not there, or this is neither
     * @throws ProtocolViolation when it has another form
     */
    public @Nullable List<?> forwardFor(String message, Dict options) {
        if (options.isEmpty() || !isBelieved()) {
            return null;
        }
        Object value = options.entries().get(FORWARD_FOR);
        if (value == null) {
            return null;
        }
        if (!(value instanceof List<?> way)) {
            throw new ProtocolViolation(message + "." + FORWARD_FOR, "a list", Dict.kind(value));
        }
        if (!way.stream().allMatch(SessionDetails::isStep)) {
            throw new ProtocolViolation(
                    message + "." + FORWARD_FOR,
                    "dictionaries of a session id, an authid and an authrole",
                    "something else in the list");
        }
        return way;
    }

    private static boolean isStep(@Nullable Object step) {
        return step instanceof Map<?, ?> one
                && one.get("session") instanceof Number
                && isTextOrNull(one.get("authid"))
                && isTextOrNull(one.get("authrole"));
    }

    private static boolean isTextOrNull(@Nullable Object value) {
        return value == null || value instanceof String;
    }

    /**
     * Puts into the details of an EVENT or INVOCATION who began it: this session, or, where it is a link, the one that the
     * link tells of.
     *
     * @param key {@code publisher} or {@code caller}; the authid and authrole have keys that begin with it
     * @param forwardFor what the link tells, if anything: the first of the list, unless that is a router
     */
    public void disclose(String key, @Nullable Object forwardFor, Map<String, @Nullable Object> details) {
        if (forwardFor instanceof List<?> way
                && !way.isEmpty()
                && way.get(0) instanceof Map<?, ?> first
                && first.get("session") instanceof Number id
                && first.get("authid") instanceof String name
                && first.get("authrole") instanceof String role
                && !role.equals(ROUTER_LINK)) {
            details.put(key, id.longValue());
            details.put(key + "_authid", name);
            details.put(key + "_authrole", role);
        } else {
            details.put(key, session);
            details.put(key + "_authid", authid);
            details.put(key + "_authrole", authrole);
        }
    }

    /** Whether the peer announced a feature for one of its roles, for example {@code callee}, {@code call_canceling}. */
    public boolean announces(String role, String feature) {
        return roles.dict(role).dict("features").flag(feature, false);
    }
}
