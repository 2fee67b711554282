package io.bailiwick.router.dealer;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Surroundings;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way of a call to a callee: who gets it, what waits, what is told with it, when its time is over, how it ends. */
final class Calls {
    private final DealerOptions options;
    private final Surroundings surroundings;

    Calls(DealerOptions options, Surroundings surroundings) {
        this.options = options;
        this.surroundings = surroundings;
    }

    // ---- a CALL comes in

    /** The first part of a call, or the only one. */
    void open(RpcSession caller, Message.Call message, Permission permission, Registration registration) {
        Dict wishes = message.options();
        if (wishes.isEmpty()) {
            openPlain(caller, message, permission, registration);
            return;
        }
        Passthru.Kind carries = Passthru.of(wishes, caller.asCaller(), "CALL[2]");
        String runmode = wishes.textOrNull("runmode");
        String key = wishes.textOrNull("rkey");
        long timeout = wishes.integer("timeout").orElse(0);
        int mostCalls = caller.member().limits().pendingCalls();
        PendingCall call = new PendingCall(
                caller,
                message,
                registration,
                permission,
                carries,
                options.timeout(timeout),
                runmode == null ? null : key);
        if (call.disclosesMe() && permission.disclosure() == Disclosure.FORBIDDEN) {
            call.fail(Uris.DISCLOSE_ME_DISALLOWED, "expected no disclose_me, which this role may not use");
        } else if (timeout < 0) {
            call.fail(Uris.INVALID_ARGUMENT, "expected a timeout from 0, but found " + timeout);
        } else if (runmode != null && !isPartition(runmode, key, caller.member().limits())) {
            call.fail(Uris.INVALID_ARGUMENT, "expected runmode partition with an rkey, but found another");
        } else if (caller.calls.size() >= mostCalls) {
            call.fail(Limits.EXCEEDED, Limits.excess(mostCalls, "pending calls"));
        } else {
            assign(call, Passthru.attributes(carries, caller, wishes), message.payload());
        }
    }

    /** As most calls are: without options. */
    private void openPlain(RpcSession caller, Message.Call message, Permission permission, Registration registration) {
        int mostCalls = caller.member().limits().pendingCalls();
        PendingCall call = new PendingCall(caller, message, registration, permission, options.timeout(0));
        if (caller.calls.size() >= mostCalls) {
            call.fail(Limits.EXCEEDED, Limits.excess(mostCalls, "pending calls"));
        } else {
            assign(call, Dict.EMPTY, message.payload());
        }
    }

    private static boolean isPartition(String runmode, @Nullable String key, Limits limits) {
        return runmode.equals("partition") && key != null && key.length() <= limits.uriLength();
    }

    private void assign(PendingCall call, Dict attributes, Payload payload) {
        Registration registration = call.registration();
        Callee callee = registration.choose(call, surroundings.random());
        if (callee != null) {
            call.open();
            send(call, callee, attributes, payload);
        } else if (!registration.mayBeTaken(call)) {
            call.fail(Uris.FEATURE_NOT_SUPPORTED, "expected a callee that announced all that this call needs");
        } else if (mayWait(call) && call.hold(attributes, payload, options.heldBytes())) {
            call.open();
            registration.waiting().add(call);
            startTimer(call);
        } else {
            call.fail(Uris.MAX_CONCURRENCY_REACHED, "expected a callee with room for one call more, but found none");
        }
    }

    /** Parts that come later could not wait too, and what belongs to a key waits for no other callee. */
    private boolean mayWait(PendingCall call) {
        return call.registration().waiting().size() < options.waitingCalls()
                && !call.isProgressiveCall()
                && call.partitionKey() == null;
    }

    private void send(PendingCall call, Callee callee, Dict attributes, Payload payload) {
        Registration registration = call.registration();
        call.assign(callee, options);
        if (registration.callees().size() > 1 && callee.session().reroutes()) {
            call.hold(attributes, payload, options.heldBytes());
        } else {
            call.release();
        }
        if (callee.keepsTime() || !call.isTimed()) {
            startTimer(call);
        }
        Dict details = details(call, callee, attributes);
        callee.session().member().send(new Message.Invocation(call.invocation(), registration.id(), details, payload));
    }

    /** What the callee is told besides the arguments. */
    private Dict details(PendingCall call, Callee callee, Dict attributes) {
        Registration registration = call.registration();
        Permission permission = call.permission();
        boolean pattern = registration.match() != MatchPolicy.EXACT;
        // The realm's own procedures have to know whom they answer.
        boolean ofRealm = Uris.isReserved(call.procedure());
        boolean disclose = permission.discloses(call.disclosesMe() || callee.wantsCaller()) || ofRealm;
        boolean progress = call.getsProgress();
        boolean trust = permission.trustlevel() >= 0 && callee.session().understandsTrustlevels();
        boolean time = callee.keepsTime() && call.timeout() > 0;
        Dict told = Passthru.told(attributes, callee.session());
        if (!(pattern || progress || trust || time || call.isProgressiveCall())) {
            if (!disclose) {
                return told;
            }
            if (attributes.isEmpty()) {
                return call.caller().disclosed();
            }
        }
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        if (pattern) {
            details.put("procedure", call.procedure());
        }
        if (disclose) {
            // What is told of the way is kept from links only; from anybody else it has not come this far. The realm
            // itself
            // answers by the rights of the link: a session that it tells of may have the id of one that is here.
            SessionDetails caller = call.caller().member().details();
            caller.disclose("caller", ofRealm ? null : attributes.entries().get(Passthru.FORWARD_FOR), details);
        }
        if (trust) {
            details.put("trustlevel", (long) permission.trustlevel());
        }
        if (time) {
            details.put("timeout", call.timeout());
        }
        if (progress) {
            details.put("receive_progress", true);
        }
        if (call.isProgressiveCall()) {
            details.put("progress", true);
        }
        details.putAll(told.entries());
        return Dict.owned("dict", details);
    }

