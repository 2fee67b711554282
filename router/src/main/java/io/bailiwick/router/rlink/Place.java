package io.bailiwick.router.rlink;

import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A realm as a link knows it: a number that tells it from every other one, and which of its sessions are links.
 *
 * <p>The number is the session id of the realm's own session, the one that answers for the meta API. All links to the realm find
 * the same one, whoever runs them, and nobody has to configure it.
 */
final class Place {
    private final End end;
    private final Set<Long> links = new HashSet<>();
    private long id;

    Place(End end) {
        this.end = end;
        this.id = end.session();
    }

    /** Finds out, and then runs a step. */
    void explore(Runnable known) {
        end.listen("wamp.session.on_join", values -> {
            if (values.list().get(0) instanceof Map<?, ?> details
                    && SessionDetails.ROUTER_LINK.equals(details.get("authrole"))) {
                links.add(Interest.number(details.get("session")));
            }
        });
        end.listen(
                "wamp.session.on_leave",
                values -> links.remove(Interest.number(values.list().get(0))));
        end.ask("wamp.session.list", Values.of(List.of(SessionDetails.ROUTER_LINK)), answer -> {
            if (answer != null && !answer.list().isEmpty()) {
                links.addAll(Interest.numbers(answer.list().get(0)));
            }
            end.ask("wamp.registration.lookup", Values.of("wamp.session.count"), found -> owner(found, known));
        });
    }

    private void owner(@Nullable Values registration, Runnable known) {
        if (registration == null
                || registration.list().isEmpty()
                || !(registration.list().get(0) instanceof Number number)) {
            known.run();
            return;
        }
        end.ask("wamp.registration.list_callees", Values.of(number.longValue()), callees -> {
            if (callees != null && !callees.list().isEmpty()) {
                Interest.numbers(callees.list().get(0)).stream().findFirst().ifPresent(first -> id = first);
            }
            known.run();
        });
    }

    /** The number of the realm; that of this link's session where the router does not tell. */
    long id() {
        return id;
    }

    /** Whether a session holds something for others than routers, or for routers that this link is to speak for. */
    boolean countsHere(long session, boolean transit) {
        return session != end.session() && (transit || !links.contains(session));
    }
}
