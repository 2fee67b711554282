package io.bailiwick.router.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One record of a log, as it stands there: one line of JSON in ASCII. Its last member is {@code hash}: the SHA-256 of the line
 * without that member, as 64 hexadecimal digits; so whoever checks it needs no rule for how JSON is to be written. The form is
 * described in {@code docs/audit.md}.
 *
 * @param text the line
 * @param members what it says
 * @param seq its number, from 1
 * @param previous the hash of the record before, {@link #NONE} in the first
 * @param hash its own hash, as it says
 */
public record AuditRecord(String text, Map<String, @Nullable Object> members, long seq, String previous, String hash) {
    /** Where the first record has the hash of the one before. */
    public static final String NONE = "0".repeat(64);

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final String BEFORE_HASH = ",\"hash\":\"";
    private static final String AFTER_HASH = "\"}";
    private static final int TAIL = BEFORE_HASH.length() + NONE.length() + AFTER_HASH.length();

    /** Writes a record. */
    static String written(Map<String, @Nullable Object> members) {
        String body = Content.json(members);
        return body.substring(0, body.length() - 1) + BEFORE_HASH + Content.sha256(body) + AFTER_HASH;
    }

    /**
     * Reads a record; whether it is whole is another question, see {@link #isWhole}.
     *
     * @throws IllegalArgumentException when the line is none
     */
    public static AuditRecord of(String text) {
        hash(text);
        Map<String, @Nullable Object> members = Content.dictionary(text);
        if (!(members.get("seq") instanceof Number seq)
                || !(members.get("previous") instanceof String previous)
                || !(members.get("hash") instanceof String hash)) {
            throw new IllegalArgumentException("expected a record with seq, previous and hash, but found another");
        }
        return new AuditRecord(text, members, seq.longValue(), previous, hash);
    }

    /** The hash at the end of a line, which is not checked. */
    static String hash(String text) {
        int at = text.length() - TAIL;
        String hash = at < 1 ? "" : text.substring(at + BEFORE_HASH.length(), text.length() - AFTER_HASH.length());
        if (!HASH.matcher(hash).matches() || !text.startsWith(BEFORE_HASH, at) || !text.endsWith(AFTER_HASH)) {
            throw new IllegalArgumentException("expected a record that ends with its hash, but found another");
        }
        return hash;
    }

    /** Whether its hash is that of what it says. */
    public boolean isWhole() {
        return Content.sha256(text.substring(0, text.length() - TAIL) + "}").equals(hash);
    }

    /** What was done: the URI of a procedure, or a name of ours. */
    public String action() {
        return text(members, "action");
    }

    /** {@code done}, or the URI of an error. */
    public String result() {
        return text(members, "result");
    }

    /** When, as ISO 8601 in UTC with microseconds: in the order of their digits, times are in order. */
    public String time() {
        return text(members, "time");
    }

    /** What is said of who did it, by this name; empty when it is not known. */
    public String actor(String name) {
        return text(members.get("actor"), name);
    }

    /** What is said of what it was done to, by this name; empty when it is not known. */
    public String object(String name) {
        return text(members.get("object"), name);
    }

    /** The oids of the management realms that it is about. */
    public List<String> mrealms() {
        return texts(members, "mrealms").toList();
    }

    /** The oids of what it was done to, or, where it was refused, that were named with it. */
    public List<String> objects() {
        Object object = members.get("object");
        return Stream.concat(Stream.of(text(object, "oid")).filter(oid -> !oid.isEmpty()), texts(object, "named"))
                .toList();
    }

    /** A copy of what it says. */
    public Map<String, @Nullable Object> form() {
        return new LinkedHashMap<>(members);
    }

    private static String text(@Nullable Object in, String name) {
        return in instanceof Map<?, ?> map && map.get(name) instanceof String text ? text : "";
    }

    private static Stream<String> texts(@Nullable Object in, String name) {
        return in instanceof Map<?, ?> map && map.get(name) instanceof List<?> list
                ? list.stream().filter(String.class::isInstance).map(String.class::cast)
                : Stream.empty();
    }
}
