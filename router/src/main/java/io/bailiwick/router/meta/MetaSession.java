package io.bailiwick.router.meta;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.PayloadCodec;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.Session;
import io.bailiwick.router.session.SessionDetails;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The realm's own session: it has registered the procedures of the meta API, and answers an INVOCATION by a YIELD that takes
 * the same way as everybody's.
 */
final class MetaSession implements Session {
    private static final Logger log = LoggerFactory.getLogger(MetaSession.class);

    private final MetaHost host;
    private final SessionDetails details;
    private final List<BoundProcedure> procedures;
    private final Map<Long, BoundProcedure> byRegistration = new HashMap<>();

    MetaSession(MetaHost host, long id, List<BoundProcedure> procedures) {
        this.host = host;
        this.procedures = procedures;
        this.details =
                new SessionDetails(id, "realm", "realm", "internal", "realm", Dict.EMPTY, Dict.EMPTY, Dict.EMPTY);
    }

    /** What this session registers: request ids count from 0, in the order of the procedures. */
    List<Message.Register> registrations() {
        Dict options = Dict.of("disclose_caller", true);
        return IntStream.range(0, procedures.size())
                .mapToObj(index -> new Message.Register(
                        index, options, procedures.get(index).uri()))
                .toList();
    }

    @Override
    public SessionDetails details() {
        return details;
    }

    @Override
    public boolean send(Message message) {
        if (message instanceof Message.Registered registered) {
            byRegistration.put(registered.registration(), procedures.get((int) registered.request()));
        } else if (message instanceof Message.Invocation invocation) {
            // The dealer is still at work on the CALL: the answer comes to it when it is done.
            Message.Invocation kept = invocation.keep();
            host.soon(() -> answer(kept));
        }
        return true;
    }

    @Override
    public void end(Message last) {
        byRegistration.clear();
    }

    private void answer(Message.Invocation invocation) {
        Answer reply = new Answer(invocation.request());
        reply.by(() -> {
            BoundProcedure procedure = byRegistration.get(invocation.registration());
            SessionDetails caller =
                    caller(invocation.details().integer("caller").orElse(0));
            if (procedure == null || caller == null) {
                throw new Refused(Uris.CANCELED, "the caller has left");
            }
            Values arguments = payloads().decode(invocation.payload());
            procedure.answer(new MetaCall(caller, arguments), reply);
        });
    }

    /** A session of the realm, or the realm itself, which calls for the router. */
    private @Nullable SessionDetails caller(long id) {
        return id == details.session() ? details : host.session(id);
    }

    /** The answer to one INVOCATION. When the call was given up meanwhile, the dealer drops it. */
    private final class Answer implements MetaCall.Reply {
        private final long request;

        private Answer(long request) {
            this.request = request;
        }

        /** Results that cannot be written, as values nested too deeply, are an error of the procedure. */
        @Override
        public void result(Values results) {
            by(() -> host.receive(
                    new Message.Yield(request, Dict.EMPTY, payloads().encode(results))));
        }

        @Override
        public void by(MetaCall.Step step) {
            try {
                step.take();
            } catch (Refused refused) {
                refused(refused.error(), refused.text());
            } catch (ProtocolViolation violation) {
                refused(Uris.INVALID_ARGUMENT, String.valueOf(violation.getMessage()));
            } catch (RuntimeException failure) {
                log.error("realm {}: a procedure of the meta API failed", host.name(), failure);
                refused(Uris.RUNTIME_ERROR, "the procedure failed");
            }
        }

        @Override
        public void refused(String error, String text) {
            Payload payload = payloads().encode(Values.of(text));
            host.receive(new Message.ErrorReply(Message.Invocation.CODE, request, Dict.EMPTY, error, payload));
        }
    }

    private PayloadCodec payloads() {
        return host.surroundings().payloads();
    }
}
