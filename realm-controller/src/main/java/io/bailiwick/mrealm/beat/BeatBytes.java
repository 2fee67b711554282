package io.bailiwick.mrealm.beat;

import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Heartbeats of one kind as bytes, in the two ways in which they are stored: a window has those of many nodes one after the
 * other, as they came; a block has those of one node and its workers, in order of time, figure by figure.
 *
 * <p>A window is, for each heartbeat, 16 octets of node, the worker as length and UTF-8, and the row as length and {@link
 * FigureRow}. A block is a 0, and for each worker (one of no name for the node itself) its name as length and UTF-8, and {@link
 * FigureColumns}. One of version 2 of the schema begins with the length that the rest of it inflates to. Lengths are naturals of
 * {@link Octets}.
 *
 * @param <T> the heartbeat
 */
public final class BeatBytes<T> {
    /** No block has more, whatever it says. */
    private static final int MOST_INFLATED = 64 << 20;
    /** Where a block of version 2 has its length. */
    private static final int NOT_DEFLATED = 0;

    private final BeatForm<T> form;
    private final UUID mrealm;

    /**
     * The heartbeats of nodes.
     *
     * @param mrealm the realm's object id, which is not written
     */
    public static BeatBytes<MNodeLog> ofNodes(UUID mrealm) {
        return new BeatBytes<>(new NodeBeats(), mrealm);
    }

    /** The heartbeats of workers; as above. */
    public static BeatBytes<MWorkerLog> ofWorkers(UUID mrealm) {
        return new BeatBytes<>(new WorkerBeats(), mrealm);
    }

    BeatBytes(BeatForm<T> form, UUID mrealm) {
        if (form.number() > Figures.MOST) {
            throw new IllegalArgumentException(
                    "expected at most " + Figures.MOST + " figures, but found " + form.number());
        }
        this.form = form;
        this.mrealm = mrealm;
    }

    /**
     * One heartbeat in a window, not yet read.
     *
     * @param row the bytes that it is in, from {@code from} to {@code end}
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    public record Slice(UUID node, String worker, byte[] row, int from, int end) {}

    /** A heartbeat on its way to a window. */
    public BeatRow row(T beat) {
        BeatForm.Owner owner = form.owner(beat);
        return BeatRow.of(owner.node(), owner.worker(), form.figures(beat), form.decimals());
    }

    /** The heartbeat of a row. */
    public T beat(BeatRow row) {
        Figures figures = FigureRow.read(new Octets.In(row.figures()), form.number(), form.decimals());
        return form.beat(new BeatForm.Owner(mrealm, row.node(), row.worker()), figures);
    }

    /** A window of these. */
    public byte[] window(Collection<BeatRow> rows) {
        Octets out = new Octets(160 * rows.size());
        for (BeatRow row : rows) {
            out.fixed(row.node().getMostSignificantBits());
            out.fixed(row.node().getLeastSignificantBits());
            text(row.worker(), out);
            out.natural(row.figures().length);
            out.all(row.figures());
        }
        return out.toBytes();
    }

    /** One of the parts into which all nodes fall, from 0. */
    public record Part(int number, int of) {
        /** All nodes. */
        public static final Part WHOLE = new Part(0, 1);

        /** Whether a node falls in it. */
        public boolean has(UUID node) {
            return has(node.getMostSignificantBits(), node.getLeastSignificantBits());
        }

        boolean has(long most, long least) {
            long folded = most ^ least;
            return of == 1 || Math.floorMod((int) (folded >>> Integer.SIZE) ^ (int) folded, of) == number;
        }
    }

    /** The heartbeats of a window, in order. */
    public List<Slice> slices(byte[] window) {
        return slices(window, Part.WHOLE);
    }

    /** As above, of the nodes of one part: nothing is made of the others. */
    public List<Slice> slices(byte[] window, Part part) {
        List<Slice> slices = new ArrayList<>();
        Octets.In in = new Octets.In(window);
        while (!in.isAtEnd()) {
            long most = in.fixed();
            long least = in.fixed();
            if (part.has(most, least)) {
                String worker = text(in);
                int length = Math.toIntExact(in.natural());
                slices.add(new Slice(new UUID(most, least), worker, window, in.at, in.at + length));
                in.at += length;
            } else {
                in.skip(Math.toIntExact(in.natural()));
                in.skip(Math.toIntExact(in.natural()));
            }
        }
        return slices;
    }

