package io.bailiwick.router.meta;

import io.bailiwick.router.broker.Subscription;
import io.bailiwick.router.dealer.Registration;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reflection (WAMP, "Interface Reflection"): what procedures, topics and errors there are, and what their providers say of
 * them. The specification gives the URIs and no more; what is passed is ours. A description is any value. It belongs to the
 * session that defined it last, and goes with it. A session sees what it has some right to, and nothing else
 * ({@link Sight}).
 */
final class ReflectionApi {
    private final MetaHost host;
    private final MetaEvents events;
    private final MetaOptions options;
    private final Sight sight;
    private final Map<Kind, Map<String, Description>> descriptions = new TreeMap<>();
    private final Map<Kind, Map<String, Object>> own = new TreeMap<>();

    ReflectionApi(MetaHost host, MetaEvents events, MetaOptions options) {
        this.host = host;
        this.events = events;
        this.options = options;
        this.sight = new Sight(host);
        for (Kind kind : Kind.values()) {
            descriptions.put(kind, new TreeMap<>());
            own.put(kind, new TreeMap<>());
        }
    }

    /** What is described: who provides it, and who uses it. */
    private enum Kind {
        TOPIC(Action.PUBLISH, Action.SUBSCRIBE),
        PROCEDURE(Action.REGISTER, Action.CALL),
        ERROR(null, null);

        private final @Nullable Action provide;
        private final @Nullable Action use;

        Kind(@Nullable Action provide, @Nullable Action use) {
            this.provide = provide;
            this.use = use;
        }

        /** The rights of which one is enough to see it; none where everybody may. */
        List<Action> rights() {
            return use == null || provide == null ? List.of() : List.of(use, provide);
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String id) throws Refused {
            for (Kind kind : values()) {
                if (kind.id().equals(id)) {
                    return kind;
                }
            }
            throw new Refused(
                    Uris.INVALID_ARGUMENT, "expected the kind topic, procedure or error, but found another string");
        }
    }

    private record Description(long owner, Object value) {}

    // ---- the procedures

    @Procedure(
            value = "wamp.reflect.define",
            takes = {"uri: uri", "kind: topic, procedure or error", "description: any value or null"},
            gives = "[new: true; false if it was there and has changed; null if nothing has changed]",
            errors = {"invalid_uri", "not_authorized", "authorization_failed"},
            does = "Describes a topic the caller may publish to, a procedure it may register, or an error, until its"
                    + " session leaves; null takes the description back.")
    void define(MetaCall call, MetaCall.Reply reply) throws Refused {
        String uri = call.text(0, "a URI");
        Kind kind = Kind.of(call.text(1, "a kind"));
        Object value = call.any(2, "a description, or null");
        checkUri(uri);
        if (kind.provide == null) {
            reply.result(define(call.caller(), kind, uri, value));
            return;
        }
        host.decide(
                call.caller(),
                kind.provide,
                uri,
                MatchPolicy.EXACT,
                permission -> reply.by(() -> {
                    checkProvider(call.caller(), kind, permission);
                    reply.result(define(call.caller(), kind, uri, value));
                }));
    }

    private Values define(SessionDetails provider, Kind kind, String uri, @Nullable Object value) throws Refused {
        Map<String, Description> known = descriptions(kind);
        Description before = known.get(uri);
        if (before == null ? value == null : Objects.equals(before.value, value)) {
            return MetaCall.orNull(null);
        }
        long caller = provider.session();
        if (kind == Kind.ERROR && before != null && before.owner != caller) {
            // No right tells who may raise an error: whoever came first describes it.
            throw new Refused(Uris.NOT_AUTHORIZED, "expected an error of this session, but another has described it");
        }
        if (value == null) {
            known.remove(uri);
            tellUndefined(kind, uri);
            return Values.of(false);
        }
        checkRoom(caller, before, value);
        known.put(uri, new Description(caller, value));
        boolean isNew = before == null;
        events.publish(MetaTopic.DEFINED, () -> Values.of(uri, kind.id(), isNew));
        return Values.of(isNew);
    }

