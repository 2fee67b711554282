package io.bailiwick.node.procedure;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What this node tells of itself, and how it is asked to leave. One for each session. */
public final class NodeProcedures {
    /** From the answer to {@code shutdown} to the leaving: the answer must be on its way before the session ends. */
    private static final long LEAVE_MILLIS = 250;

    /**
     * The state of a node.
     *
     * @param title what this program is
     * @param started when it was started, ISO 8601 in UTC
     * @param controllerPid the process id of the node's own process
     * @param runningWorkers how many workers run
     * @param workersByType how many of each type
     * @param directory where the node keeps its key
     * @param ethadr always null: this node has no address of that kind
     * @param pubkey the node's public key
     * @param managementRealm the realm it was assigned to
     * @param managementNodeId the name it was assigned
     * @param managementSessionId its session there
     * @param managementNodeExtra what the domain told it when it joined
     * @param hasDocker always false: this node runs no containers
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Status(
            String title,
            String started,
            long controllerPid,
            int runningWorkers,
            Map<String, Integer> workersByType,
            String directory,
            @Nullable String ethadr,
            String pubkey,
            String managementRealm,
            String managementNodeId,
            long managementSessionId,
            Map<String, @Nullable Object> managementNodeExtra,
            boolean hasDocker) {}

    /** Takes the order to leave. */
    @FunctionalInterface
    public interface Leave {
        /**
         * Leaves, and returns at once.
         *
         * @param reason a sentence
         * @param restart whether the node should be started again
         */
        void leave(String reason, boolean restart);
    }

    private final ClientSession session;
    private final Path directory;
    private final String publicKey;
    private final Instant started;
    private final Leave leave;
    private final ScheduledExecutorService thread;

    /** Procedures of one session of a node. */
    public NodeProcedures(
            ClientSession session,
            Path directory,
            String publicKey,
            Instant started,
            Leave leave,
            ScheduledExecutorService thread) {
        this.session = session;
        this.directory = directory;
        this.publicKey = publicKey;
        this.started = started;
        this.leave = leave;
        this.thread = thread;
    }

    /**
     * {@code {title, started, controller_pid, running_workers, workers_by_type, directory, ethadr, pubkey, management_realm,
     * management_node_id, management_session_id, management_node_extra, has_docker}}. Errors: none of its own
     */
    @Procedure(value = "crossbarfabriccenter.node.{authid}.get_status", does = "Tells the state of this node.")
    public Status getStatus() {
        return new Status(
                "Bailiwick node agent",
                Iso.text(started),
                ProcessHandle.current().pid(),
                0,
                Map.of(),
                directory.toAbsolutePath().normalize().toString(),
                null,
                publicKey,
                session.realm(),
                session.authid(),
                session.id(),
                session.welcome().dict("authextra").entries(),
                false);
    }

    /** The ids, sorted; empty, for this node runs no workers. Errors: none of its own */
    @Procedure(
            value = "crossbarfabriccenter.node.{authid}.get_workers",
            does = "Lists the ids of the workers that run, all or those of some types: this node runs none.")
    public List<String> getWorkers(@Nullable List<String> filterTypes) {
        return List.of();
    }

    /** The time as text. Errors: none of its own */
    @Procedure(
            value = "crossbarfabriccenter.node.{authid}.utcnow",
            does = "Tells the time of the node's clock, ISO 8601 in UTC with milliseconds.")
    public String utcnow() {
        return Iso.text(Instant.now());
    }

    /** The time as text. Errors: none of its own */
    @Procedure(
            value = "crossbarfabriccenter.node.{authid}.started",
            does = "Tells when the node's process was started, ISO 8601 in UTC with milliseconds.")
    public String started() {
        return Iso.text(started);
    }

    /** Seconds, with milliseconds behind the point. Errors: none of its own */
    @Procedure(
            value = "crossbarfabriccenter.node.{authid}.uptime",
            does = "Tells for how many seconds the node's process has been running.")
    public double uptime() {
        return started.until(Instant.now(), java.time.temporal.ChronoUnit.MILLIS) / 1000.0;
    }

    /**
     * Leaves a moment after the answer, so that the answer still arrives.
     *
     * @param restart whether whoever started the process is asked to do so again, by its exit code
     * @param mode taken and given back, as Crossbar.io's nodes do
     * @return {@code {node_id, restart, mode, who, when, was_clean}}. Error: {@code wamp.error.not_authorized} (the caller is a
     *     node)
     */
    @Procedure(
            value = "crossbarfabriccenter.node.{authid}.shutdown",
            does =
                    "Answers, then leaves the realm and ends the node's process; restart asks whoever started it to do so "
                            + "again.")
    public Map<String, @Nullable Object> shutdown(
            @Nullable Boolean restart, @Nullable String mode, Invocation invocation) {
        if (invocation.details().text("caller_authrole").filter("node"::equals).isPresent()) {
            throw new ApplicationError(Uris.NOT_AUTHORIZED, "a node may not shut down another node");
        }
        String who = invocation.details().text("caller_authid").orElse("unknown");
        boolean again = restart != null && restart;
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("node_id", session.authid());
        result.put("restart", again);
        result.put("mode", mode);
        result.put("who", who);
        result.put("when", Iso.text(Instant.now()));
        result.put("was_clean", true);
        thread.schedule(() -> leave.leave("asked to by " + who, again), LEAVE_MILLIS, TimeUnit.MILLISECONDS);
        return result;
    }
}
