package io.bailiwick.router.realm;

import io.bailiwick.router.broker.Broker;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.session.Timer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

/**
 * Publishers wait for those of their subscribers that are to miss nothing ({@link Member#isAwaited}). While one of them is
 * behind, a PUBLISH that would reach it stands in its session's {@link WaitingLine}, and what that session sends after it stands
 * behind it, until the link is no longer read from: so the pressure goes back to where it comes from, and nothing is dropped.
 * When the subscriber has caught up, those who wait go on one by one, in the order in which they came, until it is behind again.
 * One that stays behind too long is ended as any other slow reader, and then nobody waits for it any more.
 */
final class Backpressure {
    /** How often it is looked whether a subscriber has caught up, in milliseconds. */
    static final long LOOK_MILLIS = 2;

    private final Timer timer;
    private final Decisions decisions;
    private final Broker broker;
    private final Set<Member> behind = new HashSet<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    /** Nobody waits. */
    Backpressure(Timer timer, Decisions decisions, Broker broker) {
        this.timer = timer;
        this.decisions = decisions;
        this.broker = broker;
    }

    /** A member was sent something and does not keep up. */
    void slow(Member member) {
        if (member.isAwaited() && behind.add(member) && behind.size() == 1) {
            timer.after(LOOK_MILLIS, this::look);
        }
    }

    /** Whether a PUBLISH has to wait; its turn comes again then. Those that are awaited themselves never wait. */
    boolean holds(Seat sender, Message.Publish message) {
        if (behind.isEmpty() || sender.member().isAwaited() || !broker.reaches(message.topic(), behind::contains)) {
            return false;
        }
        waiting.add(decisions.hold(sender, message));
        return true;
    }

    private void look() {
        behind.removeIf(member -> member.isGone() || !member.isBehind());
        if (!behind.isEmpty()) {
            timer.after(LOOK_MILLIS, this::look);
        }
        while (behind.isEmpty() && !waiting.isEmpty()) {
            waiting.remove().run();
        }
    }
}
