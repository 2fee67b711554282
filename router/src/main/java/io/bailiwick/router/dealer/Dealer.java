package io.bailiwick.router.dealer;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.pattern.PatternMap;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Surroundings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The dealer of a realm: who has registered what, and the way of a call to its callee and back. What arrives here has a
 * legal URI and is authorised.
 *
 * <p>A call is pending from its INVOCATION to its final answer, and stands in two tables meanwhile: that of its caller and
 * that of its callee. It leaves both at once. What a callee answers after that is dropped without a word.
 */
public final class Dealer {
    private static final Dict PROGRESS = Dict.of("progress", true);

    private final DealerOptions options;

    @SuppressWarnings("UnusedVariable") // the timer of calls needs it
    private final Surroundings surroundings;

    private final RegistrationObserver observer;
    private final PatternMap<Registration> byProcedure = new PatternMap<>();
    private final Map<Long, Registration> byId = new HashMap<>();
    private long lastRegistration;

    /**
     * A dealer without registrations.
     *
     * @param observer hears what becomes of registrations
     */
    public Dealer(DealerOptions options, Surroundings surroundings, RegistrationObserver observer) {
        this.options = options;
        this.surroundings = surroundings;
        this.observer = observer;
    }

    /** REGISTER. */
    public void register(RpcSession callee, Message.Register message, MatchPolicy match) {
        boolean discloseCaller = message.options().flag("disclose_caller", false);
        String invoke = message.options().text("invoke").orElse("single");
        if (!invoke.equals("single")) {
            refuse(
                    callee,
                    message,
                    Uris.OPTION_NOT_ALLOWED,
                    "expected the invocation policy single, but found another");
            return;
        }
        if (byProcedure.get(match, message.procedure()) != null) {
            String text = "expected a procedure that is free, but " + message.procedure() + " is registered";
            refuse(callee, message, Uris.PROCEDURE_ALREADY_EXISTS, text);
            return;
        }
        String excess = excess(callee, match);
        if (excess != null) {
            refuse(callee, message, Limits.EXCEEDED, excess);
            return;
        }
        Registration registration =
                new Registration(++lastRegistration, message.procedure(), match, callee, discloseCaller);
        byProcedure.put(match, message.procedure(), registration);
        byId.put(registration.id(), registration);
        callee.add(registration);
        callee.member().send(new Message.Registered(message.request(), registration.id()));
        observer.created(callee, registration);
        observer.registered(callee, registration);
    }

    private static void refuse(RpcSession callee, Message.Register message, String error, String text) {
        callee.member().refuse(Message.Register.CODE, message.request(), error, text);
    }

    private @Nullable String excess(RpcSession callee, MatchPolicy match) {
        Limits limits = callee.member().limits();
        boolean full = callee.registrations.size() >= limits.registrations();
        return full
                ? Limits.excess(limits.registrations(), "registrations")
                : callee.member().patternExcess(match);
    }

    /** UNREGISTER. Calls that are on their way may still be answered. */
    public void unregister(RpcSession callee, Message.Unregister message) {
        Registration registration = byId.get(message.registration());
        if (registration == null || registration.callee() != callee) {
            callee.member()
                    .refuse(
                            Message.Unregister.CODE,
                            message.request(),
                            Uris.NO_SUCH_REGISTRATION,
                            "expected a registration of this session, but found " + message.registration());
            return;
        }
        callee.remove(registration);
        drop(registration);
        callee.member().send(new Message.Unregistered(message.request(), Dict.EMPTY));
        tellRemoved(callee, registration);
    }

    private void tellRemoved(RpcSession callee, Registration registration) {
        observer.unregistered(callee, registration);
        observer.deleted(callee, registration);
    }

    private void drop(Registration registration) {
        byId.remove(registration.id());
        byProcedure.remove(registration.match(), registration.procedure());
    }

    /**
     * The id of an open call must not be used for another one: its answers could not be told apart.
     *
     * @throws ProtocolViolation when it is
     */
    public static void checkUnused(RpcSession caller, Message.Call message) {
        if (caller.calls.containsKey(message.request())) {
            throw new ProtocolViolation("CALL[1]", "a new request id", "the id of a call that is still open");
        }
    }

    /**
     * CALL.
     *
     * @param permission what was decided of it: it is allowed
     */
    public void call(RpcSession caller, Message.Call message, Permission permission) {
        Dict options = message.options();
        boolean discloseMe = options.flag("disclose_me", false);
        boolean progress = options.flag("receive_progress", false);
        if (options.flag("progress", false)) {
            throw new ProtocolViolation(
                    "CALL[2].progress", "no progressive call, which this dealer did not announce", "true");
        }
        Registration registration = responsible(message.procedure());
        if (registration == null) {
            String text = "expected a registered procedure, but found " + message.procedure();
            caller.member().refuse(Message.Call.CODE, message.request(), Uris.NO_SUCH_PROCEDURE, text);
            return;
        }
        int mostCalls = caller.member().limits().pendingCalls();
        if (caller.calls.size() >= mostCalls) {
            String text = Limits.excess(mostCalls, "pending calls");
            caller.member().refuse(Message.Call.CODE, message.request(), Limits.EXCEEDED, text);
            return;
        }
        RpcSession callee = registration.callee();
        PendingCall call = new PendingCall(caller, message.request(), callee, progress && givesProgress(callee));
        boolean disclose = permission.discloses(discloseMe || registration.discloseCaller());
        Dict details = details(registration, message.procedure(), call, disclose);
        call.open();
        callee.member().send(new Message.Invocation(call.invocation(), registration.id(), details, message.payload()));
    }

