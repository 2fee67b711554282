package io.bailiwick.router.session;

import io.bailiwick.router.message.Dict;

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
 */
public record SessionDetails(
        long session,
        String authid,
        String authrole,
        String authmethod,
        String authprovider,
        Dict authextra,
        Dict transport,
        Dict roles) {

    /** The authrole of a router that forwards what others sent to it; as in Crossbar.io. */
    public static final String ROUTER_LINK = "rlink";

    /** Whether this is a router, whose {@code forward_for} is believed. */
    public boolean isRouterLink() {
        return authrole.equals(ROUTER_LINK);
    }

    /** Whether the peer announced a feature for one of its roles, for example {@code callee}, {@code call_canceling}. */
    public boolean announces(String role, String feature) {
        return roles.dict(role).dict("features").flag(feature, false);
    }
}
