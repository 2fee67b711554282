package io.bailiwick.domain.metering;

import static io.bailiwick.domain.testing.Calls.by;
import static io.bailiwick.domain.testing.Calls.result;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.metering.UsageReceiverOnLoopback.Fault;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.MasterNodeUsage;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Submission to a real server on loopback, which fails in all the ways in which servers do. */
class SubmissionTest {
    private static final Submission.Waits QUICK = new Submission.Waits(Duration.ofMillis(20), Duration.ofMillis(50));

    @TempDir
    Path directory;

    private final SigningKey key = SigningKey.generate();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private Population population;
    private ManagementRealm realm;
    private UsageReceiverOnLoopback receiver;
    private Work work;
    private Submission submission;
    private int batch = 3;

    @BeforeEach
    void open() throws Exception {
        receiver = new UsageReceiverOnLoopback().knowing(key.publicKey().hex());
        population = new Population(directory);
        realm = population.realm("mrealm1", population.superuser);
        start();
    }

    @AfterEach
    void close() {
        submission.close();
        population.close();
        timer.shutdownNow();
        receiver.close();
    }

    private void start() throws Exception {
        start(key);
    }

    private void start(SigningKey signing) throws Exception {
        work = new Work(population.store, ForkJoinPool.commonPool());
        MeteringOptions.Receiver options =
                new MeteringOptions.Receiver(receiver.url(), Optional.empty(), Duration.ofMillis(400), batch);
        submission = new Submission(work, signing, options, new HttpReceiver(options), QUICK, timer, Clock.systemUTC());
    }

    private void store(long... minutes) {
        UsageIntake intake = new UsageIntake(
                work, realm.oid(), key.publicKey().hex(), Optional.of(submission::wake), (readers, arguments) -> {});
        List<Map<String, Object>> records = new ArrayList<>();
        for (long minute : minutes) {
            records.add(UsageIntakeTest.record(minute, 1));
        }
        result(intake.storeUsage(records, by("realm-controller", "backend")));
    }

    private String id(long minute) {
        return realm.oid() + "/" + UsageIntakeTest.ns(minute + 1);
    }

    private static void until(String what, Callable<Boolean> question) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!question.call()) {
            assertTrue(System.nanoTime() < deadline, what);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private long pending() {
        Long count =
                population.store.read(tx -> population.schema().usagePending.count(tx));
        return count;
    }

    private void untilNothingWaits() throws Exception {
        until("everything is submitted", () -> pending() == 0);
        assertEquals(List.of(), receiver.wrong());
    }

    @Test
    void records_are_submitted_in_the_order_in_which_they_came_signed_in_numbered_batches() throws Exception {
        store(5, 1, 2, 9);
        store(3);
        untilNothingWaits();
        assertEquals(List.of(id(5), id(1), id(2), id(9), id(3)), receiver.records());
        assertEquals(1L, receiver.numbers().get(0));
        for (int i = 1; i < receiver.numbers().size(); i++) {
            assertEquals(i + 1L, receiver.numbers().get(i));
        }
        List<MasterNodeUsage> rows = population.store.read(
                tx -> population.schema().usage.all(tx).map(row -> row.row()).toList());
        for (MasterNodeUsage row : rows) {
            assertEquals(MasterNodeUsage.Status.SUCCESS, row.status());
            assertNotNull(row.meteringId());
            assertTrue(row.processed() >= row.sent());
        }
        assertEquals(
                3, receiver.bodies().get(0).get("records").get(0).get("nodes").longValue() / 100);
    }

    @Test
    void whatever_the_receiver_does_each_record_is_taken_once_and_in_order() throws Exception {
        receiver.faults.addAll(List.of(Fault.values()));
        receiver.faults.addAll(List.of(Fault.TAKE_AND_CLOSE, Fault.ANSWER_500, Fault.TAKE_AND_CLOSE));
        List<String> all = new ArrayList<>();
        for (long minute = 0; minute < 20; minute++) {
            store(minute);
            all.add(id(minute));
        }
        untilNothingWaits();
        assertEquals(all, receiver.records());
        assertTrue(receiver.requests() > Fault.values().length, receiver.requests() + " requests");
    }

    @Test
    void a_restart_between_taken_and_struck_out_sends_the_same_batch_again() throws Exception {
        receiver.faults.add(Fault.TAKE_AND_CLOSE);
        receiver.faults.addAll(java.util.Collections.nCopies(10_000, Fault.CLOSE));
        store(1, 2);
        until("it was taken", () -> receiver.records().size() == 2);
        submission.close();
        timer.submit(() -> {}).get(10, TimeUnit.SECONDS);
        population = population.reopened();
        receiver.faults.clear();
        batch = 1;
        start();
        store(3);
        untilNothingWaits();
        assertEquals(List.of(id(1), id(2), id(3)), receiver.records());
        assertEquals(List.of(1L, 2L), receiver.numbers(), "the same batch, though batches are smaller now");
    }

    @Test
    void what_another_key_has_signed_is_not_taken_and_why_is_told() throws Exception {
        submission.close();
        start(SigningKey.generate());
        store(1);
        until("refused", () -> !receiver.wrong().isEmpty());
        until("told", () -> submission.status().get("error") != null);
        assertEquals(List.of(), receiver.records());
        assertEquals(
                "expected an answer from 200 to 299, but found 401",
                submission.status().get("error"));
        assertEquals("waiting", submission.status().get("state"));
        assertEquals(1, pending());
    }

    @Test
    void the_status_shows_the_url_without_its_query() {
        String shown = String.valueOf(submission.status().get("url"));
        assertTrue(shown.endsWith("/usage"), shown);
        assertFalse(shown.contains("secret"));
    }

    @Test
    void waits_grow_to_the_longest_and_no_further() {
        Submission.Waits waits = Submission.Waits.STANDARD;
        assertEquals(Duration.ofSeconds(1), waits.after(1));
        assertEquals(Duration.ofSeconds(2), waits.after(2));
        assertEquals(Duration.ofSeconds(256), waits.after(9));
        assertEquals(Duration.ofMinutes(5), waits.after(10));
        assertEquals(Duration.ofMinutes(5), waits.after(1_000_000));
    }

    @Test
    void the_body_of_a_batch_is_the_same_octets_at_each_try_and_its_signature_covers_every_one() {
        SignedBatch signed = new SignedBatch(
                7,
                realm.oid(),
                List.of(Records.of(UsageIntakeTest.record(1, 1), realm.oid(), "", MasterNodeUsage.Status.RECEIVED)));
        byte[] body = signed.body("aa");
        assertArrayEquals(body, signed.body("aa"));
        byte[] whole = SignedBatch.signed("aa", "1", "7", "x", body);
        byte[] signature = key.sign(whole);
        assertTrue(key.publicKey().verifies(whole, signature));
        body[body.length - 2]++;
        assertFalse(key.publicKey().verifies(SignedBatch.signed("aa", "1", "7", "x", body), signature));
        assertFalse(key.publicKey().verifies(SignedBatch.signed("aa", "1", "8", "x", signed.body("aa")), signature));
    }
}
