package io.bailiwick.router.server;

import io.bailiwick.router.codec.UntranslatablePayloadException;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.link.SlowConsumerException;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.RoleLimits;
import io.bailiwick.router.session.Session;
import io.bailiwick.router.session.SessionDetails;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A joined peer at the end of a link. */
final class LinkSession implements Session {
    private static final Logger log = LoggerFactory.getLogger(LinkSession.class);
    private static final long GOODBYE_SECONDS = 1;
    /** The router says these where nothing is held against the peer, which may join again on the same link. */
    private static final Set<String> ORDINARY = Set.of(Uris.CLOSE_REALM, Uris.AUTH_CHANGED, Uris.CLOSE_NORMAL);

    /** The keys of what is told of a transport: the same for all sessions, of which there are many. */
    private static final String[] TRANSPORT = {"listener", "peer", "secure", "serializer"};

    private static final String[] TRANSPORT_IN_PROCESS = {"listener", "peer", "secure"};

    private final OpenRealm open;
    private final Link link;
    private final SessionDetails details;
    private final Valve valve;
    private final @Nullable Pacer pacer;
    private final long pacedUntil;
    private final Reception reception;
    /** What it has sent waits for the realm there; null while nothing ever has. Of the link's thread only. */
    private @Nullable Inflow inflow;

    /** Closes a link whose peer does not answer a GOODBYE after which it may join again. */
    private volatile @Nullable ScheduledFuture<?> farewell;

    private volatile boolean loggedOut;
    private volatile boolean ended;

    /**
     * A session that joins a realm.
     *
     * @param pacedUntil what {@link #pacedUntil()} of the session before on this link says; the time now without one
     * @param reception is asked for {@linkplain Reception#again another session} when this one is over in the ordinary way
     */
    LinkSession(OpenRealm open, Link link, SessionDetails details, long pacedUntil, Reception reception) {
        this.open = open;
        this.link = link;
        this.details = details;
        this.pacedUntil = pacedUntil;
        this.reception = reception;
        this.valve = new Valve(link);
        RoleLimits.Traffic traffic = open.traffic(details.authrole());
        link.limit(traffic.messageBytes());
        link.bound(traffic.queueBytes(), open.queues());
        this.pacer = traffic.hasRate()
                ? new Pacer(traffic, System::nanoTime, open.loop(), valve, open.metrics(), pacedUntil)
                : null;
    }

    /** When the peer has paid with time for all it has sent, in nanoseconds of {@link System#nanoTime}. */
    long pacedUntil() {
        return pacer == null ? pacedUntil : pacer.full();
    }

    @Override
    public SessionDetails details() {
        return details;
    }

    @Override
    public boolean send(Message message) {
        try {
            return link.send(message);
        } catch (MessageTooLargeException tooLarge) {
            return undeliverable(message, Uris.PAYLOAD_SIZE_EXCEEDED, tooLarge);
        } catch (UntranslatablePayloadException untranslatable) {
            return undeliverable(message, Uris.INVALID_ARGUMENT, untranslatable);
        }
    }

    @Override
    public BooleanSupplier probe() {
        return link.probe();
    }

    @Override
    public boolean keepsUp() {
        return link.keepsUp();
    }

    @Override
    public void reading(boolean wanted) {
        if (wanted) {
            valve.open(Valve.Reason.DECISION);
        } else {
            valve.close(Valve.Reason.DECISION);
        }
    }

    @Override
    public void end(Message last) {
        String reason = last instanceof Message.Goodbye goodbye ? goodbye.reason() : "";
        boolean answers = reason.equals(Uris.GOODBYE_AND_OUT);
        boolean asks = !answers && last instanceof Message.Goodbye;
        if (asks) {
            ScheduledFuture<?> close = open.loop().schedule(link::close, GOODBYE_SECONDS, TimeUnit.SECONDS);
            farewell = ORDINARY.contains(reason) ? close : null;
        }
        ended = true;
        open.ids().release(details.session());
        // Before the answer is out: HELLO may follow it at once.
        boolean stays = answers && !loggedOut && begins();
        try {
            link.send(last);
        } catch (RuntimeException unsendable) {
            // Its text may be longer than the peer takes: then it learns no more than that it is over.
            link.close();
            return;
        }
        if (!asks && !stays) {
            link.close();
        }
    }

