package io.bailiwick.domain.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.child.Child;
import io.bailiwick.router.child.Lifecycle;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RealmControllersTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final VirtualTime time = new VirtualTime();
    private final Map<String, List<FakeChild>> started = new HashMap<>();
    private final List<String> changes = new ArrayList<>();
    private final WantedRealm realm1 = new WantedRealm(UUID.randomUUID(), "realm1");
    private final WantedRealm realm2 = new WantedRealm(UUID.randomUUID(), "realm2");
    private final WantedRealm realm3 = new WantedRealm(UUID.randomUUID(), "realm3");
    private final RealmControllers controllers = controllers(this::start, 10);
    private long pids = 100;

    private RealmControllers controllers(RealmStarter starter, int maxConcurrentStarts) {
        return new RealmControllers(
                starter,
                time,
                time.clock(),
                maxConcurrentStarts,
                status -> changes.add(status.name() + " " + status.state()),
                Lifecycle.STANDARD,
                Duration.ofMillis(100));
    }

    private Child start(WantedRealm realm) {
        FakeChild child = new FakeChild(pids++);
        started.computeIfAbsent(realm.name(), name -> new ArrayList<>()).add(child);
        return child;
    }

    private FakeChild last(WantedRealm realm) {
        List<FakeChild> children = started.get(realm.name());
        return children.get(children.size() - 1);
    }

    private int starts(WantedRealm realm) {
        return started.getOrDefault(realm.name(), List.of()).size();
    }

    private RealmStatus status(WantedRealm realm) {
        return controllers.statuses().get(realm.oid());
    }

    private void bringUp(WantedRealm realm) {
        controllers.want(realm);
        last(realm).sayReady();
        assertEquals("ready", status(realm).state());
    }

    @Test
    void a_wanted_realm_is_started_and_ready_when_its_child_says_so() throws Exception {
        controllers.want(realm1);
        CompletableFuture<Void> ready = controllers.ready(realm1.oid(), DEADLINE);
        assertEquals("starting", status(realm1).state());
        assertFalse(ready.isDone());
        last(realm1).sayReady();
        ready.get();
        assertEquals(
                new RealmStatus(
                        realm1.oid(),
                        "realm1",
                        "ready",
                        null,
                        100L,
                        0,
                        time.clock().instant(),
                        null,
                        null),
                status(realm1));
        assertEquals(List.of("realm1 wanted", "realm1 starting", "realm1 ready"), changes);
        controllers.ready(realm1.oid(), DEADLINE).get();
    }

    @Test
    void to_want_a_realm_again_starts_no_second_child() {
        bringUp(realm1);
        controllers.want(realm1);
        controllers.reconcile();
        time.advance(Duration.ofHours(1));
        assertEquals(1, starts(realm1));
    }

    @Test
    void a_child_that_dies_is_started_again_after_the_waits_of_the_lifecycle() {
        bringUp(realm1);
        last(realm1).leave(137);
        assertEquals("waiting", status(realm1).state());
        assertEquals(
                "left with exit code 137 (signal 9); its last words: no luck today",
                status(realm1).reason());
        assertNull(status(realm1).pid());

        time.advance(Duration.ofMillis(999));
        assertEquals(1, starts(realm1));
        time.advance(Duration.ofMillis(2));
        assertEquals(2, starts(realm1));
        assertEquals(1, status(realm1).restarts());

        last(realm1).leave(1);
        time.advance(Duration.ofSeconds(4));
        assertEquals(2, starts(realm1));
        time.advance(Duration.ofSeconds(2));
        last(realm1).sayReady();
        assertEquals("ready", status(realm1).state());
        assertNull(status(realm1).reason());
    }

    @Test
    void a_crash_loop_ends_in_failed_with_its_reason_and_disturbs_nobody_else() {
        bringUp(realm2);
        controllers.want(realm1);
        crashUntilFailed(realm1);
        assertEquals(5, starts(realm1));
        assertEquals("failed", status(realm1).state());
        assertEquals(
                "crash loop, 5 starts within 300 s; the last: left with exit code 1; its last words: no luck today",
                status(realm1).reason());
        assertEquals(1, starts(realm2));
        assertEquals("ready", status(realm2).state());
        bringUp(realm3);
    }

    @Test
    void a_failed_realm_is_tried_every_five_minutes() {
        controllers.want(realm1);
        crashUntilFailed(realm1);
        time.advance(Duration.ofSeconds(299));
        assertEquals(5, starts(realm1));
        time.advance(Duration.ofSeconds(2));
        assertEquals(6, starts(realm1));
        last(realm1).leave(1);
        assertEquals("failed", status(realm1).state());
    }

    @Test
    void an_operator_may_order_a_failed_realm_to_be_tried_now() {
        controllers.want(realm1);
        crashUntilFailed(realm1);
        controllers.retry(realm1.oid());
        assertEquals(6, starts(realm1));
        last(realm1).sayReady();
        assertEquals("ready", status(realm1).state());
    }

    private void crashUntilFailed(WantedRealm realm) {
        for (int i = 0; i < 5; i++) {
            last(realm).leave(1);
            if (i < 4) {
                time.advance(Duration.ofSeconds(31));
            }
        }
    }

    @Test
    void a_child_that_cannot_be_started_gives_its_reason_and_disturbs_nobody_else() {
        RealmControllers picky = controllers(
                realm -> {
                    if (realm.equals(realm1)) {
                        throw new IOException("cannot start /nowhere/java: no such file");
                    }
                    if (realm.equals(realm2)) {
                        throw new IllegalStateException("a fault of the starter");
                    }
                    return start(realm);
                },
                10);
        picky.want(realm1);
        picky.want(realm2);
        picky.want(realm3);
        time.advance(Duration.ofSeconds(40));
        assertEquals("failed", picky.statuses().get(realm1.oid()).state());
        assertEquals(
                "crash loop, 5 starts within 300 s; the last: cannot start /nowhere/java: no such file",
                picky.statuses().get(realm1.oid()).reason());
        assertEquals(
                "crash loop, 5 starts within 300 s; the last: a fault of the starter",
                picky.statuses().get(realm2.oid()).reason());
        assertEquals("stopping", picky.statuses().get(realm3.oid()).state(), "the start deadline of the third");
    }

    @Test
    void a_child_that_is_never_ready_is_stopped_and_only_then_replaced() {
        controllers.want(realm1);
        FakeChild slow = last(realm1);
        time.advance(Duration.ofSeconds(31));
        assertTrue(slow.isStopped());
        assertEquals("stopping", status(realm1).state());
        time.advance(Duration.ofMinutes(1));
        assertEquals(1, starts(realm1));
        slow.leave(143);
        assertEquals("waiting", status(realm1).state());
        assertEquals(
                "start timeout: expected READY within 30 s, but it did not come",
                status(realm1).reason());
        time.advance(Duration.ofSeconds(2));
        assertEquals(2, starts(realm1));
    }

    @Test
    void no_more_starts_run_at_once_than_allowed_and_all_get_their_turn() {
        RealmControllers narrow = controllers(this::start, 2);
        narrow.want(realm1);
        narrow.want(realm2);
        narrow.want(realm3);
        assertEquals(0, starts(realm3));
        assertEquals("wanted", narrow.statuses().get(realm3.oid()).state());
        last(realm2).leave(1);
        assertEquals(1, starts(realm3));
        time.advance(Duration.ofSeconds(2));
        assertEquals(1, starts(realm2), "two others are starting");
        last(realm1).sayReady();
        assertEquals(2, starts(realm2));
    }

    @Test
    void ten_realms_boot_side_by_side_and_never_more_at_once_than_allowed() {
        RealmControllers boot = controllers(this::start, 3);
        List<WantedRealm> realms = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            realms.add(new WantedRealm(UUID.randomUUID(), "boot" + i));
        }
        realms.forEach(boot::want);
        for (int ready = 0; ready < 10; ready++) {
            List<WantedRealm> starting = realms.stream()
                    .filter(realm -> boot.statuses().get(realm.oid()).state().equals("starting"))
                    .toList();
            assertEquals(Math.min(3, 10 - ready), starting.size(), "side by side, within the limit");
            last(starting.get(0)).sayReady();
        }
        realms.forEach(realm -> {
            assertEquals("ready", boot.statuses().get(realm.oid()).state());
            assertEquals(1, starts(realm));
        });
    }

    private static List<WantedRealm> many(int number) {
        return Stream.generate(UUID::randomUUID)
                .limit(number)
                .map(oid -> new WantedRealm(oid, "many" + oid))
                .toList();
    }

    private static long starting(RealmControllers all) {
        return all.statuses().values().stream()
                .filter(status -> status.state().equals("starting"))
                .count();
    }

    @Test
    void so_many_starts_at_once_that_none_is_ready_in_time_are_made_a_few_at_a_time_until_they_succeed() {
        RealmControllers boot = controllers(this::start, 8);
        List<WantedRealm> realms = many(8);
        realms.forEach(boot::want);
        assertEquals(8, starting(boot));
        time.advance(DEADLINE.plusSeconds(1));
        realms.forEach(realm -> last(realm).leave(143));
        time.advance(Duration.ofSeconds(2));
        assertEquals(2, starting(boot), "as many as before would be late again");
        for (int ready = 1; ready <= 3; ready++) {
            last(startingOf(realms, boot)).sayReady();
        }
        assertEquals(5, starting(boot), "one more for each that was in time");
    }

    private static WantedRealm startingOf(List<WantedRealm> realms, RealmControllers all) {
        return realms.stream()
                .filter(realm -> all.statuses().get(realm.oid()).state().equals("starting"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void one_that_is_late_while_others_are_ready_in_time_takes_no_turn_from_them() {
        RealmControllers boot = controllers(this::start, 8);
        List<WantedRealm> realms = many(8);
        realms.forEach(boot::want);
        realms.subList(1, 8).forEach(realm -> last(realm).sayReady());
        time.advance(DEADLINE.plusSeconds(1));
        last(realms.get(0)).leave(143);
        many(8).forEach(boot::want);
        assertEquals(8, starting(boot));
    }

    @Test
    void ready_fails_with_a_start_timeout_and_the_realm_stays_wanted() {
        controllers.want(realm1);
        CompletableFuture<Void> ready = controllers.ready(realm1.oid(), Duration.ofSeconds(10));
        last(realm1).leave(1);
        time.advance(Duration.ofSeconds(9));
        assertFalse(ready.isDone());
        time.advance(Duration.ofSeconds(1));
        StartTimeoutException failure = assertInstanceOf(StartTimeoutException.class, failure(ready));
        assertEquals(
                "start timeout: realm realm1 was not ready within 10.0 s; it is starting: left with exit code 1;"
                        + " its last words: no luck today",
                failure.getMessage());
        last(realm1).sayReady();
        assertEquals("ready", status(realm1).state());
    }

    @Test
    void ready_fails_with_the_reason_when_the_realm_has_failed() {
        controllers.want(realm1);
        CompletableFuture<Void> ready = controllers.ready(realm1.oid(), Duration.ofHours(1));
        crashUntilFailed(realm1);
        String expected = "realm realm1 has failed: crash loop, 5 starts within 300 s; the last: "
                + "left with exit code 1; its last words: no luck today";
        assertEquals(
                expected,
                assertInstanceOf(RealmFailedException.class, failure(ready)).getMessage());
        assertEquals(
                expected, failure(controllers.ready(realm1.oid(), DEADLINE)).getMessage());
        assertEquals(1, time.alarms(), "the timeouts of those who no longer wait are gone");
    }

    @Test
    void ready_of_an_unknown_realm_fails() {
        assertInstanceOf(RealmFailedException.class, failure(controllers.ready(realm1.oid(), DEADLINE)));
    }

    @Test
    void an_unwanted_realm_is_stopped_and_forgotten() throws Exception {
        bringUp(realm1);
        CompletableFuture<Void> gone = controllers.unwant(realm1.oid());
        assertTrue(last(realm1).isStopped());
        assertFalse(gone.isDone());
        assertEquals("stopping", status(realm1).state());
        last(realm1).leave(0);
        gone.get();
        assertNull(status(realm1));
        assertEquals("realm1 stopped", changes.get(changes.size() - 1));
        time.advance(Duration.ofHours(1));
        assertEquals(1, starts(realm1));
        assertEquals(0, time.alarms());
    }

    @Test
    void an_unwanted_realm_that_does_not_run_is_forgotten_at_once() throws Exception {
        controllers.want(realm1);
        CompletableFuture<Void> ready = controllers.ready(realm1.oid(), DEADLINE);
        last(realm1).leave(1);
        controllers.unwant(realm1.oid()).get();
        assertTrue(controllers.statuses().isEmpty());
        assertInstanceOf(RealmFailedException.class, failure(ready));
        controllers.unwant(realm1.oid()).get();
    }

    @Test
    void a_realm_that_is_wanted_again_while_it_stops_gets_a_new_child_after_the_old_one_left() throws Exception {
        bringUp(realm1);
        FakeChild old = last(realm1);
        CompletableFuture<Void> gone = controllers.unwant(realm1.oid());
        controllers.want(realm1);
        assertEquals(1, starts(realm1));
        old.leave(0);
        gone.get();
        assertEquals(2, starts(realm1));
        last(realm1).sayReady();
        assertEquals("ready", status(realm1).state());
    }

    @Test
    void a_child_that_was_replaced_has_no_say_any_more() {
        controllers.want(realm1);
        FakeChild old = last(realm1);
        old.leave(1);
        time.advance(Duration.ofSeconds(2));
        old.sayReady();
        assertEquals("starting", status(realm1).state());
    }

    @Test
    void close_stops_all_side_by_side_within_a_bounded_time() {
        bringUp(realm1);
        bringUp(realm2);
        controllers.want(realm3);
        last(realm3).leave(1);
        // The fakes do not leave when they are told to: close gives up after two graces and a margin.
        controllers.close();
        assertTrue(last(realm1).isStopped());
        assertTrue(last(realm2).isStopped());
        assertNull(status(realm3));
        last(realm1).leave(0);
        last(realm2).leave(0);
        controllers.want(realm1);
        time.advance(Duration.ofHours(1));
        assertEquals(1, starts(realm1));
        assertTrue(controllers.statuses().isEmpty());
    }

    @Test
    void after_the_end_of_the_executor_nothing_hangs() throws Exception {
        bringUp(realm1);
        time.shutdown();
        assertInstanceOf(RealmFailedException.class, failure(controllers.ready(realm1.oid(), DEADLINE)));
        controllers.unwant(realm1.oid()).get();
        controllers.close();
    }

    @Test
    void a_controller_without_a_sign_of_life_is_killed_once_and_started_again_and_no_other_is() {
        bringUp(realm1);
        bringUp(realm2);
        time.advance(Duration.ofMinutes(1));
        last(realm1).fallSilent();
        time.advance(Duration.ofSeconds(9));
        assertFalse(last(realm1).isKilled());
        FakeChild hung = last(realm1);
        time.advance(Duration.ofSeconds(4));
        assertEquals(1, hung.kills());
        assertTrue(hung.wasAskedForItsThreads());
        assertEquals("waiting", status(realm1).state());
        assertTrue(
                status(realm1).reason().startsWith("hung: no sign of life for 10.0 s"),
                status(realm1).reason());
        time.advance(Duration.ofSeconds(2));
        assertEquals(2, starts(realm1));
        assertEquals(1, starts(realm2));
        assertEquals("ready", status(realm2).state());
    }

    @Test
    void a_controller_that_answers_late_but_in_time_is_left_alone() {
        bringUp(realm1);
        for (int i = 0; i < 20; i++) {
            last(realm1).fallSilent();
            time.advance(Duration.ofSeconds(7));
            last(realm1).speak("");
            time.advance(Duration.ofSeconds(5));
        }
        assertFalse(last(realm1).isKilled());
    }

    @Test
    void what_is_wrong_with_a_ready_controller_by_its_own_account_is_its_reason_until_it_is_over() {
        bringUp(realm1);
        last(realm1).speak("the disk is full");
        time.advance(Duration.ofSeconds(6));
        assertEquals("ready", status(realm1).state());
        assertEquals("the disk is full", status(realm1).reason());
        last(realm1).speak("");
        time.advance(Duration.ofSeconds(6));
        assertNull(status(realm1).reason());
    }

    @Test
    void a_realm_at_rest_is_started_when_it_is_wanted_and_rests_when_nobody_needs_it() {
        controllers.rest(realm1);
        time.advance(Duration.ofHours(1));
        assertEquals(0, starts(realm1));
        assertEquals("idle", status(realm1).state());
        assertEquals(
                "realm realm1 is idle: nobody needs its controller",
                failure(controllers.ready(realm1.oid(), DEADLINE)).getMessage());
        bringUp(realm1);
        controllers.unneeded(realm1.oid());
        assertTrue(last(realm1).isStopped());
        last(realm1).leave(0);
        assertEquals("idle", status(realm1).state());
        assertNull(status(realm1).reason());
        time.advance(Duration.ofHours(1));
        assertEquals(1, starts(realm1));
        bringUp(realm1);
        assertEquals(2, starts(realm1));
    }

    @Test
    void a_realm_at_rest_can_be_unwanted() throws Exception {
        controllers.rest(realm1);
        controllers.unwant(realm1.oid()).get();
        assertTrue(controllers.statuses().isEmpty());
    }

    @Test
    void a_listener_that_fails_disturbs_nobody() {
        RealmControllers noticed = new RealmControllers(this::start, time, time.clock(), 1, status -> {
            throw new IllegalStateException("listener");
        });
        noticed.want(realm1);
        last(realm1).sayReady();
        assertEquals("ready", noticed.statuses().get(realm1.oid()).state());
    }

    @Test
    void nobody_is_started_by_nobody() {
        assertThrows(IllegalArgumentException.class, () -> controllers(this::start, 0));
    }

    private static Throwable failure(CompletableFuture<Void> future) {
        assertTrue(future.isDone());
        return assertThrows(ExecutionException.class, future::get).getCause();
    }
}
