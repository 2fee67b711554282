package io.bailiwick.router.client;

import io.bailiwick.router.client.jawampa.JawampaSession;
import io.bailiwick.router.client.session.DirectSession;
import io.bailiwick.router.client.session.MessageSession;
import io.bailiwick.router.client.session.RefusedException;
import io.bailiwick.router.handshake.Joiner;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.ProtocolViolation;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Joins realms. */
public final class Client {
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

    /** What a session of our own understands, and one that jawampa carries does not. */
    private static final String PROGRESS = "progressive_call_results";

    /** What this client understands (WAMP, "Client: Role and Feature Announcement"), and nothing else. */
    private static final Map<String, List<String>> FEATURES = Map.of(
            "subscriber", List.of("publisher_identification", "pattern_based_subscription"),
            "publisher", List.of("publisher_identification", "publisher_exclusion", "subscriber_blackwhite_listing"),
            "caller", List.of("caller_identification", "call_canceling"),
            "callee",
                    List.of(
                            "caller_identification",
                            "call_canceling",
                            "pattern_based_registration",
                            "shared_registration"));

    /** What keeps a session. Both keep to the same contract, {@link ClientSession}. */
    public enum Carrier {
        /** jawampa-core's state machine, above a link of this house. */
        JAWAMPA,
        /** This house's own, straight on the link: for those who take many messages, or must be small. */
        DIRECT
    }

    private Client() {}

    /** As {@link #join(Connector, Identity, Executor, Carrier)}, carried by jawampa. */
    public static CompletableFuture<ClientSession> join(Connector connector, Identity identity, Executor callbacks) {
        return join(connector, identity, callbacks, Carrier.JAWAMPA);
    }

    /**
     * Opens a link and joins.
     *
     * @param connector how to reach the router
     * @param identity who wants to join
     * @param callbacks runs procedures, event consumers and completions; each session's events one at a time and in order
     * @param carrier what keeps the session
     * @return the joined session; ends exceptionally with {@link JoinRefusedException} when the router refuses, or with
     *     an {@link java.io.IOException} when it cannot be reached or does not answer within ten seconds
     */
    public static CompletableFuture<ClientSession> join(
            Connector connector, Identity identity, Executor callbacks, Carrier carrier) {
        return join(connector, identity, callbacks, carrier, JOIN_LIMIT);
    }

    /**
     * The same with another limit.
     *
     * @param limit for the answer of the router, which may let its newcomers wait until their realm is ready
     */
    public static CompletableFuture<ClientSession> join(
            Connector connector, Identity identity, Executor callbacks, Carrier carrier, Duration limit) {
        CompletableFuture<ClientSession> result = new CompletableFuture<>();
        Callee callee = new Callee(callbacks);
        CompletionStage<? extends MessageSession> joined = carrier == Carrier.DIRECT
                ? DirectSession.join(
                        connector,
                        introduction(identity, true),
                        callee::interrupted,
                        task -> JoinedSession.hand(callbacks, task),
                        limit)
                : JawampaSession.join(connector, introduction(identity, false), callee::interrupted, limit);
        joined.whenComplete((session, failure) -> JoinedSession.hand(callbacks, () -> {
            if (session == null) {
                result.completeExceptionally(causeOf(failure));
                return;
            }
            try {
                if (!result.complete(new JoinedSession(session, identity, callee, callbacks))) {
                    session.close();
                }
            } catch (ProtocolViolation violation) {
                session.close();
                result.completeExceptionally(new IOException(violation.getMessage(), violation));
            }
        }));
        return result;
    }

    private static Throwable causeOf(@Nullable Throwable failure) {
        if (failure instanceof RefusedException refused) {
            Object message = refused.abort().details().entries().get("message");
            return new JoinRefusedException(refused.abort().reason(), message instanceof String text ? text : "");
        }
        return failure == null ? new IOException("no session came, and no reason why") : failure;
    }

    private static Joiner.Introduction introduction(Identity identity, boolean progress) {
        Map<String, Object> roles = new LinkedHashMap<>();
        FEATURES.forEach((role, features) -> {
            Map<String, Object> announced = new LinkedHashMap<>();
            features.forEach(feature -> announced.put(feature, true));
            if (progress && (role.equals("caller") || role.equals("callee"))) {
                announced.put(PROGRESS, true);
            }
            roles.put(role, Map.of("features", announced));
        });
        return new Joiner.Introduction(
                identity.realm(),
                identity.authid(),
                identity.authrole(),
                identity.login(),
                identity.authextra(),
                "bailiwick",
                Dict.of(roles));
    }
}
