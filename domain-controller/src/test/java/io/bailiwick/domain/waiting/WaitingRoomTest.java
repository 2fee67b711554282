package io.bailiwick.domain.waiting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.admission.Knocking.Knock;
import io.bailiwick.domain.schema.DeniedNodeKey;
import io.bailiwick.domain.schema.WaitingNode;
import io.bailiwick.domain.testing.MovableClock;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.domain.waiting.WaitingRoom.Limits;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.link.TokenBuckets.Rate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bounds of the room, and what of it is on disk when. */
class WaitingRoomTest {
    private static final Rate NO_BOUND = new Rate(1, Duration.ZERO);
    private static final Limits SMALL = new Limits(4, 2, NO_BOUND, NO_BOUND, Duration.ofDays(7), Duration.ofMinutes(1));

    @TempDir
    Path directory;

    private final MovableClock clock = new MovableClock();
    private final List<String> newcomers = new ArrayList<>();
    private Population population;
    private WaitingRoom room;

    @BeforeEach
    void open() {
        population = new Population(directory);
        room = room(SMALL);
    }

    private WaitingRoom room(Limits limits) {
        WaitingRoom made = new WaitingRoom(population.store, limits, clock);
        made.onNewcomer(node -> newcomers.add(node.pubkey()));
        return made;
    }

    @AfterEach
    void close() {
        population.close();
    }

    private static PublicKey key() {
        return SigningKey.generate().publicKey();
    }

    private PublicKey knock(PublicKey key, String network) {
        clock.move(Duration.ofSeconds(1));
        room.knocked(new Knock(key, null, null, network + ":1", network, null));
        return key;
    }

    private List<String> listed() {
        return population.store.read(
                tx -> room.list(tx).stream().map(WaitingNode::pubkey).toList());
    }

    private List<Long> stored() {
        return population.store.read(tx -> population
                .schema()
                .waitingNodes
                .all(tx)
                .map(row -> row.row().attempts())
                .sorted()
                .toList());
    }

    private static List<String> hex(PublicKey... keys) {
        return List.of(keys).stream().map(PublicKey::hex).toList();
    }

    @Test
    void who_has_been_silent_for_longest_makes_room() {
        PublicKey one = knock(key(), "a");
        PublicKey two = knock(key(), "b");
        PublicKey three = knock(key(), "c");
        PublicKey four = knock(key(), "d");
        knock(one, "a");
        PublicKey five = knock(key(), "e");
        assertEquals(hex(three, four, one, five), listed());
        assertEquals(hex(one, two, three, four, five), newcomers);
    }

    @Test
    void a_network_that_has_its_share_takes_nobody_elses_place() {
        PublicKey other = knock(key(), "a");
        knock(key(), "b");
        PublicKey second = knock(key(), "b");
        PublicKey third = knock(key(), "b");
        assertEquals(hex(other, second, third), listed());
    }

    @Test
    void new_nodes_of_a_network_and_of_all_come_at_a_bounded_rate() {
        room = room(new Limits(
                100,
                100,
                new Rate(2, Duration.ofHours(1)),
                new Rate(3, Duration.ofHours(1)),
                Duration.ofDays(7),
                Duration.ofMinutes(1)));
        PublicKey known = knock(key(), "a");
        knock(key(), "a");
        knock(key(), "a");
        assertEquals(2, listed().size());
        knock(key(), "b");
        knock(key(), "c");
        assertEquals(3, listed().size());
        knock(known, "a");
        assertEquals(known.hex(), listed().get(2), "who waits already may knock as often as it likes");
    }

    @Test
    void a_new_node_is_written_at_once_and_its_knocks_once_a_minute() {
        PublicKey one = knock(key(), "a");
        assertEquals(List.of(), stored(), "a knock writes nothing");
        room.write(false).join();
        assertEquals(List.of(1L), stored());
        knock(one, "a");
        knock(one, "a");
        room.write(false).join();
        assertEquals(List.of(1L), stored());
        clock.move(Duration.ofMinutes(1));
        room.write(false).join();
        assertEquals(List.of(3L), stored());
        knock(one, "a");
        room.write(true).join();
        assertEquals(List.of(4L), stored());
    }

    @Test
    void what_a_store_that_has_too_much_to_do_refuses_is_written_later() throws Exception {
        knock(key(), "a");
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<?> last = fill(go);
        try {
            room.write(true).join();
        } finally {
            go.countDown();
        }
        last.join();
        assertEquals(List.of(), stored());
        room.write(true).join();
        assertEquals(List.of(1L), stored());
    }

    /** Has so many writes wait behind one that waits itself that no other is taken. */
    private CompletableFuture<?> fill(CountDownLatch go) {
        CompletableFuture<?> last = population.store.writeAsync(tx -> {
            try {
                return go.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (true) {
            try {
                last = population.store.writeAsync(tx -> true);
            } catch (RejectedExecutionException full) {
                return last;
            }
        }
    }

    @Test
    void who_waits_is_remembered_over_a_restart_and_who_made_room_is_not() {
        knock(key(), "b");
        PublicKey two = knock(key(), "b");
        room.write(false).join();
        PublicKey three = knock(key(), "b");
        room.write(false).join();
        newcomers.clear();
        room = room(SMALL);
        assertEquals(hex(two, three), listed());
        knock(two, "b");
        assertEquals(List.of(), newcomers);
        assertEquals(hex(three, two), listed());
    }

    @Test
    void who_does_not_knock_any_more_is_forgotten_after_a_week() {
        knock(key(), "a");
        room.write(false).join();
        clock.move(Duration.ofDays(8));
        room.write(false).join();
        assertEquals(List.of(), listed());
        assertEquals(List.of(), stored());
    }

    @Test
    void a_denied_key_takes_no_place_and_no_crowd_makes_it_forgotten() {
        PublicKey bad = key();
        population.store.writeAll(tx ->
                population.schema().deniedNodeKeys.insert(tx, bad.hex(), new DeniedNodeKey(bad.hex(), 1, "superuser")));
        room = room(SMALL);
        knock(bad, "a");
        for (int i = 0; i < 20; i++) {
            knock(key(), "n" + i);
        }
        knock(bad, "a");
        assertFalse(listed().contains(bad.hex()));
        assertEquals(4, listed().size());
        room.write(true).join();
        assertEquals(4, stored().size());
    }

    @Test
    void who_was_paired_while_it_was_to_be_written_is_not_written_back() {
        PublicKey one = knock(key(), "a");
        population.unpairedNode(population.user("a@example.org"), one);
        room.write(true).join();
        assertEquals(List.of(), stored());
        assertTrue(room.find(one.hex()).isEmpty());
    }

    @Test
    void a_crowd_of_strangers_leaves_a_bounded_room_and_store() {
        room = room(Limits.DEFAULT);
        for (int i = 0; i < 3_000; i++) {
            knock(key(), "n" + i);
        }
        assertEquals(1_000, listed().size());
        room.write(true).join();
        assertEquals(1_000, stored().size());
    }
}
