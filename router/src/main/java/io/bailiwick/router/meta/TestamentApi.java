package io.bailiwick.router.meta;

import io.bailiwick.router.broker.Broker;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Testaments (WAMP, "Testament"): what a session wants to be published when it leaves. A testament is a publication of that
 * session, which is checked and authorised when it is added. Sessions are not resumed here, so the scope {@code detached}
 * ends with {@code destroyed}, and comes before it.
 */
final class TestamentApi {
    private static final Logger log = LoggerFactory.getLogger(TestamentApi.class);

    private final MetaHost host;
    private final MetaOptions options;
    private final Map<Long, Will> wills = new HashMap<>();

    TestamentApi(MetaHost host, MetaOptions options) {
        this.host = host;
        this.options = options;
    }

    /** When a testament is published. The order of the names is that of publication. */
    private enum Scope {
        DETACHED,
        DESTROYED;

        static Scope of(Dict keywords) throws Refused {
            String scope = keywords.text("scope").orElse("destroyed");
            return switch (scope) {
                case "detached" -> DETACHED;
                case "destroyed" -> DESTROYED;
                default ->
                    throw new Refused(Uris.INVALID_ARGUMENT, "expected scope detached or destroyed, but found another");
            };
        }
    }

    private record Testament(Scope scope, String topic, Dict options, Payload payload, Permission permission) {
        private long bytes() {
            return payload.length() + options.size();
        }
    }

    /** The testaments of a session, in the order they were added. */
    private static final class Will {
        private final SessionDetails publisher;
        private final List<Testament> testaments = new ArrayList<>();

        private Will(SessionDetails publisher) {
            this.publisher = publisher;
        }

        private long bytes() {
            return testaments.stream().mapToLong(Testament::bytes).sum();
        }
    }

    @Procedure(
            value = "wamp.session.add_testament",
            takes = {"topic: uri", "args: list", "kwargs: dict"},
            keywords = {"publish_options: dict", "scope: destroyed (default) or detached"},
            errors = {"invalid_uri", "not_authorized", "authorization_failed", "option_disallowed.disclose_me"},
            does = "Adds an event that is published when the caller's session leaves, by whatever way but"
                    + " wamp.session.kill_all. The option acknowledge is ignored.")
    void addTestament(MetaCall call, MetaCall.Reply reply) throws Refused {
        String topic = call.text(0, "a topic");
        Values arguments =
                new Values(call.list(1, "a list of arguments"), call.dict(2, "a dictionary of keyword arguments"));
        Scope scope = Scope.of(call.keywords());
        Dict publishOptions = publishOptions(call);
        checkTopic(topic);
        Payload payload = host.surroundings().payloads().encode(arguments);
        Payload lasting = payload.keep();
        host.decide(
                call.caller(),
                Action.PUBLISH,
                topic,
                MatchPolicy.EXACT,
                decision -> reply.by(() -> {
                    Permission permission = checked(decision, publishOptions);
                    add(call.caller(), new Testament(scope, topic, publishOptions, lasting, permission));
                    reply.result(Values.NONE);
                }));
    }

    private void add(SessionDetails publisher, Testament testament) throws Refused {
        if (host.session(publisher.session()) == null) {
            throw new Refused(Uris.NO_SUCH_SESSION, "expected a session of this realm, but found none");
        }
        Will will = wills.get(publisher.session());
        checkRoom(will, testament);
        if (will == null) {
            will = new Will(publisher);
            wills.put(publisher.session(), will);
        }
        will.testaments.add(testament);
    }

    @Procedure(
            value = "wamp.session.flush_testaments",
            keywords = "scope: destroyed (default) or detached",
            does = "Forgets the testaments of a scope that the caller's session has added.")
    Values flushTestaments(MetaCall call) throws Refused {
        Scope scope = Scope.of(call.keywords());
        Will will = wills.get(call.caller().session());
        if (will != null) {
            will.testaments.removeIf(testament -> testament.scope() == scope);
        }
        return Values.NONE;
    }

    /** What is checked at a PUBLISH is checked here: at the end nobody could be told. */
    private Dict publishOptions(MetaCall call) throws Refused {
        Dict checked = Broker.checked(call.caller(), call.keywords().dict("publish_options"));
        int longest = host.limits().uriLength();
        if (checked.text("rkey").filter(key -> key.length() > longest).isPresent()) {
            throw new Refused(Uris.INVALID_ARGUMENT, "expected rkey of at most " + longest + " characters");
        }
        return checked;
    }

    private void checkTopic(String topic) throws Refused {
        boolean legal =
                topic.length() <= host.limits().uriLength() && host.rule().allows(topic);
        if (!legal || Uris.isReserved(topic)) {
            throw new Refused(
                    Uris.INVALID_URI, "expected a topic that is a URI and not reserved, but found another string");
        }
    }

    private static Permission checked(@Nullable Permission permission, Dict publishOptions) throws Refused {
        if (permission == null) {
            throw new Refused(Uris.AUTHORIZATION_FAILED, "the rights of this session are not known");
        }
        if (!permission.allowed()) {
            throw new Refused(Uris.NOT_AUTHORIZED, "expected the right to publish to the topic, but found none");
        }
        if (permission.disclosure() == Disclosure.FORBIDDEN && publishOptions.flag("disclose_me", false)) {
            throw new Refused(
                    Uris.DISCLOSE_ME_DISALLOWED, "expected no disclose_me, which is forbidden here, but found it");
        }
        return permission;
    }

    private void checkRoom(@Nullable Will will, Testament next) throws Refused {
        int count = will == null ? 0 : will.testaments.size();
        long bytes = will == null ? 0 : will.bytes();
        if (count >= options.testaments()) {
            throw new Refused(Limits.EXCEEDED, Limits.excess(options.testaments(), "testaments"));
        }
        if (bytes + next.bytes() > options.testamentBytes()) {
            throw new Refused(
                    Limits.EXCEEDED,
                    "expected testaments of at most " + options.testamentBytes()
                            + " bytes of a session, but found more");
        }
    }

    /** The session has left: all that it wanted to be published is. */
    void publish(long session) {
        Will will = wills.remove(session);
        if (will == null) {
            return;
        }
        for (Scope scope : Scope.values()) {
            for (Testament testament : will.testaments) {
                if (testament.scope() == scope) {
                    publish(will.publisher, testament);
                }
            }
        }
    }

    /** One that fails keeps neither the others nor the session from leaving. */
    private void publish(SessionDetails publisher, Testament testament) {
        try {
            host.broker()
                    .publishFor(
                            publisher,
                            testament.topic(),
                            testament.options(),
                            testament.payload(),
                            testament.permission());
        } catch (RuntimeException failure) {
            log.error("realm {}: a testament of {} could not be published", host.name(), publisher.authid(), failure);
        }
    }

    /** The session has left, and nobody shall hear of it. */
    void forget(long session) {
        wills.remove(session);
    }
}
