package io.bailiwick.router.meta;

import io.bailiwick.router.dealer.Dealer;
import io.bailiwick.router.dealer.Registration;
import io.bailiwick.router.dealer.RegistrationObserver;
import io.bailiwick.router.dealer.RpcSession;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.PayloadCodec.Values;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The registration meta API (WAMP, "Registration Meta API"): what is registered, by whom, and what becomes of it. The realm's
 * own procedures are registrations like any other, but nobody may remove their callee.
 */
final class RegistrationApi implements RegistrationObserver {
    private final MetaHost host;
    private final MetaEvents events;

    RegistrationApi(MetaHost host, MetaEvents events) {
        this.host = host;
        this.events = events;
    }

    // ---- the procedures

    @Procedure(
            value = "wamp.registration.list",
            gives = "[{exact: list of id, prefix: list of id, wildcard: list of id}]",
            does = "Lists all registrations by match policy.")
    Values list(MetaCall call) {
        return MetaCall.idsByMatch(dealer().registrations(), Registration::match);
    }

    @Procedure(
            value = "wamp.registration.lookup",
            takes = {"procedure: uri", "options?: dict with match"},
            gives = "[registration: id or null]",
            does = "Finds the registration of exactly this procedure or pattern under a match policy.")
    Values lookup(MetaCall call) throws Refused {
        String procedure = call.text(0, "a procedure");
        return MetaCall.idOrNull(dealer().procedures().get(call.match(1), procedure), Registration::id);
    }

    @Procedure(
            value = "wamp.registration.match",
            takes = "procedure: uri",
            gives = "[registration: id or null]",
            does = "Finds the registration that a call of the procedure would go to.")
    Values match(MetaCall call) throws Refused {
        String procedure = call.text(0, "a procedure");
        // No pattern leads a call of a reserved procedure to a client.
        Registration found = Uris.isReserved(procedure)
                ? dealer().procedures().get(MatchPolicy.EXACT, procedure)
                : dealer().procedures().best(procedure);
        return MetaCall.idOrNull(found, Registration::id);
    }

    @Procedure(
            value = "wamp.registration.get",
            takes = "registration: id",
            gives = "[{id, created: RFC 3339, uri, match, invoke}]",
            errors = "no_such_registration",
            does = "Describes a registration.")
    Values get(MetaCall call) throws Refused {
        return Values.of(describe(registration(call)));
    }

    @Procedure(
            value = "wamp.registration.list_callees",
            takes = "registration: id",
            gives = "[sessions: list of id]",
            errors = "no_such_registration",
            does = "Lists who answers for a registration, in the order they came.")
    Values listCallees(MetaCall call) throws Refused {
        return Values.of(callees(registration(call)));
    }

    @Procedure(
            value = "wamp.registration.count_callees",
            takes = "registration: id",
            gives = "[count: int]",
            errors = "no_such_registration",
            does = "Counts who answers for a registration.")
    Values countCallees(MetaCall call) throws Refused {
        return Values.of((long) callees(registration(call)).size());
    }

    @Procedure(
            value = "wamp.registration.remove_callee",
            takes = {"registration: id", "callee: id", "reason?: string"},
            errors = {"no_such_registration", "no_such_session", "not_authorized"},
            does = "Takes a registration from one of its callees, which is told so if it announced"
                    + " registration_revocation.")
    Values removeCallee(MetaCall call) throws Refused {
        long callee = call.id(1, "the session id of a callee");
        String reason = call.optionalText(2, "a reason");
        Registration registration = registration(call);
        if (Uris.isReserved(registration.procedure())) {
            throw new Refused(
                    Uris.NOT_AUTHORIZED, "expected a registration of a client, but found one of the realm itself");
        }
        if (!dealer().revoke(registration.id(), callee, reason == null ? Uris.UNREGISTERED : reason)) {
            throw Refused.noPart(host, callee, "a callee of the registration", Uris.NO_SUCH_REGISTRATION);
        }
        return Values.NONE;
    }

    private Dealer dealer() {
        return host.dealer();
    }

    private Registration registration(MetaCall call) throws Refused {
        return call.known(0, dealer().registrations(), "a registration", Uris.NO_SUCH_REGISTRATION);
    }

    private static List<Long> callees(Registration registration) {
        return registration.sessions().stream()
                .map(session -> session.member().id())
                .toList();
    }

    private static Map<String, Object> describe(Registration registration) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("id", registration.id());
        description.put("created", registration.created().toString());
        description.put("uri", registration.procedure());
        description.put("match", registration.match().id());
        description.put("invoke", registration.invoke().id());
        return description;
    }

    // ---- the events

    @Override
    public void created(RpcSession callee, Registration registration) {
        events.publish(
                MetaTopic.REGISTRATION_CREATED, () -> Values.of(callee.member().id(), describe(registration)));
    }

    @Override
    public void registered(RpcSession callee, Registration registration) {
        publish(MetaTopic.REGISTERED, callee, registration);
    }

    @Override
    public void unregistered(RpcSession callee, Registration registration) {
        publish(MetaTopic.UNREGISTERED, callee, registration);
    }

    @Override
    public void deleted(RpcSession callee, Registration registration) {
        publish(MetaTopic.REGISTRATION_DELETED, callee, registration);
    }

    private void publish(MetaTopic topic, RpcSession callee, Registration registration) {
        events.publish(topic, () -> Values.of(callee.member().id(), registration.id()));
    }
}
