package io.bailiwick.router.dealer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks into the tables of a dealer and checks that they fit together. */
public final class DealerTables {
    private final Dealer dealer;

    /** The tables of this dealer. */
    public DealerTables(Dealer dealer) {
        this.dealer = dealer;
    }

    /** The request ids of the calls that a session waits for. */
    public static Set<Long> calls(RpcSession session) {
        return session.calls.keySet();
    }

    /** The ids of the registrations of a session. */
    public static Set<Long> registrations(RpcSession session) {
        return session.registrations.stream().map(Registration::id).collect(Collectors.toSet());
    }

    /** Checks that nothing is held for a session that is not among these. */
    public void fit(Collection<RpcSession> sessions) {
        Set<PendingCall> called = new HashSet<>();
        Set<PendingCall> invoked = new HashSet<>();
        sessions.forEach(session -> {
            session.calls.values().forEach(call -> assertSame(session, call.caller()));
            session.invocations.values().forEach(call -> assertSame(session, call.callee()));
            called.addAll(session.calls.values());
            invoked.addAll(session.invocations.values());
            assertTrue(dealer.registrations().keySet().containsAll(registrations(session)));
        });
        assertEquals(called, invoked, "callers and callees know the same calls");
        called.forEach(call -> assertTrue(sessions.contains(call.callee()), "its callee is in"));
        dealer.registrations().forEach((id, registration) -> {
            assertEquals(id, registration.id());
            assertSame(registration, dealer.procedures().get(registration.match(), registration.procedure()));
            assertTrue(registration.callee().registrations.contains(registration));
            boolean own = registration.procedure().startsWith("wamp.");
            assertTrue(own || sessions.contains(registration.callee()), "a callee is in");
        });
    }

    /** Whether nothing is registered, not even a branch that once led to something. */
    public boolean isEmpty() {
        return dealer.registrations().isEmpty() && dealer.procedures().isEmpty();
    }
}
