package io.bailiwick.router.standalone.config;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.BrokerOptions.Confirmation;
import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.broker.BrokerOptions.Retention;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.dealer.DealerOptions;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.meta.MetaOptions;
import io.bailiwick.router.realm.RealmLimits;
import io.bailiwick.router.realm.RealmOptions;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.session.RequestIds;
import io.bailiwick.router.session.RoleLimits.Traffic;
import io.bailiwick.router.session.SlowReaders;
import java.time.Duration;

/** Reads how a realm behaves. */
final class RealmOptionsForm {
    private static final long MAX_DECISION_MILLIS = 600_000;

    private RealmOptionsForm() {}

    /** What is said of a realm, or of a template. */
    static RealmOptions options(Section realm) throws InvalidOptionsException {
        return new RealmOptions(
                realm.choice("uri_rule", UriRule.LOOSE),
                new Member.Terms(
                        realm.section("limits", RealmOptionsForm::eachOfRealm).orElse(Limits.DEFAULT),
                        realm.choice("request_ids", RequestIds.Order.LENIENT),
                        realm.section("slow_readers", RealmOptionsForm::slowReaders)
                                .orElse(SlowReaders.DEFAULT)),
                realm.section("limits", RealmOptionsForm::all).orElse(RealmLimits.NONE),
                realm.value(
                        "decision_timeout_ms",
                        found -> found.count(1, MAX_DECISION_MILLIS),
                        RealmOptions.DEFAULT.decisionMillis()),
                realm.section("dealer", RealmOptionsForm::dealer).orElse(DealerOptions.DEFAULT),
                broker(realm),
                realm.section("meta", RealmOptionsForm::meta).orElse(MetaOptions.DEFAULT));
    }

    private static Limits eachOfRealm(Section section) throws InvalidOptionsException {
        onlyLimits(section);
        return each(section, Limits.DEFAULT);
    }

    private static RealmLimits all(Section section) throws InvalidOptionsException {
        onlyLimits(section);
        RealmLimits standard = RealmLimits.NONE;
        return new RealmLimits(
                section.number("sessions", 1, standard.sessions()),
                section.number("sessions_per_authid", 1, standard.sessionsPerAuthid()),
                traffic(section, standard.traffic()),
                section.count("realm_queue_bytes", 1, standard.queueBytes()));
    }

    private static void onlyLimits(Section section) throws InvalidOptionsException {
        section.only(
                "subscriptions",
                "registrations",
                "wildcards",
                "pending_calls",
                "uri_length",
                "sessions",
                "sessions_per_authid",
                "message_bytes",
                "messages_per_second",
                "burst",
                "queue_bytes",
                "realm_queue_bytes");
    }

    /** What each session may hold. */
    static Limits each(Section section, Limits otherwise) throws InvalidOptionsException {
        return new Limits(
                section.number("subscriptions", 1, otherwise.subscriptions()),
                section.number("registrations", 1, otherwise.registrations()),
                section.number("wildcards", 1, otherwise.wildcards()),
                section.number("pending_calls", 1, otherwise.pendingCalls()),
                section.number("uri_length", 1, otherwise.uriLength()));
    }

    /** What may pass the link of each session. Whoever names a rate and no burst means as many at once as in a second. */
    static Traffic traffic(Section section, Traffic otherwise) throws InvalidOptionsException {
        int perSecond = section.number("messages_per_second", 1, otherwise.messagesPerSecond());
        boolean ownRate = section.get("messages_per_second").isPresent();
        return new Traffic(
                section.number("message_bytes", 1, otherwise.messageBytes()),
                perSecond,
                section.number("burst", 1, ownRate ? perSecond : otherwise.burst()),
                section.number("queue_bytes", 1, otherwise.queueBytes()));
    }

    private static SlowReaders slowReaders(Section section) throws InvalidOptionsException {
        section.only("policy", "after_ms");
        SlowReaders.Policy policy = section.choice("policy", SlowReaders.DEFAULT.policy());
        return policy == SlowReaders.Policy.DROP_EVENTS
                ? SlowReaders.DROP_EVENTS
                : SlowReaders.disconnectAfter(section.count("after_ms", 1, SlowReaders.DEFAULT.millis()));
    }

    private static DealerOptions dealer(Section section) throws InvalidOptionsException {
        section.only(
                "progress_without_canceling",
                "default_timeout_ms",
                "maximum_timeout_ms",
                "waiting_calls",
                "held_bytes",
                "evicts_others",
                "takeover_patience_ms");
        DealerOptions standard = DealerOptions.DEFAULT;
        return new DealerOptions(
                section.flag("progress_without_canceling", standard.progressWithoutCanceling()),
                section.count("default_timeout_ms", 0, standard.defaultTimeout()),
                section.count("maximum_timeout_ms", 0, standard.maximumTimeout()),
                section.number("waiting_calls", 0, standard.waitingCalls()),
                section.count("held_bytes", 0, standard.heldBytes()),
                section.flag("evicts_others", standard.evictsOthers()),
                section.count("takeover_patience_ms", 0, standard.takeoverPatience()));
    }

    private static BrokerOptions broker(Section realm) throws InvalidOptionsException {
        return new BrokerOptions(
                realm.section("retention", RealmOptionsForm::retention).orElse(Retention.DEFAULT),
                realm.section("confirmation", RealmOptionsForm::confirmation).orElse(Confirmation.DEFAULT),
                realm.sections("history", RealmOptionsForm::kept));
    }

    private static Retention retention(Section section) throws InvalidOptionsException {
        section.only("events", "bytes", "event_bytes", "events_per_topic", "age", "delivered");
        Retention standard = Retention.DEFAULT;
        return new Retention(
                section.number("events", 1, standard.events()),
                section.count("bytes", 1, standard.bytes()),
                section.number("event_bytes", 1, standard.eventBytes()),
                section.number("events_per_topic", 1, standard.eventsPerTopic()),
                section.seconds("age", standard.age()),
                section.number("delivered", 1, standard.delivered()));
    }

    private static Confirmation confirmation(Section section) throws InvalidOptionsException {
        section.only("per_session", "outstanding", "patience_ms");
        Confirmation standard = Confirmation.DEFAULT;
        return new Confirmation(
                section.number("per_session", 1, standard.perSession()),
                section.number("outstanding", 1, standard.outstanding()),
                section.value(
                        "patience_ms",
                        found -> Duration.ofMillis(found.number(1, Integer.MAX_VALUE)),
                        standard.patience()));
    }

    private static KeptTopic kept(Section section) throws InvalidOptionsException {
        section.only("topic", "match", "events", "bytes", "age");
        MatchPolicy match = RoleForm.match(section);
        KeptTopic standard = KeptTopic.of(RoleForm.uri(section.required("topic"), match), match);
        return new KeptTopic(
                standard.topic(),
                match,
                section.number("events", 1, standard.events()),
                section.count("bytes", 1, standard.bytes()),
                section.seconds("age", standard.age()));
    }

    private static MetaOptions meta(Section section) throws InvalidOptionsException {
        section.only("testaments", "testament_bytes", "descriptions", "realm_descriptions", "description_bytes");
        MetaOptions standard = MetaOptions.DEFAULT;
        return new MetaOptions(
                section.number("testaments", 1, standard.testaments()),
                section.number("testament_bytes", 1, standard.testamentBytes()),
                section.number("descriptions", 1, standard.descriptions()),
                section.number("realm_descriptions", 1, standard.realmDescriptions()),
                section.number("description_bytes", 1, standard.descriptionBytes()));
    }
}
