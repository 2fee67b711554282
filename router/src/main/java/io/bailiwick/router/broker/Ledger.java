package io.bailiwick.router.broker;

import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A book of the events that an {@link EventStore} keeps of a topic, without the events: a line for each, the oldest first. It
 * says which must go, and where a query begins and ends.
 */
public final class Ledger {
    private final KeptTopic topic;
    private final Deque<Line> lines = new ArrayDeque<>();
    private long bytes;
    private long last;

    /** An empty ledger. */
    public Ledger(KeptTopic topic) {
        this.topic = topic;
    }

    /**
     * A line.
     *
     * @param number counts the events, from 1, in the order they were kept
     * @param publication the publication id
     * @param published when it was published
     * @param size its measure in bytes
     */
    public record Line(long number, long publication, Instant published, long size) {}

    /** The numbers of lines from the first to the last, both included; none when the first is above the last. */
    public record Range(long first, long last) {}

    /** Writes down an event; its number. */
    public long add(long publication, Instant published, long size) {
        add(new Line(last + 1, publication, published, size));
        return last;
    }

    /** Writes down an event that was kept before, behind those with lower numbers. */
    public void add(Line line) {
        lines.addLast(line);
        last = line.number;
        bytes += line.size;
    }

    /** Strikes out what is too much or too old; the numbers of what is to go. */
    public List<Long> excess(Instant now) {
        Instant oldest = now.minus(topic.age());
        List<Long> gone = new ArrayList<>();
        for (Line line = lines.peekFirst(); line != null; line = lines.peekFirst()) {
            boolean tooMuch = lines.size() > topic.events() || bytes > topic.bytes();
            if (!tooMuch && !line.published.isBefore(oldest)) {
                break;
            }
            lines.removeFirst();
            bytes -= line.size;
            gone.add(line.number);
        }
        return gone;
    }

    /**
     * Which lines a query can mean. A publication that is not in the book is taken for one that has gone, which is older than
     * all that is left.
     */
    public Range range(HistoryQuery query) {
        Line oldest = lines.peekFirst();
        if (oldest == null) {
            return new Range(1, 0);
        }
        long first = oldest.number;
        long end = last;
        if (query.fromPublication() != null) {
            first = Math.max(first, number(query.fromPublication()));
        }
        if (query.afterPublication() != null) {
            first = Math.max(first, number(query.afterPublication()) + 1);
        }
        if (query.untilPublication() != null) {
            end = Math.min(end, number(query.untilPublication()));
        }
        if (query.beforePublication() != null) {
            end = Math.min(end, number(query.beforePublication()) - 1);
        }
        return new Range(first, end);
    }

    private long number(long publication) {
        for (Line line : lines) {
            if (line.publication == publication) {
                return line.number;
            }
        }
        return 0;
    }

    /** How many lines there are. */
    public int size() {
        return lines.size();
    }

    /** The bytes of all lines. */
    public long bytes() {
        return bytes;
    }
}
