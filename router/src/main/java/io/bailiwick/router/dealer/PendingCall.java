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
    private final RpcSession caller;
    private final long request;
    private final String procedure;
    private final Registration registration;
    private final Permission permission;

    // What the caller asked for.
    private final Passthru.Kind carries;
    private final boolean progressiveCall;
    private final boolean wantsProgress;
    private final boolean disclosesMe;
    private final @Nullable String partitionKey;
    private final long timeout;

    private boolean open;
    private boolean expectsMore;
    private boolean continued;

    // Where it is: at a callee, or nowhere yet.
    private @Nullable Callee callee;
    private long invocation;
    private boolean getsProgress;
    private boolean interrupted;
    private boolean killed;
    private boolean answeredInPart;

    // What another callee would need.
    private Dict heldAttributes = Dict.EMPTY;
    private @Nullable Payload held;
    private @Nullable List<RpcSession> tried;

    // The time that it is given, while it runs.
    private Timer.@Nullable Timeout timer;
    private int timing;

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
        this.caller = caller;
        this.request = message.request();
        this.procedure = message.procedure();
        this.registration = registration;
        this.permission = permission;
        this.carries = carries;
        this.timeout = timeout;
        this.partitionKey = partitionKey;
        Dict options = message.options();
        boolean asks = !options.isEmpty();
        this.progressiveCall = asks && options.flag("progress", false);
        this.wantsProgress = asks && options.flag("receive_progress", false);
        this.disclosesMe = asks && options.flag("disclose_me", false);
        this.expectsMore = progressiveCall;
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
        return carries;
    }

    /** Whether its CALL has more than one part. */
    boolean isProgressiveCall() {
        return progressiveCall;
    }

    /** Whether the caller wants to be made known. */
    boolean disclosesMe() {
        return disclosesMe;
    }

    @Nullable
    String partitionKey() {
        return partitionKey;
    }

    /** In milliseconds; 0 for none. */
    long timeout() {
        return timeout;
    }

    // ---- from its CALL to its answer

    /** Whether it still has to be answered. */
    boolean isOpen() {
        return open;
    }

    void open() {
        open = true;
        caller.calls.put(request, this);
    }

    void close() {
        open = false;
        caller.calls.remove(request);
        release();
        stopTimer();
    }

    /** Whether parts of its CALL are still to come. */
    boolean expectsMore() {
        return expectsMore;
    }

    /** A part of its CALL has come. */
    void continued(boolean more) {
        expectsMore = more;
        continued = true;
        // A callee that came in now would not know the parts before.
        release();
    }

    /** Whether its callee was sent more than one part of it. */
    boolean isContinued() {
        return continued;
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
        interrupted = false;
        getsProgress = wantsProgress && chosen.session().givesProgress(options);
        invocation = chosen.session().nextInvocation();
        chosen.session().invocations.put(invocation, this);
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
        return getsProgress;
    }

    /** A progressive result has come: another callee would begin anew. */
    void answeredInPart() {
        answeredInPart = true;
        release();
    }

    /** Asks its callee to stop, if there is one that knows how to and was not asked before; whether it has been asked. */
    boolean interrupt(String mode) {
        if (!interrupted && callee != null && callee.session().canBeInterrupted()) {
            interrupted = true;
            callee.session().member().send(new Message.Interrupt(invocation, Dict.of("mode", mode)));
        }
        return interrupted;
    }

    /** The caller gave it up, but waits for what the callee says to that. */
    void kill() {
        killed = true;
    }

    void fail(String error, String text) {
        caller.member().refuse(Message.Call.CODE, request, error, text);
    }

    // ---- going to another callee

    /** Whether it can be sent to another callee now. */
    boolean canMove() {
        return open && held != null && !killed && !answeredInPart;
    }

    boolean isKilled() {
        return killed;
    }

    /** Keeps what another callee would need, unless too much is held for this caller already; whether it is kept. */
    boolean hold(Dict attributes, Payload payload, long most) {
        if (held != null) {
            return true;
        }
        long length = Passthru.length(attributes);
        if (caller.heldBytes + payload.length() + length > most) {
            return false;
        }
        held = payload.compact();
        heldAttributes = attributes;
        caller.heldBytes += heldBytes();
        return true;
    }

    /** Forgets what another callee would need. */
    void release() {
        if (held != null) {
            caller.heldBytes -= heldBytes();
            held = null;
            heldAttributes = Dict.EMPTY;
        }
    }

    long heldBytes() {
        return held == null ? 0 : held.held() + Passthru.length(heldAttributes);
    }

    Dict heldAttributes() {
        return heldAttributes;
    }

    /** The payload for another callee; empty when it is not held. */
    Payload heldPayload() {
        return held == null ? Payload.EMPTY : held;
    }

    /** Its callee has turned it away. */
    void tried(RpcSession session) {
        if (tried == null) {
            tried = new ArrayList<>(2);
        }
        tried.add(session);
    }

    boolean hasTried(RpcSession session) {
        return tried != null && tried.contains(session);
    }

    @Nullable
    RpcSession lastTried() {
        return tried == null ? null : tried.get(tried.size() - 1);
    }

    // ---- its timeout

    /** Lets this time run from now on, in milliseconds; none does before. */
    void startTimer(Timer clock, long time, Consumer<PendingCall> expired) {
        int turn = timing;
        timer = clock.after(time, () -> {
            // A step whose time had come before it was canceled runs all the same.
            if (open && turn == timing) {
                expired.accept(this);
            }
        });
    }

    void stopTimer() {
        timing++;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    boolean isTimed() {
        return timer != null;
    }

    @Override
    public String toString() {
        return "call " + request + " of " + procedure + " by " + caller;
    }
}
