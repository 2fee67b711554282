package io.bailiwick.router.dealer;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.pattern.PatternMap;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Surroundings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The dealer of a realm: who has registered what, and the way of a call to its callee and back. What arrives here has a
 * legal URI and is authorised.
 *
 * <p>A call is pending from its CALL to its final answer, and stands in two tables meanwhile: that of its caller, and that of
 * its callee or of those that wait for one. It leaves both at once. What a callee answers after that is dropped without a word.
 */
public final class Dealer {
    /** What works here as the specification describes it; the last two are Autobahn's, for its opaque payloads. */
    private static final List<String> FEATURES = List.of(
            "call_canceling",
            "call_reroute",
            "call_timeout",
            "call_trustlevels",
            "caller_identification",
            "pattern_based_registration",
            "payload_passthru_mode",
            "progressive_call_invocations",
            "progressive_call_results",
            "registration_revocation",
            "sharded_registration",
            "shared_registration",
            "payload_encryption_cryptobox",
            "payload_transparency");

    private final Registrations registrations;
    private final Calls calls;
    private final Answers answers;
    private final Cancellation cancellation;

    /**
     * A dealer without registrations.
     *
     * @param observer hears what becomes of registrations
     */
    public Dealer(DealerOptions options, Surroundings surroundings, RegistrationObserver observer) {
        this.calls = new Calls(options, surroundings);
        this.registrations = new Registrations(options, surroundings, observer, calls);
        this.answers = new Answers(calls);
        this.cancellation = new Cancellation(calls);
    }

    /** The features that a dealer announces, for {@code WELCOME.Details.roles.dealer}. */
    public static List<String> features() {
        return FEATURES;
    }

    // ---- registrations

    /** REGISTER. */
    public void register(RpcSession callee, Message.Register message, MatchPolicy match) {
        registrations.register(callee, message, match);
    }

    /** UNREGISTER. Calls that are on their way may still be answered. */
    public void unregister(RpcSession callee, Message.Unregister message) {
        registrations.unregister(callee, message);
    }

    /**
     * Takes a registration from all its callees (WAMP, "Registration Revocation"). Callees that announced the feature are told
     * by UNREGISTERED, the observer hears of each; calls that are on their way may still be answered.
     *
     * @param registration its id
     * @param reason a URI
     * @return whether there is such a registration; the realm's own are none that can be revoked
     */
    public boolean revoke(long registration, String reason) {
        Registration found = revocable(registration);
        if (found != null) {
            registrations.revoke(found, null, reason);
        }
        return found != null;
    }

    /**
     * As {@link #revoke(long, String)}, but from one of the callees.
     *
     * @param session the session id of the callee
     * @return whether there is such a registration with such a callee
     */
    public boolean revoke(long registration, long session, String reason) {
        Registration found = revocable(registration);
        if (found == null) {
            return false;
        }
        for (RpcSession callee : found.sessions()) {
            if (callee.member().id() == session) {
                registrations.revoke(found, callee, reason);
                return true;
            }
        }
        return false;
    }

    private @Nullable Registration revocable(long id) {
        Registration registration = registrations.byId().get(id);
        return registration == null || Uris.isReserved(registration.procedure()) ? null : registration;
    }

    /** All registrations, by id. */
    public Map<Long, Registration> registrations() {
        return registrations.byId();
    }

    /** All registrations, by procedure or pattern. */
    public PatternMap<Registration> procedures() {
        return registrations.byProcedure();
    }

    // ---- calls

    /**
     * Whether a CALL is a further part of a progressive call. Then it has been handled: it was let through when the call began,
     * and its request id is no new one. A part that comes after the end of its call is dropped.
     *
     * @throws io.bailiwick.router.message.ProtocolViolation when it uses the id of an open call that it is no part of
     */
    public boolean continues(RpcSession caller, Message.Call message) {
        return calls.continues(caller, message);
    }

    /**
     * CALL: the first part of a call, or the only one.
     *
     * @param permission what was decided of it: it is allowed
     */
    public void call(RpcSession caller, Message.Call message, Permission permission) {
        Registration registration = registrations.responsible(message.procedure());
        if (registration == null) {
            String text = "expected a registered procedure, but found " + message.procedure();
            caller.member().refuse(Message.Call.CODE, message.request(), Uris.NO_SUCH_PROCEDURE, text);
        } else {
            calls.open(caller, message, permission, registration);
        }
    }

    /**
     * CANCEL, in the mode skip, kill or killnowait; the last when none is given. A call that is not open is ignored: its answer
     * and the CANCEL have crossed. A mode that does not exist ends the call too, since an ERROR is a final answer.
     */
    public void cancel(RpcSession caller, Message.Cancel message) {
        cancellation.cancel(caller, message);
    }

    /** YIELD: a result, perhaps one of several. */
    public void yielded(RpcSession callee, Message.Yield message) {
        answers.yielded(callee, message);
    }

    /** ERROR of a callee. */
    public void error(RpcSession callee, Message.ErrorReply message) {
        answers.error(callee, message);
    }

    /**
     * A session could not be given a message, and is there all the same: the call that it belongs to ends with an ERROR, and
     * nothing more is sent for it (WAMP, "Remote Procedure Calls": one final answer). A callee that is at work is interrupted.
     *
     * @param message an INVOCATION, or a RESULT with {@code progress}; of any other no call is left to end
     * @param text the sentence that goes with the error
     */
    public void undelivered(RpcSession session, Message message, String error, String text) {
        cancellation.undelivered(session, message, error, text);
    }

    /** A session has left: its registrations end, its calls are given up, the calls it should have answered are canceled. */
    public void leave(RpcSession session) {
        session.markLeft();
        registrations.leave(session);
        cancellation.callerLeft(session);
        cancellation.calleeLeft(session);
    }

    /** The time of a call that is the dealer's to watch, in milliseconds; 0 for none. */
    long time(PendingCall call) {
        return calls.time(call);
    }
}