    private boolean givesProgress(RpcSession callee) {
        return callee.givesProgress() && (callee.canBeInterrupted() || options.progressWithoutCanceling());
    }

    /** Reserved procedures are the realm's own: no pattern, however wide, leads such a call to a client. */
    private @Nullable Registration responsible(String procedure) {
        return Uris.isReserved(procedure) ? byProcedure.get(MatchPolicy.EXACT, procedure) : byProcedure.best(procedure);
    }

    private static Dict details(Registration registration, String procedure, PendingCall call, boolean disclose) {
        boolean pattern = registration.match() != MatchPolicy.EXACT;
        if (!pattern && !disclose && !call.isProgressive()) {
            return Dict.EMPTY;
        }
        Map<String, Object> details = new LinkedHashMap<>();
        if (pattern) {
            details.put("procedure", procedure);
        }
        if (disclose) {
            SessionDetails caller = call.caller().member().details();
            details.put("caller", caller.session());
            details.put("caller_authid", caller.authid());
            details.put("caller_authrole", caller.authrole());
        }
        if (call.isProgressive()) {
            details.put("receive_progress", true);
        }
        return Dict.of(details);
    }

    /**
     * CANCEL, in the mode skip, kill or killnowait; the last when none is given. A call that is not open is ignored: its answer
     * and the CANCEL have crossed. A mode that does not exist ends the call too, since an ERROR is a final answer.
     */
    public void cancel(RpcSession caller, Message.Cancel message) {
        String mode = message.options().text("mode").orElse("killnowait");
        PendingCall call = caller.calls.get(message.request());
        if (call == null) {
            return;
        }
        switch (mode) {
            case "skip" -> end(call, Uris.CANCELED, "the caller canceled the call");
            case "kill" -> {
                // The callee answers, as it would have done, or with an ERROR.
                if (!call.interrupt("kill")) {
                    end(call, Uris.CANCELED, "the caller canceled the call");
                }
            }
            case "killnowait" -> {
                call.interrupt("killnowait");
                end(call, Uris.CANCELED, "the caller canceled the call");
            }
            default -> {
                call.interrupt("killnowait");
                end(call, Uris.INVALID_ARGUMENT, "expected mode skip, kill or killnowait, but found another");
            }
        }
    }

    private static void end(PendingCall call, String error, String text) {
        call.close();
        call.fail(error, text);
    }

    /** YIELD: a result, perhaps one of several. */
    public void yielded(RpcSession callee, Message.Yield message) {
        boolean progress = message.options().flag("progress", false);
        PendingCall call = answered(callee, message.request(), "YIELD[1]");
        if (call == null) {
            return;
        }
        if (!progress) {
            call.close();
            call.caller().member().send(new Message.Result(call.request(), Dict.EMPTY, message.payload()));
        } else if (call.isProgressive()) {
            call.caller().member().send(new Message.Result(call.request(), PROGRESS, message.payload()));
        }
        // Progress that nobody asked for is dropped: the caller would take it for the result.
    }

    /** ERROR of a callee. */
    public void error(RpcSession callee, Message.ErrorReply message) {
        if (message.requestType() != Message.Invocation.CODE) {
            throw new ProtocolViolation("ERROR[1]", "68 for INVOCATION", String.valueOf(message.requestType()));
        }
        PendingCall call = answered(callee, message.request(), "ERROR[2]");
        if (call != null) {
            call.close();
            Payload payload = message.payload();
            call.caller()
                    .member()
                    .send(new Message.ErrorReply(
                            Message.Call.CODE, call.request(), Dict.EMPTY, message.error(), payload));
        }
    }

    /** The call that a callee answers; null when the call is over. Nobody can answer for another session. */
    private static @Nullable PendingCall answered(RpcSession callee, long invocation, String place) {
        PendingCall call = callee.invocations.get(invocation);
        if (call == null && !callee.wasInvoked(invocation)) {
            throw new ProtocolViolation(place, "the id of an INVOCATION of this session", "one that was never sent");
        }
        return call;
    }

    /** A session has left: its registrations end, its calls are given up, the calls it should have answered are canceled. */
    public void leave(RpcSession session) {
        for (Registration registration : List.copyOf(session.registrations)) {
            session.remove(registration);
            drop(registration);
            tellRemoved(session, registration);
        }
        for (PendingCall call : List.copyOf(session.calls.values())) {
            call.close();
            call.interrupt("killnowait");
        }
        for (PendingCall call : List.copyOf(session.invocations.values())) {
            end(call, Uris.CANCELED, "the callee has left");
        }
    }

    /** All registrations, by id. */
    public Map<Long, Registration> registrations() {
        return byId;
    }

    /** All registrations, by procedure or pattern. */
    public PatternMap<Registration> procedures() {
        return byProcedure;
    }
}
