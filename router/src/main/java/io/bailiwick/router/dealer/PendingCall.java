package io.bailiwick.router.dealer;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way, from its CALL to its final answer: in the table of its caller, and either in that of its callee or
 * among those that wait for one. What the caller asked for is read from its first CALL and never changes.
 */
final class PendingCall {
    // What it is, a bit for each: there is one of these for each call, so it is small.
    private static final int PROGRESSIVE_CALL = 1;
    private static final int WANTS_PROGRESS = 1 << 1;
    private static final int DISCLOSES_ME = 1 << 2;
    private static final int OPEN = 1 << 3;
    private static final int EXPECTS_MORE = 1 << 4;
    private static final int CONTINUED = 1 << 5;
    private static final int GETS_PROGRESS = 1 << 6;
    private static final int INTERRUPTED = 1 << 7;
    private static final int KILLED = 1 << 8;
    private static final int ANSWERED_IN_PART = 1 << 9;

    /** What most calls do without. */
    private static final class Seldom {
        Passthru.Kind carries = Passthru.Kind.PLAIN;

        @Nullable
        String partitionKey;

        long timeout;

        // What another callee would need.
        Dict heldAttributes = Dict.EMPTY;

        @Nullable
        Payload held;

        @Nullable
        List<RpcSession> tried;

        // The time that it is given, while it runs.
        Timer.@Nullable Timeout timer;
        int timing;
    }

    private final RpcSession caller;
    private final long request;
    private final String procedure;
    private final Registration registration;
    private final Permission permission;

    private int state;

    // Where it is: at a callee, or nowhere yet.
    private @Nullable Callee callee;
    private long invocation;

    private @Nullable Seldom seldom;

    /**
     * A call that is not open yet, without options.
     *
     * @param message its first CALL
     * @param timeout in milliseconds; 0 for none
     */
    PendingCall(
            RpcSession caller, Message.Call message, Registration registration, Permission permission, long timeout) {
        this.caller = caller;
        this.request = message.request();
        this.procedure = message.procedure();
        this.registration = registration;
        this.permission = permission;
        if (timeout > 0) {
            seldom().timeout = timeout;
        }
    }

    /**
     * A call that is not open yet.
     *
     * @param message its first CALL
     * @param carries how its payload is to be understood
     * @param timeout in milliseconds; 0 for none
     * @param partitionKey which of several callees it is for; null for any
     * @throws io.bailiwick.router.message.ProtocolViolation when an option has the wrong type
     */
    PendingCall(
            RpcSession caller,
            Message.Call message,
            Registration registration,
            Permission permission,
            Passthru.Kind carries,
            long timeout,
            @Nullable String partitionKey) {
        this(caller, message, registration, permission, timeout);
        if (carries != Passthru.Kind.PLAIN || partitionKey != null) {
            seldom().carries = carries;
            seldom().partitionKey = partitionKey;
        }
        Dict options = message.options();
        boolean progressive = options.flag("progress", false);
        set(PROGRESSIVE_CALL, progressive);
        set(EXPECTS_MORE, progressive);
        set(WANTS_PROGRESS, options.flag("receive_progress", false));
        set(DISCLOSES_ME, options.flag("disclose_me", false));
    }

    private boolean is(int what) {
        return (state & what) != 0;
    }

    private void set(int what, boolean holds) {
        state = holds ? state | what : state & ~what;
    }

    private Seldom seldom() {
        Seldom known = seldom;
        if (known == null) {
            known = new Seldom();
            seldom = known;
        }
        return known;
    }

    RpcSession caller() {
        return caller;
    }

    long request() {
        return request;
    }

    String procedure() {
        return procedure;
    }

    Registration registration() {
        return registration;
    }

    Permission permission() {
        return permission;
    }

    Passthru.Kind carries() {
        return seldom == null ? Passthru.Kind.PLAIN : seldom.carries;
    }

    /** Whether its CALL has more than one part. */
    boolean isProgressiveCall() {
        return is(PROGRESSIVE_CALL);
    }

    /** Whether the caller wants to be made known. */
    boolean disclosesMe() {
        return is(DISCLOSES_ME);
    }

    @Nullable
    String partitionKey() {
        return seldom == null ? null : seldom.partitionKey;
    }

    /** In milliseconds; 0 for none. */
    long timeout() {
        return seldom == null ? 0 : seldom.timeout;
    }

    // ---- from its CALL to its answer

    /** Whether it still has to be answered. */
    boolean isOpen() {
        return is(OPEN);
    }

    void open() {
        set(OPEN, true);
        caller.call(request, this);
    }

    void close() {
        set(OPEN, false);
        caller.calls.remove(request);
        release();
        stopTimer();
    }

    /** Whether parts of its CALL are still to come. */
    boolean expectsMore() {
        return is(EXPECTS_MORE);
    }

    /** A part of its CALL has come. */
    void continued(boolean more) {
        set(EXPECTS_MORE, more);
        set(CONTINUED, true);
        // A callee that came in now would not know the parts before.
        release();
    }

