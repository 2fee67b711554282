package io.bailiwick.router.history;

import io.bailiwick.router.broker.Audience;
import io.bailiwick.router.broker.EventStore.Kept;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event in the store.
 *
 * @param publication the publication id
 * @param published when it was published
 * @param topic what it was published to
 * @param details what every subscriber was told
 * @param format the format of the payload
 * @param elements how many values the payload holds
 * @param payload its bytes in Base64
 * @param eligibleAuthids who may read it; null where the option was absent. So the others
 */
record EventRow(
        long publication,
        Instant published,
        String topic,
        Map<String, Object> details,
        String format,
        int elements,
        String payload,
        @Nullable List<String> eligibleAuthids,
        @Nullable List<String> eligibleAuthroles,
        @Nullable List<String> excludeAuthids,
        @Nullable List<String> excludeAuthroles) {

    static EventRow of(Kept event) {
        ByteBuffer bytes = event.payload().bytes();
        byte[] payload = new byte[bytes.remaining()];
        bytes.get(payload);
        Map<String, Object> details = new LinkedHashMap<>();
        event.details().entries().forEach((key, value) -> {
            if (value != null) {
                details.put(key, value);
            }
        });
        Audience.Lists eligible = event.audience().eligible();
        Audience.Lists exclude = event.audience().exclude();
        return new EventRow(
                event.publication(),
                event.published(),
                event.topic(),
                details,
                event.payload().format().id(),
                event.payload().elements(),
                Base64.getEncoder().encodeToString(payload),
                eligible == null ? null : list(eligible.authids()),
                eligible == null ? null : list(eligible.authroles()),
                exclude == null ? null : list(exclude.authids()),
                exclude == null ? null : list(exclude.authroles()));
    }

    private static @Nullable List<String> list(@Nullable Set<String> texts) {
        return texts == null ? null : texts.stream().sorted().toList();
    }

    Kept event() {
        Payload held = elements == 0
                ? Payload.EMPTY
                : Payload.owned(
                        format(format), ByteBuffer.wrap(Base64.getDecoder().decode(payload)), elements);
        Audience audience = new Audience(
                Audience.NOBODY, lists(eligibleAuthids, eligibleAuthroles), lists(excludeAuthids, excludeAuthroles));
        return new Kept(publication, published, topic, Dict.of(wide(details)), held, audience);
    }

    private static Audience.@Nullable Lists lists(@Nullable List<String> authids, @Nullable List<String> authroles) {
        return authids == null && authroles == null
                ? null
                : new Audience.Lists(
                        null,
                        authids == null ? null : Set.copyOf(authids),
                        authroles == null ? null : Set.copyOf(authroles));
    }

    /** Small integers come back from JSON narrower than they went. */
    private static Map<String, Object> wide(Map<String, Object> details) {
        Map<String, Object> wide = new LinkedHashMap<>(details);
        wide.replaceAll((key, value) -> value instanceof Integer number ? (Object) number.longValue() : value);
        return wide;
    }

    private static Format format(String id) {
        for (Format format : Format.values()) {
            if (format.id().equals(id)) {
                return format;
            }
        }
        throw new IllegalArgumentException("expected a format of payloads, but found " + id);
    }
}
