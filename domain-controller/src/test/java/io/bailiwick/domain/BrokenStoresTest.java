package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.MasterFile;
import io.bailiwick.router.fault.FailPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Stores of a running domain come to harm: bits of their files, the ends of their logs, writes and syncs that fail. A wrong
 * value is never served, whoever cannot go on says so with an exit code of its own, and no other realm notices. So often each:
 * {@code -Dbailiwick.faults=20}. The seed is printed.
 */
@Timeout(900)
class BrokenStoresTest {
    private static final int ROUNDS = Integer.getInteger("bailiwick.faults", 1);
    private static final long SEED = Long.getLong("bailiwick.seed", System.nanoTime());
    private static final String OPTIONS = "restarts: {waits: [1], budget: 1000000}\n";

    private static final String SYNCS = "fsync,fdatasync";
    private static final String WRITES = "pwrite64";

    private final Random random = new Random(SEED);
    private final Pairings pairings = new Pairings("a");
    private Fleet fleet;
    private Path places;
    private Path options;
    private Process master;
    private ClientSession domain;

    @BeforeEach
    void start() throws Exception {
        fleet = new Fleet(ROUNDS > 2 ? Programs.archived() : Programs.COMPILED);
        places = Files.createDirectories(fleet.directory.resolve("places/default"))
                .getParent();
        fleet.environment.put("JAVA_TOOL_OPTIONS", "-D" + FailPoint.PROPERTY + "=" + places);
        options = Files.writeString(fleet.directory.resolve("options.yaml"), OPTIONS);
        startMaster();
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
    }

    private void startMaster() throws Exception {
        master = fleet.startMaster("--config", options.toString());
        domain = fleet.join(Fleet.DOMAIN);
    }

    private Map<?, ?> controller(String realm) throws Exception {
        return (Map<?, ?>) Fleet.dictionary(domain, Fleet.MREALM + "get_mrealm_by_name", realm)
                .get("controller");
    }

    private String oid(String realm) throws Exception {
        return String.valueOf(Fleet.dictionary(domain, Fleet.MREALM + "get_mrealm_by_name", realm)
                .get("oid"));
    }

    private Register register(ClientSession realm) throws Exception {
        return new Register(realm, oid("default"));
    }

    @Test
    void a_damaged_store_of_a_realm_is_found_and_told_serves_nothing_wrong_and_no_other_realm_notices()
            throws Exception {
        Fleet.call(domain, Fleet.MREALM + "create_mrealm", Map.of("name", "bystander"));
        long bystanderPid = Fleet.controllerPid(domain, "bystander");
        ClientSession bystander = fleet.join("bystander");
        ClientSession realm = fleet.join("default");
        Fleet.until("its procedures", () -> Fleet.call(realm, Fleet.MREALM + "get_status"));
        Register register = register(realm);
        Map<Damage, Integer> refused = new EnumMap<>(Damage.class);
        try (Load load = new Load(5, () -> Fleet.call(bystander, Fleet.MREALM + "get_status"))) {
            for (int round = 0; round < ROUNDS; round++) {
                for (Damage damage : Damage.values()) {
                    for (int write = 0; write < 5; write++) {
                        register.demand();
                    }
                    if (isRefusedAfter(damage, register)) {
                        refused.merge(damage, 1, Integer::sum);
                    }
                }
            }
            load.assertNothingFailed();
        }
        assertEquals(bystanderPid, Fleet.controllerPid(domain, "bystander"), "the other controller was left alone");
        System.out.println("damages of a realm's store, " + ROUNDS + " of each, seed " + SEED + ": refused " + refused);
    }

    /** Kills the controller and damages its store before it is started again; false when it serves what was written. */
    private boolean isRefusedAfter(Damage damage, Register register) throws Exception {
        String when = damage + " of seed " + SEED;
        Path store = fleet.data.resolve("realms").resolve(oid("default"));
        Path whole = Files.createTempDirectory(fleet.directory, "whole-");
        ProcessHandle process =
                ProcessHandle.of(Fleet.controllerPid(domain, "default")).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(60, TimeUnit.SECONDS);
        Damage.copy(store, whole);
        damage.happen(store, random);
        Fleet.until(
                "another start after " + when,
                () -> Fleet.controllerPid(domain, "default") > 0
                        && Fleet.controllerPid(domain, "default") != process.pid());
        String reason = Fleet.until("an end of the start after " + when, () -> {
            Map<?, ?> controller = controller("default");
            boolean another = !"137".equals(codeOf(controller.get("reason")));
            return "ready".equals(controller.get("state"))
                    ? ""
                    : "waiting".equals(controller.get("state")) && another
                            ? String.valueOf(controller.get("reason"))
                            : null;
        });
        if (reason.isEmpty()) {
            assertTrue(damage != Damage.FLIPPED_BIT_THAT_MATTERS, when);
            Fleet.until("its procedures", () -> {
                register.check(when);
                return true;
            });
            return false;
        }
        assertEquals("4", codeOf(reason), when + ": " + reason);
        assertTrue(reason.contains("expected"), when + ": " + reason);
        assertTrue(!damage.isHarmless(), when + ": " + reason);
        assertTrue(Files.exists(store.resolve("store.json")), "the damaged store is kept");
        Fleet.until("a pause between two starts", () -> "waiting"
                .equals(controller("default").get("state")));
        Damage.copy(whole, store);
        Fleet.until("the store as it was before " + when, () -> {
            register.check(when);
            return true;
        });
        return true;
    }

    private static String codeOf(Object reason) {
        String text = String.valueOf(reason).replaceFirst(".*?left with exit code ", "");
        return text.replaceFirst("[^0-9].*", "");
    }

