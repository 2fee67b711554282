package io.bailiwick.domain.waiting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.testing.MovableClock;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One key is in one place: what a newcomer meets. */
class NodePlacesTest {
    private final MovableClock clock = new MovableClock();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final NodePlaces places = new NodePlaces(clock);
    private final PublicKey key = SigningKey.generate().publicKey();
    private final List<Long> replaced = new ArrayList<>();
    private final List<Long> told = new ArrayList<>();
    private Optional<BooleanSupplier> sign = Optional.empty();

    @BeforeEach
    void open() {
        places.open(
                new NodePlaces.Sessions() {
                    @Override
                    public CompletionStage<Optional<BooleanSupplier>> probe(String realm, long session) {
                        return CompletableFuture.completedFuture(sign);
                    }

                    @Override
                    public void replace(String realm, long session) {
                        replaced.add(session);
                    }
                },
                timer);
        places.onDuplicate((seen, duplicate) -> told.add(duplicate.attempts()));
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private boolean elsewhere(String address) throws Exception {
        return places.isElsewhere(key, address).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void joins(long session) {
        assertTrue(places.enter(key));
        places.entered(key, "realm1", session, "here");
    }

    @Test
    void a_key_that_was_not_seen_is_in_no_doubt() throws Exception {
        assertFalse(places.isDoubtful(key));
        assertFalse(elsewhere("there"));
        joins(7);
        assertTrue(places.isDoubtful(key));
    }

    @Test
    void of_two_that_are_about_to_join_the_second_is_refused() throws Exception {
        assertTrue(places.enter(key));
        assertFalse(places.enter(key));
        assertTrue(elsewhere("there"));
    }

    @Test
    void who_comes_back_after_its_session_is_gone_is_let_in_at_once() throws Exception {
        joins(7);
        assertFalse(elsewhere("there"));
        assertEquals(List.of(), replaced);
        joins(8);
    }

    @Test
    void a_session_that_answers_keeps_its_place_and_the_other_is_told_of_once_a_minute() throws Exception {
        joins(7);
        sign = Optional.of(() -> true);
        assertTrue(elsewhere("there"));
        assertTrue(elsewhere("yonder"));
        assertEquals(List.of(1L), told);
        clock.move(Duration.ofMinutes(2));
        assertTrue(elsewhere("there"));
        assertEquals(List.of(1L, 3L), told);
        NodePlaces.Duplicate seen = places.duplicate(key.hex()).orElseThrow();
        assertEquals("here", seen.address());
        assertEquals("there", seen.otherAddress());
        clock.move(Duration.ofHours(2));
        assertTrue(places.duplicate(key.hex()).isEmpty(), "over when nobody has come for an hour");
        assertFalse(places.enter(key));
    }

    @Test
    void a_session_that_gives_no_sign_of_life_is_ended_and_the_newcomer_let_in() throws Exception {
        joins(7);
        sign = Optional.of(() -> false);
        assertFalse(elsewhere("there"));
        assertEquals(List.of(7L), replaced);
        joins(8);
        assertEquals(List.of(), told);
    }
}
