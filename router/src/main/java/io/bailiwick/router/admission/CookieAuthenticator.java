package io.bailiwick.router.admission;

import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.link.Peer;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who comes back with the cookie of a login that was proven (as Crossbar.io does): the client offers {@code cookie}
 * among its methods, and joins without a challenge as who it was then. GOODBYE with {@code wamp.close.logout} ends it.
 *
 * <p>The cookie must be one that the router has drawn itself, at random, and marked as not for scripts: whoever has it is
 * let in.
 */
public final class CookieAuthenticator implements Authenticator {
    /** The name of the method. */
    public static final String METHOD = "cookie";

    /** After these there is nothing to remember. */
    private static final Set<String> NOT_A_LOGIN = Set.of(METHOD, "anonymous");

    private final CookieTable table;

    /** Lets in by this table, and puts proven logins into it. */
    public CookieAuthenticator(CookieTable table) {
        this.table = table;
    }

    @Override
    public CompletionStage<Decision> authenticate(Claim claim) {
        Optional<Decision> known = claim.authmethods().contains(METHOD)
                ? claim.peer().cookie().flatMap(table::find).flatMap(remembered -> admitted(claim, remembered))
                : Optional.empty();
        return CompletableFuture.completedFuture(
                known.orElseGet(() -> Refusal.noMatchingMethod("one other than " + METHOD, claim)));
    }

    private static Optional<Decision> admitted(Claim claim, CookieTable.Remembered remembered) {
        if (!agrees(claim.realm(), remembered.realm()) || !agrees(claim.authid(), remembered.authid())) {
            return Optional.empty();
        }
        return Optional.of(new Admission(
                remembered.realm(),
                remembered.authid(),
                remembered.authrole(),
                METHOD,
                remembered.authprovider(),
                remembered.authextra(),
                Optional.empty(),
                remembered.provenBy()));
    }

    private static boolean agrees(@Nullable String asked, String remembered) {
        return asked == null || Objects.equals(asked, remembered);
    }

    @Override
    public void proven(Claim claim, Admission admission) {
        if (!NOT_A_LOGIN.contains(admission.authmethod())) {
            claim.peer()
                    .cookie()
                    .ifPresent(cookie -> table.remember(
                            cookie,
                            new CookieTable.Remembered(
                                    admission.realm(),
                                    admission.authid(),
                                    admission.authrole(),
                                    admission.authmethod(),
                                    admission.authprovider(),
                                    admission.authextra(),
                                    table.until(),
                                    admission.provenBy())));
        }
    }

    @Override
    public void loggedOut(Peer peer) {
        peer.cookie().ifPresent(table::forget);
    }

    @Override
    public void revoked(String realm, String authid) {
        table.revoke(realm, authid);
    }
}
