package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real disk that is really full, under real processes that hold no floor of room: changes are refused with a clear error and
 * leave nothing, reads and other realms go on, and when there is room again so do changes, without a restart. So often:
 * {@code -Dbailiwick.faults=20}. Needs the right to mount.
 */
@Timeout(600)
class FullDiskTest {
    private static final int ROUNDS = Integer.getInteger("bailiwick.faults", 1);
    private static final String OPTIONS =
            "restarts: {waits: [1], budget: 1000000}\ndisk: {low_percent: 0, scarce_percent: 0, floor_bytes: 0}\n";
    /** So many changes may still find room in what a file has already. */
    private static final int ROOM_LEFT = 2_000;

    private static final String NO_SPACE = "fabric.no-space";

    private final Pairings pairings = new Pairings("a");
    private Fleet fleet;
    private Path options;
    private Process master;
    private ClientSession domain;

    @BeforeEach
    void start() throws Exception {
        fleet = new Fleet();
        options = Files.writeString(fleet.directory.resolve("options.yaml"), OPTIONS);
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
    }

    private void startMaster() throws Exception {
        master = fleet.startMaster("--config", options.toString());
        domain = fleet.join(Fleet.DOMAIN);
    }

    private void stopMaster() throws Exception {
        master.destroy();
        assertTrue(master.waitFor(30, TimeUnit.SECONDS), fleet.log("master"));
    }

    private Map<String, Object> realm(String name) throws Exception {
        return Fleet.dictionary(domain, Fleet.MREALM + "get_mrealm_by_name", name);
    }

    private Object reason(String realm) throws Exception {
        return ((Map<?, ?>) realm(realm).get("controller")).get("reason");
    }

    private Register register(String name) throws Exception {
        ClientSession joined = fleet.join(name);
        Fleet.until("its procedures", () -> Fleet.call(joined, Fleet.MREALM + "get_status"));
        return new Register(joined, String.valueOf(realm(name).get("oid")));
    }

    private static SmallDisk mounted(Path directory, int mebibytes) {
        Optional<SmallDisk> disk = SmallDisk.on(directory, mebibytes);
        assumeTrue(disk.isPresent(), "no small file system can be made here");
        return disk.get();
    }

    /** Asks until it is refused for want of room. */
    private static void assertRefused(Callable<?> change) throws Exception {
        for (int asked = 0; asked < ROOM_LEFT; asked++) {
            try {
                change.call();
            } catch (ExecutionException refused) {
                assertTrue(refused.getCause() instanceof ApplicationError, refused.toString());
                assertEquals(NO_SPACE, ((ApplicationError) refused.getCause()).uri(), refused.toString());
                return;
            }
        }
        throw new AssertionError("expected a change to be refused on a full disk, but " + ROOM_LEFT + " were made");
    }

    /** The master tells of it as long as changes are asked for: a small one may still find room, and then the last one did. */
    private void assertTold(String realm, Register register) throws Exception {
        Fleet.until("the reason", () -> {
            try {
                register.demand();
            } catch (ExecutionException refused) {
                return String.valueOf(reason(realm)).startsWith("the disk is full");
            }
            return false;
        });
    }

    @Test
    void on_a_full_disk_changes_are_refused_and_none_goes_unrecorded_reads_go_on_and_so_do_changes_when_there_is_room()
            throws Exception {
        try (SmallDisk disk = mounted(Files.createDirectory(fleet.data), 48)) {
            startMaster();
            Register register = register("default");
            long controller = Fleet.controllerPid(domain, "default");
            long longest = 0;
            for (int round = 0; round < ROUNDS; round++) {
                String when = "round " + round;
                disk.fill();
                assertRefused(() -> {
                    pairings.step(domain);
                    return pairings;
                });
                pairings.refused();
                assertRefused(() -> {
                    register.demand();
                    return register;
                });
                pairings.check(domain, when);
                register.check(when);
                fleet.join("default").close();
                assertTold("default", register);
                disk.free();
                long freed = System.nanoTime();
                Fleet.until("a change of the domain", this::steps);
                Fleet.until("a change in the realm", () -> {
                    register.demand();
                    return true;
                });
                longest = Math.max(longest, System.nanoTime() - freed);
                pairings.check(domain, when);
                Fleet.until("no reason any more", () -> reason("default") == null);
            }
            assertTrue(master.isAlive(), fleet.log("master"));
            assertEquals(controller, Fleet.controllerPid(domain, "default"), "nobody was started again");
            assertAllRecorded();
            System.out.printf("%d times a full disk, changes again after at most %.2f s%n", ROUNDS, longest / 1e9);
            stopMaster();
            startMaster();
            pairings.check(domain, "after a restart");
            stopMaster();
        }
    }

    private boolean steps() throws Exception {
        try {
            pairings.step(domain);
            return true;
        } catch (ExecutionException refused) {
            pairings.refused();
            return false;
        }
    }

    /** As many records of what was done to nodes as there were acknowledged, and the log is whole. */
    private void assertAllRecorded() throws Exception {
        long recorded = 0;
        for (String action : List.of("pair_node", "unpair_node_by_name")) {
            Object start = null;
            do {
                Map<String, Object> page = Fleet.dictionary(
                        domain,
                        "io.bailiwick.domain.list_audit",
                        null,
                        null,
                        null,
                        Fleet.MREALM + action,
                        null,
                        null,
                        start,
                        false,
                        500);
                recorded += ((List<?>) page.get("records"))
                        .stream()
                                .filter(record -> "done".equals(((Map<?, ?>) record).get("result")))
                                .count();
                start = page.get("next");
            } while (start != null);
        }
        assertEquals(pairings.acknowledged(), recorded);
        Map<String, Object> log = Fleet.dictionary(domain, "io.bailiwick.domain.verify_audit");
        assertEquals(true, log.get("ok"), log.toString());
    }

    @Test
    void a_realm_whose_own_disk_is_full_keeps_no_other_from_changes() throws Exception {
        startMaster();
        Fleet.call(domain, Fleet.MREALM + "create_mrealm", Map.of("name", "victim"));
        register("victim").demand();
        Path store = fleet.data
                .resolve("realms")
                .resolve(String.valueOf(realm("victim").get("oid")));
        stopMaster();
        Path aside = Files.createDirectory(fleet.directory.resolve("aside"));
        Damage.copy(store, aside);
        try (SmallDisk disk = mounted(store, 24)) {
            Damage.copy(aside, store);
            startMaster();
            Register victim = register("victim");
            Register other = register("default");
            long controller = Fleet.controllerPid(domain, "victim");
            for (int round = 0; round < ROUNDS; round++) {
                disk.fill();
                assertRefused(() -> {
                    victim.demand();
                    return victim;
                });
                victim.check("full");
                other.demand();
                pairings.step(domain);
                assertTold("victim", victim);
                assertEquals(null, reason("default"));
                disk.free();
                Fleet.until("a change in the realm", () -> {
                    victim.demand();
                    return true;
                });
            }
            assertEquals(controller, Fleet.controllerPid(domain, "victim"), "nobody was started again");
            stopMaster();
        }
    }
}
