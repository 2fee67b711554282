package io.bailiwick.router.dealer;

import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls that end before their answer: the caller cancels them, or one of the two leaves (WAMP, "Call Canceling"). */
final class Cancellation {
    private final Calls calls;

    Cancellation(Calls calls) {
        this.calls = calls;
    }

    /**
     * CANCEL, in the mode skip, kill or killnowait; the last when none is given. A call that is not open is ignored: its answer
     * and the CANCEL have crossed. A mode that does not exist ends the call too, since an ERROR is a final answer.
     */
    void cancel(RpcSession caller, Message.Cancel message) {
        String mode = message.options().textOrNull("mode");
        PendingCall call = caller.calls.get(message.request());
        if (call == null) {
            return;
        }
        switch (mode == null ? "killnowait" : mode) {
            case "skip" -> canceled(call);
            case "kill" -> {
                // The callee answers, as it would have done, or with an ERROR.
                call.kill();
                if (!call.interrupt("kill")) {
                    canceled(call);
                }
            }
            case "killnowait" -> {
                call.interrupt("killnowait");
                canceled(call);
            }
            default -> {
                call.interrupt("killnowait");
                calls.end(call, Uris.INVALID_ARGUMENT, "expected mode skip, kill or killnowait, but found another");
            }
        }
    }

    private void canceled(PendingCall call) {
        calls.end(call, Uris.CANCELED, "the caller canceled the call");
    }

    /**
     * A session could not be given what belongs to a call. As the caller it waits no longer, and its callee may stop; as the
     * callee it is told so if earlier parts of the call have reached it: of a call that never did it must not hear.
     */
    void undelivered(RpcSession session, Message message, String error, String text) {
        if (message instanceof Message.Invocation invocation) {
            PendingCall call = session.invocations.get(invocation.request());
            undelivered(call, call != null && call.isContinued(), error, text);
        } else if (message instanceof Message.Result result) {
            undelivered(session.calls.get(result.request()), true, error, text);
        }
    }

    private void undelivered(@Nullable PendingCall call, boolean isKnownToCallee, String error, String text) {
        if (call == null) {
            return;
        }
        if (isKnownToCallee) {
            call.interrupt("killnowait");
        }
        calls.end(call, error, text);
    }

    /** A caller has left: nobody waits for its calls. Those that wait go first, or the end of the others would send them. */
    void callerLeft(RpcSession caller) {
        List<PendingCall> pending = caller.calls.values();
        for (PendingCall call : pending) {
            if (call.callee() == null) {
                calls.close(call);
            }
        }
        for (PendingCall call : pending) {
            if (call.isOpen()) {
                calls.forget(call);
            }
        }
        caller.unfinished = Map.of();
    }

    /** A callee has left, and its registrations with it: what it has not answered is canceled. */
    void calleeLeft(RpcSession callee) {
        for (PendingCall call : callee.invocations.values()) {
            calls.end(call, Uris.CANCELED, "the callee has left");
        }
    }
}
