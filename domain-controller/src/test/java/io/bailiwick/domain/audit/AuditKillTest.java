package io.bailiwick.domain.audit;

import static io.bailiwick.domain.testing.Calls.by;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.procedure.OrganizationProcedures;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.testing.RecordingDomain;
import io.bailiwick.router.audit.AuditLog;
import io.bailiwick.router.audit.AuditRecord;
import io.bailiwick.router.store.Store;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a domain's store at random points while much is done to it. {@code -Dbailiwick.kills=50} for more. */
class AuditKillTest {
    private static final int KILLS = Integer.getInteger("bailiwick.kills", 6);
    private static final long SEED = Long.getLong("bailiwick.store.seed", 20261122L);

    @TempDir
    Path directory;

    @Test
    void after_a_kill_the_log_is_whole_and_has_exactly_what_was_done() throws Exception {
        Random random = new Random(SEED);
        Set<String> acknowledged = new HashSet<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            directory.toString()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
            try {
                assertEquals("READY", said.readLine());
                for (int line = random.nextInt(200); line > 0; line--) {
                    acknowledged.add(said.readLine());
                }
                LockSupport.parkNanos(random.nextInt(3_000_000));
            } finally {
                child.toHandle().destroyForcibly();
                child.waitFor();
            }
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.length() == 36) {
                    acknowledged.add(line);
                }
            }
            check(acknowledged, "kill " + kill + " of seed " + SEED);
        }
    }

    private void check(Set<String> acknowledged, String when) {
        try (Store<GlobalSchema> store = Store.open(directory, new GlobalSchema())) {
            AuditLog log = DomainAudit.of(store.schema(), Clock.systemUTC());
            assertNull(store.read(tx -> log.verify(tx, 0, 0, Optional.empty())).fault(), when);
            Set<String> there = new HashSet<>();
            Set<String> recorded = new HashSet<>();
            store.read(tx -> {
                store.schema()
                        .organizations
                        .all(tx)
                        .forEach(row -> there.add(row.key().toString()));
                store.schema()
                        .auditLog
                        .all(tx)
                        .forEach(row ->
                                recorded.add(AuditRecord.of(row.row().text()).object("oid")));
                return true;
            });
            assertEquals(there, recorded, when);
            assertTrue(there.containsAll(acknowledged), when);
        }
    }

    /** Makes organizations until it is killed, and says which. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            System.setOut(System.err);
            Store<GlobalSchema> store = Store.open(Path.of(arguments[0]), new GlobalSchema());
            store.writeAll(tx -> {
                if (store.schema().users.count(tx) == 0) {
                    User user = new User(UUID.randomUUID(), null, null, null, User.SUPERUSER, 1, null);
                    store.schema().users.insert(tx, user.oid(), user);
                }
            });
            OrganizationProcedures procedures = new OrganizationProcedures(
                    new Work(store, ForkJoinPool.commonPool()), new RecordingDomain(), Clock.systemUTC());
            out.println("READY");
            for (int thread = 0; thread < 4; thread++) {
                new Thread(() -> {
                            while (true) {
                                Map<String, Object> made = procedures
                                        .createOrganization(Map.of("name", "o" + UUID.randomUUID()), by(User.SUPERUSER))
                                        .join();
                                out.println(made.get("oid"));
                            }
                        })
                        .start();
            }
        }
    }
}
