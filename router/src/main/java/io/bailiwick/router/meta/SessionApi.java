package io.bailiwick.router.meta;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session meta API (WAMP, "Session Meta API"). Who kills takes away what the killed could come back with: every procedure
 * of the kill family has the cookies and tickets of their authids revoked, as far as the surroundings see fit.
 */
final class SessionApi {
    private static final Logger log = LoggerFactory.getLogger(SessionApi.class);

    private final MetaHost host;

    SessionApi(MetaHost host) {
        this.host = host;
    }

    @Procedure(
            value = "wamp.session.count",
            takes = "authroles?: list of string",
            gives = "[count: int]",
            does = "Counts the sessions of the realm, all or those with one of the authroles.")
    Values count(MetaCall call) throws Refused {
        return Values.of((long) sessions(call).size());
    }

    @Procedure(
            value = "wamp.session.list",
            takes = "authroles?: list of string",
            gives = "[ids: list of int]",
            does = "Lists the sessions of the realm, all or those with one of the authroles, in the order they came.")
    Values list(MetaCall call) throws Refused {
        return Values.of(sessions(call).stream().map(SessionDetails::session).toList());
    }

    @Procedure(
            value = "wamp.session.get",
            takes = "session: id",
            gives = "[details: dict], as wamp.session.on_join",
            errors = "no_such_session",
            does = "Describes a session.")
    Values get(MetaCall call) throws Refused {
        long id = call.id(0, "a session id");
        SessionDetails session = host.session(id);
        if (session == null) {
            throw new Refused(Uris.NO_SUCH_SESSION, "expected the id of a session of this realm, but found " + id);
        }
        return Values.of(describe(session));
    }

    @Procedure(
            value = "wamp.session.kill",
            takes = "session: id",
            keywords = {"reason: uri", "message: string"},
            errors = {"no_such_session", "invalid_uri"},
            does = "Ends another session: it gets GOODBYE with the reason, wamp.close.killed when none is given.")
    Values kill(MetaCall call) throws Refused {
        long id = call.id(0, "a session id");
        // A session that wants to end itself has GOODBYE for it.
        if (expel(call, session -> session.session() == id, true).isEmpty()) {
            throw new Refused(Uris.NO_SUCH_SESSION, "expected the id of another session, but found " + id);
        }
        return Values.NONE;
    }

    @Procedure(
            value = "wamp.session.kill_by_authid",
            takes = "authid: string",
            keywords = {"reason: uri", "message: string"},
            gives = "[ids: list of int], of those that were ended",
            errors = "invalid_uri",
            does = "Ends all sessions of an authid but the caller's own. What the authid could come back with is"
                    + " revoked even when it has no session.")
    Values killByAuthid(MetaCall call) throws Refused {
        String authid = call.text(0, "an authid");
        List<SessionDetails> ended = expel(call, session -> session.authid().equals(authid), true);
        if (ended.isEmpty()) {
            revoke(authid);
        }
        return Values.of(ended.stream().map(SessionDetails::session).toList());
    }

    @Procedure(
            value = "wamp.session.kill_by_authrole",
            takes = "authrole: string",
            keywords = {"reason: uri", "message: string"},
            gives = "[count: int], of those that were ended",
            errors = "invalid_uri",
            does = "Ends all sessions of an authrole but the caller's own.")
    Values killByAuthrole(MetaCall call) throws Refused {
        String authrole = call.text(0, "an authrole");
        return Values.of((long) expel(call, session -> session.authrole().equals(authrole), true)
                .size());
    }

    @Procedure(
            value = "wamp.session.kill_all",
            keywords = {"reason: uri", "message: string"},
            gives = "[count: int], of those that were ended",
            errors = "invalid_uri",
            does = "Ends all sessions of the realm but the caller's own. No event and no testament tells of it.")
    Values killAll(MetaCall call) throws Refused {
        return Values.of((long) expel(call, session -> true, false).size());
    }

    private List<SessionDetails> sessions(MetaCall call) throws Refused {
        if (!call.has(0)) {
            return host.sessions();
        }
        List<?> authroles = call.list(0, "a list of authroles");
        for (Object authrole : authroles) {
            if (!(authrole instanceof String)) {
                throw Refused.argument("a list of authroles, each a string", authrole);
            }
        }
        return host.sessions().stream()
                .filter(session -> authroles.contains(session.authrole()))
                .toList();
    }

    /** Ends those sessions that are not the caller's. */
    private List<SessionDetails> expel(MetaCall call, Predicate<SessionDetails> which, boolean announced)
            throws Refused {
        Dict keywords = call.keywords();
        String reason = keywords.text("reason").orElse(Uris.KILLED);
        if (reason.length() > host.limits().uriLength() || !UriRule.LOOSE.allows(reason)) {
            throw new Refused(Uris.INVALID_URI, "expected a reason that is a URI, but found another string");
        }
        Dict details = keywords.text("message")
                .map(message -> Dict.of("message", message))
                .orElse(Dict.EMPTY);
        long caller = call.caller().session();
        List<SessionDetails> ended = host.expel(
                session -> session.session() != caller && which.test(session),
                new Message.Goodbye(details, reason),
                announced);
        Set<String> authids = new LinkedHashSet<>();
        ended.forEach(session -> authids.add(session.authid()));
        authids.forEach(this::revoke);
        return ended;
    }

    /** The sessions are killed by now, and whoever asked for it is told so. */
    private void revoke(String authid) {
        try {
            host.surroundings().revocation().accept(authid);
        } catch (RuntimeException failure) {
            log.error("realm {}: what {} could come back with is not revoked", host.name(), authid, failure);
        }
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
