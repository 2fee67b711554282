package io.bailiwick.router.rlink;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.rlink.RouterLinkOptions.Passage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One way over a link: what is published and called in one realm goes to the other, answers come back. */
final class Crossing implements End.Callee {
    private static final Logger log = LoggerFactory.getLogger(Crossing.class);
    /** How many publications are remembered, so that one that meets several subscriptions crosses once. */
    private static final int RECENT = 1_024;

    private static final List<String> PAYLOAD_KEYS = List.of(
            "ppt_scheme",
            "ppt_serializer",
            "ppt_cipher",
            "ppt_keyid",
            "enc_algo",
            "enc_key",
            "enc_serializer",
            "transaction_hash");
    /** Those of an EVENT for a link that are options of a PUBLISH too. */
    private static final List<String> EVENT_KEYS =
            List.of("retain", "eligible_authid", "eligible_authrole", "exclude_authid", "exclude_authrole");

    /** How long an event has been retained, in milliseconds: in the EVENT for a link, and in its PUBLISH on the other side. */
    private static final String RETAINED_AGE = "x_retained_age";

    /** A broker that takes events which were retained elsewhere; another one would send them to all, as if they were new. */
    private static final String RETAINED_FORWARDING = "x_retained_forwarding";

    private static final List<String> CALL_KEYS = List.of("receive_progress", "progress", "timeout");
    private static final List<String> RESULT_KEYS = List.of("progress");

    private final End from;
    private final End to;
    private final Trail trail;
    private final RouterLinkOptions options;
    private final Passage passage;
    private final Mirror topics;
    private final Mirror procedures;
    private final Set<Long> recent = new LinkedHashSet<>();
    /** The calls that are open, the request of the CALL by that of the INVOCATION. */
    private final Map<Long, Long> calls = new HashMap<>();
    /** The request of the newest call: they count up. */
    private long newest;

    private boolean dropping;

    /** A way from one realm to another, over which nothing goes yet. */
    Crossing(RouterLinkOptions options, Passage passage, End from, End to, Trail trail) {
        this.from = from;
        this.to = to;
        this.trail = trail;
        this.options = options;
        this.passage = passage;
        this.topics = new Mirror(from, Interest.Kind.TOPICS, passage.topics(), this::published);
        this.procedures = new Mirror(from, Interest.Kind.PROCEDURES, passage.procedures(), (topic, event) -> {});
        from.serve(this);
    }

    /** Lets go over what the other realm wants. */
    void open(Place other) {
        if (passage.events()) {
            interest(other, Interest.Kind.TOPICS, topics);
        }
        if (passage.calls()) {
            interest(other, Interest.Kind.PROCEDURES, procedures);
        }
    }

    private void interest(Place other, Interest.Kind kind, Mirror mirror) {
        new Interest(to, kind, session -> other.countsHere(session, options.transit()), mirror).start();
    }

    /** Tries again what was refused. */
    void retry() {
        topics.retry();
        procedures.retry();
    }

    // ---- events

    private void published(String topic, Message.Event event) {
        Dict details = event.details();
        boolean retained = details.flag("retained", false);
        OptionalLong age = details.integer(RETAINED_AGE);
        if (!UriFilter.admits(passage.topics(), topic)
                || (retained && (age.isEmpty() || !to.announces(RETAINED_FORWARDING)))) {
            return;
        }
        List<Object> way = trail.extended(details, "publisher", event.publication());
        if (way == null) {
            return;
        }
        if (!to.keepsUp()) {
            if (!dropping) {
                log.warn("link {}: events are dropped, the other router does not keep up", options.name());
            }
            dropping = true;
            return;
        }
        dropping = false;
        if (!isNew(event)) {
            return;
        }
        Map<String, @Nullable Object> terms = passed(details, EVENT_KEYS);
        if (details.has("publisher")) {
            terms.put("disclose_me", true);
        }
        if (retained) {
            terms.put(RETAINED_AGE, age.getAsLong());
        }
        terms.put("forward_for", way);
        to.publish(id -> new Message.Publish(id, Dict.of(terms), topic, event.payload()));
    }