    @Test
    void a_damaged_store_of_the_master_is_found_and_told_and_one_with_a_torn_end_opens_with_all_that_was_acknowledged()
            throws Exception {
        Path store = fleet.data.resolve("domain");
        Map<Damage, Integer> refused = new EnumMap<>(Damage.class);
        for (int round = 0; round < ROUNDS; round++) {
            for (Damage damage : chosen()) {
                String when = damage + " of seed " + SEED;
                for (int step = 0; step < 8; step++) {
                    pairings.step(domain);
                }
                killMaster();
                Path whole = Files.createTempDirectory(fleet.directory, "whole-");
                Damage.copy(store, whole);
                damage.happen(store, random);
                if (isRefused(damage, when)) {
                    refused.merge(damage, 1, Integer::sum);
                    Damage.copy(whole, store);
                    startMaster();
                } else {
                    domain = fleet.join(Fleet.DOMAIN);
                }
                pairings.check(domain, when);
                Map<String, Object> log = Fleet.dictionary(domain, "io.bailiwick.domain.verify_audit");
                assertEquals(true, log.get("ok"), when + ": " + log);
            }
        }
        System.out.println(
                "damages of the master's store, " + ROUNDS + " of each, seed " + SEED + ": refused " + refused);
    }

    /** Each start of a master is dear: one harmful and one harmless damage in an ordinary build. */
    private List<Damage> chosen() {
        List<Damage> tails =
                Stream.of(Damage.values()).filter(Damage::isHarmless).toList();
        return ROUNDS > 2
                ? List.of(Damage.values())
                : List.of(Damage.FLIPPED_BIT_THAT_MATTERS, tails.get(random.nextInt(tails.size())));
    }

    private void killMaster() throws Exception {
        List<ProcessHandle> children = master.descendants().toList();
        master.destroyForcibly().waitFor();
        for (ProcessHandle child : children) {
            child.onExit().get(20, TimeUnit.SECONDS);
        }
    }

    /** Starts the master; true when it leaves with the exit code of a store that cannot be used. */
    private boolean isRefused(Damage damage, String when) throws Exception {
        Process starting = fleet.beginMaster("--config", options.toString());
        master = starting;
        Fleet.until(
                "an end of the start after " + when,
                () -> !starting.isAlive() || MasterFile.url(fleet.data).isPresent());
        if (starting.isAlive()) {
            assertTrue(damage != Damage.FLIPPED_BIT_THAT_MATTERS, when);
            return false;
        }
        assertEquals(ExitCode.STORE, starting.exitValue(), when + ": " + fleet.log("master"));
        assertTrue(!damage.isHarmless(), when + ": " + fleet.log("master"));
        return true;
    }

    /** Lets a store fail: at a place with a name, or in system calls. Empty where these cannot be made to fail. */
    private Optional<FailingCalls.Failure> failing(String how, long pid, Path armed) throws Exception {
        if (how.startsWith("store.")) {
            Files.writeString(armed.resolve(how), "throw");
            return Optional.of(() -> {});
        }
        return FailingCalls.of(pid, how, "EIO", 1 + random.nextInt(ROUNDS));
    }

    @Test
    void a_realm_whose_disk_fails_acknowledges_nothing_leaves_with_its_exit_code_and_serves_again() throws Exception {
        ClientSession realm = fleet.join("default");
        Fleet.until("its procedures", () -> Fleet.call(realm, Fleet.MREALM + "get_status"));
        Register register = register(realm);
        for (int round = 0; round < ROUNDS; round++) {
            for (String how : List.of("store.before-commit", SYNCS, "store.committed", WRITES)) {
                register.demand();
                long pid = Fleet.controllerPid(domain, "default");
                Optional<FailingCalls.Failure> failing = failing(how, pid, places.resolve("default"));
                if (failing.isPresent()) {
                    assertRealmFails(how + " of seed " + SEED, register, failing.get());
                    assertNotEquals(pid, Fleet.controllerPid(domain, "default"), how);
                }
            }
        }
        register.demand();
    }

    private void assertRealmFails(String when, Register register, FailingCalls.Failure failing) throws Exception {
        try (failing) {
            assertThrows(Exception.class, () -> withoutEnd(register::demand), when);
            String reason = Fleet.until("the reason of " + when, () ->
                    (String) controller("default").get("reason"));
            assertEquals("4", codeOf(reason), when + ": " + reason);
        }
        Fleet.until("its procedures after " + when, () -> {
            register.check(when);
            return true;
        });
    }

    @Test
    void a_master_whose_disk_fails_acknowledges_nothing_leaves_with_its_exit_code_and_can_be_started_again()
            throws Exception {
        List<String> all = List.of(SYNCS, WRITES, "store.before-commit", "store.committed");
        for (int round = 0; round < ROUNDS; round++) {
            for (String how : ROUNDS > 2 ? all : all.subList(0, 1)) {
                String when = how + " of seed " + SEED;
                pairings.step(domain);
                Optional<FailingCalls.Failure> failing = failing(how, master.pid(), places);
                if (failing.isPresent()) {
                    assertMasterFails(when, failing.get());
                    startMaster();
                    pairings.check(domain, when);
                }
            }
        }
        pairings.step(domain);
    }

    private void assertMasterFails(String when, FailingCalls.Failure failing) throws Exception {
        try (failing) {
            assertThrows(Exception.class, () -> withoutEnd(() -> pairings.step(domain)), when);
            assertTrue(master.waitFor(40, TimeUnit.SECONDS), when + ": " + fleet.log("master"));
            assertEquals(ExitCode.STORE, master.exitValue(), when + ": " + fleet.log("master"));
        }
    }

    private interface Change {
        void happen() throws Exception;
    }

    private static void withoutEnd(Change change) throws Exception {
        while (true) {
            change.happen();
        }
    }
}