    @Procedure(
            value = "wamp.reflect.describe",
            takes = {"uri: uri", "kind?: topic, procedure or error"},
            gives = "[description, or null]",
            does =
                    "Tells the description of a URI; without a kind, the first of topic, procedure and error that has one.")
    void describe(MetaCall call, MetaCall.Reply reply) throws Refused {
        String uri = call.text(0, "a URI");
        String wanted = call.optionalText(1, "a kind");
        List<Kind> kinds = wanted == null ? Arrays.asList(Kind.values()) : List.of(Kind.of(wanted));
        describe(call.caller(), kinds, uri, reply);
    }

    @Procedure(
            value = "wamp.reflection.topic.list",
            gives = "[uris: list of uri]",
            does = "Lists the topics that are described or subscribed to and that the caller has a right to.")
    void listTopics(MetaCall call, MetaCall.Reply reply) {
        Set<String> uris = new HashSet<>();
        for (Subscription subscription : host.broker().subscriptions().values()) {
            addExact(uris, subscription.match(), subscription.topic());
        }
        list(call.caller(), Kind.TOPIC, uris, reply);
    }

    @Procedure(
            value = "wamp.reflection.procedure.list",
            gives = "[uris: list of uri]",
            does = "Lists the procedures that are described or registered and that the caller has a right to.")
    void listProcedures(MetaCall call, MetaCall.Reply reply) {
        Set<String> uris = new HashSet<>();
        for (Registration registration : host.dealer().registrations().values()) {
            addExact(uris, registration.match(), registration.procedure());
        }
        list(call.caller(), Kind.PROCEDURE, uris, reply);
    }

    @Procedure(
            value = "wamp.reflection.error.list",
            gives = "[uris: list of uri]",
            does = "Lists the errors that are described.")
    void listErrors(MetaCall call, MetaCall.Reply reply) {
        list(call.caller(), Kind.ERROR, new HashSet<>(), reply);
    }

    @Procedure(
            value = "wamp.reflection.topic.describe",
            takes = "topic: uri",
            gives = "[description, or null]",
            does = "Tells the description of a topic.")
    void describeTopic(MetaCall call, MetaCall.Reply reply) throws Refused {
        describe(call.caller(), List.of(Kind.TOPIC), call.text(0, "a topic"), reply);
    }

    @Procedure(
            value = "wamp.reflection.procedure.describe",
            takes = "procedure: uri",
            gives = "[description, or null]",
            does = "Tells the description of a procedure.")
    void describeProcedure(MetaCall call, MetaCall.Reply reply) throws Refused {
        describe(call.caller(), List.of(Kind.PROCEDURE), call.text(0, "a procedure"), reply);
    }

    @Procedure(
            value = "wamp.reflection.error.describe",
            takes = "error: uri",
            gives = "[description, or null]",
            does = "Tells the description of an error.")
    void describeError(MetaCall call, MetaCall.Reply reply) throws Refused {
        describe(call.caller(), List.of(Kind.ERROR), call.text(0, "an error"), reply);
    }

    // ---- what they share

    private Map<String, Description> descriptions(Kind kind) {
        return Objects.requireNonNull(descriptions.get(kind));
    }

    private static void addExact(Set<String> uris, MatchPolicy match, String uri) {
        if (match == MatchPolicy.EXACT) {
            uris.add(uri);
        }
    }

    private void list(SessionDetails caller, Kind kind, Set<String> live, MetaCall.Reply reply) {
        Set<String> uris = new TreeSet<>(live);
        uris.addAll(descriptions(kind).keySet());
        uris.addAll(Objects.requireNonNull(own.get(kind)).keySet());
        sight.look(
                caller,
                kind.rights(),
                uris,
                seen -> reply.result(
                        Values.of(uris.stream().filter(seen::contains).toList())));
    }

