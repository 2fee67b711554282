package io.bailiwick.router.dealer;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.pattern.LongMap;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.session.SessionDetails;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A session as the dealer sees it: a caller, a callee, or both, with all that the dealer holds for it. */
public final class RpcSession {
    /** Never put into. */
    private static final LongMap<PendingCall> NOTHING = new LongMap<>();

    private final Member member;

    // What it announced, as a callee and as a caller.
    private final boolean callCanceling;
    private final boolean progressiveResults;
    private final boolean progressiveCalls;
    private final boolean timeouts;
    private final boolean trustlevels;
    private final boolean revocation;
    private final boolean reroute;
    private final Passthru.Ability asCallee;
    private final Passthru.Ability asCaller;
    private final boolean makesProgressiveCalls;
    private final boolean routerLink;
    private final boolean believed;

    /** Its registrations, in the order they were made. */
    Set<Registration> registrations = Set.of();
    /** What the tables of its calls share with those of others. */
    private final LongMap.Spares spares;
    /** What this session called and has no final answer to, by the request id of the CALL. */
    LongMap<PendingCall> calls = NOTHING;
    /** What this session was asked and has not finally answered, by the request id of the INVOCATION. */
    LongMap<PendingCall> invocations = NOTHING;
    /**
     * The procedures of progressive calls that this session has not sent the last CALL of, by request id, the oldest first:
     * also of those that were refused, whose parts may be on their way. So what is kept is {@linkplain #kept bounded}.
     */
    Map<Long, String> unfinished = Map.of();

    /** Bytes of payload that are held for its calls. */
    long heldBytes;
    /** How many of its REGISTERs wait for a sign of life of another session. */
    int waitingRegisters;

    /** What a callee is told of it that wants to know who calls, and nothing else; null before the first. */
    private @Nullable Dict disclosed;

    private long lastInvocation;
    private boolean left;
    private @Nullable BooleanSupplier sign;
    private boolean silent;

    /**
     * A session that joins.
     *
     * @throws io.bailiwick.router.message.ProtocolViolation when the roles it announced have the wrong shape
     */
    public RpcSession(Member member) {
        this(member, new LongMap.Spares());
    }

