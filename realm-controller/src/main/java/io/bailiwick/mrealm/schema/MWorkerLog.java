package io.bailiwick.mrealm.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One heartbeat of a worker of a node, or of the node's own process (type {@code controller}). What was not reported is null
 * and takes no room.
 *
 * @param timestamp when it was received, nanoseconds since the epoch, clock of this controller
 * @param nodeId the node
 * @param workerId the worker, for example {@code controller}
 * @param period seconds between two beats, as the node is configured
 * @param mrealmId this realm's object id
 * @param type 1 router, 2 container, 3 guest, 4 testee, 5 proxy, 6 xbrmm, 7 hostmonitor, 8 controller; 0 any other
 * @param state 0 none, 1 online, 2 degraded
 * @param sent when it was sent, nanoseconds since the epoch, clock of the node
 * @param seq the sequence number of the node's beat that it belongs to
 * @param process the operating system's figures of the process
 * @param router the router's counters, for workers that are routers
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MWorkerLog(
        long timestamp,
        UUID nodeId,
        String workerId,
        long period,
        UUID mrealmId,
        int type,
        int state,
        long sent,
        long seq,
        @Nullable ProcessStats process,
        @Nullable RouterStats router) {

    /** A process: counters since its start, CPU times in seconds, and rates since the previous beat. */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ProcessStats(
            @Nullable Long numFds,
            @Nullable Long numThreads,
            @Nullable Long numCtxSwitchesVoluntary,
            @Nullable Long numCtxSwitchesVoluntaryPerSec,
            @Nullable Long numCtxSwitchesInvoluntary,
            @Nullable Long numCtxSwitchesInvoluntaryPerSec,
            @Nullable Double cpuUser,
            @Nullable Double cpuUserPerSec,
            @Nullable Double cpuSystem,
            @Nullable Double cpuSystemPerSec,
            @Nullable Double cpuWait,
            @Nullable Double cpuWaitPerSec,
            @Nullable Long readBytes,
            @Nullable Long readBytesPerSec,
            @Nullable Long readIos,
            @Nullable Long readIosPerSec,
            @Nullable Long writeBytes,
            @Nullable Long writeBytesPerSec,
            @Nullable Long writeIos,
            @Nullable Long writeIosPerSec,
            @Nullable Long sentBytes,
            @Nullable Long sentBytesPerSec,
            @Nullable Long sentIos,
            @Nullable Long sentIosPerSec,
            @Nullable Long recvBytes,
            @Nullable Long recvBytesPerSec,
            @Nullable Long recvIos,
            @Nullable Long recvIosPerSec) {}

    /** A router: roles and sessions now, messages by type since the start of the worker. */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RouterStats(
            @Nullable Long routerRoles,
            @Nullable Long routerSessions,
            @Nullable Long recvCall,
            @Nullable Long recvYield,
            @Nullable Long sentInvocation,
            @Nullable Long sentResult,
            @Nullable Long recvPublish,
            @Nullable Long sentPublished,
            @Nullable Long sentEvent,
            @Nullable Long recvRegister,
            @Nullable Long sentRegistered,
            @Nullable Long recvSubscribe,
            @Nullable Long sentSubscribed,
            @Nullable Long errors) {}
}
