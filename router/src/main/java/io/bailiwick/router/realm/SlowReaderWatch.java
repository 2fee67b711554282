package io.bailiwick.router.realm;

import io.bailiwick.router.message.Message;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.session.SlowReaders;
import io.bailiwick.router.session.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of sessions that are slow to take what is sent to them, or do not take it at all. */
final class SlowReaderWatch implements Member.Watch {
    private static final Logger log = LoggerFactory.getLogger(SlowReaderWatch.class);

    private final SlowReaders policy;
    private final Timer timer;
    private final RealmMetrics metrics;
    private final Consumer<Member> slow;
    private final Consumer<Member> slowEnd;
    private final Consumer<Member> failedEnd;
    /** How often each that is being watched has fallen behind. */
    private final Map<Member, Integer> watched = new HashMap<>();

    private long slowSends;

    /**
     * Watches nobody yet.
     *
     * @param slow hears of each message that was sent to a peer that does not keep up
     * @param slowEnd ends the session of a peer that was behind for too long
     * @param failedEnd ends a session that did not take a message
     */
    SlowReaderWatch(
            SlowReaders policy,
            Timer timer,
            RealmMetrics metrics,
            Consumer<Member> slow,
            Consumer<Member> slowEnd,
            Consumer<Member> failedEnd) {
        this.policy = policy;
        this.timer = timer;
        this.metrics = metrics;
        this.slow = slow;
        this.slowEnd = slowEnd;
        this.failedEnd = failedEnd;
    }

    /** How many messages were sent to a peer that did not keep up. */
    long slowSends() {
        return slowSends;
    }

    @Override
    public void slow(Member member) {
        slowSends++;
        slow.accept(member);
    }

    @Override
    public void fellBehind(Member member) {
        metrics.fellBehind();
        if (policy.dropsEvents()) {
            return;
        }
        if (watched.merge(member, 1, Integer::sum) == 1) {
            lookAgain(member, 1);
        }
    }

    /** One timer for each that is behind, however often it falls: it looks whether this is still the same fall. */
    private void lookAgain(Member member, int fall) {
        timer.after(policy.millis(), () -> {
            int now = watched.getOrDefault(member, 0);
            if (member.isGone() || !member.isBehind()) {
                watched.remove(member);
            } else if (now == fall) {
                watched.remove(member);
                log.info("{}: its peer has not read for {} ms; the session ends", member, policy.millis());
                metrics.slowReaderEnded();
                slowEnd.accept(member);
            } else {
                lookAgain(member, now);
            }
        });
    }

    @Override
    public void dropped(Member member) {
        metrics.eventDropped();
    }

    @Override
    public void refused(Member member, String error) {
        metrics.refused(error);
    }

    /** It is done for, but whoever caused the message is not. */
    @Override
    public void failed(Member member, Message message, RuntimeException failure) {
        log.error("{}: {} could not be sent", member, message.name(), failure);
        failedEnd.accept(member);
    }
}
