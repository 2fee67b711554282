package io.bailiwick.router.web;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.codec.UntranslatablePayloadException;
import io.bailiwick.router.link.TokenBuckets;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.transport.http.HttpRoute;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A webhook: 204 when the router has taken the event. Strangers are told no more than a status. */
public final class Webhook implements HttpRoute, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Webhook.class);
    private static final int MAX_ADDRESSES = 10_000;
    private static final String SIGNATURE = "x-hub-signature-256";
    private static final String SIGNATURE_PREFIX = "sha256=";
    private static final Duration KEPT = Duration.ofDays(365);

    private final WebhookOptions options;
    private final Entrance entrance;
    private final SessionCache sessions = new SessionCache(1, KEPT, KEPT, System::nanoTime);
    private final TokenBuckets rates;

    /** A webhook, which joins its realm when the first request comes. */
    public Webhook(WebhookOptions options, Entrance entrance) {
        this.options = options;
        this.entrance = entrance;
        this.rates = new TokenBuckets(
                TokenBuckets.Rate.perSecond(options.perSecond(), 2 * options.perSecond()),
                MAX_ADDRESSES,
                System::nanoTime);
    }

    @Override
    public String path() {
        return options.path();
    }

    @Override
    public Set<String> methods() {
        return Set.of("POST");
    }

    @Override
    public int maxBody() {
        return options.maxBody();
    }

    @Override
    public CompletionStage<Reply> handle(Request request) {
        if (!rates.take(Callers.counted(request.peer()))) {
            return CompletableFuture.completedFuture(
                    Reply.text(429, "There are too many requests now.").with("Retry-After", "1"));
        }
        if (options.secret().isPresent() && !isSigned(request, options.secret().get())) {
            return CompletableFuture.completedFuture(Reply.text(401, "The signature is not right."));
        }
        Payload payload;
        try {
            payload = Payloads.encode(Format.JSON, event(request));
        } catch (ProtocolViolation | UntranslatablePayloadException | CharacterCodingException e) {
            log.debug("webhook {}: cannot be published", options.path(), e);
            return CompletableFuture.completedFuture(Reply.text(400, "JSON, or text in UTF-8, is expected."));
        }
        return publish(payload, true);
    }

    private static boolean isSigned(Request request, String secret) {
        String given = request.header(SIGNATURE).orElse("");
        byte[] signature;
        try {
            signature = given.startsWith(SIGNATURE_PREFIX)
                    ? HexFormat.of().parseHex(given.substring(SIGNATURE_PREFIX.length()))
                    : new byte[0];
        } catch (IllegalArgumentException e) {
            signature = new byte[0];
        }
        return MessageDigest.isEqual(SignedRequests.hmac(secret, List.of(request.body())), signature);
    }

    private Arguments event(Request request) throws CharacterCodingException {
        boolean json = request.mediaType().equals("application/json")
                || request.mediaType().endsWith("+json");
        Object body = json
                ? Json.read(request.body())
                : StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(request.body()))
                        .toString();
        Map<String, Object> headers = new LinkedHashMap<>();
        for (String name : options.headers()) {
            List<String> values = request.headers().get(name);
            if (values != null) {
                headers.put(name, String.join(", ", values));
            }
        }
        Arguments only = Arguments.of(body);
        return new Arguments(only.list(), Map.of("headers", headers));
    }

    private CompletableFuture<Reply> publish(Payload payload, boolean again) {
        return sessions.session("webhook", this::session)
                .publish(Dict.EMPTY, options.topic(), payload)
                .handle((publication, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(Reply.empty(204));
                    }
                    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                    if (cause instanceof WampSession.Gone && again) {
                        return publish(payload, false);
                    }
                    log.warn("webhook {}: could not publish to {}", options.path(), options.topic(), cause);
                    return CompletableFuture.completedFuture(Reply.text(503, "The event was not taken; try again."));
                })
                .thenCompose(reply -> reply);
    }

    private WampSession session() {
        return new WampSession(
                entrance.trusted(options.realm(), options.authid(), options.authrole()),
                options.realm(),
                Optional.empty(),
                Optional.empty());
    }

    /** Ends its session. */
    @Override
    public void close() {
        sessions.close();
    }
}
