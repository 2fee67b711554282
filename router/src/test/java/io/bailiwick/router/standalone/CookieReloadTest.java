package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.admission.Caller;
import io.bailiwick.router.admission.CookieStore;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.credential.TicketHash;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.standalone.config.RouterOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who came back with a cookie rests on what it had logged in with. */
class CookieReloadTest {
    private static final Noise NOISE = Noise.of(new byte[16]);
    private static final Caller NOBODY = (realm, procedure, arguments, limit) -> {
        throw new IllegalStateException("no procedure is asked");
    };

    @TempDir
    Path directory;

    private final String ticket = TicketHash.ofRandom("one").text();

    private RouterOptions file(String alices, String role) throws IOException {
        try (Ground ground = new Ground(directory)) {
            return RouterOptions.load(ground.write(
                    """
                    listeners: [{name: web, endpoint: "tcp://127.0.0.1:0"}]
                    realms:
                      - name: shop
                        roles: [{name: clerk}, {name: guest}]
                        principals:
                          - {authid: alice, role: ROLE, ticket: ALICE}
                          - {authid: bob, role: clerk, ticket: BOB}
                    authentication: {cookies: {age: 60}}
                    """.replace("ROLE", role).replace("ALICE", alices).replace("BOB", ticket)));
        }
    }

    private static Claim claim(String authid, String cookie, String method) {
        Peer peer =
                new Peer("web", "tcp:192.0.2.1:1", Optional.empty(), false, Optional.of(cookie), ChannelSecurity.NONE);
        return new Claim("shop", authid, null, List.of(method), Dict.EMPTY, peer);
    }

    private static Decision decide(Gate gate, Claim claim) {
        return gate.authenticate(claim)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private static void logIn(Gate gate, String authid) {
        Claim claim = claim(authid, authid, "ticket");
        gate.proven(claim, (Admission) decide(gate, claim));
    }

    private static boolean knows(Gate gate, String authid) {
        return decide(gate, claim(authid, authid, "cookie")) instanceof Admission;
    }

    private Gate gate() throws IOException {
        Gate gate = new Gate(file(ticket, "clerk"), NOISE, CookieStore.NONE, NOBODY);
        logIn(gate, "alice");
        logIn(gate, "bob");
        return gate;
    }

    @Test
    void a_cookie_ends_with_the_credential_that_it_stands_for() throws IOException {
        Gate gate = gate();
        gate.change(file(ticket, "clerk"));
        assertEquals(List.of(true, true), List.of(knows(gate, "alice"), knows(gate, "bob")));
        gate.change(file(TicketHash.ofRandom("two").text(), "clerk"));
        assertEquals(List.of(false, true), List.of(knows(gate, "alice"), knows(gate, "bob")));
    }

    @Test
    void a_cookie_ends_with_the_role_that_it_gives() throws IOException {
        Gate gate = gate();
        gate.change(file(ticket, "guest"));
        assertEquals(List.of(false, true), List.of(knows(gate, "alice"), knows(gate, "bob")));
    }

    @Test
    void a_session_of_a_cookie_rests_on_the_same_credential_as_the_login() throws IOException {
        Gate gate = gate();
        Admission back = (Admission) decide(gate, claim("alice", "alice", "cookie"));
        assertEquals(((Admission) decide(gate, claim("alice", "alice", "ticket"))).provenBy(), back.provenBy());
        assertEquals(1, back.provenBy().size());
    }
}