    private boolean isNew(Message.Event event) {
        if (!recent.add(event.publication())) {
            return false;
        }
        if (recent.size() > RECENT) {
            recent.remove(recent.iterator().next());
        }
        return true;
    }

    // ---- calls

    @Override
    public void invoked(Message.Invocation message) {
        Target registered = procedures.target(message.registration());
        Dict details = message.details();
        String procedure = details.text("procedure").orElse(registered == null ? "" : registered.uri());
        Long open = calls.get(message.request());
        List<Object> way = trail.extended(details, "caller", 0);
        if (open != null) {
            if (!to.send(new Message.Call(open, terms(details, way), procedure, message.payload()))) {
                giveUp(message.request(), open);
            }
            return;
        }
        if (message.request() <= newest) {
            // Another part of a call that has ended, and been answered, while this was on its way.
            return;
        }
        newest = message.request();
        if (registered == null || way == null || calls.size() >= options.pendingCalls() || !to.keepsUp()) {
            // With this error a dealer turns to the next callee that it has.
            fail(message.request(), Uris.UNAVAILABLE);
        } else if (!UriFilter.admits(passage.procedures(), procedure)) {
            fail(message.request(), Uris.NO_SUCH_PROCEDURE);
        } else {
            call(message, procedure, terms(details, way));
        }
    }

    private void call(Message.Invocation message, String procedure, Dict terms) {
        long invocation = message.request();
        long call = to.request(
                id -> new Message.Call(id, terms, procedure, message.payload()),
                answer -> answered(invocation, answer));
        if (call == 0) {
            fail(invocation, Uris.PAYLOAD_SIZE_EXCEEDED);
        } else {
            calls.put(invocation, call);
        }
    }

    private static Dict terms(Dict details, @Nullable List<Object> way) {
        Map<String, @Nullable Object> terms = passed(details, CALL_KEYS);
        if (details.has("caller")) {
            terms.put("disclose_me", true);
        }
        if (way != null) {
            terms.put("forward_for", way);
        }
        return Dict.of(terms);
    }

    private void answered(long invocation, Message answer) {
        Long call = calls.get(invocation);
        if (call == null) {
            // It was given up before this was said.
            return;
        }
        if (answer instanceof Message.Result result) {
            boolean last = !result.details().flag("progress", false);
            if (last) {
                calls.remove(invocation);
            }
            Dict terms = Dict.of(passed(result.details(), RESULT_KEYS));
            if (from.send(new Message.Yield(invocation, terms, result.payload()))) {
                return;
            }
            if (last) {
                fail(invocation, Uris.PAYLOAD_SIZE_EXCEEDED);
            } else {
                giveUp(invocation, call);
            }
        } else if (answer instanceof Message.ErrorReply error) {
            calls.remove(invocation);
            Message whole = new Message.ErrorReply(
                    Message.Invocation.CODE, invocation, error.details(), error.error(), error.payload());
            if (!from.send(whole)) {
                fail(invocation, Uris.PAYLOAD_SIZE_EXCEEDED);
            }
        }
    }

    /** A part of a call is too large for one of the two: the one that waits is told, the one at work is stopped. */
    private void giveUp(long invocation, long call) {
        calls.remove(invocation);
        fail(invocation, Uris.PAYLOAD_SIZE_EXCEEDED);
        to.send(new Message.Cancel(call, Dict.of("mode", "killnowait")));
    }

    private void fail(long invocation, String error) {
        from.send(new Message.ErrorReply(Message.Invocation.CODE, invocation, Dict.EMPTY, error, Payload.EMPTY));
    }

    @Override
    public void interrupted(Message.Interrupt message) {
        Long call = calls.get(message.request());
        if (call != null) {
            String mode = message.options().text("mode").orElse("killnowait");
            to.send(new Message.Cancel(call, Dict.of("mode", mode)));
        }
    }

    /** The attributes of the payload, and some more keys, as far as they are there. */
    private static Map<String, @Nullable Object> passed(Dict from, List<String> more) {
        Map<String, @Nullable Object> passed = new LinkedHashMap<>();
        from.entries().forEach((key, value) -> {
            if (value != null && (PAYLOAD_KEYS.contains(key) || more.contains(key))) {
                passed.put(key, value);
            }
        });
        return passed;
    }
}
