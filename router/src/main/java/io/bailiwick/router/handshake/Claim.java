package io.bailiwick.router.handshake;

import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a HELLO asks for. Nothing of it is proven.
 *
 * @param realm the realm asked for, or null to be assigned one
 * @param authid the authid asked for, or null
 * @param authrole the role asked for, or null
 * @param authmethods the methods offered, in the client's order; {@code ["anonymous"]} when HELLO had none
 * @param authextra {@code HELLO.Details.authextra}, with {@code pubkey} for cryptosign
 * @param peer where it comes from
 * @param session the id that the session will have
 * @param ticket the ticket that came with AUTHENTICATE, after {@link Decision.TicketFirst}; else null
 */
public record Claim(
        @Nullable String realm,
        @Nullable String authid,
        @Nullable String authrole,
        List<String> authmethods,
        Dict authextra,
        Peer peer,
        long session,
        @Nullable String ticket) {

    private static final int MAX_METHODS = 16;

    /** A claim without ticket, of a session whose id does not matter. */
    public Claim(
            @Nullable String realm,
            @Nullable String authid,
            @Nullable String authrole,
            List<String> authmethods,
            Dict authextra,
            Peer peer) {
        this(realm, authid, authrole, authmethods, authextra, peer, 0, null);
    }

    /** The methods that are looked at: those offered, in that order, each once, and no more than 16. */
    public List<String> methods() {
        return authmethods.size() == 1
                ? authmethods
                : authmethods.stream().distinct().limit(MAX_METHODS).toList();
    }

    /** This claim as if only one method had been offered. */
    public Claim by(String authmethod) {
        return new Claim(realm, authid, authrole, List.of(authmethod), authextra, peer, session, ticket);
    }

    /** This claim as if another name had been claimed. */
    public Claim as(String name) {
        return new Claim(realm, name, authrole, authmethods, authextra, peer, session, ticket);
    }

    /** This claim as if another realm had been asked for. */
    public Claim in(String other) {
        return new Claim(other, authid, authrole, authmethods, authextra, peer, session, ticket);
    }

    Claim with(String shown) {
        return new Claim(realm, authid, authrole, authmethods, authextra, peer, session, shown);
    }

    /** Everything but the ticket and the authextra. */
    @Override
    public String toString() {
        return "Claim[realm=" + realm + ", authid=" + authid + ", authrole=" + authrole + ", authmethods=" + authmethods
                + ", from " + peer.address() + "]";
    }
}
