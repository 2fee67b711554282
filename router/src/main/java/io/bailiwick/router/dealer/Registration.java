package io.bailiwick.router.dealer;

import io.bailiwick.router.message.MatchPolicy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A procedure or pattern, and who answers for it: one callee, or several that share it. */
public final class Registration {
    private final long id;
    private final String procedure;
    private final MatchPolicy match;
    private final InvocationPolicy invoke;
    private final Instant created;

    /** In the order they registered. */
    private final List<Callee> callees = new ArrayList<>(1);
    /** Calls for which no callee has room, the oldest first. */
    private final Queue<PendingCall> waiting = new ArrayDeque<>(0);
    /** Whose turn it is. */
    private int next;

    Registration(long id, String procedure, MatchPolicy match, InvocationPolicy invoke, Instant created) {
        this.id = id;
        this.procedure = procedure;
        this.match = match;
        this.invoke = invoke;
        this.created = created;
    }

    /** The registration id. */
    public long id() {
        return id;
    }

    /** The procedure, or the pattern. */
    public String procedure() {
        return procedure;
    }

    /** How the pattern is matched. */
    public MatchPolicy match() {
        return match;
    }

    /** Which of its callees gets a call. */
    public InvocationPolicy invoke() {
        return invoke;
    }

    /** When the first callee registered. */
    public Instant created() {
        return created;
    }

    /** Who answers, in the order they registered. */
    public List<RpcSession> sessions() {
        return callees.stream().map(Callee::session).toList();
    }

    List<Callee> callees() {
        return callees;
    }

    Queue<PendingCall> waiting() {
        return waiting;
    }

    /** This session as one of the callees; null when it is none. */
    @Nullable
    Callee calleeOf(RpcSession session) {
        for (Callee callee : callees) {
            if (callee.session() == session) {
                return callee;
            }
        }
        return null;
    }

    void add(Callee callee) {
        callees.add(callee);
    }

    void remove(Callee callee) {
        int index = callees.indexOf(callee);
        callees.remove(index);
        if (index < next) {
            next--;
        }
    }

    /** Chooses who gets a call: null when nobody can take it now. */
    @Nullable
    Callee choose(PendingCall call, IntUnaryOperator random) {
        if (callees.isEmpty()) {
            return null;
        }
        String key = call.partitionKey();
        if (key != null) {
            // Its callee, or nobody: another one does not have what belongs to the key.
            Callee callee = Partition.of(key, callees, call);
            return callee != null && callee.hasRoom() ? callee : null;
        }
        if (callees.size() == 1) {
            Callee only = callees.get(0);
            return only.takes(call) ? only : null;
        }
        Callee callee = invoke.choose(callees, turn(call), call, random);
        if (callee != null && invoke == InvocationPolicy.ROUNDROBIN) {
            next = (callees.indexOf(callee) + 1) % callees.size();
        }
        return callee;
    }

    /** A call that was turned away goes to the one behind who turned it away. */
    private int turn(PendingCall call) {
        RpcSession last = call.lastTried();
        Callee callee = last == null ? null : calleeOf(last);
        return callee == null ? next : callees.indexOf(callee) + 1;
    }

    /** Whether some callee could take this call, now or later. */
    boolean mayBeTaken(PendingCall call) {
        for (Callee callee : callees) {
            if (callee.mayTake(call)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "registration " + id + " of " + procedure;
    }
}
