package io.bailiwick.router.dealer;

import io.bailiwick.router.session.Member;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** A session as the dealer sees it: a caller, a callee, or both, with all that the dealer holds for it. */
public final class RpcSession {
    private final Member member;
    private final boolean callCanceling;
    private final boolean progressiveResults;

    /** Its registrations, in the order they were made. */
    final Set<Registration> registrations = new LinkedHashSet<>();
    /** What this session called and has no final answer to, by the request id of the CALL. */
    final Map<Long, PendingCall> calls = new HashMap<>();
    /** What this session was asked and has not finally answered, by the request id of the INVOCATION. */
    final Map<Long, PendingCall> invocations = new HashMap<>();

    private long lastInvocation;

    /**
     * A session that joins.
     *
     * @throws io.bailiwick.router.message.ProtocolViolation when the roles it announced have the wrong shape
     */
    public RpcSession(Member member) {
        this.member = member;
        // Older clients misspell the first; Autobahn for JavaScript announces the second without the first.
        this.callCanceling = member.details().announces("callee", "call_canceling")
                || member.details().announces("callee", "call_cancelling");
        this.progressiveResults = member.details().announces("callee", "progressive_call_results");
    }

    /** The session in its realm. */
    public Member member() {
        return member;
    }

    /** How many of its calls wait for their final answer. */
    public int pendingCalls() {
        return calls.size();
    }

    /** How many registrations it has. */
    public int registrations() {
        return registrations.size();
    }

    /** Whether INTERRUPT may be sent to it. */
    boolean canBeInterrupted() {
        return callCanceling;
    }

    /** Whether it may be asked for progressive results. */
    boolean givesProgress() {
        return progressiveResults;
    }

    /** The request id of the next INVOCATION: 1, 2, 3... for each session. */
    long nextInvocation() {
        return ++lastInvocation;
    }

    /** Whether an INVOCATION with this request id was ever sent to it. */
    boolean wasInvoked(long invocation) {
        return invocation >= 1 && invocation <= lastInvocation;
    }

    void add(Registration registration) {
        registrations.add(registration);
        member.addPattern(registration.match());
    }

    void remove(Registration registration) {
        registrations.remove(registration);
        member.removePattern(registration.match());
    }

    @Override
    public String toString() {
        return member.toString();
    }
}