    /** Who has no right to a URI is told the same as if nothing were known of it. */
    private void describe(SessionDetails caller, List<Kind> kinds, String uri, MetaCall.Reply reply) {
        if (kinds.isEmpty()) {
            reply.result(MetaCall.orNull(null));
            return;
        }
        Kind kind = kinds.get(0);
        sight.look(
                caller,
                kind.rights(),
                List.of(uri),
                seen -> reply.by(() -> {
                    Object found = seen.isEmpty() ? null : description(kind, uri);
                    if (found == null) {
                        describe(caller, kinds.subList(1, kinds.size()), uri, reply);
                    } else {
                        reply.result(MetaCall.orNull(found));
                    }
                }));
    }

    private @Nullable Object description(Kind kind, String uri) {
        Description description = descriptions(kind).get(uri);
        return description == null ? Objects.requireNonNull(own.get(kind)).get(uri) : description.value;
    }

    private void checkUri(String uri) throws Refused {
        boolean legal = uri.length() <= host.limits().uriLength() && host.rule().allows(uri);
        if (!legal || Uris.isReserved(uri)) {
            throw new Refused(Uris.INVALID_URI, "expected a URI that is not reserved, but found another string");
        }
    }

    private void checkProvider(SessionDetails session, Kind kind, @Nullable Permission permission) throws Refused {
        if (permission == null) {
            throw new Refused(Uris.AUTHORIZATION_FAILED, "the rights of this session are not known");
        }
        if (!permission.allowed()) {
            throw new Refused(
                    Uris.NOT_AUTHORIZED, "expected the right to " + kind.provide + " the URI, but found none");
        }
        if (host.session(session.session()) == null) {
            // It has left while somebody else decided: nobody would take its description back.
            throw new Refused(Uris.NO_SUCH_SESSION, "expected a session of this realm, but found none");
        }
    }

    private void checkRoom(long session, @Nullable Description before, Object value) throws Refused {
        int bytes = host.surroundings().payloads().encode(Values.of(value)).length();
        if (bytes > options.descriptionBytes()) {
            throw new Refused(
                    Limits.EXCEEDED,
                    "expected a description of at most " + options.descriptionBytes() + " bytes, but found " + bytes);
        }
        if ((before == null || before.owner != session) && count(session) >= options.descriptions()) {
            throw new Refused(Limits.EXCEEDED, Limits.excess(options.descriptions(), "descriptions"));
        }
        if (before == null && descriptions.values().stream().mapToInt(Map::size).sum() >= options.realmDescriptions()) {
            throw new Refused(
                    Limits.EXCEEDED,
                    "expected at most " + options.realmDescriptions() + " descriptions of a realm, but found one more");
        }
    }

    private long count(long session) {
        return descriptions.values().stream()
                .flatMap(known -> known.values().stream())
                .filter(description -> description.owner == session)
                .count();
    }

    private void tellUndefined(Kind kind, String uri) {
        events.publish(MetaTopic.UNDEFINED, () -> Values.of(uri, kind.id()));
    }

    /** What the realm itself provides. */
    void describeOwn(List<BoundProcedure> procedures) {
        Map<String, Object> ownProcedures = Objects.requireNonNull(own.get(Kind.PROCEDURE));
        procedures.forEach(procedure -> ownProcedures.put(procedure.uri(), procedure.description()));
        Map<String, Object> ownTopics = Objects.requireNonNull(own.get(Kind.TOPIC));
        for (MetaTopic topic : MetaTopic.values()) {
            ownTopics.put(topic.uri(), Map.of("description", topic.happens(), "args", topic.carries()));
        }
    }

    /** A session has left: what it has defined goes with it. */
    void left(long session) {
        sight.left(session);
        descriptions.forEach((kind, known) -> {
            List<String> gone = known.entrySet().stream()
                    .filter(entry -> entry.getValue().owner == session)
                    .map(Map.Entry::getKey)
                    .toList();
            gone.forEach(uri -> {
                known.remove(uri);
                tellUndefined(kind, uri);
            });
        });
    }
}
