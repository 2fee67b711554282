package io.bailiwick.router.web;

import io.bailiwick.router.transport.http.HttpRoute.Reply;
import io.bailiwick.router.transport.http.HttpRoute.Request;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks signed requests, as Crossbar.io's publisher and caller services take them: the query has {@code key},
 * {@code timestamp} (ISO 8601, UTC), {@code seq}, {@code nonce} and {@code signature}, the base64url of HMAC-SHA256 over
 * key, timestamp, seq, nonce and body, one behind the other. Unlike there a nonce counts once. Safe on any thread.
 */
final class SignedRequests {
    private static final int MAX_NONCES = 100_000;
    private static final int MAX_NUMBER = 20;
    private static final String HMAC = "HmacSHA256";

    private final BridgeOptions.Signed options;
    private final Supplier<Instant> clock;
    // Guarded by this: nonces and when they may be forgotten, oldest first.
    private final Map<String, Instant> nonces = new LinkedHashMap<>();

    SignedRequests(BridgeOptions.Signed options, Supplier<Instant> clock) {
        this.options = options;
        this.clock = clock;
    }

    /** Whether a request means to be a signed one. */
    static boolean isSigned(Request request) {
        return request.query().containsKey("signature") || request.query().containsKey("key");
    }

    /** The reply that refuses a request; empty when it is signed as it should be, and its nonce is used up then. */
    Optional<Reply> refusal(Request request) {
        List<String> parts = new ArrayList<>();
        for (String name : List.of("key", "timestamp", "seq", "nonce", "signature")) {
            Optional<String> part = request.parameter(name);
            if (part.isEmpty()) {
                return Optional.of(Reply.text(400, "The parameter " + name + " is expected once."));
            }
            parts.add(part.get());
        }
        Instant time;
        try {
            time = Instant.parse(parts.get(1));
        } catch (DateTimeException e) {
            return Optional.of(Reply.text(400, "A timestamp like 2026-01-31T12:00:00.000Z is expected."));
        }
        if (!isNumber(parts.get(2)) || !isNumber(parts.get(3))) {
            return Optional.of(Reply.text(400, "A seq and a nonce of digits are expected."));
        }
        // The key is no secret, but one answer for both tells a stranger less.
        boolean signature = isSignature(parts, request.body());
        if (!signature || !isSame(parts.get(0), options.key())) {
            return Optional.of(Reply.text(401, "The signature is not right."));
        }
        return use(parts.get(3), time);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= MAX_NUMBER && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private boolean isSignature(List<String> parts, byte[] body) {
        byte[] given;
        try {
            given = Base64.getUrlDecoder().decode(parts.get(4));
        } catch (IllegalArgumentException e) {
            given = new byte[0];
        }
        List<byte[]> signed = new ArrayList<>();
        parts.subList(0, 4).forEach(part -> signed.add(part.getBytes(StandardCharsets.UTF_8)));
        signed.add(body);
        return MessageDigest.isEqual(hmac(options.secret(), signed), given);
    }

    /** HMAC-SHA256 over parts, one behind the other. */
    static byte[] hmac(String secret, List<byte[]> parts) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
            parts.forEach(mac::update);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected " + HMAC + " in every JDK, but found none", e);
        }
    }

    private Optional<Reply> use(String nonce, Instant time) {
        Instant now = clock.get();
        if (Duration.between(time, now).abs().compareTo(options.window()) > 0) {
            return Optional.of(Reply.text(
                    401,
                    "A timestamp at most " + options.window().toSeconds()
                            + " s away from the router's clock is expected."));
        }
        synchronized (this) {
            Iterator<Instant> oldest = nonces.values().iterator();
            while (oldest.hasNext() && oldest.next().isBefore(now)) {
                oldest.remove();
            }
            if (nonces.containsKey(nonce)) {
                return Optional.of(Reply.text(401, "A nonce that was not used before is expected."));
            }
            if (nonces.size() >= MAX_NONCES) {
                return Optional.of(
                        Reply.text(429, "There are too many requests now.").with("Retry-After", "1"));
            }
            // As long as its timestamp may still count, which may lie ahead of our clock.
            nonces.put(nonce, now.plus(options.window().multipliedBy(2)));
        }
        return Optional.empty();
    }
}