    /** Whether the link takes another HELLO from now on. */
    private boolean begins() {
        valve.release();
        return reception.again();
    }

    /** The peer sent a message. */
    void received(Message.FromClient message) {
        if (!ended) {
            if (message instanceof Message.Goodbye goodbye && goodbye.reason().equals(Uris.LOGOUT)) {
                loggedOut = true;
            }
            if (pacer != null) {
                pacer.received();
            }
            if (!open.realm().receive(this, message)) {
                posted(message);
            }
        } else if (message instanceof Message.Goodbye) {
            ScheduledFuture<?> waiting = farewell;
            if (waiting == null || !waiting.cancel(false) || !begins()) {
                link.close();
            }
        }
    }

    /** A message waits for the realm. */
    private void posted(Message.FromClient message) {
        if (inflow == null) {
            inflow = new Inflow(open.loop(), valve);
        }
        inflow.posted(message);
    }

    /** The peer broke the protocol in a way that shows before the realm: the realm forgets it, ABORT goes out. */
    void violated(ProtocolViolation violation) {
        if (ended) {
            link.close();
            return;
        }
        if (violation.reason().equals(Uris.PROTOCOL_VIOLATION)) {
            open.metrics().violated();
        } else {
            open.metrics().refused(violation.reason());
        }
        open.realm().leave(this);
        end(new Message.Abort(Dict.of("message", String.valueOf(violation.getMessage())), violation.reason()));
    }

    /** Another session of the same cookie has logged out. */
    void logOut() {
        open.realm()
                .end(
                        one -> one.session() == details.session(),
                        new Message.Goodbye(
                                Dict.of("message", "another session of this cookie has logged out"), Uris.LOGOUT),
                        ended -> {});
    }

    /** The link was cut because its peer did not read. */
    void cutOff(SlowConsumerException why) {
        open.metrics().readerCutOff();
        log.info("session {} of {}: {}", details.session(), details.authid(), why.getMessage());
        left();
    }

    /** The link is gone. */
    void left() {
        ended = true;
        open.ids().release(details.session());
        open.realm().leave(this);
    }

    /** What the session meta API tells of a transport. */
    static Dict transport(Peer peer) {
        Optional<Format> format = peer.format();
        return format.isPresent()
                ? Dict.owned("dict", TRANSPORT, new Object[] {
                    peer.listener(), peer.address(), peer.tls(), format.get().id()
                })
                : Dict.owned("dict", TRANSPORT_IN_PROCESS, new Object[] {peer.listener(), peer.address(), peer.tls()});
    }

    /**
     * A message that this peer cannot be given. A call always ends, and once: where it is still open, with an INVOCATION or a
     * progressive RESULT, the realm ends it for both sides; where this was to be the final answer, the caller gets an error
     * in its place. An event is dropped. A peer that cannot even be given what the protocol owes it, as WELCOME, is done for.
     */
    private boolean undeliverable(Message message, String error, RuntimeException cause) {
        String text = String.valueOf(cause.getMessage());
        if (message instanceof Message.Invocation || isInProgress(message)) {
            open.realm().undelivered(this, message, error, text);
            return true;
        } else if (message instanceof Message.Result result) {
            Dict why = Dict.of("message", text);
            return link.send(
                    new Message.ErrorReply(Message.Call.CODE, result.request(), why, error, RealmPayloads.text(text)));
        } else if (message instanceof Message.ErrorReply reply) {
            return link.send(
                    new Message.ErrorReply(reply.requestType(), reply.request(), Dict.EMPTY, error, Payload.EMPTY));
        }
        if (message instanceof Message.Event) {
            return true;
        }
        throw cause;
    }

    private static boolean isInProgress(Message message) {
        return message instanceof Message.Result result && result.details().flag("progress", false);
    }
}