    // ---- further parts of a progressive call

    /**
     * Whether a CALL belongs to a call that there is or was; then it has been handled. Everything but {@code progress} and the
     * payload with its attributes stays as the first CALL had it (WAMP, "Progressive Call Invocations").
     *
     * @throws ProtocolViolation when it uses the id of an open call that it is no part of: answers could not be told apart
     */
    boolean continues(RpcSession caller, Message.Call message) {
        boolean more = !message.options().isEmpty() && message.options().flag("progress", false);
        if (more && !caller.makesProgressiveCalls()) {
            throw new ProtocolViolation(
                    "CALL[2].progress", "no progressive call, which this peer did not announce", "true");
        }
        PendingCall call = caller.calls.get(message.request());
        if (call != null) {
            if (!call.expectsMore() || !call.procedure().equals(message.procedure())) {
                throw new ProtocolViolation("CALL[1]", "a new request id", "the id of a call that is still open");
            }
            continueCall(call, message, more);
            return true;
        }
        if (caller.isLate(message, more)) {
            return true;
        }
        if (more) {
            caller.expectMore(message, 2 * caller.member().limits().pendingCalls());
        }
        return false;
    }

    private void continueCall(PendingCall call, Message.Call message, boolean more) {
        RpcSession caller = call.caller();
        Passthru.Kind carries = Passthru.of(message.options(), caller.asCaller(), "CALL[2]");
        Callee callee = call.callee();
        call.continued(more);
        if (!more) {
            caller.finish(message.request());
        }
        if (callee == null || !callee.session().asCallee().covers(carries)) {
            call.interrupt("killnowait");
            end(call, Uris.FEATURE_NOT_SUPPORTED, "expected a payload that the callee has announced to take");
            return;
        }
        Dict attributes = Passthru.told(Passthru.attributes(carries, caller, message.options()), callee.session());
        Dict details = more ? attributes.with("progress", true) : attributes;
        callee.session()
                .member()
                .send(new Message.Invocation(
                        call.invocation(), call.registration().id(), details, message.payload()));
    }

    // ---- time

    /** Lets the time of a call run anew, if there is one that is ours to watch (WAMP, "Call Timeouts"). */
    void startTimer(PendingCall call) {
        call.stopTimer();
        long time = time(call);
        if (time > 0) {
            call.startTimer(surroundings.timer(), time, this::expired);
        }
    }

    /**
     * The time that is ours to watch, in milliseconds; 0 for none. A callee that watches the timeout of the caller is still
     * held to the longest one that there may be.
     */
    long time(PendingCall call) {
        Callee callee = call.callee();
        return callee != null && callee.keepsTime() ? options.longestTimeout() : call.timeout();
    }

    private void expired(PendingCall call) {
        long time = time(call);
        call.interrupt("killnowait");
        end(call, Uris.TIMEOUT, "expected an answer within " + time + " ms, but there was none");
    }

    // ---- the end

    /** Ends a call with an ERROR to its caller. */
    void end(PendingCall call, String error, String text) {
        close(call);
        call.fail(error, text);
        advance(call.registration());
    }

    /** Ends a call that nobody waits for any more. */
    void forget(PendingCall call) {
        call.interrupt("killnowait");
        close(call);
        advance(call.registration());
    }

    /** Takes a call out of all tables. What follows is its final answer, and {@link #advance}. */
    void close(PendingCall call) {
        if (call.callee() == null) {
            call.registration().waiting().remove(call);
        }
        call.withdraw();
        call.close();
    }

    /** Sends what waits to callees that have room now. */
    void advance(Registration registration) {
        if (registration.waiting().isEmpty()) {
            return;
        }
        Iterator<PendingCall> waiting = registration.waiting().iterator();
        while (waiting.hasNext() && registration.callees().stream().anyMatch(Callee::hasRoom)) {
            PendingCall call = waiting.next();
            Callee callee = registration.choose(call, surroundings.random());
            if (callee != null) {
                waiting.remove();
                send(call, callee, call.heldAttributes(), call.heldPayload());
            }
        }
    }

    /** A callee has gone: what waits and can be answered by none of those that are left is canceled. */
    void giveUp(Registration registration) {
        List<PendingCall> lost = new ArrayList<>(0);
        for (PendingCall call : registration.waiting()) {
            if (!registration.mayBeTaken(call)) {
                lost.add(call);
            }
        }
        lost.forEach(call -> end(call, Uris.CANCELED, "the callee has left"));
    }

    /** A callee has turned a call away: it goes to the next one by policy, never to the same one again. */
    void reroute(PendingCall call, RpcSession from) {
        boolean movable = call.canMove();
        call.withdraw();
        call.tried(from);
        Callee next = movable ? call.registration().choose(call, surroundings.random()) : null;
        if (next == null) {
            close(call);
            call.fail(
                    call.isKilled() ? Uris.CANCELED : Uris.NO_AVAILABLE_CALLEE,
                    "expected a callee that is available, but found none");
        } else {
            send(call, next, call.heldAttributes(), call.heldPayload());
        }
        advance(call.registration());
    }
}
