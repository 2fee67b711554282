package io.bailiwick.router.transport.http;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.link.Traffic;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.http.HttpRoute.Reply;
import io.bailiwick.router.transport.http.HttpRoute.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The long-poll transports of one listener (WAMP, "HTTP Longpoll Transport"): POST to {@code open}, and then to
 * {@code <transport>/receive}, {@code send} and {@code close}. Who has the id has the link, so it cannot be guessed. Where
 * the specification says status 202 "no content" the answer is 204, since AutobahnJS takes 202 for a failure.
 */
final class LongPoll {
    private static final Logger log = LoggerFactory.getLogger(LongPoll.class);
    private static final Set<String> POST = Set.of("POST");
    private static final int MAX_OPEN = 4_096;
    private static final int MOST_ENDED = 1_024;

    private final HttpHost host;
    private final HttpOptions.LongPoll options;
    private final String prefix;
    private final Map<String, LongPollLink> links = new ConcurrentHashMap<>();
    /** Those that ended last: a close of one of them comes late, but asks for nothing that is wrong. */
    private final Set<String> ended = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_ENDED;
        }
    }));

    private final AtomicInteger open = new AtomicInteger();
    private final HttpSide.Target opening;

    LongPoll(HttpHost host, HttpOptions.LongPoll options) {
        this.host = host;
        this.options = options;
        this.prefix = options.path() + "/";
        this.opening = new HttpSide.Target(
                POST,
                MAX_OPEN,
                Set.of(),
                true,
                (request, arrival) -> CompletableFuture.completedFuture(open(request, arrival)));
    }

    /** What is at a path, if it is one of ours. */
    Optional<HttpSide.Target> target(String path) {
        if (!path.startsWith(prefix)) {
            return Optional.empty();
        }
        String rest = path.substring(prefix.length());
        if (rest.equals("open")) {
            return Optional.of(opening);
        }
        int slash = rest.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String id = rest.substring(0, slash);
        String operation = rest.substring(slash + 1);
        LongPollLink link = links.get(id);
        if (link == null) {
            return Optional.ofNullable(lateClose(id, operation));
        }
        return Optional.ofNullable(operation(link, operation));
    }

    /** AutobahnJS closes its transport when it has GOODBYE, and waits forever unless that succeeds. */
    private HttpSide.@Nullable Target lateClose(String id, String operation) {
        return operation.equals("close") && ended.contains(id)
                ? target(MAX_OPEN, request -> CompletableFuture.completedFuture(Reply.empty(204)))
                : null;
    }

    private static HttpSide.@Nullable Target operation(LongPollLink link, String name) {
        return switch (name) {
            case "receive" -> target(MAX_OPEN, request -> link.receive());
            case "send" -> target(link.inboundLimit(), request -> link.send(request.body()));
            case "close" -> target(MAX_OPEN, request -> link.closedByPeer());
            default -> null;
        };
    }

    /** Handles a request that needs no arrival. */
    @FunctionalInterface
    private interface Operation {
        CompletionStage<Reply> handle(Request request);
    }

    private static HttpSide.Target target(int maxBody, Operation operation) {
        return new HttpSide.Target(POST, maxBody, Set.of(), false, (request, arrival) -> operation.handle(request));
    }

    private Reply open(Request request, HttpHost.Arrival arrival) {
        List<String> wanted;
        try {
            wanted = protocols(request.body());
        } catch (ProtocolViolation violation) {
            return Reply.text(400, "A JSON object with a list of protocols is expected.");
        }
        Optional<Subprotocol> protocol = Subprotocol.firstOf(wanted);
        if (protocol.isEmpty()) {
            return Reply.text(400, "One of the protocols " + Subprotocol.names() + " is expected.");
        }
        Optional<Runnable> room = room(arrival);
        return room.isEmpty()
                ? Reply.text(503, "There are too many links.")
                : open(
                        protocol.get(),
                        arrival.peer(
                                Optional.of(protocol.get().format()),
                                request.peer().cookie()),
                        room.get());
    }

    private Optional<Runnable> room(HttpHost.Arrival arrival) {
        if (open.incrementAndGet() > options.maxTransports()) {
            open.decrementAndGet();
            host.traffic().refused(Traffic.Refusal.CONNECTIONS);
            return Optional.empty();
        }
        Optional<Runnable> ofAddress = arrival.anotherLink();
        if (ofAddress.isEmpty()) {
            open.decrementAndGet();
            return Optional.empty();
        }
        return Optional.of(() -> {
            open.decrementAndGet();
            ofAddress.get().run();
        });
    }

    private Reply open(Subprotocol protocol, Peer peer, Runnable giveBack) {
        String id = Cookies.newValue();
        LongPollLink link = new LongPollLink(host, options, protocol, peer, () -> {
            ended.add(id);
            links.remove(id);
            giveBack.run();
            host.traffic().closed(Traffic.Kind.LONGPOLL);
        });
        host.traffic().opened(Traffic.Kind.LONGPOLL);
        links.put(id, link);
        try {
            link.start(host.accept(link));
        } catch (RuntimeException e) {
            log.error("{}: found no acceptance", peer.address(), e);
            link.cut(e);
            return Reply.text(500, "The router failed to answer.");
        }
        String json = "{\"protocol\":\"" + protocol.name() + "\",\"transport\":\"" + id + "\"}";
        return Reply.json(200, json.getBytes(StandardCharsets.UTF_8));
    }

    /** The protocols that a client speaks. */
    private static List<String> protocols(byte[] body) {
        Arguments arguments = Payloads.decode(Payload.owned(Format.JSON, ByteBuffer.wrap(body), 1));
        if (arguments.list().size() == 1
                && arguments.list().get(0) instanceof Map<?, ?> object
                && object.get("protocols") instanceof List<?> protocols) {
            return protocols.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        }
        throw new ProtocolViolation("open", "an object with a list of protocols", "something else");
    }

    /** Closes all links; what they have queued may still be fetched for a moment. */
    void close() {
        links.values().forEach(LongPollLink::close);
    }
}
