package io.bailiwick.router.broker;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.session.SessionDetails;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The options of a PUBLISH, read and checked: a known key with a value of the wrong type is a protocol violation, an unknown
 * one is ignored.
 *
 * @param acknowledge whether the publisher wants PUBLISHED
 * @param confirm whether PUBLISHED is to wait for the receivers' confirmation; see {@link Confirmations}
 * @param disclose whether the publisher asks to be made known
 * @param retain whether the event is kept for those who subscribe later
 * @param audience who may receive it
 * @param rkey what the event is about, for subscriptions that are shared among nodes; null where it was not said
 * @param passed the options that go on to the subscribers unseen: {@code ppt_*}, {@code enc_*}, {@code transaction_hash}
 * @param forwardFor the routers and sessions that it came by, as a link says; null where it said nothing
 * @param age for how many milliseconds it has been retained in the realm that a link brings it from; {@link #NEW} for an event
 *     that happens now
 */
record PublishTerms(
        boolean acknowledge,
        boolean confirm,
        boolean disclose,
        boolean retain,
        Audience audience,
        @Nullable String rkey,
        Dict passed,
        @Nullable List<?> forwardFor,
        long age) {
    /** The age of an event that happens now. */
    static final long NEW = -1;

    /** How long an event has been retained: in what links are told, and in what they say. */
    static final String AGE = "x_retained_age";

    /** Older is nothing; so that there is an instant that it began. */
    private static final long MAX_AGE = 1L << 53;

    /** Those of the realm's own events. */
    static final PublishTerms PLAIN =
            new PublishTerms(false, false, false, false, Audience.EVERYONE, null, Dict.EMPTY, null, NEW);

    /** Without its first key a family is not passed: the others say how to read what was not done. */
    private static final List<String> PASSED = List.of(
            "ppt_scheme",
            "ppt_serializer",
            "ppt_cipher",
            "ppt_keyid",
            "enc_algo",
            "enc_key",
            "enc_serializer",
            "transaction_hash");

    /** The others that count where nothing is acknowledged. */
    private static final List<String> OTHERS = List.of(
            "disclose_me",
            "exclude_me",
            "retain",
            "rkey",
            "eligible",
            "eligible_authid",
            "eligible_authrole",
            "exclude",
            "exclude_authid",
            "exclude_authrole",
            "forward_for",
            AGE);

    private static final String PASSTHRU = "payload_passthru_mode";

    /**
     * Reads the options. Only a link to another router may say for whom it forwards.
     *
     * @throws ProtocolViolation when a known option has the wrong type, or the publisher uses payload passthru without
     *     having announced it (WAMP, "Payload Passthru Mode")
     */
    static PublishTerms of(SessionDetails publisher, Dict options) {
        if (options.isEmpty()) {
            return plain(publisher);
        }
        boolean lists = false;
        boolean passes = false;
        for (String key : options.entries().keySet()) {
            lists |= key.startsWith("eligible") || key.startsWith("exclude_auth") || key.equals("exclude");
            passes |= PASSED.contains(key);
        }
        boolean acknowledge = options.flag("acknowledge", false);
        boolean confirm = options.flag("x_acknowledged_delivery", false);
        long age = age(publisher, options);
        long excluded = options.flag("exclude_me", true) ? publisher.session() : Audience.NOBODY;
        return new PublishTerms(
                acknowledge,
                acknowledge && confirm,
                options.flag("disclose_me", false),
                options.flag("retain", false) || age != NEW,
                lists ? Audience.of(excluded, options) : new Audience(excluded, null, null),
                options.textOrNull("rkey"),
                passes ? passed(publisher, options) : Dict.EMPTY,
                publisher.forwardFor("PUBLISH.Options", options),
                age);
    }

    /** Those of a PUBLISH without options. */
    static PublishTerms plain(SessionDetails publisher) {
        Audience others = new Audience(publisher.session(), null, null);
        return new PublishTerms(false, false, false, false, others, null, Dict.EMPTY, null, NEW);
    }

    /** The options of a PUBLISH that is made later and not acknowledged: those that mean something then. */
    static Dict lasting(Dict options) {
        Map<String, @Nullable Object> known = new LinkedHashMap<>();
        options.entries().forEach((key, value) -> {
            if (PASSED.contains(key) || OTHERS.contains(key)) {
                known.put(key, value);
            }
        });
        return Dict.at("publish_options", known);
    }

    private static long age(SessionDetails publisher, Dict options) {
        OptionalLong age = publisher.isRouterLink() ? options.integer(AGE) : OptionalLong.empty();
        if (age.isPresent() && age.getAsLong() < 0) {
            throw new ProtocolViolation("PUBLISH.Options." + AGE, "milliseconds", "a negative number");
        }
        return age.isPresent() ? Math.min(age.getAsLong(), MAX_AGE) : NEW;
    }

    /** Whether it was published before, in another realm that has retained it: it is for those who ask for such events. */
    boolean isLate() {
        return age != NEW;
    }

    /** An event where it was published first: the number of that realm, and what the event is called there. */
    record Origin(long realm, long publication) {}

    /** Where it was published first, as a link says; null where none does. */
    @Nullable
    Origin origin() {
        if (forwardFor != null) {
            for (Object step : forwardFor) {
                if (step instanceof Map<?, ?> one
                        && one.get("session") instanceof Number realm
                        && one.get("publication") instanceof Number publication) {
                    return new Origin(realm.longValue(), publication.longValue());
                }
            }
        }
        return null;
    }

    private static Dict passed(SessionDetails publisher, Dict options) {
        String scheme = options.textOrNull("ppt_scheme");
        boolean passthru = scheme != null && !scheme.isEmpty();
        if (passthru && !publisher.announces("publisher", PASSTHRU)) {
            throw new ProtocolViolation(
                    "PUBLISH.Options.ppt_scheme", "a publisher that announced " + PASSTHRU, "one that did not");
        }
        boolean opaque = options.textOrNull("enc_algo") != null;
        if (passthru && opaque) {
            throw new ProtocolViolation("PUBLISH.Options", "one of ppt_scheme and enc_algo", "both");
        }
        Map<String, Object> passed = new LinkedHashMap<>(4);
        for (String key : PASSED) {
            String text = options.textOrNull(key);
            boolean wanted = key.startsWith("ppt_") ? passthru : opaque || !key.startsWith("enc_");
            if (text != null && wanted) {
                passed.put(key, text);
            }
        }
        return passed.isEmpty() ? Dict.EMPTY : Dict.of(passed);
    }
}
