package io.bailiwick.router.dealer;

import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Which of the callees of a registration gets a call (WAMP, "Shared Registrations"). */
public enum InvocationPolicy {
    /** There is one callee, and no other may join it. */
    SINGLE,
    /** The one that registered first. */
    FIRST,
    /** The one that registered last. */
    LAST,
    /** One after the other. */
    ROUNDROBIN,
    /** Any, each as likely as the others. */
    RANDOM;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** The value of the option {@code invoke}. */
    public String id() {
        return id;
    }

    /** The policy with this id; null for one that is not known. */
    static @Nullable InvocationPolicy of(String id) {
        for (InvocationPolicy policy : values()) {
            if (policy.id.equals(id)) {
                return policy;
            }
        }
        return null;
    }

    /** Whether several callees may register. */
    boolean isShared() {
        return this != SINGLE;
    }

    /**
     * Chooses among those that take the call.
     *
     * @param callees at least one, in the order they registered
     * @param next whose turn it is
     * @return null when none takes it
     */
    @Nullable
    Callee choose(List<Callee> callees, int next, PendingCall call, IntUnaryOperator random) {
        return switch (this) {
            case SINGLE, FIRST -> nextThatTakes(call, callees, 0, 1);
            case LAST -> nextThatTakes(call, callees, callees.size() - 1, -1);
            case ROUNDROBIN -> nextThatTakes(call, callees, next, 1);
            case RANDOM -> any(call, callees, random);
        };
    }

    private static @Nullable Callee nextThatTakes(PendingCall call, List<Callee> callees, int from, int step) {
        int size = callees.size();
        for (int i = 0; i < size; i++) {
            Callee callee = callees.get(Math.floorMod(from + i * step, size));
            if (callee.takes(call)) {
                return callee;
            }
        }
        return null;
    }

    private static @Nullable Callee any(PendingCall call, List<Callee> callees, IntUnaryOperator random) {
        Callee drawn = callees.get(random.applyAsInt(callees.size()));
        if (drawn.takes(call)) {
            return drawn;
        }
        // Draws again among those that do take it: going on to the neighbour would favour it.
        List<Callee> taking =
                callees.stream().filter(callee -> callee.takes(call)).toList();
        return taking.isEmpty() ? null : taking.get(random.applyAsInt(taking.size()));
    }
}
