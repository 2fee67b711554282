package io.bailiwick.router.transport.frame;

import io.bailiwick.router.message.Format;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is spoken over a WebSocket or by long-poll, under a name such as {@code wamp.2.cbor} or {@code
 * wamp.2.json.batched}.
 *
 * @param format the format of each message
 * @param batched whether one message of the transport carries one or more WAMP messages, instead of exactly one
 */
public record Subprotocol(Format format, boolean batched) {
    private static final String BATCHED = ".batched";

    /** The name in Sec-WebSocket-Protocol, and in what opens a long-poll. */
    public String name() {
        return format.subprotocol() + (batched ? BATCHED : "");
    }

    /** The subprotocol of a name, if it is one of ours. */
    public static Optional<Subprotocol> of(String name) {
        return all().filter(subprotocol -> subprotocol.name().equals(name)).findFirst();
    }

    /**
     * The first subprotocol offered by a client that is ours: the order is the client's wish.
     *
     * @param offers names, or lists of names with commas as the values of Sec-WebSocket-Protocol are
     */
    public static Optional<Subprotocol> firstOf(List<String> offers) {
        return offers.stream()
                .flatMap(names -> Arrays.stream(names.split(",")))
                .map(name -> of(name.strip()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The names of all, for texts. */
    public static String names() {
        return all().map(Subprotocol::name).collect(Collectors.joining(", "));
    }

    private static Stream<Subprotocol> all() {
        return Stream.of(false, true)
                .flatMap(batched -> Arrays.stream(Format.values()).map(format -> new Subprotocol(format, batched)));
    }
}
