package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.beat.BeatReader;
import io.bailiwick.mrealm.beat.BeatRow;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.codec.TokenReader;
import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes heartbeats from those who may send them. A payload says whose heartbeat it is; the router says who published it. Only
 * when both agree on a paired node it is believed. All others are counted.
 */
final class Heartbeats {
    private static final int MAX_WORKER_ID = 128;
    private static final String NODE_ROLE = "node";

    /** What the details call the one who sent it. */
    private record Names(String who, String authid, String authrole) {
        static final Names OF_EVENT = of("publisher");
        static final Names OF_CALL = of("caller");

        private static Names of(String who) {
            return new Names(who, who + "_authid", who + "_authrole");
        }
    }

    /**
     * A heartbeat that is believed.
     *
     * @param session the session it came by; null when the router does not tell
     * @param workers how many workers of each type the node has
     */
    record NodeBeat(Node node, @Nullable Long session, BeatRow row, Map<String, Long> workers) {}

    private record Sender(Node node, @Nullable Long session) {
        BeatReader.Receipt receipt(long timestamp) {
            return new BeatReader.Receipt(timestamp, node.oid(), session);
        }
    }

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String reason;

        Refused(String reason, String sample) {
            super(sample, null, false, false);
            this.reason = reason;
        }
    }

    private final Function<String, Optional<Node>> paired;
    private final Refusals refusals;

    /**
     * @param paired finds a paired node by authid
     */
    Heartbeats(Function<String, Optional<Node>> paired, Refusals refusals) {
        this.paired = paired;
        this.refusals = refusals;
    }

    /** The heartbeat of a node: args {@code [authid, heartbeat]}. Empty, and counted, when refused. */
    Optional<NodeBeat> node(Event event, long timestamp) {
        return node(Names.OF_EVENT, event.details(), event.payload(), timestamp);
    }

    /** As {@link #node}, of a call with the same arguments. */
    Optional<NodeBeat> node(Invocation call, long timestamp) {
        // Calls with heartbeats are few: there is one way to read them.
        Payload payload = Payloads.encode(Format.CBOR, call.arguments());
        return node(Names.OF_CALL, call.details(), payload, timestamp);
    }

    private Optional<NodeBeat> node(Names names, Dict details, Payload payload, long timestamp) {
        return guarded(() -> {
            Positional arguments = new Positional(payload);
            Sender sender = sender(names, details, arguments);
            BeatReader.NodeReading read = BeatReader.node(sender.receipt(timestamp), arguments.dictionary());
            return new NodeBeat(sender.node(), sender.session(), read.row(), read.workers());
        });
    }

    /** The heartbeat of a worker: args {@code [authid, worker_id, heartbeat]}. Empty, and counted, when refused. */
    Optional<BeatRow> worker(Event event, long timestamp) {
        return guarded(() -> {
            Positional arguments = new Positional(event.payload());
            Sender sender = sender(Names.OF_EVENT, event.details(), arguments);
            String id = arguments.text();
            if (id == null || id.isEmpty() || id.length() > MAX_WORKER_ID) {
                throw new Refused("malformed", "expected a worker id of 1 to 128 characters");
            }
            return BeatReader.worker(sender.receipt(timestamp), id, arguments.dictionary());
        });
    }

    private <T> Optional<T> guarded(Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (Refused refused) {
            refusals.count(refused.reason, String.valueOf(refused.getMessage()));
        } catch (ProtocolViolation violation) {
            refusals.count("malformed", String.valueOf(violation.getMessage()));
        }
        return Optional.empty();
    }

    private Sender sender(Names names, Dict details, Positional arguments) {
        String authid = details.textOrNull(names.authid());
        String authrole = details.textOrNull(names.authrole());
        if (authid == null || authrole == null) {
            throw new Refused("without a disclosed " + names.who(), names.who());
        }
        if (!authrole.equals(NODE_ROLE)) {
            throw new Refused("of a " + names.who() + " that is no node", authid);
        }
        if (!authid.equals(arguments.text())) {
            throw new Refused("in the name of another node", authid);
        }
        Node node = paired.apply(authid)
                .orElseThrow(() -> new Refused("of a node that is not paired with this realm", authid));
        var session = details.integer(names.who());
        return new Sender(node, session.isPresent() ? session.getAsLong() : null);
    }

    /** The positional arguments of a payload, one after the other. */
    private static final class Positional {
        private final TokenReader tokens;
        private final boolean list;
        private final int size;
        private int read;

        Positional(Payload payload) {
            tokens = TokenReader.ofPayload(payload);
            list = !payload.isEmpty() && tokens.next() == Kind.LIST;
            size = tokens.size();
        }

        /** The kind of the next argument; null when there is none. */
        private @Nullable Kind next() {
            return list && tokens.more(Kind.LIST, size, read++) ? tokens.next() : null;
        }

        /** The next argument; null when it is no text. */
        @Nullable
        String text() {
            return next() == Kind.TEXT ? tokens.text() : null;
        }

        /** A reader at the next argument, a dictionary. */
        TokenReader dictionary() {
            if (next() != Kind.DICT) {
                throw new Refused("malformed", "expected a dictionary as argument " + (read - 1));
            }
            return tokens;
        }
    }
}
