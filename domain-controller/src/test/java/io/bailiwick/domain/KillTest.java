package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.fault.FailPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * SIGKILL at random points under load, of each kind of process, also in the middle of its start and recovery. How often:
 * {@code -Dbailiwick.kills=200}; a few times in an ordinary build. The seed is printed.
 */
class KillTest {
    private static final int KILLS = Integer.getInteger("bailiwick.kills", 3);
    /** Each kind of kill is worth the preparations. */
    private static final boolean MANY = KILLS >= 20;

    private static final long SEED = Long.getLong("bailiwick.seed", System.nanoTime());
    private static final String RESTARTS = "restarts: {waits: [0], budget: 1000000}\n";

    private final Random random = new Random(SEED);

    private static Fleet fleet() throws Exception {
        return new Fleet(MANY ? Programs.archived() : Programs.COMPILED);
    }

    private static Path options(Fleet fleet, String more) throws Exception {
        return Files.writeString(fleet.directory.resolve("options.yaml"), RESTARTS + more);
    }

    private void pause(int atMostMillis) throws InterruptedException {
        // The point of the kill is random in time: this is the fault, not a wait for a condition.
        TimeUnit.MILLISECONDS.sleep(random.nextInt(atMostMillis));
    }

    @Test
    void killsOfARealmControllerLoseNothingStoredAndNoOtherRealmNotices() throws Exception {
        try (Fleet fleet = fleet()) {
            Path places = Files.createDirectories(fleet.directory.resolve("places/victim"));
            fleet.environment.put("JAVA_TOOL_OPTIONS", "-D" + FailPoint.PROPERTY + "=" + places.getParent());
            Process master = fleet.startMaster("--config", options(fleet, "").toString());
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            Fleet.call(domain, Fleet.MREALM + "create_mrealm", Map.of("name", "victim"));
            Fleet.call(domain, Fleet.MREALM + "create_mrealm", Map.of("name", "bystander"));
            Fleet.call(domain, Fleet.MREALM + "pair_node", fleet.startNode("n1"), "victim", "n1", Map.of());
            Victim victim = new Victim(fleet, domain, places);
            ClientSession bystander = fleet.join("bystander");
            long bystanderPid = Fleet.controllerPid(domain, "bystander");
            try (Load load = new Load(3, () -> Fleet.call(bystander, Fleet.MREALM + "get_status"));
                    Load writer = new Load(2, () -> {
                        victim.register.write();
                        return victim;
                    })) {
                victim.die(victim::killed);
                Footprint before = Footprint.of(master.pid());
                for (int kill = 1; kill < KILLS; kill++) {
                    victim.dieSomehow(kill, random);
                }
                before.assertNotLessThan(Footprint.of(master.pid()));
                writer.assertNothingFailed();
                load.assertNothingFailed();
                System.out.println("realm controller: " + victim.report() + ", seed " + SEED);
                System.out.println("calls of another realm: " + load.figures());
                System.out.println("writes in the realm: " + writer.figures());
            }
            assertEquals(bystanderPid, Fleet.controllerPid(domain, "bystander"), "the other controller was left alone");
            // The bystander, the victim, and the realm default.
            assertEquals(3, master.toHandle().children().count(), "no controller was doubled");
        }
    }

    /** The realm whose controller is killed, and what must hold of it whenever it is back. */
    private static final class Victim {
        /** Where a controller may die besides: two on its way to READY, and three at work. */
        private static final List<String> PLACES = List.of(
                "controller.starting",
                "store.before-commit",
                "controller.started",
                "store.committed",
                "controller.working");

        private final ClientSession domain;
        private final ClientSession realm;
        private final Path places;
        private final Object session;
        final Register register;
        private List<?> seen;
        private final List<Long> away = new ArrayList<>();
        private int deaths;
        private int nextPlace;

        Victim(Fleet fleet, ClientSession domain, Path places) throws Exception {
            this.domain = domain;
            this.places = places;
            this.realm = fleet.join("victim");
            this.seen = Fleet.until("a stored heartbeat", () -> heartbeats().isEmpty() ? null : heartbeats());
            this.session = Fleet.until("the node", this::nodeSession);
            Map<String, Object> row = Fleet.dictionary(domain, Fleet.MREALM + "get_mrealm_by_name", "victim");
            this.register = new Register(realm, String.valueOf(row.get("oid")));
        }

