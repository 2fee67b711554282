package io.bailiwick.bench.load;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The heartbeats of one node as messages in CBOR, with the figures that a node agent reports: counters that grow and shares
 * that vary as those of a machine that is in use, as much for each message as in five seconds.
 */
final class SimulatedNode {
    private static final CBORFactory CBOR = new CBORFactory();
    private static final int PUBLISH = 16;
    private static final int CALL = 48;
    private static final long PERIOD = 5;
    private static final long PAGE = 4_096;
    private static final long MEMORY = 8L << 30;

    private final String authid;
    private final Random chance;
    private final Map<String, Long> counters = new LinkedHashMap<>();
    private final Map<String, Long> rates = new LinkedHashMap<>();
    private long free = MEMORY / 3;
    private long cached = MEMORY / 4;
    private long sequence;
    private long requests;

    /** A node of this name. */
    SimulatedNode(String authid) {
        this.authid = authid;
        this.chance = new Random(authid.hashCode());
        for (String name : new String[] {"bytes_sent", "bytes_recv", "read_bytes", "write_bytes"}) {
            counters.put(name, Math.abs(chance.nextLong() >>> 28));
        }
    }

    /** How many it has sent of itself. */
    long sent() {
        return sequence;
    }

    private interface Body {
        void to(JsonGenerator out) throws IOException;
    }

    /** Publishes its own heartbeat. */
    byte[] published() {
        sequence++;
        return message(PUBLISH, "crossbarfabriccenter.node.on_heartbeat", "", this::node);
    }

    /** Calls with its own heartbeat, to have it acknowledged. */
    byte[] called() {
        sequence++;
        return message(CALL, "io.bailiwick.mrealm.store_heartbeat", "", this::node);
    }

    /** Publishes the heartbeat of its process. */
    byte[] ofWorker() {
        return message(PUBLISH, "crossbarfabriccenter.node.on_worker_heartbeat", "controller", this::worker);
    }

