package io.bailiwick.router.realm;

import io.bailiwick.router.dealer.Dealer;
import io.bailiwick.router.dealer.RpcSession;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.session.PayloadCodec;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.Session;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Timer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls procedures of a realm for the router: a caller like any other, that may call everything. Callees see it as the realm's
 * own session.
 */
final class InnerCaller implements Session {
    /**
     * The calls that may wait for their answer. They are those of everybody who asks through the router: each session that
     * waits for a decision and each login that waits for its authenticator has one, so that the limit of one session would be
     * the limit of all. It is about what ten thousand nodes need that come back at once, and some megabytes.
     */
    static final int MOST_CALLS = 16_384;

    private final SessionDetails details;
    private final PayloadCodec payloads;
    private final Timer timer;
    private final RpcSession session;

    // Touched by the realm's thread alone.
    private final Map<Long, Pending> pending = new HashMap<>();
    private long lastRequest;
    private boolean closed;

    /** Where the outcome of a call goes. */
    interface Answer {
        void result(Values values);

        void failed(CallFailed failure);
    }

    private record Pending(Answer answer, Timer.Timeout timeout) {}

    /**
     * A caller.
     *
     * @param details who it is
     */
    InnerCaller(SessionDetails details, PayloadCodec payloads, Timer timer, Member.Watch watch) {
        this.details = details;
        this.payloads = payloads;
        this.timer = timer;
        Member member = new Member(this, payloads, watch);
        member.limit(limits());
        this.session = new RpcSession(member);
    }

    private static Limits limits() {
        Limits usual = Limits.DEFAULT;
        return new Limits(
                usual.subscriptions(), usual.registrations(), usual.wildcards(), MOST_CALLS, usual.uriLength());
    }

    /**
     * Calls; the answer comes in a later step of the realm, or in this one when the call is not even made. Arguments may come
     * from strangers: those that cannot be written take no place.
     */
    void call(Dealer dealer, String procedure, Values arguments, long timeoutMillis, Answer answer) {
        if (closed) {
            answer.failed(failure(Uris.NO_SUCH_REALM, "expected an open realm, but it was closed"));
            return;
        }
        if (pending.size() >= MOST_CALLS) {
            answer.failed(failure(
                    Limits.EXCEEDED,
                    "expected at most " + MOST_CALLS + " pending calls of the router, but found one more"));
            return;
        }
        Payload payload;
        try {
            payload = payloads.encode(arguments);
        } catch (RuntimeException unwritable) {
            answer.failed(CallFailed.unwritable(String.valueOf(unwritable.getMessage())));
            return;
        }
        long request = ++lastRequest;
        Timer.Timeout timeout = timer.after(timeoutMillis, () -> giveUp(dealer, request));
        pending.put(request, new Pending(answer, timeout));
        dealer.call(session, new Message.Call(request, Dict.EMPTY, procedure, payload), Permission.ALLOWED);
    }

    private void giveUp(Dealer dealer, long request) {
        Pending call = take(request);
        if (call != null) {
            dealer.cancel(session, new Message.Cancel(request, Dict.of("mode", "killnowait")));
            call.answer.failed(failure(Uris.TIMEOUT, "expected an answer in time, but found none"));
        }
    }

    private @Nullable Pending take(long request) {
        Pending call = pending.remove(request);
        if (call != null) {
            call.timeout.cancel();
        }
        return call;
    }

    /** The realm is closed: nothing is called any more, and nothing answered. */
    void close(Dealer dealer) {
        closed = true;
        dealer.leave(session);
        for (long request : List.copyOf(pending.keySet())) {
            Pending call = take(request);
            if (call != null) {
                call.answer.failed(failure(Uris.CANCELED, "the realm was closed"));
            }
        }
    }

    @Override
    public SessionDetails details() {
        return details;
    }

    @Override
    public boolean send(Message message) {
        if (message instanceof Message.Result result) {
            Pending call = take(result.request());
            if (call != null) {
                settle(call.answer, result.payload());
            }
        } else if (message instanceof Message.ErrorReply error) {
            Pending call = take(error.request());
            if (call != null) {
                call.answer.failed(new CallFailed(error.error(), readable(error)));
            }
        }
        return true;
    }

    private void settle(Answer answer, Payload payload) {
        Values values;
        try {
            values = payloads.decode(payload);
        } catch (ProtocolViolation unreadable) {
            answer.failed(failure(Uris.INVALID_ARGUMENT, String.valueOf(unreadable.getMessage())));
            return;
        }
        answer.result(values);
    }

    /** The URI of an error counts, even when what came with it cannot be read. */
    private Values readable(Message.ErrorReply error) {
        try {
            return payloads.decode(error.payload());
        } catch (ProtocolViolation unreadable) {
            return Values.NONE;
        }
    }

    private static CallFailed failure(String error, String text) {
        return new CallFailed(error, Values.of(text));
    }

    @Override
    public void end(Message last) {
        // It never joined, so it is never ended.
    }
}
