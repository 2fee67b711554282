package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeats as nodes send them, read into the records that are kept. A value of the wrong type refuses the whole
 * heartbeat; a value that is missing is missing in the record.
 */
final class HeartbeatReader {

    /**
     * What this controller knows of an arriving heartbeat by itself.
     *
     * @param timestamp when it arrived, nanoseconds since the epoch
     * @param node who sent it
     * @param mrealm this realm
     * @param session the session it came by, if disclosed
     */
    record Receipt(
            long timestamp,
            UUID node,
            UUID mrealm,
            @Nullable Long session) {}

    private static final List<String> WORKER_TYPES = List.of(
            "", "router", "container", "guest", "websocket-testee", "proxy", "xbrmm", "hostmonitor", "controller");
    private static final int MAX_WORKERS = 65_535;
    /** A day: a node that is heard less often than that is not alive in any useful sense. */
    private static final long MAX_PERIOD = 86_400;

    private HeartbeatReader() {}

    /**
     * The heartbeat of a node.
     *
     * @throws ProtocolViolation naming the field, what was expected and what was found
     */
    static MNodeLog node(Receipt receipt, Dict beat) {
        Dict system = beat.dict("system");
        return new MNodeLog(
                receipt.timestamp(),
                receipt.node(),
                period(beat),
                receipt.mrealm(),
                state(beat),
                receipt.session(),
                natural(beat, "timestamp"),
                natural(beat, "seq"),
                workers(beat.dict("workers")),
                system.has("cpu") ? cpu(system.dict("cpu")) : null,
                system.has("disk") ? disk(system.dict("disk")) : null,
                system.has("memory") ? memory(system.dict("memory")) : null,
                system.has("network") ? network(system.dict("network")) : null);
    }

    private static MNodeLog.Workers workers(Dict workers) {
        return new MNodeLog.Workers(
                count(workers, "controller"),
                count(workers, "router"),
                count(workers, "container"),
                count(workers, "guest"),
                count(workers, "proxy"),
                count(workers, "xbrmm"),
                count(workers, "hostmonitor"));
    }

    /** How many workers of each type there are, for {@code on_node_ready}: those that there are. */
    static Map<String, Long> workersByType(Dict beat) {
        Dict workers = beat.dict("workers");
        Map<String, Long> result = new java.util.TreeMap<>();
        workers.entries().keySet().stream()
                .filter(WORKER_TYPES::contains)
                .forEach(type -> result.put(type, (long) count(workers, type)));
        return result;
    }

    private static MNodeLog.Cpu cpu(Dict cpu) {
        return new MNodeLog.Cpu(
                integer(cpu, "ctx_switches"),
                number(cpu, "freq"),
                number(cpu, "guest"),
                number(cpu, "guest_nice"),
                number(cpu, "idle"),
                integer(cpu, "interrupts"),
                number(cpu, "iowait"),
                number(cpu, "irq"),
                number(cpu, "nice"),
                integer(cpu, "soft_interrupts"),
                number(cpu, "softirq"),
                number(cpu, "steal"),
                number(cpu, "system"),
                number(cpu, "user"));
    }

    private static MNodeLog.Disk disk(Dict disk) {
        return new MNodeLog.Disk(
                integer(disk, "busy_time"),
                integer(disk, "read_bytes"),
                integer(disk, "read_count"),
                integer(disk, "read_merged_count"),
                integer(disk, "read_time"),
                integer(disk, "write_bytes"),
                integer(disk, "write_count"),
                integer(disk, "write_merged_count"),
                integer(disk, "write_time"));
    }

    private static MNodeLog.Memory memory(Dict memory) {
        return new MNodeLog.Memory(
                integer(memory, "active"),
                integer(memory, "available"),
                integer(memory, "buffers"),
                integer(memory, "cached"),
                integer(memory, "free"),
                integer(memory, "inactive"),
                integer(memory, "shared"),
                integer(memory, "slab"),
                integer(memory, "total"),
                integer(memory, "used"),
                number(memory, "percent"));
    }

    private static MNodeLog.Network network(Dict network) {
        Dict connection = network.dict("connection");
        return new MNodeLog.Network(
                integer(network, "bytes_recv"),
                integer(network, "bytes_sent"),
                integer(network, "packets_recv"),
                integer(network, "packets_sent"),
                integer(connection, "AF_INET"),
                integer(connection, "AF_INET6"),
                integer(connection, "AF_UNIX"),
                integer(network, "dropin"),
                integer(network, "dropout"),
                integer(network, "errin"),
                integer(network, "errout"));
    }

