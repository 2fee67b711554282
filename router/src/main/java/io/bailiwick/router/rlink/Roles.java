package io.bailiwick.router.rlink;

import io.bailiwick.router.message.Dict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a link announces: as a callee in one realm it can do all that callers may ask of the callees of the other. */
final class Roles {
    private static final List<String> PAYLOADS = List.of("payload_passthru_mode", "payload_transparency");

    private Roles() {}

    static Dict all() {
        Map<String, Object> roles = new LinkedHashMap<>();
        roles.put("publisher", features("publisher_identification", "publisher_exclusion"));
        roles.put("subscriber", features("publisher_identification", "pattern_based_subscription"));
        roles.put(
                "caller",
                features(
                        "caller_identification",
                        "call_canceling",
                        "call_timeout",
                        "progressive_call_results",
                        "progressive_call_invocations"));
        roles.put(
                "callee",
                features(
                        "caller_identification",
                        "call_canceling",
                        "call_reroute",
                        "progressive_call_results",
                        "progressive_call_invocations",
                        "pattern_based_registration",
                        "shared_registration"));
        return Dict.of(roles);
    }

    private static Map<String, Object> features(String... names) {
        Map<String, Boolean> features = List.of(names).stream().collect(Collectors.toMap(name -> name, name -> true));
        PAYLOADS.forEach(name -> features.put(name, true));
        return Map.of("features", features);
    }
}