    /**
     * A session that joins.
     *
     * @param spares what the tables of its calls share with those of others
     * @throws io.bailiwick.router.message.ProtocolViolation when the roles it announced have the wrong shape
     */
    public RpcSession(Member member, LongMap.Spares spares) {
        this.member = member;
        this.spares = spares;
        Dict callee = member.details().roles().dict("callee").dict("features");
        Dict caller = member.details().roles().dict("caller").dict("features");
        // Older clients misspell the first; Autobahn for JavaScript announces the second without the first.
        this.callCanceling = callee.flag("call_canceling", false) || callee.flag("call_cancelling", false);
        this.progressiveResults = callee.flag("progressive_call_results", false);
        this.progressiveCalls = callCanceling && callee.flag("progressive_call_invocations", false);
        this.timeouts = callee.flag("call_timeout", false);
        this.trustlevels = callee.flag("call_trustlevels", false);
        this.revocation = callee.flag("registration_revocation", false);
        this.reroute = callee.flag("call_reroute", false);
        this.asCallee = Passthru.Ability.of(callee);
        this.asCaller = Passthru.Ability.of(caller);
        this.makesProgressiveCalls = caller.flag("progressive_call_invocations", false);
        this.routerLink = member.details().isRouterLink();
        this.believed = member.details().isBelieved();
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

    // ---- what it understands

    /** Whether INTERRUPT may be sent to it. */
    boolean canBeInterrupted() {
        return callCanceling;
    }

    /** Whether it may be asked for progressive results. */
    boolean givesProgress(DealerOptions options) {
        return progressiveResults && (callCanceling || options.progressWithoutCanceling());
    }

    /** Whether it may be told the timeout of a call. */
    boolean understandsTimeouts() {
        return timeouts;
    }

    /** Whether it may be told how far a caller can be trusted. */
    boolean understandsTrustlevels() {
        return trustlevels;
    }

    /** Whether it may be told that a registration was taken from it. */
    boolean understandsRevocation() {
        return revocation;
    }

    /** Whether its ERROR {@code wamp.error.unavailable} sends a call to another callee. */
    boolean reroutes() {
        return reroute;
    }

    /** Whether its CALLs may have more than one part. */
    boolean makesProgressiveCalls() {
        return makesProgressiveCalls;
    }

    /** Which payloads it sends and takes as a callee. */
    Passthru.Ability asCallee() {
        return asCallee;
    }

    /** Which payloads it sends and takes as a caller. */
    Passthru.Ability asCaller() {
        return asCaller;
    }

    /** Whether it is another router, whose word about the way of a message is passed on. */
    boolean isRouterLink() {
        return routerLink;
    }

    /** Whether what it says of the way of a message is believed. */
    boolean isBelieved() {
        return believed;
    }

    /** Whether it may be asked this, as a callee. */
    boolean understands(PendingCall call) {
        return (progressiveCalls || !call.isProgressiveCall()) && asCallee.covers(call.carries());
    }

    /** What a callee is told of it that is told nothing else: the same dictionary for each of its calls. */
    Dict disclosed() {
        Dict known = disclosed;
        if (known == null) {
            Map<String, @Nullable Object> details = new LinkedHashMap<>();
            member.details().disclose("caller", null, details);
            known = Dict.owned("dict", details);
            disclosed = known;
        }
        return known;
    }

    // ---- what is held for it

    /** The request id of the next INVOCATION: 1, 2, 3... for each session. */
    long nextInvocation() {
        return ++lastInvocation;
    }

    /** Whether an INVOCATION with this request id was ever sent to it. */
    boolean wasInvoked(long invocation) {
        return invocation >= 1 && invocation <= lastInvocation;
    }

    /** It has called. */
    void call(long request, PendingCall call) {
        if (calls == NOTHING) {
            calls = new LongMap<>(spares);
        }
        calls.put(request, call);
    }

    /** It is asked. */
    void invoke(long invocation, PendingCall call) {
        if (invocations == NOTHING) {
            invocations = new LongMap<>(spares);
        }
        invocations.put(invocation, call);
    }

    void add(Registration registration) {
        if (registrations.isEmpty()) {
            registrations = new LinkedHashSet<>();
        }
        registrations.add(registration);
        member.addPattern(registration.match());
    }

    void remove(Registration registration) {
        if (!registrations.isEmpty()) {
            registrations.remove(registration);
        }
        member.removePattern(registration.match());
    }

    /**
     * Whether this CALL is part of a progressive call that is over: it was on its way when the call ended.
     *
     * @param more whether another part follows
     */
    boolean isLate(Message.Call message, boolean more) {
        if (unfinished.isEmpty() || !kept(message.procedure()).equals(unfinished.get(message.request()))) {
            return false;
        }
        if (!more) {
            finish(message.request());
        }
        return true;
    }

    /** A progressive call begins: what follows belongs to it, even if it ends before. Of too many the oldest is forgotten. */
    void expectMore(Message.Call message, int most) {
        if (unfinished.isEmpty()) {
            unfinished = new LinkedHashMap<>();
        }
        unfinished.put(message.request(), kept(message.procedure()));
        if (unfinished.size() > most) {
            unfinished.remove(unfinished.keySet().iterator().next());
        }
    }

    /** The last CALL of a progressive call has come. */
    void finish(long request) {
        if (!unfinished.isEmpty()) {
            unfinished.remove(request);
        }
    }

    /**
     * As much of a procedure as is kept. One that is longer than a URI may be has been refused, or will be: its beginning
     * tells it from all that are not.
     */
    private String kept(String procedure) {
        int longest = member.limits().uriLength();
        return procedure.length() > longest ? procedure.substring(0, longest + 1) : procedure;
    }

    // ---- whether it is there

    /** It has left the realm: nothing that waited on its behalf may go on. */
    void markLeft() {
        left = true;
    }

    boolean hasLeft() {
        return left;
    }

    /**
     * Whether both are sessions of one principal: the same authid in the same authrole, and both have proved it. The authid of
     * an anonymous session says nothing: it was drawn at random, or claimed by whoever wanted it.
     */
    boolean isSamePrincipal(RpcSession other) {
        SessionDetails mine = member.details();
        SessionDetails theirs = other.member.details();
        return hasProvedItself(mine)
                && hasProvedItself(theirs)
                && mine.authid().equals(theirs.authid())
                && mine.authrole().equals(theirs.authrole());
    }

    private static boolean hasProvedItself(SessionDetails details) {
        return !details.authmethod().equals("anonymous");
    }

    /** Asks it for a sign of life, unless it owes one: true once it has given it. */
    BooleanSupplier sign() {
        if (sign == null || sign.getAsBoolean()) {
            sign = member.session().probe();
            silent = false;
        }
        return sign;
    }

    /** Whether it owed a sign of life for longer than it is waited for, and owes it still. */
    boolean isSilent() {
        return silent && sign != null && !sign.getAsBoolean();
    }

    /** It has been waited for as long as anybody is: it counts as silent from now on if it has given no sign. */
    void waitedFor() {
        silent = true;
    }

    @Override
    public String toString() {
        return member.toString();
    }
}
