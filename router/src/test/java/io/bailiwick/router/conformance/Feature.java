package io.bailiwick.router.conformance;

/** The features of WAMP, and what routers have added to it: the rows of {@code docs/conformance.md}, in its order. */
public enum Feature {
    // Remote procedure calls
    REGISTER_AND_CALL(Section.RPC, "Register, call, yield, unregister", ""),
    PROGRESSIVE_CALL_RESULTS(Section.RPC, "Progressive call results", "progressive_call_results"),
    PROGRESSIVE_CALL_INVOCATIONS(Section.RPC, "Progressive call invocations", "progressive_call_invocations"),
    CALL_TIMEOUT(Section.RPC, "Call timeout", "call_timeout"),
    CALL_CANCELING(Section.RPC, "Call canceling", "call_canceling"),
    CALLER_IDENTIFICATION(Section.RPC, "Caller identification", "caller_identification"),
    CALL_TRUSTLEVELS(Section.RPC, "Call trust levels", "call_trustlevels"),
    PATTERN_BASED_REGISTRATION(Section.RPC, "Pattern-based registration", "pattern_based_registration"),
    SHARED_REGISTRATION(Section.RPC, "Shared registration", "shared_registration"),
    SHARDED_REGISTRATION(Section.RPC, "Sharded registration", "sharded_registration"),
    REGISTRATION_REVOCATION(Section.RPC, "Registration revocation", "registration_revocation"),
    CALL_REROUTE(Section.RPC, "Call rerouting", "call_reroute"),
    PROCEDURE_REFLECTION(Section.RPC, "Procedure reflection", "reflection"),
    FORCE_REREGISTER(Section.RPC, "force_reregister (Crossbar.io)", ""),
    CONCURRENCY(Section.RPC, "concurrency of a registration (Crossbar.io)", ""),
    CALLER_LEAVES(Section.RPC, "The caller leaves", ""),
    CALLEE_LEAVES(Section.RPC, "The callee leaves", ""),
    // Publish and subscribe
    PUBLISH_AND_SUBSCRIBE(Section.PUBSUB, "Subscribe, publish, event, unsubscribe", ""),
    ACKNOWLEDGE(Section.PUBSUB, "Acknowledged publication", ""),
    PUBLISHER_EXCLUSION(Section.PUBSUB, "Publisher exclusion", "publisher_exclusion"),
    SUBSCRIBER_BLACKWHITE_LISTING(
            Section.PUBSUB, "Subscriber black- and whitelisting", "subscriber_blackwhite_listing"),
    PUBLISHER_IDENTIFICATION(Section.PUBSUB, "Publisher identification", "publisher_identification"),
    PUBLICATION_TRUSTLEVELS(Section.PUBSUB, "Publication trust levels", "publication_trustlevels"),
    PATTERN_BASED_SUBSCRIPTION(Section.PUBSUB, "Pattern-based subscription", "pattern_based_subscription"),
    SHARDED_SUBSCRIPTION(Section.PUBSUB, "Sharded subscription", "sharded_subscription"),
    EVENT_HISTORY(Section.PUBSUB, "Event history", "event_history"),
    EVENT_RETENTION(Section.PUBSUB, "Event retention", "event_retention"),
    SUBSCRIPTION_REVOCATION(Section.PUBSUB, "Subscription revocation", "subscription_revocation"),
    SESSION_TESTAMENT(Section.PUBSUB, "Session testaments", "testament_meta_api"),
    ACKNOWLEDGED_DELIVERY(Section.PUBSUB, "Acknowledged delivery (Crossbar.io)", "x_acknowledged_event_delivery"),
    PAYLOAD_TRANSPARENCY(Section.PUBSUB, "Opaque payloads (Autobahn)", "payload_transparency"),
    PAYLOAD_ENCRYPTION(Section.PUBSUB, "Encrypted payloads passed unread (Autobahn)", "payload_encryption_cryptobox"),
    PAYLOAD_PASSTHRU(Section.PUBSUB, "Payload passthru mode", "payload_passthru_mode"),
    TOPIC_REFLECTION(Section.PUBSUB, "Topic reflection", "reflection"),
    // Meta API
    SESSION_META_API(Section.META, "Session meta API", "session_meta_api"),
    REGISTRATION_META_API(Section.META, "Registration meta API", "registration_meta_api"),
    SUBSCRIPTION_META_API(Section.META, "Subscription meta API", "subscription_meta_api"),
    // Sessions and authorization
    LIFECYCLE(Section.SESSION, "Opening and closing of sessions", ""),
    PROTOCOL_VIOLATIONS(Section.SESSION, "Protocol violations end the session", ""),
    IDS(Section.SESSION, "Ids and request ids", ""),
    URIS(Section.SESSION, "URIs: loose, strict, patterns, reserved", ""),
    ORDERING(Section.SESSION, "Order of messages", ""),
    STATIC_AUTHORIZATION(Section.SESSION, "Static authorization", ""),
    DYNAMIC_AUTHORIZATION(Section.SESSION, "Dynamic authorization", ""),
    REALM_LIFECYCLE(Section.SESSION, "Realms and roles at run time", ""),
    SESSION_RESUME(
            Section.SESSION,
            "Session resumption",
            "",
            "the specification is a draft whose names contradict each other"),
    // Authentication
    ANONYMOUS(Section.AUTHENTICATION, "Anonymous", ""),
    TICKET(Section.AUTHENTICATION, "Ticket", ""),
    WAMPCRA(Section.AUTHENTICATION, "WAMP-CRA", ""),
    WAMP_SCRAM(Section.AUTHENTICATION, "WAMP-SCRAM", ""),
    SCRAM_OF_AUTOBAHN(Section.AUTHENTICATION, "SCRAM as Autobahn speaks it", ""),
    CRYPTOSIGN(Section.AUTHENTICATION, "WAMP-cryptosign", ""),
    CHANNEL_BINDING(Section.AUTHENTICATION, "Channel binding", ""),
    ROUTER_AUTHENTICATION(Section.AUTHENTICATION, "Authentication of the router", ""),
    TRUSTROOTS(Section.AUTHENTICATION, "Cryptosign trust roots: refused by name, as none can be configured", ""),
    ASSIGNED_REALM(Section.AUTHENTICATION, "Realm and authid assigned by the router", ""),
    TLS_CERTIFICATE(Section.AUTHENTICATION, "TLS client certificate", ""),
    COOKIE(Section.AUTHENTICATION, "Cookie", ""),
    DYNAMIC_AUTHENTICATOR(Section.AUTHENTICATION, "Dynamic authenticators", ""),
    METHOD_CHOICE(Section.AUTHENTICATION, "Choice of the method", ""),
    UNIFORM_REFUSAL(Section.AUTHENTICATION, "Uniform answers to strangers", ""),
    THROTTLING(Section.AUTHENTICATION, "Throttling of attempts", ""),
    // Transports
    WEBSOCKET(Section.TRANSPORT, "WebSocket (RFC 6455)", ""),
    JSON(Section.TRANSPORT, "JSON", ""),
    MSGPACK(Section.TRANSPORT, "MessagePack", ""),
    CBOR(Section.TRANSPORT, "CBOR", ""),
    UBJSON(Section.TRANSPORT, "UBJSON", "", "no well-kept library reads it"),
    FLATBUFFERS(Section.TRANSPORT, "FlatBuffers", "", "the schema is Autobahn's own and nobody else speaks it"),
    BATCHED(Section.TRANSPORT, "Batched WebSocket", ""),
    SUBPROTOCOL_CHOICE(Section.TRANSPORT, "Choice of the subprotocol", ""),
    PERMESSAGE_DEFLATE(Section.TRANSPORT, "permessage-deflate (RFC 7692)", ""),
    RAWSOCKET(Section.TRANSPORT, "RawSocket", ""),
    UNIX_SOCKET(Section.TRANSPORT, "Unix sockets", ""),
    TLS(Section.TRANSPORT, "TLS, with reload of certificates", ""),
    LONG_POLL(Section.TRANSPORT, "HTTP long-poll", ""),
    ONE_PORT(Section.TRANSPORT, "One port for all transports", ""),
    MULTIPLEXED(Section.TRANSPORT, "Multiplexed transport", "", "the specification has no wire format for it"),
    ROUTER_LINKS(Section.TRANSPORT, "Router-to-router links", ""),
    ROUTER_LINK_RETENTION(Section.TRANSPORT, "Retained events over router-to-router links", "x_retained_forwarding"),
    HTTP_BRIDGES(Section.TRANSPORT, "HTTP bridges and webhooks", ""),
    HEALTH_AND_METRICS(Section.TRANSPORT, "Health, information and metrics", ""),
    // Limits and back-pressure
    LIMITS(Section.LIMITS, "Limits, each named when it refuses", ""),
    RATES(Section.LIMITS, "Rates", ""),
    SLOW_READERS(Section.LIMITS, "Slow readers", "");

    private final Section section;
    private final String title;
    private final String announced;

    private final String absence;

    Feature(Section section, String title, String announced) {
        this(section, title, announced, "");
    }

    Feature(Section section, String title, String announced, String absence) {
        this.absence = absence;
        this.section = section;
        this.title = title;
        this.announced = announced;
    }

    /** Where it stands in the page. */
    public Section section() {
        return section;
    }

    /** Its name for readers. */
    public String title() {
        return title;
    }

    /** Its key below {@code roles.broker.features} or {@code roles.dealer.features} of WELCOME; empty where WAMP has none. */
    public String announced() {
        return announced;
    }

    /** Why it is not there; empty where it is. */
    public String absence() {
        return absence;
    }

    /** The parts of the page. */
    public enum Section {
        RPC("Remote procedure calls"),
        PUBSUB("Publish and subscribe"),
        META("Meta API"),
        SESSION("Sessions and authorization"),
        AUTHENTICATION("Authentication"),
        TRANSPORT("Transports"),
        LIMITS("Limits and back-pressure");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        /** Its heading. */
        public String title() {
            return title;
        }
    }
}
