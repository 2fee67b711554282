package io.bailiwick.router.store;

import static io.bailiwick.router.store.FleetSchema.oid;
import static io.bailiwick.router.store.FleetSchema.ship;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import jetbrains.exodus.env.EnvironmentConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreWriteTest {
    @TempDir
    Path directory;

    private final FleetSchema fleet = new FleetSchema();
    private Store<FleetSchema> store;

    @BeforeEach
    void open() {
        store = open(config -> {});
    }

    private Store<FleetSchema> open(Consumer<EnvironmentConfig> adjust) {
        return Store.open(directory.resolve("store"), fleet, Duration.ZERO, adjust);
    }

    @AfterEach
    void close() {
        FaultyDisk.heal();
        store.close();
    }

    @Test
    void whatTheWorkThrowsIsThrownToTheCallerAndUndoesAllOfIt() {
        IllegalArgumentException thrown = new IllegalArgumentException("no");
        assertSame(
                thrown,
                assertThrows(
                        IllegalArgumentException.class,
                        () -> store.writeAll(tx -> {
                            fleet.ships.insert(tx, oid(1), ship(1).keyed("k"));
                            fleet.ships.update(tx, oid(1), ship(1).named("x"));
                            throw thrown;
                        })));
        assertEquals(0L, store.<Long>read(tx -> fleet.ships.count(tx)));
        assertEquals(List.of(), store.check().problems());
        assertEquals(0, store.syncs());
    }

    @Test
    void anErrorInTheWorkDoesNotEndTheWriter() {
        assertThrows(
                StackOverflowError.class,
                () -> store.writeAll(tx -> {
                    fleet.ships.insert(tx, oid(1), ship(1));
                    throw new StackOverflowError();
                }));
        store.writeAll(tx -> fleet.ships.insert(tx, oid(2), ship(2)));
        assertEquals(1L, store.<Long>read(tx -> fleet.ships.count(tx)));
    }

    @Test
    void writesThatWaitShareACommitAndAFailingOneUndoesNothingOfTheOthers() {
        CountDownLatch hold = new CountDownLatch(1);
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        store.writeAsync(tx -> awaited(hold));
        for (int i = 0; i < 20; i++) {
            int number = i;
            futures.add(store.writeAsync(tx -> {
                fleet.ships.upsert(tx, oid(0), ship(0).named("last " + number));
                fleet.ships.insert(tx, oid(number + 1), ship(number + 1).keyed("k" + number));
                if (number % 2 == 1) {
                    fleet.ships.delete(tx, oid(number));
                    throw new IllegalStateException("odd " + number);
                }
                return number;
            }));
        }
        hold.countDown();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Integer> future = futures.get(i);
            if (i % 2 == 0) {
                assertEquals(i, future.join());
            } else {
                CompletionException e = assertThrows(CompletionException.class, future::join);
                assertEquals("odd " + i, e.getCause().getMessage());
            }
        }
        assertEquals(1, store.syncs());
        assertEquals(21, store.writes());
        assertEquals(11L, store.<Long>read(tx -> fleet.ships.count(tx)));
        assertEquals(
                "last 18",
                store.read(tx -> fleet.ships.get(tx, oid(0))).orElseThrow().name());
        assertEquals(Optional.empty(), store.read(tx -> fleet.idxShipsByPubkey.key(tx, "k1")));
        assertEquals(List.of(), store.check().problems());
    }

    @Test
    void manyThreadsNeedFarFewerSyncsThanWrites() throws InterruptedException {
        long threads = 16;
        long each = 50;
        List<Thread> running = new ArrayList<>();
        for (long t = 0; t < threads; t++) {
            long mine = t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    StoreChild.append(store, fleet, mine);
                }
            });
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
        assertEquals(threads * each, store.writes());
        assertTrue(store.syncs() * 3 < store.writes(), store.syncs() + " syncs for " + store.writes() + " writes");
        assertEquals(threads * each, store.<Long>read(tx -> fleet.log.count(tx)));
    }

    @Test
    void aCallerIsReleasedOnlyAfterTheSync() {
        store.close();
        store = open(FaultyDisk::use);
        CountDownLatch hold = FaultyDisk.holdSync();
        CompletableFuture<Boolean> written = store.writeAsync(tx -> {
            fleet.ships.insert(tx, oid(1), ship(1));
            return true;
        });
        FaultyDisk.awaitSync();
        assertFalse(written.isDone());
        hold.countDown();
        assertTrue(written.join());
    }

    @Test
    void interruptingACallerEndsNeitherItsWaitNorTheWriter() throws InterruptedException {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        List<Boolean> interrupted = Collections.synchronizedList(new ArrayList<>());
        Thread caller = new Thread(() -> {
            store.writeAll(tx -> {
                started.countDown();
                awaited(hold);
                fleet.ships.insert(tx, oid(1), ship(1));
            });
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        caller.start();
        started.await();
        caller.interrupt();
        hold.countDown();
        caller.join();
        assertEquals(List.of(true), interrupted);
        for (int i = 2; i < 20; i++) {
            int number = i;
            store.writeAll(tx -> fleet.ships.insert(tx, oid(number), ship(number)));
        }
        assertEquals(19L, store.<Long>read(tx -> fleet.ships.count(tx)));
    }

    @Test
    void aWorkThatInterruptsItsOwnThreadHarmsNobody() {
        for (int i = 0; i < 20; i++) {
            int number = i;
            store.writeAll(tx -> {
                fleet.ships.insert(tx, oid(number), ship(number));
                tx.afterCommit(() -> Thread.currentThread().interrupt());
                Thread.currentThread().interrupt();
            });
        }
        assertEquals(20L, store.<Long>read(tx -> fleet.ships.count(tx)));
        store.close();
        store = open(config -> {});
        assertEquals(20L, store.<Long>read(tx -> fleet.ships.count(tx)));
    }

    @Test
    void aReaderThatIsInterruptedReadsOn() throws InterruptedException {
        store.writeAll(tx -> fleet.ships.insert(tx, oid(1), ship(1)));
        store.close();
        store = open(config -> {});
        List<Long> read = Collections.synchronizedList(new ArrayList<>());
        Thread reader = new Thread(() -> {
            Thread.currentThread().interrupt();
            read.add(store.<Long>read(tx -> fleet.ships.all(tx).count()));
        });
        reader.start();
        reader.join();
        assertEquals(List.of(1L), read);
        store.writeAll(tx -> fleet.ships.insert(tx, oid(2), ship(2)));
    }

    @Test
    void aWriteFromInsideAWriteIsRefused() {
        for (Runnable nested : List.<Runnable>of(() -> store.writeAll(tx -> {}), () -> store.writeAsync(tx -> null))) {
            IllegalStateException e =
                    assertThrows(IllegalStateException.class, () -> store.writeAll(tx -> nested.run()));
            assertTrue(e.getMessage().contains("inside a write"), e.getMessage());
        }
        store.writeAll(tx -> {});
    }

    @Test
    void actionsRunInOrderAfterTheCommitAndBeforeTheCallerGoesOn() {
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        store.writeAll(tx -> {
            tx.afterCommit(() -> done.add("seen " + store.<Long>read(r -> fleet.ships.count(r))));
            tx.afterCommit(() -> {
                throw new IllegalStateException("of an action");
            });
            tx.afterCommit(() -> done.add("second"));
            fleet.ships.insert(tx, oid(1), ship(1));
            done.add("work");
        });
        assertEquals(List.of("work", "seen 1", "second"), done);
        store.writeAll(tx -> fleet.ships.insert(tx, oid(2), ship(2)));
    }

    @Test
    void actionsOfAFailedWriteDoNotRun() {
        AtomicInteger ran = new AtomicInteger();
        assertThrows(
                IllegalArgumentException.class,
                () -> store.writeAll(tx -> {
                    tx.afterCommit(ran::incrementAndGet);
                    throw new IllegalArgumentException();
                }));
        store.writeAll(tx -> {});
        assertEquals(0, ran.get());
    }

    @Test
    void anActionMayAskForAnotherWriteButNotWaitForIt() {
        List<CompletableFuture<Long>> second = new ArrayList<>();
        List<RuntimeException> refused = new ArrayList<>();
        store.writeAll(tx -> tx.afterCommit(() -> {
            second.add(store.writeAsync(w -> fleet.ships.count(w)));
            try {
                store.writeAll(w -> {});
            } catch (IllegalStateException e) {
                refused.add(e);
            }
        }));
        assertEquals(0L, second.get(0).join());
        assertEquals(1, refused.size());
    }

    @Test
    void aWorkSeesWhatTheOnesBeforeItWrote() {
        store.writeAll(tx -> fleet.ships.insert(tx, oid(1), ship(1)));
        assertEquals(Optional.of(ship(1)), store.write(tx -> fleet.ships.get(tx, oid(1))));
    }

    @Test
    void aWorkSeesNothingOfWhatOneBeforeItInTheSameCommitHasTakenBack() {
        store.writeAll(tx -> fleet.ships.insert(tx, oid(1), ship(1).named("kept")));
        CountDownLatch hold = new CountDownLatch(1);
        store.writeAsync(tx -> awaited(hold));
        CompletableFuture<Integer> undone = store.writeAsync(tx -> {
            assertTrue(fleet.ships.get(tx, oid(2)).isEmpty());
            fleet.ships.insert(tx, oid(2), ship(2));
            fleet.ships.delete(tx, oid(1));
            assertTrue(fleet.ships.get(tx, oid(1)).isEmpty());
            throw new IllegalStateException("not");
        });
        CompletableFuture<String> next = store.writeAsync(tx -> {
            assertTrue(fleet.ships.get(tx, oid(2)).isEmpty());
            fleet.ships.insert(tx, oid(2), ship(2));
            return fleet.ships.get(tx, oid(1)).orElseThrow().name();
        });
        hold.countDown();
        assertThrows(CompletionException.class, undone::join);
        assertEquals("kept", next.join());
        assertEquals(List.of(), store.check().problems());
    }

    @Test
    void aWorkThatWritesMoreThanIsRememberedReadsAllOfIt() {
        int many = 5_000;
        store.writeAll(tx -> {
            for (int i = 0; i < many; i++) {
                fleet.ships.insert(tx, oid(i), ship(i));
            }
            for (int i = 0; i < many; i++) {
                assertEquals(
                        ship(i).name(),
                        fleet.ships.get(tx, oid(i)).orElseThrow().name());
            }
        });
        assertEquals(List.of(), store.check().problems());
    }

    @Test
    void aWorkReadsARowThatIsTooLongToBeRememberedAsItWroteIt() {
        String longName = "x".repeat(1_500);
        store.writeAll(tx -> {
            fleet.ships.insert(tx, oid(1), ship(1));
            fleet.ships.update(tx, oid(1), ship(1).named(longName));
            assertEquals(longName, fleet.ships.get(tx, oid(1)).orElseThrow().name());
        });
        assertEquals(List.of(), store.check().problems());
    }

    @Test
    void aFailedSyncIsTheEndOfWritingAndIsNeverTriedAgain() {
        store.close();
        store = open(FaultyDisk::use);
        store.writeAll(tx -> fleet.ships.insert(tx, oid(1), ship(1)));
        AtomicInteger ran = new AtomicInteger();
        CompletableFuture<StoreFailedException> failed = store.failed();
        assertFalse(failed.isDone());
        FaultyDisk.failSync();
        StoreFailedException first = assertThrows(
                StoreFailedException.class,
                () -> store.writeAll(tx -> {
                    tx.afterCommit(ran::incrementAndGet);
                    fleet.ships.insert(tx, oid(2), ship(2));
                }));
        assertTrue(first.getMessage().contains(directory.toString()), first.getMessage());
        assertEquals(
                first.getMessage(),
                failed.join().getMessage(),
                "told to whoever watches the store, not to the writer alone");
        FaultyDisk.heal();
        int syncs = FaultyDisk.syncs();
        assertThrows(StoreFailedException.class, () -> store.writeAll(tx -> ran.incrementAndGet()));
        CompletionException later =
                assertThrows(CompletionException.class, () -> store.writeAsync(tx -> ran.incrementAndGet())
                        .join());
        assertInstanceOf(StoreFailedException.class, later.getCause());
        assertEquals(syncs, FaultyDisk.syncs());
        assertEquals(0, ran.get());
        assertEquals(Optional.of(ship(1)), store.read(tx -> fleet.ships.get(tx, oid(1))));
        store.close();
        store = open(config -> {});
        assertEquals(Optional.of(ship(1)), store.read(tx -> fleet.ships.get(tx, oid(1))));
        store.writeAll(tx -> fleet.ships.upsert(tx, oid(3), ship(3)));
    }

    @Test
    void aFullDiskRefusesTheWriteAndNoMore() {
        store.close();
        store = open(FaultyDisk::use);
        store.writeAll(tx -> fleet.ships.insert(tx, oid(1), ship(1)));
        FaultyDisk.fill();
        for (int i = 0; i < 3; i++) {
            assertThrows(StoreFullException.class, () -> store.writeAll(tx -> fleet.ships.insert(tx, oid(2), ship(2))));
            assertEquals(1L, store.<Long>read(tx -> fleet.ships.all(tx).count()));
        }
        FaultyDisk.heal();
        store.writeAll(tx -> fleet.ships.insert(tx, oid(2), ship(2)));
        assertEquals(List.of(), store.check().problems());
        store.close();
        store = open(config -> {});
        assertEquals(2L, store.<Long>read(tx -> fleet.ships.count(tx)));
    }

    @Test
    void tooManyWaitingWritesAreRefused() {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<?> first = store.writeAsync(tx -> {
            started.countDown();
            return awaited(hold);
        });
        awaited(started);
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        for (int i = 0; i < Writer.MAX_WAITING; i++) {
            waiting.add(store.writeAsync(tx -> true));
        }
        assertThrows(RejectedExecutionException.class, () -> store.writeAsync(tx -> true));
        hold.countDown();
        first.join();
        waiting.forEach(CompletableFuture::join);
        store.writeAll(tx -> {});
    }

    @Test
    void closingDoesWhatWaits() {
        CountDownLatch hold = new CountDownLatch(1);
        store.writeAsync(tx -> awaited(hold));
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            waiting.add(store.writeAsync(tx -> {
                fleet.ships.insert(tx, oid(number), ship(number));
                return number;
            }));
        }
        hold.countDown();
        store.close();
        assertTrue(waiting.stream().allMatch(future -> future.isDone() && !future.isCompletedExceptionally()));
        store = open(config -> {});
        assertEquals(100L, store.<Long>read(tx -> fleet.ships.count(tx)));
        assertNotEquals(0, waiting.size());
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