        private List<?> heartbeats() throws Exception {
            return (List<?>) Fleet.call(realm, "io.bailiwick.mrealm.get_heartbeats", "n1", null, null, 30);
        }

        private Object nodeSession() throws Exception {
            return Fleet.dictionary(realm, Fleet.REMOTE + "get_status", "n1").get("management_session_id");
        }

        private long pid() throws Exception {
            return Fleet.controllerPid(domain, "victim");
        }

        private long anotherThan(long pid) throws Exception {
            return Fleet.until("another controller", () -> {
                long now = pid();
                return now > 0 && now != pid ? now : null;
            });
        }

        interface Death {
            void happen() throws Exception;
        }

        void killed() throws Exception {
            long pid = pid();
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            deaths++;
            anotherThan(pid);
        }

        /** In turn: three times at a random point at work, once on its way to READY, once at a place with a name. */
        void dieSomehow(int kill, Random random) throws Exception {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(100));
            if (kill % 5 == 3) {
                die(() -> {
                    killed();
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(600));
                    killed();
                });
            } else if (kill % 5 == 4) {
                die(this::killedAtAPlace);
            } else {
                die(this::killed);
            }
        }

        private void killedAtAPlace() throws Exception {
            Path place = places.resolve(PLACES.get(nextPlace++ % PLACES.size()));
            long pid = pid();
            Files.writeString(place, "kill");
            if (place.getFileName().toString().startsWith("controller.start")) {
                killed();
            }
            Fleet.until("the death at " + place, () -> !Files.exists(place));
            deaths++;
            anotherThan(pid);
        }

        /** Dies, comes back, and is judged. */
        void die(Death death) throws Exception {
            long begin = System.nanoTime();
            death.happen();
            List<?> after = Fleet.until("its procedures", this::heartbeats);
            away.add(System.nanoTime() - begin);
            assertTrue(after.containsAll(seen), "death " + deaths + " lost a stored heartbeat, seed " + SEED);
            seen = after.subList(0, Math.min(5, after.size()));
            register.check("after death " + deaths + " of seed " + SEED);
            assertEquals(session, Fleet.until("the node", this::nodeSession), "the node kept its session");
        }

        String report() {
            List<Long> sorted = away.stream().sorted().toList();
            return String.format(
                    "%d deaths, %d writes acknowledged; away for %.2f s, p99 %.2f s, at most %.2f s",
                    deaths,
                    register.acknowledged(),
                    sorted.get(sorted.size() / 2) / 1e9,
                    sorted.get(sorted.size() * 99 / 100) / 1e9,
                    sorted.get(sorted.size() - 1) / 1e9);
        }
    }

    @Test
    void killsOfTheMasterLoseNothingAcknowledgedAndLeaveNoProcessBehind() throws Exception {
        try (Fleet fleet = fleet()) {
            String options = options(fleet, "").toString();
            Process master = fleet.startMaster("--config", options);
            ClientSession first = fleet.join(Fleet.DOMAIN);
            Fleet.call(first, Fleet.MREALM + "pair_node", fleet.startNode("n2"), "default", "n2", Map.of());
            List<Pairings> pairings = List.of(new Pairings("a"), new Pairings("b"));
            List<Long> back = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                if (kill % 4 == 3) {
                    killedBeforeItServes(fleet, master, options);
                } else {
                    killedUnderLoad(fleet, master, pairings, "kill " + kill + " of seed " + SEED);
                }
                long begin = System.nanoTime();
                master = fleet.startMaster("--config", options);
                back.add(System.nanoTime() - begin);
            }
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            for (Pairings each : pairings) {
                each.check(domain, "after all, seed " + SEED);
                assertTrue(each.acknowledged() > 0, "something was acknowledged under load");
            }
            Map<String, Object> log = Fleet.dictionary(domain, "io.bailiwick.domain.verify_audit");
            assertEquals(true, log.get("ok"), "the audit log is whole: " + log);
            ClientSession realm = fleet.join("default");
            Fleet.until(
                    "the real node comes back",
                    () -> ((List<?>) Fleet.call(realm, Fleet.MREALM + "get_nodes", "online", true)).contains("n2"));
            ProcessHandle last = master.toHandle();
            // Beside its controller it may have one that makes the archive of classes, for a while.
            Fleet.until("that no controller is doubled", () -> last.children().count() == 1);
            back.sort(null);
            System.out.printf(
                    "master: %d kills, %d and %d changes acknowledged; back after %.2f s, at most %.2f s, seed %d%n",
                    KILLS,
                    pairings.get(0).acknowledged(),
                    pairings.get(1).acknowledged(),
                    back.get(back.size() / 2) / 1e9,
                    back.get(back.size() - 1) / 1e9,
                    SEED);
        }
    }

    private void killedUnderLoad(Fleet fleet, Process master, List<Pairings> pairings, String when) throws Exception {
        ClientSession domain = fleet.join(Fleet.DOMAIN);
        assertIdentities(fleet, pairings.get(0));
        List<Load> loads = new ArrayList<>();
        try {
            for (Pairings each : pairings) {
                each.check(domain, when);
                loads.add(new Load(1, () -> {
                    each.step(domain);
                    return each;
                }));
            }
            pause(250);
            killed(master);
            loads.forEach(Load::awaitFailure);
        } finally {
            loads.forEach(Load::close);
        }
    }

    /** Somewhere on its way from the first instruction to the first answer. */
    private void killedBeforeItServes(Fleet fleet, Process running, String options) throws Exception {
        killed(running);
        Process starting = fleet.beginMaster("--config", options);
        pause(MANY ? 700 : 1_500);
        killed(starting);
    }

    /** Kills a master; its children must leave by themselves. */
    private static void killed(Process master) throws Exception {
        List<ProcessHandle> children = master.descendants().toList();
        master.destroyForcibly().waitFor();
        for (ProcessHandle child : children) {
            Fleet.until("the end of a child of the master that was killed: " + child.info(), () -> !child.isAlive());
        }
    }

    /** A stranger is nobody, and a node is what it was paired as, whatever it says of itself. */
    private static void assertIdentities(Fleet fleet, Pairings pairings) throws Exception {
        assertThrows(
                ExecutionException.class,
                () -> fleet.join(Identity.of(Fleet.DOMAIN, "superuser", null, SigningKey.generate())));
        for (Map.Entry<String, SigningKey> node : pairings.some().entrySet()) {
            try (ClientSession joined = fleet.join(Identity.of(null, null, "node", node.getValue()))) {
                assertEquals(
                        List.of("default", node.getKey(), "node"),
                        List.of(joined.realm(), joined.authid(), joined.authrole()));
            }
        }
    }

    @Test
    void aKilledNodeComesBackAsItself() throws Exception {
        // Its agent has no store and loses little: a quarter of the kills.
        int kills = MANY ? KILLS / 4 : KILLS;
        System.out.println("node: " + kills + " kills, seed " + SEED);
        try (Fleet fleet = fleet()) {
            fleet.startMaster();
            String key = fleet.startNode("n1");
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            Fleet.call(domain, Fleet.MREALM + "pair_node", key, "default", "n1", Map.of());
            ClientSession realm = fleet.join("default");
            for (int kill = 0; kill < kills; kill++) {
                Object before = Fleet.until("the node", () -> nodeSession(realm));
                pause(300);
                fleet.process("n1").destroyForcibly().waitFor();
                Fleet.until("it is offline", () -> ((List<?>)
                                Fleet.call(realm, Fleet.MREALM + "get_nodes", "offline", true))
                        .contains("n1"));
                assertEquals(key, fleet.startNode("n1"), "the same key");
                Fleet.until("it is back in another session", () -> !before.equals(nodeSession(realm)));
            }
            assertTrue(domain.closed().getNow(null) == null, "the manager's session was left alone");
        }
    }

    private static Object nodeSession(ClientSession realm) throws Exception {
        return Fleet.dictionary(realm, Fleet.REMOTE + "get_status", "n1").get("management_session_id");
    }
}
