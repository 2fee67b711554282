package io.bailiwick.router.client.session;

import io.bailiwick.router.handshake.Joiner;
import io.bailiwick.router.handshake.Step;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way into a session: opens a link, feeds a {@link Joiner}, and once that has joined hands everything on to the session
 * without a detour. Until then each piece of news waits for its turn on an executor, since an answer to a CHALLENGE may take
 * its time, on purpose, and nothing may overtake it.
 */
final class Joining implements Link.Listener {
    private final Joiner.Introduction introduction;
    private final Consumer<Message.Interrupt> interrupts;
    private final Executor executor;
    private final CompletableFuture<MessageSession> joined = new CompletableFuture<>();

    /** Done when all news so far have had their turn. */
    private volatile CompletableFuture<?> turns = CompletableFuture.completedFuture(null);

    private volatile @Nullable DirectSession session;

    // Touched in turn only.
    private @Nullable Link link;
    private @Nullable Joiner joiner;
    private boolean linkGone;
    private boolean over;

    Joining(Joiner.Introduction introduction, Consumer<Message.Interrupt> interrupts, Executor executor) {
        this.introduction = introduction;
        this.interrupts = interrupts;
        this.executor = executor;
    }

    CompletableFuture<MessageSession> start(Connector connector, Duration limit) {
        CompletableFuture<Void> clock = new CompletableFuture<>();
        clock.whenComplete((nothing, late) -> {
            if (late != null) {
                inTurn(() -> giveUp(limit));
            }
        });
        clock.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
        joined.whenComplete((opened, failure) -> clock.complete(null));
        connector.connect(this).whenComplete((opened, failure) -> inTurn(() -> connected(opened, failure)));
        return joined;
    }

    private void inTurn(Runnable news) {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        CompletableFuture<?> before;
        synchronized (this) {
            before = turns;
            turns = turn;
        }
        before.whenCompleteAsync(
                (nothing, failure) -> {
                    try {
                        news.run();
                    } catch (RuntimeException e) {
                        fail(new IOException("the handshake failed: " + e.getMessage(), e));
                    } finally {
                        turn.complete(null);
                    }
                },
                executor);
    }

    // ---- from the link

    @Override
    public void received(Message message) {
        DirectSession open = open();
        if (open != null) {
            open.received(message);
        } else {
            Message kept = message.keep();
            inTurn(() -> arrived(kept));
        }
    }

    @Override
    public void violated(ProtocolViolation violation) {
        DirectSession open = open();
        if (open != null) {
            open.violated(violation);
        } else {
            inTurn(() -> broken(violation));
        }
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        DirectSession open = open();
        if (open != null) {
            open.lost(cause);
        } else {
            inTurn(() -> lost(cause));
        }
    }

    /** The session, when there is one and nothing that came before still waits for its turn. */
    private @Nullable DirectSession open() {
        DirectSession open = session;
        return open != null && turns.isDone() ? open : null;
    }

    // ---- in turn

    private void connected(@Nullable Link opened, @Nullable Throwable failure) {
        if (opened == null) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            fail(cause == null ? new IOException("no link came, and no reason why") : cause);
            return;
        }
        link = opened;
        if (linkGone) {
            fail(new IOException("the link was closed as soon as it was open"));
        }
        if (over) {
            // Nobody waits for it any more.
            opened.close();
            return;
        }
        try {
            Joiner fresh = new Joiner(introduction, opened.peer().security());
            joiner = fresh;
            take(fresh.start());
        } catch (IllegalArgumentException unfit) {
            fail(new IOException(unfit.getMessage(), unfit));
        }
    }

    private void arrived(Message message) {
        DirectSession open = session;
        if (open != null) {
            open.received(message);
        } else if (!over && joiner != null) {
            // A GOODBYE where WELCOME was due says no as well as an ABORT.
            take(joiner.received(
                    message instanceof Message.Goodbye goodbye
                            ? new Message.Abort(goodbye.details(), goodbye.reason())
                            : message));
        }
    }

    private void broken(ProtocolViolation violation) {
        DirectSession open = session;
        if (open != null) {
            open.violated(violation);
        } else if (!over && joiner != null) {
            take(joiner.violated(violation));
        }
    }

    private void lost(@Nullable Throwable cause) {
        linkGone = true;
        DirectSession open = session;
        if (open != null) {
            open.lost(cause);
        } else if (link != null) {
            fail(
                    cause instanceof IOException
                            ? cause
                            : new IOException("the link was closed before the router let this client in", cause));
        }
    }

    private void take(Step step) {
        Link open = link;
        if (open == null) {
            return;
        }
        if (step instanceof Step.Send next) {
            open.send(next.message());
        } else if (step instanceof Step.Joined in) {
            DirectSession fresh = new DirectSession(open, in.welcome(), interrupts);
            session = fresh;
            over = true;
            joined.complete(fresh);
        } else if (step instanceof Step.Refuse refusal) {
            open.send(refusal.abort());
            fail(new IOException(refusal.abort().reason() + ": "
                    + refusal.abort().details().text("message").orElse("")));
        } else if (step instanceof Step.Ended ended && ended.abort() != null) {
            fail(new RefusedException(ended.abort()));
        }
    }

    private void giveUp(Duration limit) {
        if (!over && link != null) {
            link.send(new Message.Abort(Dict.of("message", "the client gave up joining"), Uris.CLOSE_NORMAL));
        }
        fail(new IOException("expected WELCOME within " + limit.toSeconds() + " s, but none came"));
    }

    private void fail(Throwable failure) {
        if (over) {
            return;
        }
        over = true;
        if (link != null) {
            link.close();
        }
        joined.completeExceptionally(failure);
    }
}
