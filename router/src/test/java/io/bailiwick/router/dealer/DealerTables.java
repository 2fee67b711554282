package io.bailiwick.router.dealer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
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
        return Arrays.stream(session.calls.keys()).boxed().collect(Collectors.toSet());
    }

    /** The ids of the registrations of a session. */
    public static Set<Long> registrations(RpcSession session) {
        return session.registrations.stream().map(Registration::id).collect(Collectors.toSet());
    }

    /** How many characters a session makes the dealer keep of progressive calls that it has not ended. */
    public static int keptOfUnfinished(RpcSession session) {
        return session.unfinished.values().stream().mapToInt(String::length).sum();
    }

    /** How many timers run for these sessions: of calls, and of REGISTERs that wait. */
    public static int timers(Collection<RpcSession> sessions) {
        return sessions.stream()
                .mapToInt(session -> session.waitingRegisters
                        + (int) session.calls.values().stream()
                                .filter(PendingCall::isTimed)
                                .count())
                .sum();
    }

    /** How many calls wait for a callee. */
    public long waiting() {
        return dealer.registrations().values().stream()
                .mapToLong(registration -> registration.waiting().size())
                .sum();
    }

    /** Checks that all tables agree, and that nothing is held for a session that is not among these. */
    public void fit(Collection<RpcSession> sessions) {
        Set<PendingCall> called = new HashSet<>();
        Set<PendingCall> held = new HashSet<>();
        Map<Callee, Integer> running = new HashMap<>();
        for (RpcSession session : sessions) {
            assertFalse(session.hasLeft(), "who is in has not left");
            for (long request : session.calls.keys()) {
                PendingCall call = session.calls.get(request);
                assertSame(session, call.caller());
                assertEquals(request, call.request());
                assertFits(call);
            }
            for (long invocation : session.invocations.keys()) {
                PendingCall call = session.invocations.get(invocation);
                Callee callee = call.callee();
                assertNotNull(callee, "who works on a call is its callee");
                assertSame(session, callee.session());
                assertEquals(invocation, call.invocation());
                running.merge(callee, 1, Integer::sum);
            }
            called.addAll(session.calls.values());
            held.addAll(session.invocations.values());
            assertEquals(
                    session.calls.values().stream()
                            .mapToLong(PendingCall::heldBytes)
                            .sum(),
                    session.heldBytes,
                    "the bytes held for a caller are counted");
            assertTrue(dealer.registrations().keySet().containsAll(registrations(session)));
        }
        dealer.registrations().values().forEach(registration -> {
            held.addAll(registration.waiting());
            assertFits(registration, sessions);
        });
        assertEquals(called, held, "callers know the calls that callees work on and those that wait, and no others");
        called.stream()
                .filter(call -> call.callee() != null)
                .forEach(call -> assertTrue(sessions.contains(call.callee().session()), "its callee is in"));
        running.forEach((callee, count) -> assertEquals(count, callee.running(), "the calls of a callee are counted"));
        dealer.registrations().values().stream()
                .flatMap(registration -> registration.callees().stream())
                .forEach(callee ->
                        assertEquals(running.getOrDefault(callee, 0), callee.running(), "an idle callee counts none"));
    }

    private void assertFits(PendingCall call) {
        assertTrue(call.isOpen());
        Registration registration = call.registration();
        boolean waits = call.callee() == null;
        assertEquals(
                waits ? 1 : 0,
                registration.waiting().stream().filter(other -> other == call).count(),
                "a call waits once, or not at all");
        assertEquals(dealer.time(call) > 0, call.isTimed(), "a timer runs where there is a time that is ours to watch");
        if (waits) {
            assertSame(registration, dealer.registrations().get(registration.id()), "nothing waits for what is gone");
            assertTrue(registration.mayBeTaken(call), "there is somebody to wait for");
            assertNull(
                    registration.callees().stream()
                            .filter(callee -> callee.takes(call))
                            .findAny()
                            .orElse(null),
                    "nothing waits while somebody has room");
        }
    }

    private void assertFits(Registration registration, Collection<RpcSession> sessions) {
        assertSame(registration, dealer.registrations().get(registration.id()));
        assertSame(registration, dealer.procedures().get(registration.match(), registration.procedure()));
        assertFalse(registration.callees().isEmpty(), "a registration has a callee");
        assertTrue(registration.invoke().isShared() || registration.callees().size() == 1);
        assertEquals(
                registration.callees().size(), new HashSet<>(registration.sessions()).size(), "a callee is in it once");
        boolean own = registration.procedure().startsWith("wamp.");
        for (RpcSession session : registration.sessions()) {
            assertTrue(session.registrations.contains(registration));
            assertTrue(own || sessions.contains(session), "a callee is in");
        }
    }

    /** Whether nothing is registered, not even a branch that once led to something. */
    public boolean isEmpty() {
        return dealer.registrations().isEmpty() && dealer.procedures().isEmpty();
    }
}