    private byte[] message(int type, String uri, String worker, Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        try (JsonGenerator out = CBOR.createGenerator(bytes)) {
            out.writeStartArray(null, 5);
            out.writeNumber(type);
            out.writeNumber(++requests);
            out.writeStartObject();
            if (type == PUBLISH) {
                out.writeBooleanField("acknowledge", true);
            }
            out.writeEndObject();
            out.writeString(uri);
            out.writeStartArray();
            out.writeString(authid);
            if (!worker.isEmpty()) {
                out.writeString(worker);
            }
            out.writeStartObject();
            body.to(out);
            out.writeEndObject();
            out.writeEndArray();
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void common(JsonGenerator out) throws IOException {
        Instant now = Instant.now();
        out.writeNumberField("timestamp", TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
        out.writeNumberField("period", PERIOD);
        out.writeStringField("mrealm_id", "fleet");
        out.writeNumberField("seq", sequence);
        out.writeNumberField("state", 1);
    }

    /** A counter that has grown by about this much, and its rate. */
    private void counter(JsonGenerator out, String name, long growth) throws IOException {
        long grown = growth == 0 ? 0 : Math.round(growth * (0.5 + chance.nextDouble()));
        out.writeNumberField(name, counters.merge(name, grown, Long::sum));
        rates.put(name, grown / PERIOD);
    }

    private void rates(JsonGenerator out) throws IOException {
        for (Map.Entry<String, Long> rate : rates.entrySet()) {
            out.writeNumberField(rate.getKey() + "_per_sec", rate.getValue());
        }
        rates.clear();
    }

    private double tenths(int most) {
        return chance.nextInt(10 * most + 1) / 10.0;
    }

    private void node(JsonGenerator out) throws IOException {
        common(out);
        out.writeObjectFieldStart("workers");
        out.writeNumberField("controller", 1);
        out.writeEndObject();
        out.writeObjectFieldStart("system");
        out.writeNumberField("uptime", TimeUnit.SECONDS.toNanos(100_000 + PERIOD * sequence));
        out.writeObjectFieldStart("network");
        counter(out, "bytes_sent", 40_000);
        counter(out, "bytes_recv", 60_000);
        counter(out, "packets_sent", 150);
        counter(out, "packets_recv", 200);
        counter(out, "errin", 0);
        counter(out, "errout", 0);
        counter(out, "dropin", 0);
        rates(out);
        out.writeObjectFieldStart("connection");
        out.writeNumberField("AF_INET", 12 + chance.nextInt(3));
        out.writeNumberField("AF_INET6", 4);
        out.writeNumberField("AF_UNIX", 110 + chance.nextInt(2));
        out.writeEndObject();
        out.writeEndObject();
        out.writeObjectFieldStart("disk");
        counter(out, "read_count", 1);
        counter(out, "write_count", 12);
        counter(out, "read_bytes", 0);
        counter(out, "write_bytes", 90_000);
        counter(out, "busy_time", 8);
        rates(out);
        out.writeEndObject();
        out.writeObjectFieldStart("cpu");
        double user = tenths(10);
        double system = tenths(3);
        out.writeNumberField("user", user);
        out.writeNumberField("nice", 0.0);
        out.writeNumberField("system", system);
        out.writeNumberField("idle", Math.round(10 * (100 - user - system)) / 10.0);
        out.writeNumberField("iowait", chance.nextInt(3) / 10.0);
        out.writeNumberField("irq", 0.0);
        out.writeNumberField("softirq", chance.nextInt(3) / 10.0);
        out.writeNumberField("steal", 0.0);
        out.writeNumberField("freq", 2_400.0);
        counter(out, "ctx_switches", 9_000);
        counter(out, "interrupts", 5_000);
        rates.clear();
        out.writeEndObject();
        memory(out);
        out.writeNumberField("elapsed", 5_000_000_000L + chance.nextInt(1_000_000));
        out.writeEndObject();
    }

    private void memory(JsonGenerator out) throws IOException {
        free = Math.max(MEMORY / 8, Math.min(MEMORY / 2, free + PAGE * (chance.nextInt(801) - 400)));
        cached += PAGE * chance.nextInt(8);
        long available = free + cached;
        out.writeObjectFieldStart("memory");
        out.writeNumberField("total", MEMORY);
        out.writeNumberField("available", available);
        out.writeNumberField("used", MEMORY - available);
        out.writeNumberField("percent", Math.round(1_000.0 * (MEMORY - available) / MEMORY) / 10.0);
        out.writeNumberField("free", free);
        out.writeNumberField("active", MEMORY / 3 + PAGE * chance.nextInt(200));
        out.writeNumberField("inactive", MEMORY / 4 + PAGE * chance.nextInt(200));
        out.writeNumberField("buffers", 190 << 20);
        out.writeNumberField("cached", cached);
        out.writeNumberField("shared", 12 << 20);
        out.writeNumberField("slab", (260 << 20) + PAGE * chance.nextInt(20));
        out.writeEndObject();
    }

    private void worker(JsonGenerator out) throws IOException {
        common(out);
        out.writeStringField("type", "controller");
        out.writeNumberField("pid", 4_711);
        out.writeStringField("status", "sleeping");
        out.writeNumberField("num_fds", 61);
        out.writeNumberField("num_threads", 24);
        counter(out, "num_ctx_switches_voluntary", 60);
        counter(out, "num_ctx_switches_involuntary", 2);
        counter(out, "read_ios", 40);
        counter(out, "write_ios", 4);
        counter(out, "read_bytes", 0);
        counter(out, "write_bytes", 4_096);
        rates(out);
        out.writeNumberField(
                "cpu_user", 10 * counters.merge("cpu_user", (long) chance.nextInt(8), Long::sum) / 1_000.0);
        out.writeNumberField(
                "cpu_system", 10 * counters.merge("cpu_system", (long) chance.nextInt(3), Long::sum) / 1_000.0);
        out.writeNumberField("cpu_user_per_sec", 0);
        out.writeNumberField("cpu_system_per_sec", 0);
    }
}
