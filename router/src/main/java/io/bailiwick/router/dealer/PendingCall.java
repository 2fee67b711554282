package io.bailiwick.router.dealer;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;

/** A call on its way: in the tables of its caller and of its callee, from its INVOCATION to its final answer. */
final class PendingCall {
    private final RpcSession caller;
    private final long request;
    private final RpcSession callee;
    private final long invocation;
    private final boolean progress;
    private boolean interrupted;

    PendingCall(RpcSession caller, long request, RpcSession callee, boolean progress) {
        this.caller = caller;
        this.request = request;
        this.callee = callee;
        this.invocation = callee.nextInvocation();
        this.progress = progress;
    }

    RpcSession caller() {
        return caller;
    }

    long request() {
        return request;
    }

    long invocation() {
        return invocation;
    }

    /** Whether the caller gets progressive results. */
    boolean isProgressive() {
        return progress;
    }

    RpcSession callee() {
        return callee;
    }

    void open() {
        caller.calls.put(request, this);
        callee.invocations.put(invocation, this);
    }

    void close() {
        caller.calls.remove(request);
        callee.invocations.remove(invocation);
    }

    /** Asks the callee to stop, if it knows how to and was not asked before; whether it has been asked. */
    boolean interrupt(String mode) {
        if (!interrupted && callee.canBeInterrupted()) {
            interrupted = true;
            callee.member().send(new Message.Interrupt(invocation, Dict.of("mode", mode)));
        }
        return interrupted;
    }

    void fail(String error, String text) {
        caller.member().refuse(Message.Call.CODE, request, error, text);
    }
}
