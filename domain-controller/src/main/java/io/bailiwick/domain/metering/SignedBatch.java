package io.bailiwick.domain.metering;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.domain.schema.MasterNodeUsage;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Some records as they are submitted. The body of a batch is the same octets at each try; what signs them is fresh.
 *
 * @param number counts the batches, from 1
 * @param id the batch's identity
 * @param records in the order in which they came
 */
record SignedBatch(long number, UUID id, List<MasterNodeUsage> records) {
    /** The first line of what is signed. */
    static final String FORM = "bailiwick-usage-1";

    static final String KEY = "Bailiwick-Key";
    static final String TIME = "Bailiwick-Time";
    static final String BATCH = "Bailiwick-Batch";
    static final String ID = "Idempotency-Key";
    static final String SIGNATURE = "Bailiwick-Signature";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** {@code {version, key, batch, id, records: [{id, mrealm_oid, from, until, from_ns, until_ns, seq, count, ...}]}} in JSON. */
    byte[] body(String pubkey) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version", 1);
        body.put("key", pubkey);
        body.put("batch", number);
        body.put("id", id.toString());
        List<Map<String, @Nullable Object>> wire = new ArrayList<>();
        for (MasterNodeUsage record : records) {
            wire.add(wire(record));
        }
        body.put("records", wire);
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("expected texts and numbers to have a JSON form", e);
        }
    }

    private static Map<String, @Nullable Object> wire(MasterNodeUsage record) {
        Map<String, @Nullable Object> wire = new LinkedHashMap<>();
        wire.put("id", record.mrealmId() + "/" + record.timestamp());
        wire.put("mrealm_oid", record.mrealmId().toString());
        wire.put("from", Records.time(record.timestampFrom()));
        wire.put("until", Records.time(record.timestamp()));
        wire.put("from_ns", record.timestampFrom());
        wire.put("until_ns", record.timestamp());
        wire.put("seq", record.seq());
        long[] figures = Figures.of(record);
        for (int i = 0; i < figures.length; i++) {
            wire.put(Figures.NAMES.get(i), figures[i]);
        }
        return wire;
    }

    /**
     * The headers that go with a body.
     *
     * @param now the time of this try
     */
    Map<String, String> headers(SigningKey key, byte[] body, Instant now) {
        String pubkey = key.publicKey().hex();
        String time = String.valueOf(now.getEpochSecond());
        String batch = String.valueOf(number);
        byte[] signature = key.sign(signed(pubkey, time, batch, id.toString(), body));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put(KEY, pubkey);
        headers.put(TIME, time);
        headers.put(BATCH, batch);
        headers.put(ID, id.toString());
        headers.put(SIGNATURE, "ed25519=" + HexFormat.of().formatHex(signature));
        return headers;
    }

    /** What is signed: six lines of text, each with a line feed at its end; the last is the SHA-256 of the body in hexadecimal. */
    static byte[] signed(String pubkey, String time, String batch, String id, byte[] body) {
        return String.join("\n", FORM, pubkey, time, batch, id, HexFormat.of().formatHex(sha256(body)), "")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] sha256(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
