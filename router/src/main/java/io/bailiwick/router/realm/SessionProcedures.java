package io.bailiwick.router.realm;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.Session;
import io.bailiwick.router.session.SessionDetails;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session meta API (WAMP, "Session Meta API"): a session like any other, which has registered the procedures of the
 * realm and answers an INVOCATION by a YIELD that takes the same way as everybody's.
 */
final class SessionProcedures implements Session {
    private static final Logger log = LoggerFactory.getLogger(SessionProcedures.class);

    private final Realm realm;
    private final SessionDetails details;
    private final List<Map.Entry<String, Procedure>> procedures = List.of(
            Map.entry("wamp.session.count", this::count),
            Map.entry("wamp.session.list", this::list),
            Map.entry("wamp.session.get", this::get),
            Map.entry("wamp.session.kill", this::kill),
            Map.entry("wamp.session.kill_by_authid", this::killByAuthid),
            Map.entry("wamp.session.kill_by_authrole", this::killByAuthrole),
            Map.entry("wamp.session.kill_all", this::killAll));
    private final Map<Long, Procedure> byRegistration = new HashMap<>();

    SessionProcedures(Realm realm, long id) {
        this.realm = realm;
        this.details =
                new SessionDetails(id, "realm", "realm", "internal", "realm", Dict.EMPTY, Dict.EMPTY, Dict.EMPTY);
    }

    /** Works out an answer. */
    @FunctionalInterface
    private interface Procedure {
        Values answer(long caller, Values arguments) throws Refused;
    }

    /** The procedure answers with ERROR. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final String error;

        Refused(String error, String message) {
            super(message, null, false, false);
            this.error = error;
        }
    }

    /** What this session registers: request ids count from 0, in the order of the procedures. */
    List<Message.Register> registrations() {
        List<String> names = procedures.stream().map(Map.Entry::getKey).toList();
        return names.stream()
                .map(name -> new Message.Register(names.indexOf(name), Dict.of("disclose_caller", true), name))
                .toList();
    }

    @Override
    public SessionDetails details() {
        return details;
    }

    @Override
    public boolean send(Message message) {
        if (message instanceof Message.Registered registered) {
            Procedure procedure = procedures.get((int) registered.request()).getValue();
            byRegistration.put(registered.registration(), procedure);
        } else if (message instanceof Message.Invocation invocation) {
            Message.Invocation kept = invocation.keep();
            realm.execute(() -> realm.receive(this, answer(kept)));
        }
        return true;
    }

    @Override
    public void end(Message last) {
        byRegistration.clear();
    }

    private Message.FromClient answer(Message.Invocation invocation) {
        long request = invocation.request();
        try {
            Procedure procedure = byRegistration.get(invocation.registration());
            if (procedure == null) {
                throw new Refused(Uris.NO_SUCH_PROCEDURE, "expected an open realm, but it was closed");
            }
            long caller = invocation.details().integer("caller").orElseThrow();
            Values result = procedure.answer(caller, realm.payloads().decode(invocation.payload()));
            return new Message.Yield(request, Dict.EMPTY, realm.payloads().encode(result));
        } catch (Refused refused) {
            return failure(request, refused.error, String.valueOf(refused.getMessage()));
        } catch (ProtocolViolation violation) {
            return failure(request, Uris.INVALID_ARGUMENT, String.valueOf(violation.getMessage()));
        } catch (RuntimeException failure) {
            log.error("realm {}: a procedure of the session meta API failed", realm.name(), failure);
            return failure(request, Uris.RUNTIME_ERROR, "the procedure failed");
        }
    }

    private Message.ErrorReply failure(long request, String error, String text) {
        return new Message.ErrorReply(
                Message.Invocation.CODE,
                request,
                Dict.EMPTY,
                error,
                realm.payloads().encode(Values.of(text)));
    }

    // ---- the procedures

    private Values count(long caller, Values arguments) throws Refused {
        return Values.of((long) sessions(arguments).size());
    }

    private Values list(long caller, Values arguments) throws Refused {
        return Values.of(
                sessions(arguments).stream().map(SessionDetails::session).toList());
    }