    /**
     * The first figures of a heartbeat, which all have.
     *
     * @param timestamp when it was received
     */
    public record Head(long timestamp, long seq, long sent) {}

    /** The first figures of a slice. */
    public Head head(Slice slice) {
        Octets.In in = new Octets.In(slice.row(), slice.from(), slice.end());
        in.natural();
        return new Head(in.integer(), in.integer(), in.integer());
    }

    /** The heartbeat of a slice. */
    public T beat(Slice slice) {
        Octets.In in = new Octets.In(slice.row(), slice.from(), slice.end());
        Figures figures = FigureRow.read(in, form.number(), form.decimals());
        return form.beat(new BeatForm.Owner(mrealm, slice.node(), slice.worker()), figures);
    }

    /**
     * A block of the heartbeats of one node.
     *
     * @param workers to the rows of each; a node's own under the empty name
     */
    public byte[] block(Map<String, Rows> workers) {
        Octets out = new Octets(1 << 11);
        out.octet(NOT_DEFLATED);
        workers.forEach((worker, rows) -> {
            text(worker, out);
            List<Figures> figures = new ArrayList<>();
            Octets.In in = new Octets.In(rows.octets.toBytes());
            while (!in.isAtEnd()) {
                in.natural();
                figures.add(FigureRow.read(in, form.number(), form.decimals()));
            }
            figures.sort(Comparator.comparingLong(beat -> beat.values[0]));
            FigureColumns.write(figures, form.number(), form.decimals(), out);
        });
        return out.toBytes();
    }

    /** The rows of one node or worker on their way from windows to a block. */
    public static final class Rows {
        private final Octets octets = new Octets(256);
        private int count;

        /** Adds one. */
        public void add(Slice slice) {
            octets.natural(slice.end() - slice.from());
            octets.slice(slice.row(), slice.from(), slice.end() - slice.from());
            count++;
        }

        /** Every second of them, the last one too. */
        public Rows half() {
            Rows half = new Rows();
            Octets.In in = new Octets.In(octets.toBytes());
            for (int left = count; left > 0; left--) {
                int length = Math.toIntExact(in.natural());
                if (left % 2 == 1) {
                    half.octets.natural(length);
                    half.octets.slice(in.bytes, in.at, length);
                    half.count++;
                }
                in.at += length;
            }
            return half;
        }
    }

    /**
     * The heartbeats of a block, of one worker after the other, each in order of time.
     *
     * @throws IllegalArgumentException when it is none
     */
    public List<T> beats(UUID node, byte[] block) {
        List<T> beats = new ArrayList<>();
        Octets.In in = new Octets.In(block);
        int length = Math.toIntExact(in.natural());
        Octets.In plain = length == NOT_DEFLATED ? in : new Octets.In(inflated(block, in.at, length));
        while (!plain.isAtEnd()) {
            BeatForm.Owner owner = new BeatForm.Owner(mrealm, node, text(plain));
            for (Figures figures : FigureColumns.read(plain, form.number())) {
                beats.add(form.beat(owner, figures));
            }
        }
        return beats;
    }

    private static void text(String text, Octets out) {
        if (text.isEmpty()) {
            out.octet(0);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.natural(utf8.length);
        out.all(utf8);
    }

    private static String text(Octets.In in) {
        int length = Math.toIntExact(in.natural());
        in.at += length;
        return length == 0 ? "" : new String(in.bytes, in.at - length, length, StandardCharsets.UTF_8);
    }

    private static byte[] inflated(byte[] block, int from, int length) {
        if (length > MOST_INFLATED) {
            throw new IllegalArgumentException(
                    "expected a block of at most " + MOST_INFLATED + " bytes, but found more");
        }
        Inflater inflater = new Inflater(true);
        try {
            // One more than there is: zlib asks for it when there is no header.
            inflater.setInput(java.util.Arrays.copyOfRange(block, from, block.length + 1));
            byte[] plain = new byte[length];
            int found = 0;
            while (found < length) {
                int some = inflater.inflate(plain, found, length - found);
                if (some == 0) {
                    throw new IllegalArgumentException("expected a block of " + length + " bytes, but found " + found);
                }
                found += some;
            }
            return plain;
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("expected a block that was deflated, but found other bytes", e);
        } finally {
            inflater.end();
        }
    }
}
