package io.bailiwick.router.realm;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.pattern.LongMap;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.session.PayloadCodec;
import io.bailiwick.router.session.RoleLimits;
import io.bailiwick.router.session.Session;
import io.bailiwick.router.session.SessionDetails;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Who is in a realm, what holds for them, and whether there is room for one more. */
final class Roster {
    private final String realm;
    private final LongMap<Seat> seats = new LongMap<>();
    private final LongMap.Spares spares = new LongMap.Spares();
    /** The ends of the row in which they came. */
    private @Nullable Seat first;

    private @Nullable Seat last;
    private final Map<String, Integer> byAuthid = new HashMap<>();
    private final Map<String, Integer> byRole = new HashMap<>();
    private Authorizer rights;
    private RealmOptions options;

    /** Nobody. */
    Roster(String realm, RealmOptions options, Authorizer rights) {
        this.realm = realm;
        this.options = options;
        this.rights = rights;
    }

    /** The seat of a session id; null when nobody has it. */
    @Nullable
    Seat get(long session) {
        return seats.get(session);
    }

    /** All who are there now, in the order they came. */
    List<Seat> all() {
        List<Seat> all = new ArrayList<>(seats.size());
        for (Seat seat = first; seat != null; seat = seat.next) {
            all.add(seat);
        }
        return all;
    }

    // ---- coming and going

    /**
     * A seat for a session, with the rights and limits of its role; it is not taken yet.
     *
     * @throws io.bailiwick.router.message.ProtocolViolation when the roles it announced have the wrong shape
     */
    Seat seat(Session session, PayloadCodec payloads, Member.Watch watch) {
        SessionDetails details = session.details();
        Member.Terms terms = new Member.Terms(
                limits(details.authrole()),
                options.terms().requests(),
                options.terms().slowReaders(),
                rights.limits(details.authrole()).map(RoleLimits::awaited).orElse(false));
        return Seat.of(new Member(session, payloads, terms, watch), rights.forSession(details), spares);
    }

    /** What the tables of all of them share. */
    LongMap.Spares spares() {
        return spares;
    }

    /** Why a session cannot join; null when it can. */
    Message.@Nullable Abort refusal(SessionDetails session) {
        if (!rights.hasRole(session.authrole())) {
            String text = "expected a role of realm " + realm + ", but " + session.authrole() + " is none";
            return abort(Uris.NO_SUCH_ROLE, text);
        }
        if (seats.get(session.session()) != null) {
            return abort(Uris.UNAVAILABLE, "expected a session id that is free; try again");
        }
        String excess = excess(session);
        return excess == null ? null : abort(Limits.EXCEEDED, excess);
    }

    private static Message.Abort abort(String reason, String text) {
        return new Message.Abort(Dict.of("message", text), reason);
    }

    private @Nullable String excess(SessionDetails session) {
        RealmLimits limits = options.sessions();
        if (seats.size() >= limits.sessions()) {
            return excess(limits.sessions(), "in this realm");
        }
        if (byAuthid.getOrDefault(session.authid(), 0) >= limits.sessionsPerAuthid()) {
            return excess(limits.sessionsPerAuthid(), "of one authid");
        }
        Optional<RoleLimits> role = rights.limits(session.authrole());
        if (role.isPresent()
                && byRole.getOrDefault(session.authrole(), 0) >= role.get().sessions()) {
            return excess(role.get().sessions(), "of role " + session.authrole());
        }
        return null;
    }

    private static String excess(int limit, String where) {
        return "expected at most " + limit + " sessions " + where + ", but found one more";
    }

    void add(Seat seat) {
        SessionDetails session = seat.member().details();
        seats.put(session.session(), seat);
        append(seat);
        byAuthid.merge(session.authid(), 1, Integer::sum);
        byRole.merge(session.authrole(), 1, Integer::sum);
    }

    /** Removes a seat; whether it was there. */
    boolean remove(Seat seat) {
        SessionDetails session = seat.member().details();
        if (seats.remove(session.session()) == null) {
            return false;
        }
        unlink(seat);
        byAuthid.computeIfPresent(session.authid(), (authid, count) -> count == 1 ? null : count - 1);
        byRole.computeIfPresent(session.authrole(), (role, count) -> count == 1 ? null : count - 1);
        return true;
    }

    private void append(Seat seat) {
        seat.previous = last;
        if (last == null) {
            first = seat;
        } else {
            last.next = seat;
        }
        last = seat;
    }

    private void unlink(Seat seat) {
        Seat before = seat.previous;
        Seat after = seat.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
    }

    // ---- rights

    /** From now on these rights hold, and these bounds; those who are there are given them one by one. */
    void change(Authorizer otherRights, RealmOptions otherOptions) {
        rights = otherRights;
        options = otherOptions;
    }

    /** The options that it goes by now. */
    RealmOptions options() {
        return options;
    }

    /** What a session may hold whose role says nothing else. */
    Limits limits() {
        return options.limits();
    }

    /** Whether a role exists. */
    boolean hasRole(String authrole) {
        return rights.hasRole(authrole);
    }

    /** Gives a session the rights and limits of its role, as they are now. */
    void govern(Seat seat) {
        SessionDetails session = seat.member().details();
        seat.govern(rights.forSession(session));
        seat.member().limit(limits(session.authrole()));
    }

    private Limits limits(String authrole) {
        return rights.limits(authrole).map(RoleLimits::each).orElse(limits());
    }

    /** The rights that hold whenever they are asked, for those who keep them: they may change while the realm is open. */
    Authorizer rights() {
        return new Authorizer() {
            @Override
            public Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match) {
                return of(session).permits(session, action, uri, match);
            }

            @Override
            public Permission known(SessionDetails session, Action action, String uri, MatchPolicy match) {
                return of(session).known(session, action, uri, match);
            }

            private Authorizer of(SessionDetails session) {
                Seat seat = seats.get(session.session());
                return seat == null ? rights : seat.rights();
            }
        };
    }

    /** Forgets decisions that were kept. */
    void forgetDecisions(Predicate<Authorizer.Subject> which) {
        rights.forget(which);
    }
}
