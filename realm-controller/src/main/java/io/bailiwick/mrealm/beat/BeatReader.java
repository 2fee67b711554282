package io.bailiwick.mrealm.beat;

import io.bailiwick.mrealm.beat.Fields.Field;
import io.bailiwick.router.codec.TokenReader;
import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeats as nodes send them, read straight into figures: a realm controller takes thousands a second, of some sixty entries
 * each. A value of the wrong type refuses the whole heartbeat; a value that is missing, or null, is missing in the figures;
 * what is not known is passed over; of entries of the same name the last counts.
 */
public final class BeatReader {
    private static final int MAX_WORKERS = 65_535;
    /** A day: a node that is heard less often than that is not alive in any useful sense. */
    private static final long MAX_PERIOD = 86_400;

    private static final int MAX_STATE = 2;
    /** Floats beyond may not be integers any more. */
    private static final long MOST_EXACT = 1L << 53;

    /** The types of workers, by their number in the log; the first stands for all others. */
    static final List<String> WORKER_TYPES = List.of(
            "", "router", "container", "guest", "websocket-testee", "proxy", "xbrmm", "hostmonitor", "controller");

    /**
     * What this controller knows of an arriving heartbeat by itself.
     *
     * @param timestamp when it arrived, nanoseconds since the epoch
     * @param node who sent it
     * @param session the session it came by, if disclosed
     */
    public record Receipt(
            long timestamp, UUID node, @Nullable Long session) {}

    /**
     * The heartbeat of a node.
     *
     * @param workers how many workers of each type the node has: of those that it names
     */
    public record NodeReading(BeatRow row, Map<String, Long> workers) {}

    private final TokenReader tokens;
    private final Figures figures;
    private final Map<String, Long> workers = new TreeMap<>();

    private BeatReader(TokenReader tokens, int figures) {
        this.tokens = tokens;
        this.figures = new Figures(figures);
    }

    /**
     * The heartbeat of a node.
     *
     * @param tokens the head of the dictionary has just been read
     * @throws ProtocolViolation naming the entry, what was expected and what was found
     */
    public static NodeReading node(Receipt receipt, TokenReader tokens) {
        BeatReader reader = new BeatReader(tokens, NodeBeats.NUMBER);
        reader.entries(NodeBeats.FIELDS);
        reader.figures.set(BeatForm.TIMESTAMP, receipt.timestamp());
        Long session = receipt.session();
        if (session != null) {
            reader.figures.set(NodeBeats.SESSION, session);
        }
        reader.requireHead();
        return new NodeReading(BeatRow.of(receipt.node(), "", reader.figures, NodeBeats.DECIMALS), reader.workers);
    }

    /**
     * The heartbeat of a worker. Its process' figures stand in {@code process}; those of the node's own process may stand
     * beside {@code seq}. Otherwise as above.
     */
    public static BeatRow worker(Receipt receipt, String worker, TokenReader tokens) {
        BeatReader reader = new BeatReader(tokens, WorkerBeats.NUMBER);
        reader.workerEntries();
        reader.figures.set(BeatForm.TIMESTAMP, receipt.timestamp());
        reader.figures.set(WorkerBeats.PROCESS_MARK, 1);
        reader.requireHead();
        return BeatRow.of(receipt.node(), worker, reader.figures, WorkerBeats.DECIMALS);
    }

    private void requireHead() {
        requireFigure(BeatForm.PERIOD, "period");
        requireFigure(BeatForm.SENT, "timestamp");
        requireFigure(BeatForm.SEQ, "seq");
    }

    private void requireFigure(int figure, String name) {
        if (!figures.has(figure)) {
            throw new ProtocolViolation("heartbeat." + name, "an integer", "nothing");
        }
    }

    private void entries(Fields fields) {
        int size = tokens.size();
        Field before = null;
        for (int i = 0; tokens.more(Kind.DICT, size, i); i++) {
            tokens.key();
            Field field = fields.find(tokens, before);
            Kind kind = tokens.next();
            if (field == null) {
                tokens.skip(kind);
            } else {
                before = field;
                take(fields, field, kind);
            }
        }
    }

