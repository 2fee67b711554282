package io.bailiwick.router.meta;

/** The events of the meta API: what they carry, and when. Reserved URIs, to which only the realm itself publishes. */
enum MetaTopic {
    SESSION_JOINED(
            "wamp.session.on_join",
            "[details: `session`, `authid`, `authrole`, `authmethod`, `authprovider`, `transport?`]",
            "A session has joined."),
    SESSION_LEFT("wamp.session.on_leave", "[session, authid, authrole]", "A session has left; the last event of all."),
    REGISTRATION_CREATED(
            "wamp.registration.on_create",
            "[session, {id, created, uri, match, invoke}]",
            "A registration came to be; before on_register."),
    REGISTERED("wamp.registration.on_register", "[session, registration]", "A callee was added."),
    UNREGISTERED("wamp.registration.on_unregister", "[session, registration]", "A callee was removed, or left."),
    REGISTRATION_DELETED(
            "wamp.registration.on_delete", "[session, registration]", "The last callee is gone; after on_unregister."),
    SUBSCRIPTION_CREATED(
            "wamp.subscription.on_create",
            "[session, {id, created, uri, match}]",
            "A subscription came to be; before on_subscribe."),
    SUBSCRIBED("wamp.subscription.on_subscribe", "[session, subscription]", "A subscriber was added."),
    UNSUBSCRIBED("wamp.subscription.on_unsubscribe", "[session, subscription]", "A subscriber was removed, or left."),
    SUBSCRIPTION_DELETED(
            "wamp.subscription.on_delete",
            "[session, subscription]",
            "The last subscriber is gone; after on_unsubscribe."),
    DEFINED("wamp.reflect.on_define", "[uri, kind, new: bool]", "A description was given, or replaced."),
    UNDEFINED("wamp.reflect.on_undefine", "[uri, kind]", "A description was taken back, or its session has left.");

    private final String uri;
    private final String carries;
    private final String happens;

    MetaTopic(String uri, String carries, String happens) {
        this.uri = uri;
        this.carries = carries;
        this.happens = happens;
    }

    String uri() {
        return uri;
    }

    /** The positional arguments of the event. */
    String carries() {
        return carries;
    }

    /** What it tells, in a sentence. */
    String happens() {
        return happens;
    }
}
