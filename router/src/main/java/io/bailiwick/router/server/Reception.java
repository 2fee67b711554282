package io.bailiwick.router.server;

import io.bailiwick.router.handshake.Acceptor;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Step;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.link.SlowConsumerException;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.SessionDetails;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives one link: takes its peer through the handshake, within a deadline, and then hands what it sends to its realm. When
 * the session is over by GOODBYE, the peer may begin again, in any realm and as anybody; nothing of the old session is left.
 *
 * <p>The handshake is guarded by this object's lock, for the answers of the authenticator and of the verifier come on other
 * threads. Once joined, a message passes without it.
 */
final class Reception implements Link.Listener {
    private static final Logger log = LoggerFactory.getLogger(Reception.class);
    /** The sessions that a link may have, one after another: who wants more connects again, within the bounds for that. */
    static final int MOST_SESSIONS = 64;

    private final Router router;
    private final Link link;
    private final Authenticator authenticator;
    private final Acceptor.Offer offer;

    // Guarded by this. A session that is idle is to hold little: what it does not need is null.
    /** The id that the session will have: the handshake may name it. */
    private long id;

    /** Null once there is a session: what its peer said of itself stays with nobody who needs it no more. */
    private @Nullable Acceptor acceptor;
    /** Null once there is a session. */
    private @Nullable ScheduledFuture<?> deadline;
    /** Completes when the link is gone; null as long as nobody asks. */
    private @Nullable CompletableFuture<Void> gone;

    /** Whether a session is over and the next HELLO has not come yet. */
    private boolean resting;

    private int sessions;
    private long pacedUntil = System.nanoTime();
    private boolean cut;
    private @Nullable OpenRealm promised;
    /** What makes the realm that was promised, where it is made by joining. */
    private @Nullable RealmFamily family;
    /** A realm that was made by joining, once this peer is in it. */
    private @Nullable OpenRealm entered;

    private volatile @Nullable LinkSession session;

    Reception(Router router, Link link, Authenticator authenticator, Acceptor.Offer offer) {
        this.router = router;
        this.link = link;
        this.authenticator = authenticator;
        this.offer = offer;
        this.id = router.ids().claim();
        Acceptor first = new Acceptor(link.peer(), offer, id);
        this.acceptor = first;
        this.deadline = later(() -> tooSlow(first, 1));
    }