    /** Whether its callee was sent more than one part of it. */
    boolean isContinued() {
        return is(CONTINUED);
    }

    // ---- its callee

    /** Who works on it; null while it waits. */
    @Nullable
    Callee callee() {
        return callee;
    }

    /** The request id of its INVOCATION. */
    long invocation() {
        return invocation;
    }

    void assign(Callee chosen, DealerOptions options) {
        callee = chosen;
        set(INTERRUPTED, false);
        set(GETS_PROGRESS, is(WANTS_PROGRESS) && chosen.session().givesProgress(options));
        invocation = chosen.session().nextInvocation();
        chosen.session().invoke(invocation, this);
        chosen.begins();
    }

    /** Takes it from its callee, if it has one: what that one says of it from now on is dropped. */
    void withdraw() {
        if (callee != null) {
            callee.session().invocations.remove(invocation);
            callee.isDone();
            if (callee.keepsTime()) {
                // The time that ran was this callee's.
                stopTimer();
            }
            callee = null;
        }
    }

    /** Whether its callee was asked for progressive results. */
    boolean getsProgress() {
        return is(GETS_PROGRESS);
    }

    /** A progressive result has come: another callee would begin anew. */
    void answeredInPart() {
        set(ANSWERED_IN_PART, true);
        release();
    }

    /** Asks its callee to stop, if there is one that knows how to and was not asked before; whether it has been asked. */
    boolean interrupt(String mode) {
        if (!is(INTERRUPTED) && callee != null && callee.session().canBeInterrupted()) {
            set(INTERRUPTED, true);
            callee.session().member().send(new Message.Interrupt(invocation, Dict.of("mode", mode)));
        }
        return is(INTERRUPTED);
    }

    /** The caller gave it up, but waits for what the callee says to that. */
    void kill() {
        set(KILLED, true);
    }

    void fail(String error, String text) {
        caller.member().refuse(Message.Call.CODE, request, error, text);
    }

    // ---- going to another callee

    /** Whether it can be sent to another callee now. */
    boolean canMove() {
        return is(OPEN) && isHeld() && !is(KILLED | ANSWERED_IN_PART);
    }

    boolean isKilled() {
        return is(KILLED);
    }

    private boolean isHeld() {
        return seldom != null && seldom.held != null;
    }

    /** Keeps what another callee would need, unless too much is held for this caller already; whether it is kept. */
    boolean hold(Dict attributes, Payload payload, long most) {
        if (isHeld()) {
            return true;
        }
        long length = Passthru.length(attributes);
        if (caller.heldBytes + payload.length() + length > most) {
            return false;
        }
        seldom().held = payload.keep();
        seldom().heldAttributes = attributes;
        caller.heldBytes += heldBytes();
        return true;
    }

    /** Forgets what another callee would need. */
    void release() {
        Seldom rest = seldom;
        if (rest != null && rest.held != null) {
            caller.heldBytes -= heldBytes();
            rest.held = null;
            rest.heldAttributes = Dict.EMPTY;
        }
    }

    long heldBytes() {
        Payload held = seldom == null ? null : seldom.held;
        return held == null ? 0 : held.length() + Passthru.length(heldAttributes());
    }

    Dict heldAttributes() {
        return seldom == null ? Dict.EMPTY : seldom.heldAttributes;
    }

    /** The payload for another callee; empty when it is not held. */
    Payload heldPayload() {
        Payload held = seldom == null ? null : seldom.held;
        return held == null ? Payload.EMPTY : held;
    }

    /** Its callee has turned it away. */
    void tried(RpcSession session) {
        Seldom rest = seldom();
        if (rest.tried == null) {
            rest.tried = new ArrayList<>(2);
        }
        rest.tried.add(session);
    }

    boolean hasTried(RpcSession session) {
        Seldom rest = seldom;
        return rest != null && rest.tried != null && rest.tried.contains(session);
    }

    @Nullable
    RpcSession lastTried() {
        List<RpcSession> tried = seldom == null ? null : seldom.tried;
        return tried == null ? null : tried.get(tried.size() - 1);
    }

    // ---- its timeout

    /** Lets this time run from now on, in milliseconds; none does before. */
    void startTimer(Timer clock, long time, Consumer<PendingCall> expired) {
        Seldom rest = seldom();
        int turn = rest.timing;
        rest.timer = clock.after(time, () -> {
            // A step whose time had come before it was canceled runs all the same.
            if (is(OPEN) && turn == rest.timing) {
                expired.accept(this);
            }
        });
    }

    void stopTimer() {
        Seldom rest = seldom;
        if (rest != null) {
            rest.timing++;
            if (rest.timer != null) {
                rest.timer.cancel();
                rest.timer = null;
            }
        }
    }

    boolean isTimed() {
        return seldom != null && seldom.timer != null;
    }

    @Override
    public String toString() {
        return "call " + request + " of " + procedure + " by " + caller;
    }
}
