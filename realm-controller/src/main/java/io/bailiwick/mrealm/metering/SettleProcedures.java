package io.bailiwick.mrealm.metering;

import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.router.client.Procedure;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The last account of a realm. */
public final class SettleProcedures {
    private final Meter meter;

    SettleProcedures(Meter meter) {
        this.meter = meter;
    }

    /**
     * Meters what was used until now and has it stored by the domain. The interval that is open is closed where it stands, and
     * the next one begins there; may be asked again and again.
     *
     * @return {@code {until}}: the time until which the domain has it all, nanoseconds since the epoch. Errors: {@code
     *     wamp.error.not_authorized}, and those of {@code io.bailiwick.domain.store_usage}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.settle_usage",
            does =
                    "Meters and sends all that was used until now, without waiting for the end of an interval; for the domain only,"
                            + " before it deletes the realm.")
    @Allowed(Right.IS_DOMAIN)
    public CompletionStage<Map<String, Long>> settleUsage() {
        return meter.settle().thenApply(until -> Map.of("until", until));
    }
}