    private ScheduledFuture<?> later(Runnable step) {
        return router.network().loop().schedule(step, router.patience().peer().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void endDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void received(Message message) {
        router.metrics().received(message.code());
        LinkSession joined = session;
        if (joined == null) {
            heard(open -> open.received(message));
        } else if (message instanceof Message.Goodbye goodbye) {
            joined.received(goodbye);
            if (goodbye.reason().equals(Uris.LOGOUT)) {
                authenticator.loggedOut(link.peer());
                router.receptions().logOut(this);
            }
        } else if (message instanceof Message.FromClient known) {
            joined.received(known);
            router.proofs().heard();
        } else if (message instanceof Message.Abort) {
            joined.left();
            link.close();
        } else {
            joined.violated(new ProtocolViolation("session", "a message of an open session", message.name()));
        }
    }

    @Override
    public void violated(ProtocolViolation violation) {
        LinkSession joined = session;
        if (joined == null) {
            heard(open -> open.violated(violation));
        } else {
            joined.violated(violation);
        }
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        LinkSession joined;
        OpenRealm left;
        synchronized (this) {
            cut = true;
            endDeadline();
            if (acceptor != null) {
                acceptor.refuse(Uris.CANCELED, "the link is gone");
            }
            joined = session;
            left = entered;
            entered = null;
            if (joined == null && !resting) {
                router.ids().release(id);
            }
        }
        try {
            if (joined != null && cause instanceof SlowConsumerException slow) {
                joined.cutOff(slow);
            } else if (joined != null) {
                log.debug("session {} lost its link", joined.details().session(), cause);
                joined.left();
            }
        } finally {
            if (left != null) {
                router.made().leave(left);
            }
            router.receptions().forget(this);
            gone().complete(null);
        }
    }

    private synchronized CompletableFuture<Void> gone() {
        if (gone == null) {
            gone = new CompletableFuture<>();
        }
        return gone;
    }

    private synchronized boolean isCut() {
        return cut;
    }

    /** The peer has done something while there is no session; after a session that begins another handshake. */
    private synchronized void heard(Move move) {
        if (resting) {
            resting = false;
            endDeadline();
            id = router.ids().claim();
            Acceptor next = new Acceptor(link.peer(), offer, id);
            acceptor = next;
            deadline = later(() -> tooSlow(next, 1));
        }
        next(move);
    }

    /**
     * The session on this link is over, with GOODBYE from both ends: another HELLO may come (WAMP, "Closing a Session"), from
     * somebody of whom no more is known than what the connection tells.
     *
     * @return false when the link is to be closed instead
     */
    boolean again() {
        OpenRealm left;
        synchronized (this) {
            LinkSession over = session;
            if (over == null || cut || ++sessions >= MOST_SESSIONS || !link.keepsUp()) {
                return false;
            }
            pacedUntil = over.pacedUntil();
            left = entered;
            entered = null;
            promised = null;
            family = null;
            resting = true;
            // Not for another HELLO, but for who is to be sent away before there is one.
            acceptor = new Acceptor(link.peer(), offer, id);
            link.renew();
            deadline = later(this::tooQuiet);
            session = null;
        }
        if (left != null) {
            router.made().leave(left);
        }
        // Who dismisses all that are in no session may have passed by before this one was.
        return !router.isClosed();
    }

    private synchronized void tooQuiet() {
        if (resting) {
            link.close();
        }
    }

    /** The router closes: who is still in the handshake is sent away. Completes when the link is gone. */
    CompletableFuture<Void> dismiss() {
        if (session == null) {
            next(open -> open.refuse(Uris.SYSTEM_SHUTDOWN, "the router is shutting down"));
        }
        return gone();
    }

    /** Another session of the same cookie has logged out: this one ends too, wherever it is. */
    void logOut() {
        LinkSession joined = session;
        if (joined == null) {
            next(open -> open.refuse(Uris.AUTHENTICATION_FAILED, "logged out"));
        } else {
            joined.logOut();
        }
    }

    Peer peer() {
        return link.peer();
    }

    /** @param round for the how many-th time */
    private synchronized void tooSlow(Acceptor late, int round) {
        if (acceptor != late || session != null || resting) {
            return;
        }
        HandshakePatience patience = router.patience();
        if (late.isBeingDecided() && round < patience.rounds()) {
            // It is not the peer that is slow.
            deadline = later(() -> tooSlow(late, round + 1));
        } else {
            long seconds = patience.peer().multipliedBy(round).toSeconds();
            next(open -> open.refuse(
                    Uris.AUTHENTICATION_FAILED, "expected the handshake to end within " + seconds + " seconds"));
        }
    }

    /** What moves the handshake on. */
    @FunctionalInterface
    private interface Move {
        Step make(Acceptor open);
    }

    private synchronized void next(Move move) {
        Acceptor open = acceptor;
        if (open == null) {
            // Whatever this is, it was not meant for the session that has come about just now.
            link.close();
            return;
        }
        Step step = move.make(open);
        if (step instanceof Step.Send send) {
            link.send(send.message());
        } else if (step instanceof Step.Ask ask) {
            ask(() -> authenticator.authenticate(ask.claim()));
        } else if (step instanceof Step.AskProven ask) {
            ask(() -> authenticator.authenticateProven(ask.claim(), ask.proof()));
        } else if (step instanceof Step.Check check) {
            check(check);
        } else if (step instanceof Step.Admit admit) {
            admit(admit);
        } else if (step instanceof Step.Refuse refuse) {
            log.info(
                    "refused {}: {} {}",
                    link.peer().address(),
                    refuse.abort().reason(),
                    refuse.abort().details());
            router.metrics().rejected(refuse.abort().reason());
            link.send(refuse.abort());
            link.close();
        } else if (step instanceof Step.Ended) {
            link.close();
        }
    }

    private void ask(Supplier<CompletionStage<Decision>> question) {
        CompletionStage<Decision> answer;
        try {
            answer = question.get();
        } catch (RuntimeException failure) {
            answer = CompletableFuture.failedFuture(failure);
        }
        answer.whenComplete((decision, failure) -> {
            if (failure == null) {
                next(open -> decided(open, decision));
            } else {
                log.error("the authenticator failed", failure);
                next(open -> open.refuse(Uris.AUTHORIZATION_FAILED, "the router could not decide; try again"));
            }
        });
    }

    /** What was decided holds for the realm as it is now, not for another one that may have its name later. */
    private Step decided(Acceptor open, Decision decision) {
        if (decision instanceof Decision.Admission admission) {
            promised = router.realm(admission.realm());
            family = router.made().familyOf(admission.realm());
        }
        return open.decided(decision);
    }

    private void check(Step.Check check) {
        try {
            router.proofs().execute(() -> {
                // Who has gone by now, or was too slow, is not worth the work.
                if (!isCut()) {
                    Step.Checked result = check.checked();
                    next(open -> open.checked(result));
                }
            });
        } catch (RejectedExecutionException tooMany) {
            log.warn("too many proofs wait to be checked, or the router is closing");
            next(open -> open.refuse(Uris.UNAVAILABLE, "too many are logging in; try again"));
        }
    }

    private void admit(Step.Admit admit) {
        Decision.Admission admission = admit.admission();
        RealmFamily maker = family;
        OpenRealm open = promised;
        if (maker != null) {
            MadeRealms.Entry entry = router.made().enter(admission.realm(), maker, admission.authrole());
            open = entry.realm();
            if (open == null) {
                refuse(entry.reason(), entry.message());
                return;
            }
            entered = open;
        } else if (open == null || !router.isOpen(open)) {
            refuse(Uris.NO_SUCH_REALM, "expected an open realm, but " + admission.realm() + " is not");
            return;
        }
        if (!open.roles().roles().containsKey(admission.authrole())) {
            refuse(
                    Uris.NO_SUCH_ROLE,
                    "expected a role of realm " + admission.realm() + ", but " + admission.authrole() + " is none");
            return;
        }
        if (!stands(admission)) {
            Decision.Refusal unproven = Decision.Refusal.UNPROVEN;
            refuse(unproven.reason(), unproven.message());
            return;
        }
        endDeadline();
        router.metrics().joined();
        Message.Welcome welcome = admit.welcome();
        LinkSession joining = new LinkSession(open, link, details(id, admit), pacedUntil, this);
        tellProven(admit);
        session = joining;
        acceptor = null;
        log.info(
                "session {} joins {} as {} in role {} from {}",
                id,
                admission.realm(),
                admission.authid(),
                admission.authrole(),
                link.peer().address());
        open.realm().join(joining, welcome);
    }

    /** Whether what was decided at HELLO still holds: who decides may have learned otherwise while a proof was awaited. */
    private boolean stands(Decision.Admission admission) {
        try {
            return authenticator.stands(admission);
        } catch (RuntimeException failure) {
            log.error("the authenticator failed to say whether a login stands", failure);
            return false;
        }
    }

    /** What an authenticator makes of it is its own affair. */
    private void tellProven(Step.Admit admit) {
        try {
            authenticator.proven(admit.claim(), admit.admission());
        } catch (RuntimeException failure) {
            log.error("the authenticator failed to take note of a login", failure);
        }
    }

    private void refuse(String reason, String message) {
        log.info("refused {}: {} {}", link.peer().address(), reason, message);
        router.metrics().rejected(reason);
        link.send(new Message.Abort(Dict.of("message", message), reason));
        link.close();
    }

    private SessionDetails details(long id, Step.Admit admit) {
        Decision.Admission admission = admit.admission();
        return new SessionDetails(
                id,
                admission.authid(),
                admission.authrole(),
                admission.authmethod(),
                admission.authprovider(),
                admission.authextra(),
                LinkSession.transport(link.peer()),
                router.receptions().shared(admit.roles()),
                admission.provenBy(),
                admission.speaksForOthers());
    }
}
