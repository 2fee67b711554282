package io.bailiwick.router.dealer;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.pattern.PatternMap;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.Surroundings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who has registered what: how registrations come, are shared, are taken away and end. */
final class Registrations {
    private final DealerOptions options;
    private final Surroundings surroundings;
    private final RegistrationObserver observer;
    private final Calls calls;
    private final Takeover takeover;
    private final PatternMap<Registration> byProcedure = new PatternMap<>();
    private final Map<Long, Registration> byId = new HashMap<>();
    private long lastRegistration;

    Registrations(DealerOptions options, Surroundings surroundings, RegistrationObserver observer, Calls calls) {
        this.options = options;
        this.surroundings = surroundings;
        this.observer = observer;
        this.calls = calls;
        this.takeover = new Takeover(surroundings.timer(), options.takeoverPatience());
    }

    // ---- what there is

    Map<Long, Registration> byId() {
        return byId;
    }

    PatternMap<Registration> byProcedure() {
        return byProcedure;
    }

    /**
     * The one registration that is responsible for a procedure. Reserved procedures are the realm's own: no pattern, however
     * wide, leads such a call to a client.
     */
    @Nullable
    Registration responsible(String procedure) {
        return Uris.isReserved(procedure) ? byProcedure.get(MatchPolicy.EXACT, procedure) : byProcedure.best(procedure);
    }

    // ---- registering

    void register(RpcSession session, Message.Register message, MatchPolicy match) {
        register(session, message, match, false);
    }

    /**
     * REGISTER.
     *
     * @param hasWaited whether it has waited for a sign of life of who has the procedure
     */
    private void register(RpcSession session, Message.Register message, MatchPolicy match, boolean hasWaited) {
        InvocationPolicy invoke =
                InvocationPolicy.of(message.options().text("invoke").orElse(InvocationPolicy.SINGLE.id()));
        boolean force = message.options().flag("force_reregister", false);
        Callee callee = new Callee(session, message.options());
        if (invoke == null) {
            String text = "expected invoke single, first, last, roundrobin or random, but found another";
            refuse(session, message, Uris.OPTION_NOT_ALLOWED, text);
            return;
        }
        String fault = callee.fault();
        if (fault != null) {
            refuse(session, message, Uris.INVALID_ARGUMENT, fault);
            return;
        }
        Registration present = byProcedure.get(match, message.procedure());
        boolean shares = present != null && invoke.isShared() && present.invoke() == invoke;
        if (present != null && shares && !force && present.calleeOf(session) != null) {
            session.member().send(new Message.Registered(message.request(), present.id()));
            return;
        }
        String excess = excess(session, match);
        if (excess != null) {
            refuse(session, message, Limits.EXCEEDED, excess);
            return;
        }
        if (present == null || (shares && !force)) {
            add(callee, message, match, invoke, present);
            return;
        }
        Runnable again = () -> register(session, message, match, true);
        if (force ? mayForce(session, message, present) : mayTakeOver(session, message, present, hasWaited, again)) {
            revoke(present, null, Uris.UNREGISTERED);
            add(callee, message, match, invoke, null);
        }
    }

    /** Whether {@code force_reregister} removes the callees that are there; answers the REGISTER when it does not. */
    private boolean mayForce(RpcSession session, Message.Register message, Registration present) {
        boolean may = options.evictsOthers() || present.sessions().stream().allMatch(other -> isOwn(session, other));
        if (!may) {
            String text = "expected callees of this authid and authrole, but found others";
            refuse(session, message, Uris.NOT_AUTHORIZED, text);
        }
        return may;
    }

    /** Whether the callees that are there are gone for good; answers the REGISTER when they are not. */
    private boolean mayTakeOver(
            RpcSession session, Message.Register message, Registration present, boolean hasWaited, Runnable again) {
        return switch (takeover.ask(session, present, hasWaited, again)) {
            case GRANTED -> true;
            case WAITING -> false;
            case REFUSED -> {
                String text = "expected a procedure that is free, but " + message.procedure() + " is registered";
                refuse(session, message, Uris.PROCEDURE_ALREADY_EXISTS, text);
                yield false;
            }
        };
    }

    private static boolean isOwn(RpcSession session, RpcSession other) {
        return session == other || session.isSamePrincipal(other);
    }

    private void add(
            Callee callee,
            Message.Register message,
            MatchPolicy match,
            InvocationPolicy invoke,
            @Nullable Registration present) {
        RpcSession session = callee.session();
        Registration registration = present;
        if (registration == null) {
            registration = new Registration(
                    ++lastRegistration,
                    message.procedure(),
                    match,
                    invoke,
                    surroundings.clock().instant());
            byProcedure.put(match, message.procedure(), registration);
            byId.put(registration.id(), registration);
        }
        registration.add(callee);
        session.add(registration);
        session.member().send(new Message.Registered(message.request(), registration.id()));
        if (present == null) {
            observer.created(session, registration);
        }
        observer.registered(session, registration);
        calls.advance(registration);
    }

    private static void refuse(RpcSession session, Message.Register message, String error, String text) {
        session.member().refuse(Message.Register.CODE, message.request(), error, text);
    }

    private @Nullable String excess(RpcSession session, MatchPolicy match) {
        Limits limits = session.member().limits();
        boolean full = session.registrations.size() + session.waitingRegisters >= limits.registrations();
        return full
                ? Limits.excess(limits.registrations(), "registrations")
                : session.member().patternExcess(match);
    }

    // ---- ending

    /** UNREGISTER. Calls that are on their way may still be answered. */
    void unregister(RpcSession session, Message.Unregister message) {
        Registration registration = byId.get(message.registration());
        Callee callee = registration == null ? null : registration.calleeOf(session);
        if (registration == null || callee == null) {
            session.member()
                    .refuse(
                            Message.Unregister.CODE,
                            message.request(),
                            Uris.NO_SUCH_REGISTRATION,
                            "expected a registration of this session, but found " + message.registration());
            return;
        }
        remove(registration, callee);
        session.member().send(new Message.Unregistered(message.request(), Dict.EMPTY));
        tellRemoved(registration, session);
    }

    /**
     * Takes a registration from its callees (WAMP, "Registration Revocation"). Those that announced it are told; calls that
     * are on their way may still be answered.
     *
     * @param of from whom; null for all
     */
    void revoke(Registration registration, @Nullable RpcSession of, String reason) {
        for (Callee callee : List.copyOf(registration.callees())) {
            RpcSession session = callee.session();
            if (of != null && session != of) {
                continue;
            }
            remove(registration, callee);
            if (session.understandsRevocation()) {
                Dict details = Dict.of("registration", registration.id(), "reason", reason);
                session.member().send(new Message.Unregistered(0, details));
            }
            tellRemoved(registration, session);
        }
    }

    /** A session leaves: its registrations end. */
    void leave(RpcSession session) {
        for (Registration registration : List.copyOf(session.registrations)) {
            Callee callee = registration.calleeOf(session);
            if (callee != null) {
                remove(registration, callee);
                tellRemoved(registration, session);
            }
        }
    }

    private void remove(Registration registration, Callee callee) {
        registration.remove(callee);
        callee.session().remove(registration);
        if (registration.callees().isEmpty()) {
            byId.remove(registration.id());
            byProcedure.remove(registration.match(), registration.procedure());
        }
    }

    private void tellRemoved(Registration registration, RpcSession session) {
        observer.unregistered(session, registration);
        if (registration.callees().isEmpty()) {
            observer.deleted(session, registration);
        }
        calls.giveUp(registration);
    }
}