    private void workerEntries() {
        boolean nested = false;
        ProtocolViolation fault = null;
        int size = tokens.size();
        Field before = null;
        Field flatBefore = null;
        for (int i = 0; tokens.more(Kind.DICT, size, i); i++) {
            tokens.key();
            // No name is in both: those of a process come one after the other.
            Field flat = flatBefore == null || nested ? null : WorkerBeats.PROCESS_FIELDS.guessed(tokens, flatBefore);
            Field field = flat == null ? WorkerBeats.FIELDS.find(tokens, before) : null;
            if (field != null) {
                before = field;
            } else if (flat == null && !nested) {
                flat = WorkerBeats.PROCESS_FIELDS.find(tokens, flatBefore);
            }
            flatBefore = flat == null ? flatBefore : flat;
            Kind kind = tokens.next();
            boolean process = field != null && field.inside == WorkerBeats.PROCESS_FIELDS;
            if (process && kind == Kind.NULL) {
                continue;
            }
            nested |= process;
            if (field != null) {
                take(WorkerBeats.FIELDS, field, kind);
            } else if (flat == null) {
                tokens.skip(kind);
            } else {
                fault = takeFlat(flat, kind, fault);
            }
        }
        // Where the figures stand by themselves, an entry beside seq that is called like one of them is another thing.
        if (fault != null && !nested) {
            throw fault;
        }
    }

    private @Nullable ProtocolViolation takeFlat(Field flat, Kind kind, @Nullable ProtocolViolation before) {
        try {
            take(WorkerBeats.PROCESS_FIELDS, flat, kind);
            return before;
        } catch (ProtocolViolation fault) {
            tokens.skip(kind);
            return fault;
        }
    }

    private void take(Fields fields, Field field, Kind kind) {
        figures.unset(field.first, field.end);
        if (field.rule == Fields.Rule.WORKERS) {
            workers.put(field.name, 0L);
        }
        if (kind == Kind.NULL) {
            return;
        }
        switch (field.rule) {
            case DICTIONARY -> dictionary(fields, field, kind);
            case COUNTER ->
                figures.set(
                        field.figure, kind == Kind.FLOAT ? (long) tokens.number(kind) : integer(fields, field, kind));
            case DECIMAL -> figures.set(field.figure, decimal(fields, field, kind));
            case NATURAL -> figures.set(field.figure, natural(fields, field, kind, Long.MAX_VALUE));
            case PERIOD -> figures.set(field.figure, natural(fields, field, kind, MAX_PERIOD));
            case STATE -> figures.set(field.figure, natural(fields, field, kind, MAX_STATE));
            case TYPE -> figures.set(field.figure, type(fields, field, kind));
            case WORKERS -> workers(fields, field, kind);
        }
    }

    private void dictionary(Fields fields, Field field, Kind kind) {
        Fields inside = field.inside;
        if (kind != Kind.DICT || inside == null) {
            throw wrong(fields, field, "a dictionary", kind);
        }
        if (field.figure != Fields.NONE) {
            figures.set(field.figure, 1);
        }
        entries(inside);
    }

    private void workers(Fields fields, Field field, Kind kind) {
        long number = natural(fields, field, kind, MAX_WORKERS);
        workers.put(field.name, number);
        if (field.figure != Fields.NONE) {
            figures.set(field.figure, number);
        }
    }

    private long type(Fields fields, Field field, Kind kind) {
        if (kind != Kind.TEXT) {
            throw wrong(fields, field, "a string", kind);
        }
        return Math.max(0, WORKER_TYPES.indexOf(tokens.text()));
    }

    private long decimal(Fields fields, Field field, Kind kind) {
        if (kind != Kind.FLOAT && kind != Kind.INTEGER && kind != Kind.BIG_INTEGER) {
            throw wrong(fields, field, "a number", kind);
        }
        return Double.doubleToRawLongBits(tokens.number(kind));
    }

    private long natural(Fields fields, Field field, Kind kind, long most) {
        long value = integer(fields, field, kind);
        if (value < 0 || value > most) {
            throw new ProtocolViolation(
                    fields.place + "." + field.name, "an integer from 0 to " + most, "an integer beyond");
        }
        return value;
    }

    /** A float with an integral value counts: JavaScript knows no other. */
    private long integer(Fields fields, Field field, Kind kind) {
        if (kind == Kind.INTEGER) {
            return tokens.integer();
        }
        double value = kind == Kind.FLOAT ? tokens.number(kind) : Double.NaN;
        if (value == Math.rint(value) && Math.abs(value) <= MOST_EXACT) {
            return (long) value;
        }
        throw wrong(fields, field, "an integer", kind);
    }

    private static ProtocolViolation wrong(Fields fields, Field field, String expected, Kind found) {
        return new ProtocolViolation(fields.place + "." + field.name, expected, found.words());
    }
}