    private Values get(long caller, Values arguments) throws Refused {
        long id = sessionId(arguments);
        for (SessionDetails session : realm.sessions()) {
            if (session.session() == id) {
                return Values.of(describe(session));
            }
        }
        throw noSuchSession(id);
    }

    private Values kill(long caller, Values arguments) throws Refused {
        long id = sessionId(arguments);
        // A session that wants to end itself has GOODBYE for it.
        if (id == caller
                || expel(arguments, session -> session.session() == id, true).isEmpty()) {
            throw noSuchSession(id);
        }
        return Values.NONE;
    }

    private Values killByAuthid(long caller, Values arguments) throws Refused {
        String authid = text(argument(arguments, "an authid"), "an authid");
        return Values.of(expel(
                arguments,
                session -> session.session() != caller && session.authid().equals(authid),
                true));
    }

    private Values killByAuthrole(long caller, Values arguments) throws Refused {
        String authrole = text(argument(arguments, "an authrole"), "an authrole");
        Predicate<SessionDetails> which =
                session -> session.session() != caller && session.authrole().equals(authrole);
        return Values.of((long) expel(arguments, which, true).size());
    }

    /** The only one without {@code on_leave}: whoever could hear it is gone. */
    private Values killAll(long caller, Values arguments) throws Refused {
        return Values.of((long)
                expel(arguments, session -> session.session() != caller, false).size());
    }

    // ---- their arguments

    private List<SessionDetails> sessions(Values arguments) throws Refused {
        Object roles = arguments.list().isEmpty() ? null : arguments.list().get(0);
        if (roles == null) {
            return realm.sessions();
        }
        if (!(roles instanceof Collection<?> wanted)) {
            throw invalid("a list of authroles", roles);
        }
        return realm.sessions().stream()
                .filter(session -> wanted.contains(session.authrole()))
                .toList();
    }

    private static Object argument(Values arguments, String expected) throws Refused {
        Object value = arguments.list().isEmpty() ? null : arguments.list().get(0);
        if (value == null) {
            throw new Refused(Uris.INVALID_ARGUMENT, "expected " + expected + ", but found nothing");
        }
        return value;
    }

    private static long sessionId(Values arguments) throws Refused {
        Object value = argument(arguments, "a session id");
        boolean integral = value instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue());
        if (!integral) {
            throw invalid("a session id", value);
        }
        return ((Number) value).longValue();
    }

    private static String text(@Nullable Object value, String expected) throws Refused {
        if (value instanceof String text) {
            return text;
        }
        throw invalid(expected, value);
    }

    private static Refused invalid(String expected, @Nullable Object found) {
        return new Refused(Uris.INVALID_ARGUMENT, "expected " + expected + ", but found " + Dict.kind(found));
    }

    private static Refused noSuchSession(long id) {
        return new Refused(Uris.NO_SUCH_SESSION, "expected the id of another session, but found " + id);
    }

    private List<Long> expel(Values arguments, Predicate<SessionDetails> which, boolean announce) throws Refused {
        Object givenReason = arguments.map().get("reason");
        String reason = givenReason == null ? Uris.KILLED : text(givenReason, "a reason");
        if (!UriRule.LOOSE.allows(reason)) {
            throw new Refused(Uris.INVALID_URI, "expected a reason that is a URI, but found another string");
        }
        Object message = arguments.map().get("message");
        Dict details = message == null ? Dict.EMPTY : Dict.of("message", text(message, "a message"));
        return realm.expel(which, new Message.Goodbye(details, reason), announce);
    }

    /** A session as {@code wamp.session.get} and {@code wamp.session.on_join} tell of it. */
    static Map<String, Object> describe(SessionDetails session) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("session", session.session());
        description.put("authid", session.authid());
        description.put("authrole", session.authrole());
        description.put("authmethod", session.authmethod());
        description.put("authprovider", session.authprovider());
        if (!session.transport().isEmpty()) {
            description.put("transport", session.transport().entries());
        }
        return description;
    }
}
