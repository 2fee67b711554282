package io.bailiwick.router.web;

import io.bailiwick.router.link.Traffic;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the router counts. Counting takes no lock and makes no object; safe on any thread. What only a realm knows is asked
 * of it when somebody wants to see it ({@link MetricsRoute}). Messages are counted by each thread for itself
 * ({@link MessageCounts}), as there are so many of them.
 */
public final class Metrics implements Traffic {
    /** Message codes are below this, a power of two: EVENT_RECEIVED is 337. */
    private static final int CODES = 512;
    /** Reasons that are counted apart; a further one counts as {@link #OTHER}. */
    private static final int MAX_REASONS = 64;

    private static final String OTHER = "other";
    private static final int STATUSES = 600;

    private final MessageCounts messages = new MessageCounts(2 * CODES);
    private final LongAdder[] answers = adders(STATUSES);
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final Map<Kind, LongAdder> opened = new EnumMap<>(Kind.class);
    private final Map<Kind, LongAdder> closed = new EnumMap<>(Kind.class);
    private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);
    private final LongAdder joined = new LongAdder();
    private final Map<String, LongAdder> rejected = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refusedRequests = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> inRealms = new ConcurrentHashMap<>();

    /** Everything at 0. */
    public Metrics() {
        for (Kind kind : Kind.values()) {
            opened.put(kind, new LongAdder());
            closed.put(kind, new LongAdder());
        }
        for (Refusal why : Refusal.values()) {
            refused.put(why, new LongAdder());
        }
        rejected.put(OTHER, new LongAdder());
    }

    private static LongAdder[] adders(int number) {
        LongAdder[] adders = new LongAdder[number];
        for (int i = 0; i < number; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    /** A message with this code came over a link. */
    public void received(int code) {
        messages.count(code & (CODES - 1));
    }

    /** A message with this code was given to a link. */
    public void sent(int code) {
        messages.count(CODES + (code & (CODES - 1)));
    }

    /** A handshake ended with a session. */
    public void joined() {
        joined.increment();
    }

    /** A handshake ended with ABORT of this reason. */
    public void rejected(String reason) {
        count(rejected, reason);
    }

    /** A realm answered a request with this ERROR. */
    public void refusedRequest(String error) {
        count(refusedRequests, error);
    }

    /** Something happened in a realm: one of a fixed number of names. */
    public void inRealm(String what) {
        count(inRealms, what);
    }

    private static void count(Map<String, LongAdder> adders, String reason) {
        LongAdder known = adders.get(reason);
        if (known == null) {
            // The bound is not exact, and need not be: a few more do no harm.
            String key = adders.size() < MAX_REASONS && reason.length() <= MAX_REASONS ? reason : OTHER;
            known = adders.computeIfAbsent(key, first -> new LongAdder());
        }
        known.increment();
    }

    private static LongAdder of(Map<?, LongAdder> adders, Object key) {
        LongAdder adder = adders.get(key);
        if (adder == null) {
            throw new IllegalStateException("expected a counter for " + key + ", but there is none");
        }
        return adder;
    }

    @Override
    public void opened(Kind kind) {
        of(opened, kind).increment();
    }

    @Override
    public void closed(Kind kind) {
        of(closed, kind).increment();
    }

    @Override
    public void refused(Refusal why) {
        of(refused, why).increment();
    }

    @Override
    public void read(long bytes) {
        bytesRead.add(bytes);
    }

    @Override
    public void written(long bytes) {
        bytesWritten.add(bytes);
    }

    @Override
    public void answered(int status) {
        if (status >= 0 && status < STATUSES) {
            answers[status].increment();
        }
    }

    // What was counted.

    /** Requests that realms refused, by error. */
    Map<String, Long> requestsRefused() {
        return counted(refusedRequests);
    }

    /** What happened in realms, by name. */
    Map<String, Long> inRealms() {
        return counted(inRealms);
    }

    private static Map<String, Long> counted(Map<String, LongAdder> adders) {
        Map<String, Long> result = new LinkedHashMap<>();
        adders.forEach((name, count) -> result.put(name, count.sum()));
        return result;
    }

    /** Messages that came, by code; a code with none is left out. */
    Map<Integer, Long> messagesReceived() {
        return messages(0);
    }

    /** Messages that went out, by code. */
    Map<Integer, Long> messagesSent() {
        return messages(CODES);
    }

    private Map<Integer, Long> messages(int from) {
        long[] counts = messages.sums();
        Map<Integer, Long> result = new LinkedHashMap<>();
        for (int code = 0; code < CODES; code++) {
            if (counts[from + code] > 0) {
                result.put(code, counts[from + code]);
            }
        }
        return result;
    }

    /** Answers over HTTP, by status. */
    Map<Integer, Long> answers() {
        return counted(answers);
    }

    private static Map<Integer, Long> counted(LongAdder[] adders) {
        Map<Integer, Long> result = new LinkedHashMap<>();
        for (int i = 0; i < adders.length; i++) {
            long count = adders[i].sum();
            if (count > 0) {
                result.put(i, count);
            }
        }
        return result;
    }

    long bytesRead() {
        return bytesRead.sum();
    }

    long bytesWritten() {
        return bytesWritten.sum();
    }

    long openedSoFar(Kind kind) {
        return of(opened, kind).sum();
    }

    /** How many are open now. */
    long open(Kind kind) {
        return Math.max(0, of(opened, kind).sum() - of(closed, kind).sum());
    }

    long refusedSoFar(Refusal why) {
        return of(refused, why).sum();
    }

    long joinedSoFar() {
        return joined.sum();
    }

    /** Handshakes that ended with ABORT, by reason. */
    Map<String, Long> rejections() {
        Map<String, Long> result = new java.util.TreeMap<>();
        rejected.forEach((reason, adder) -> result.put(reason, adder.sum()));
        return result;
    }
}
