package io.bailiwick.mrealm.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One heartbeat of a node. What the node did not report is null and takes no room.
 *
 * @param timestamp when it was received, nanoseconds since the epoch, clock of this controller
 * @param nodeId the node
 * @param period seconds between two beats, as the node is configured
 * @param mrealmId this realm's object id
 * @param state 0 none, 1 online, 2 degraded
 * @param session the WAMP session it came by; null when not disclosed
 * @param sent when it was sent, nanoseconds since the epoch, clock of the node
 * @param seq counts the beats of one connection, from 1
 * @param workers running workers by type
 * @param cpu processors
 * @param disk all disks together
 * @param memory main memory
 * @param network all network interfaces together
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MNodeLog(
        long timestamp,
        UUID nodeId,
        long period,
        UUID mrealmId,
        int state,
        @Nullable Long session,
        long sent,
        long seq,
        Workers workers,
        @Nullable Cpu cpu,
        @Nullable Disk disk,
        @Nullable Memory memory,
        @Nullable Network network) {

    /** How many workers of each type run; {@code controllers} is the node's own process. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Workers(
            int controllers,
            int routers,
            int containers,
            int guests,
            int proxies,
            int marketmakers,
            int hostmonitors) {}

    /**
     * Processors: shares of time in percent since the previous report, {@code freq} in MHz, the three counters since the
     * start of the system.
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Cpu(
            @Nullable Long ctxSwitches,
            @Nullable Double freq,
            @Nullable Double guest,
            @Nullable Double guestNice,
            @Nullable Double idle,
            @Nullable Long interrupts,
            @Nullable Double iowait,
            @Nullable Double irq,
            @Nullable Double nice,
            @Nullable Long softInterrupts,
            @Nullable Double softirq,
            @Nullable Double steal,
            @Nullable Double system,
            @Nullable Double user) {}

    /** Disks: operations and bytes since the start of the system, times in milliseconds. */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Disk(
            @Nullable Long busyTime,
            @Nullable Long readBytes,
            @Nullable Long readCount,
            @Nullable Long readMergedCount,
            @Nullable Long readTime,
            @Nullable Long writeBytes,
            @Nullable Long writeCount,
            @Nullable Long writeMergedCount,
            @Nullable Long writeTime) {}

    /** Main memory in bytes; {@code percent} of it in use. */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Memory(
            @Nullable Long active,
            @Nullable Long available,
            @Nullable Long buffers,
            @Nullable Long cached,
            @Nullable Long free,
            @Nullable Long inactive,
            @Nullable Long shared,
            @Nullable Long slab,
            @Nullable Long total,
            @Nullable Long used,
            @Nullable Double percent) {}

    /** Network: bytes and packets since the start of the system, and open connections by address family. */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Network(
            @Nullable Long bytesRecv,
            @Nullable Long bytesSent,
            @Nullable Long packetsRecv,
            @Nullable Long packetsSent,
            @Nullable Long connectionAfInet,
            @Nullable Long connectionAfInet6,
            @Nullable Long connectionAfUnix,
            @Nullable Long dropin,
            @Nullable Long dropout,
            @Nullable Long errin,
            @Nullable Long errout) {}
}
