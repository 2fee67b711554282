package io.bailiwick.router.dealer;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import org.jspecify.annotations.Nullable;

/** The way of an answer from its callee back to the caller. */
final class Answers {
    private static final Dict PROGRESS = Dict.of("progress", true);

    private final Calls calls;

    Answers(Calls calls) {
        this.calls = calls;
    }

    /** YIELD: a result, perhaps one of several. */
    void yielded(RpcSession callee, Message.Yield message) {
        boolean progress = !message.options().isEmpty() && message.options().flag("progress", false);
        Passthru.Kind carries = Passthru.of(message.options(), callee.asCallee(), "YIELD[2]");
        PendingCall call = answered(callee, message.request(), "YIELD[1]");
        if (call == null) {
            return;
        }
        if (progress && !call.getsProgress()) {
            // Nobody asked for it: the caller would take it for the result.
            return;
        }
        RpcSession caller = call.caller();
        if (!caller.asCaller().covers(carries)) {
            if (progress) {
                call.interrupt("killnowait");
            }
            cannotBeTaken(call);
            return;
        }
        Dict details = Passthru.told(Passthru.attributes(carries, callee, message.options()), caller);
        if (progress) {
            call.answeredInPart();
            if (call.isTimed()) {
                calls.startTimer(call);
            }
            Dict partly = details.isEmpty() ? PROGRESS : details.with("progress", true);
            caller.member().send(new Message.Result(call.request(), partly, message.payload()));
        } else {
            calls.close(call);
            caller.member().send(new Message.Result(call.request(), details, message.payload()));
            calls.advance(call.registration());
        }
    }

    /** ERROR of a callee. */
    void error(RpcSession callee, Message.ErrorReply message) {
        if (message.requestType() != Message.Invocation.CODE) {
            throw new ProtocolViolation("ERROR[1]", "68 for INVOCATION", String.valueOf(message.requestType()));
        }
        Passthru.Kind carries = Passthru.of(message.details(), callee.asCallee(), "ERROR[3]");
        PendingCall call = answered(callee, message.request(), "ERROR[2]");
        if (call == null) {
            return;
        }
        if (message.error().equals(Uris.UNAVAILABLE) && callee.reroutes()) {
            calls.reroute(call, callee);
            return;
        }
        RpcSession caller = call.caller();
        if (!caller.asCaller().covers(carries)) {
            cannotBeTaken(call);
            return;
        }
        Dict details = Passthru.told(Passthru.attributes(carries, callee, message.details()), caller);
        calls.close(call);
        caller.member()
                .send(new Message.ErrorReply(
                        Message.Call.CODE, call.request(), details, message.error(), message.payload()));
        calls.advance(call.registration());
    }

    /** The caller has not announced payloads like this one. It must not hang, so its call ends here. */
    private void cannotBeTaken(PendingCall call) {
        calls.end(call, Uris.FEATURE_NOT_SUPPORTED, "expected an answer that this caller has announced to take");
    }

    /** The call that a callee answers; null when the call is over. Nobody can answer for another session. */
    private static @Nullable PendingCall answered(RpcSession callee, long invocation, String place) {
        PendingCall call = callee.invocations.get(invocation);
        if (call == null && !callee.wasInvoked(invocation)) {
            throw new ProtocolViolation(place, "the id of an INVOCATION of this session", "one that was never sent");
        }
        return call;
    }
}
