package io.bailiwick.domain.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one management realm used in one interval, and how far the submission of this record to a metering service got.
 *
 * @param timestamp end of the interval, nanoseconds since 1970 UTC; with {@code mrealmId} the key of the row
 * @param mrealmId the management realm
 * @param timestampFrom start of the interval, nanoseconds since 1970 UTC
 * @param pubkey the key of the domain that measured, 64 lower-case hexadecimal characters, or null
 * @param clientIpAddress the address the record was submitted from, or null
 * @param clientIpVersion 4 or 6; 0 when it was not submitted
 * @param clientIpPort the port it was submitted from; 0 when it was not submitted
 * @param seq the number of the record in its realm, from 1: without a gap, as intervals without heartbeats make none
 * @param sent when it was submitted, nanoseconds since 1970 UTC, or null
 * @param processed when the service answered, nanoseconds since 1970 UTC, or null
 * @param status how far the submission got
 * @param statusMessage why it failed, or null
 * @param meteringId the batch in which the service took it, or null
 * @param count how many worker heartbeats the record sums up
 * @param total how many heartbeats, of nodes and workers, the record sums up
 * @param nodes seconds of nodes
 * @param controllers seconds of node controllers
 * @param hostmonitors seconds of host monitors
 * @param routers seconds of router workers
 * @param containers seconds of container workers
 * @param guests seconds of guest workers
 * @param proxies seconds of proxy workers
 * @param marketmakers seconds of market makers
 * @param sessions seconds of sessions on router workers
 * @param msgsCall CALL messages that router workers received; the other {@code msgs} fields likewise for theirs
 * @param msgsYield YIELD messages received
 * @param msgsInvocation INVOCATION messages sent
 * @param msgsResult RESULT messages sent
 * @param msgsError ERROR messages, both ways
 * @param msgsPublish PUBLISH messages received
 * @param msgsPublished PUBLISHED messages sent
 * @param msgsEvent EVENT messages sent
 * @param msgsRegister REGISTER messages received
 * @param msgsRegistered REGISTERED messages sent
 * @param msgsSubscribe SUBSCRIBE messages received
 * @param msgsSubscribed SUBSCRIBED messages sent
 */
public record MasterNodeUsage(
        long timestamp,
        UUID mrealmId,
        long timestampFrom,
        @Nullable String pubkey,
        @Nullable String clientIpAddress,
        int clientIpVersion,
        int clientIpPort,
        long seq,
        @Nullable Long sent,
        @Nullable Long processed,
        Status status,
        @Nullable String statusMessage,
        @Nullable UUID meteringId,
        long count,
        long total,
        long nodes,
        long controllers,
        long hostmonitors,
        long routers,
        long containers,
        long guests,
        long proxies,
        long marketmakers,
        long sessions,
        long msgsCall,
        long msgsYield,
        long msgsInvocation,
        long msgsResult,
        long msgsError,
        long msgsPublish,
        long msgsPublished,
        long msgsEvent,
        long msgsRegister,
        long msgsRegistered,
        long msgsSubscribe,
        long msgsSubscribed) {

    /** How far the submission of a record got. */
    public enum Status {
        /** Not to be submitted. */
        NONE(0),
        /** Measured, to be submitted. */
        RECEIVED(1),
        /** The service has it. */
        SUCCESS(2),
        /** The service did not take it. */
        FAILED(3);

        private final int code;

        Status(int code) {
            this.code = code;
        }

        /** The number in the store. */
        @JsonValue
        public int code() {
            return code;
        }
    }
}