    /**
     * The heartbeat of a worker. The figures of the process stand under {@code process}; those of the node's own process
     * stand flat, beside {@code seq}.
     *
     * @throws ProtocolViolation naming the field, what was expected and what was found
     */
    static MWorkerLog worker(Receipt receipt, String workerId, Dict beat) {
        Dict process = beat.has("process") ? beat.dict("process") : beat;
        return new MWorkerLog(
                receipt.timestamp(),
                receipt.node(),
                workerId,
                period(beat),
                receipt.mrealm(),
                Math.max(0, WORKER_TYPES.indexOf(beat.text("type").orElse(""))),
                state(beat),
                natural(beat, "timestamp"),
                natural(beat, "seq"),
                process(process),
                beat.has("router") ? router(beat.dict("router")) : null);
    }

    private static MWorkerLog.ProcessStats process(Dict process) {
        return new MWorkerLog.ProcessStats(
                integer(process, "num_fds"),
                integer(process, "num_threads"),
                integer(process, "num_ctx_switches_voluntary"),
                integer(process, "num_ctx_switches_voluntary_per_sec"),
                integer(process, "num_ctx_switches_involuntary"),
                integer(process, "num_ctx_switches_involuntary_per_sec"),
                number(process, "cpu_user"),
                number(process, "cpu_user_per_sec"),
                number(process, "cpu_system"),
                number(process, "cpu_system_per_sec"),
                number(process, "cpu_wait"),
                number(process, "cpu_wait_per_sec"),
                integer(process, "read_bytes"),
                integer(process, "read_bytes_per_sec"),
                integer(process, "read_ios"),
                integer(process, "read_ios_per_sec"),
                integer(process, "write_bytes"),
                integer(process, "write_bytes_per_sec"),
                integer(process, "write_ios"),
                integer(process, "write_ios_per_sec"),
                integer(process, "sent_bytes"),
                integer(process, "sent_bytes_per_sec"),
                integer(process, "sent_ios"),
                integer(process, "sent_ios_per_sec"),
                integer(process, "recv_bytes"),
                integer(process, "recv_bytes_per_sec"),
                integer(process, "recv_ios"),
                integer(process, "recv_ios_per_sec"));
    }

    private static MWorkerLog.RouterStats router(Dict router) {
        Map<String, Object> lower = new java.util.HashMap<>();
        router.dict("messages").entries().forEach((type, count) -> {
            if (count != null) {
                lower.put(type.toLowerCase(Locale.ROOT), count);
            }
        });
        Dict messages = Dict.at("heartbeat.router.messages", lower);
        return new MWorkerLog.RouterStats(
                integer(router, "roles"),
                integer(router, "sessions"),
                integer(messages, "call"),
                integer(messages, "yield"),
                integer(messages, "invocation"),
                integer(messages, "result"),
                integer(messages, "publish"),
                integer(messages, "published"),
                integer(messages, "event"),
                integer(messages, "register"),
                integer(messages, "registered"),
                integer(messages, "subscribe"),
                integer(messages, "subscribed"),
                integer(messages, "error"));
    }

    private static int state(Dict beat) {
        long state = beat.integer("state").orElse(0);
        if (state < 0 || state > 2) {
            throw new ProtocolViolation("heartbeat.state", "0, 1 or 2", "another integer");
        }
        return (int) state;
    }

    private static long natural(Dict dict, String key) {
        long value =
                dict.integer(key).orElseThrow(() -> new ProtocolViolation("heartbeat." + key, "an integer", "nothing"));
        if (value < 0) {
            throw new ProtocolViolation("heartbeat." + key, "an integer of at least 0", "a negative one");
        }
        return value;
    }

    private static long period(Dict beat) {
        long period = natural(beat, "period");
        if (period > MAX_PERIOD) {
            throw new ProtocolViolation("heartbeat.period", "at most " + MAX_PERIOD + " seconds", "more");
        }
        return period;
    }

    private static int count(Dict workers, String key) {
        long value = workers.integer(key).orElse(0);
        if (value < 0 || value > MAX_WORKERS) {
            throw new ProtocolViolation(
                    "heartbeat.workers." + key, "an integer from 0 to " + MAX_WORKERS, "an integer beyond");
        }
        return (int) value;
    }

    private static @Nullable Long integer(Dict dict, String key) {
        if (dict.entries().get(key) instanceof Double number) {
            // What is counted arrives as a float from peers whose language divides that way.
            return number.longValue();
        }
        OptionalLong value = dict.integer(key);
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static @Nullable Double number(Dict dict, String key) {
        Object value = dict.entries().get(key);
        if (value == null) {
            return null;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new ProtocolViolation("heartbeat." + key, "a number", Dict.kind(value));
    }
}
