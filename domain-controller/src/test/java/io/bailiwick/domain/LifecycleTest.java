package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.domain.testing.Hangup;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.Bailiwick;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.KeyOwner;
import io.bailiwick.router.cryptosign.SigningKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master as an operator has it: real processes, real signals, its file, its backups. */
class LifecycleTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private record Said(int exitCode, String out, String err) {}

    private static Said say(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Bailiwick.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Said(exitCode, out.toString(), err.toString());
    }

    private static void signal(String name, long pid) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    private static void logged(Fleet fleet, String text) throws Exception {
        Fleet.until("\"" + text + "\" in the log", () -> fleet.log("master").contains(text));
    }

    @Test
    void a_call_that_is_under_way_ends_with_its_result_and_then_all_are_told_and_the_exit_code_is_0() throws Exception {
        try (Fleet fleet = new Fleet()) {
            Path file = Files.writeString(fleet.directory.resolve("master.yaml"), "drain: 60\ndefault_realm: false\n");
            Process master = fleet.startMaster("--config", file.toString());
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            assertEquals(
                    List.of(),
                    Fleet.call(domain, Fleet.MREALM + "list_mrealms"),
                    "no default realm where none is wanted");
            CompletableFuture<Arguments> created =
                    domain.call(Fleet.MREALM + "create_mrealm", Arguments.of(Map.of("name", "plant")), PATIENCE);
            Fleet.until(
                    "the realm's row", () -> ((List<?>) Fleet.call(domain, Fleet.MREALM + "list_mrealms")).size() == 1);
            signal("TERM", master.pid());
            assertEquals(
                    "plant",
                    ((Map<?, ?>) created.get(90, TimeUnit.SECONDS).list().get(0)).get("name"));
            assertEquals(
                    "wamp.close.system_shutdown",
                    domain.closed().get(30, TimeUnit.SECONDS).reason());
            assertTrue(master.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, master.exitValue(), fleet.log("master"));
            assertTrue(fleet.log("master").contains("No call is pending"), fleet.log("master"));
        }
    }

    @Test
    void a_service_manager_that_waits_is_told_when_the_master_serves_and_when_it_ends() throws Exception {
        try (Fleet fleet = new Fleet()) {
            Path said = fleet.directory.resolve("said");
            Path programs = Files.createDirectory(fleet.directory.resolve("programs"));
            Path notify = programs.resolve("systemd-notify");
            Files.writeString(notify, "#!/bin/sh\necho \"$1\" >>'" + said + "'\n");
            Files.setPosixFilePermissions(notify, PosixFilePermissions.fromString("rwx------"));
            fleet.environment.put("PATH", programs + ":" + System.getenv("PATH"));
            fleet.environment.put("NOTIFY_SOCKET", "/run/of-the-test");
            Path file = Files.writeString(fleet.directory.resolve("master.yaml"), "default_realm: false\n");
            Process master = fleet.startMaster("--config", file.toString());
            Fleet.until(
                    "READY", () -> Files.exists(said) && Files.readString(said).equals("READY=1\n"));
            fleet.join(Fleet.DOMAIN);
            Hangup.send(master);
            Fleet.until(
                    "the end of the reload", () -> Files.readString(said).equals("READY=1\nRELOADING=1\nREADY=1\n"));
            signal("TERM", master.pid());
            assertTrue(master.waitFor(60, TimeUnit.SECONDS));
            assertEquals("READY=1\nRELOADING=1\nREADY=1\nSTOPPING=1\n", Files.readString(said));
        }
    }

    @Test
    void a_second_signal_ends_the_master_at_once() throws Exception {
        try (Fleet fleet = new Fleet()) {
            // Without a sandbox, the process that is known is the one to be stopped.
            Path file = Files.writeString(
                    fleet.directory.resolve("master.yaml"),
                    "drain: 600\ncontrollers: {sandbox: none, hung_after: 60}\n");
            Process master = fleet.startMaster("--config", file.toString());
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            long controller = Fleet.until("the controller", () -> {
                long pid = Fleet.controllerPid(domain, "default");
                return pid > 0
                                && "ready"
                                        .equals(((Map<?, ?>) Fleet.dictionary(
                                                                domain, Fleet.MREALM + "get_mrealm_by_name", "default")
                                                        .get("controller"))
                                                .get("state"))
                        ? pid
                        : null;
            });
            ClientSession realm = fleet.join(Identity.of("default", null, "owner", fleet.superuserKey()));
            // A controller that answers nothing, so that a call stays pending.
            signal("STOP", controller);
            try {
                realm.call(Fleet.MREALM + "get_status", Arguments.NONE, PATIENCE);
                signal("TERM", master.pid());
                logged(fleet, "SIGTERM: the master is ending");
                signal("TERM", master.pid());
                assertTrue(master.waitFor(20, TimeUnit.SECONDS));
                assertEquals(143, master.exitValue());
            } finally {
                signal("CONT", controller);
                ProcessHandle.of(controller).ifPresent(left -> left.onExit()
                        .completeOnTimeout(left, 30, TimeUnit.SECONDS)
                        .join());
            }
        }
    }

    @Test
    void a_hangup_takes_a_good_file_and_leaves_all_as_it_is_for_a_bad_one() throws Exception {
        try (Fleet fleet = new Fleet()) {
            SigningKey admin = SigningKey.generate();
            KeyFiles.writePublic(
                    fleet.directory.resolve("admin.pub"),
                    admin.publicKey(),
                    new KeyOwner.User("test", "2026-01-01T00:00:00Z", "admin@example.org"));
            Path file = Files.writeString(fleet.directory.resolve("master.yaml"), "max_realms: 1\n");
            Process master = fleet.startMaster("--config", file.toString());
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            Identity who = Identity.of(Fleet.DOMAIN, null, null, admin);
            assertThrows(Exception.class, () -> fleet.join(who));

            Files.writeString(file, "max_realms: 7\nsuperusers: [admin.pub]\ntik: 3\n");
            Hangup.send(master);
            logged(fleet, "All is as before: " + file + ":3:1: expected one of");
            Files.writeString(file, "max_realms: 7\nsuperusers: [admin.pub, missing.pub]\n");
            Hangup.send(master);
            logged(fleet, "missing.pub");
            assertThrows(Exception.class, () -> fleet.join(who));

            Files.writeString(file, "max_realms: 1\nsuperusers: [admin.pub]\nmax_concurrent_starts: 5\ntick: 1\n");
            Hangup.send(master);
            logged(fleet, "These settings take effect at the next start: max_concurrent_starts");
            assertEquals("superuser", fleet.join(who).authid());
            Fleet.until(
                    "ticks that come each second",
                    () -> ((Number) Fleet.dictionary(domain, "crossbarfabriccenter.domain.get_status")
                                            .get("tick"))
                                    .intValue()
                            > 2);
            assertThrows(
                    Exception.class,
                    () -> Fleet.call(domain, Fleet.MREALM + "create_mrealm", Map.of("name", "one-too-many")));
        }
    }

    @Test
    void a_domain_is_saved_while_it_runs_verified_and_restored() throws Exception {
        try (Fleet fleet = new Fleet()) {
            Path safe = fleet.directory.resolve("safe");
            Path file = Files.writeString(fleet.directory.resolve("master.yaml"), "backups: {directory: safe}\n");
            Process master = fleet.startMaster("--config", file.toString());
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            String[] at = {
                "--url", fleet.url(), "--key", fleet.superuserKeyFile().toString(), "-o", "json"
            };
            String first = SigningKey.generate().publicKey().hex();
            Fleet.call(domain, Fleet.MREALM + "pair_node", first, "default", "first");
            JsonNode made = JSON.readTree(run(at, "backup", "create", "--keys"));
            String id = made.path("id").asText();
            assertEquals(1, made.path("realms").size(), "the realm's store, by its controller");
            assertTrue(run(at, "backup", "list").contains(id));
            assertTrue(run(at, "backup", "verify", id).contains("\"problems\":[]"));

            String second = SigningKey.generate().publicKey().hex();
            Fleet.call(domain, Fleet.MREALM + "pair_node", second, "default", "second");
            Fleet.call(domain, Fleet.MREALM + "unpair_node_by_name", "default", "first");
            long before = Fleet.controllerPid(domain, "default");
            String restored = run(at, "backup", "restore", id, "--mrealm", "default");
            assertTrue(restored.contains(first) && restored.contains(second), restored);
            assertTrue(Fleet.controllerPid(domain, "default") != before, "the controller was started anew");
            assertEquals(
                    5,
                    say("backup", "restore", safe.resolve(id).toString(), "--data", fleet.data.toString())
                            .exitCode());

            signal("TERM", master.pid());
            assertTrue(master.waitFor(60, TimeUnit.SECONDS));
            Said said = say("backup", "verify", safe.resolve(id).toString(), "-o", "json");
            assertEquals(0, said.exitCode(), said.out() + said.err());
            said = say("backup", "restore", safe.resolve(id).toString(), "--data", fleet.data.toString());
            assertEquals(0, said.exitCode(), said.out() + said.err());
            assertTrue(said.out().contains("node paired") && said.out().contains("second in default"), said.out());
            assertTrue(said.out().contains("node unpaired") && said.out().contains("first in default"), said.out());
            assertTrue(said.err().contains(fleet.data + ".before-"), said.err());

            fleet.startMaster("--config", file.toString());
            ClientSession again = fleet.join(Fleet.DOMAIN);
            assertEquals(
                    List.of("first"), Fleet.call(again, Fleet.MREALM + "list_nodes_by_mrealm_name", "default", true));
            Fleet.until("the controller", () -> Fleet.controllerPid(again, "default") > 0);
        }
    }

    private static String run(String[] at, String... arguments) {
        String[] all = new String[arguments.length + at.length];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        System.arraycopy(at, 0, all, arguments.length, at.length);
        Said said = say(all);
        assertEquals(0, said.exitCode(), said.out() + said.err());
        return said.out();
    }

    @Test
    void a_file_is_checked_and_shown_with_all_that_holds(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("master.yaml"), """
                tick: 7
                superusers: [admin.pub]
                mail: {host: smtp.example.org, from: a@example.org, user: me, password_file: password}
                """);
        Files.writeString(directory.resolve("password"), "open sesame\n");
        Said missing = say("config", "check", file.toString());
        assertEquals(78, missing.exitCode());
        assertTrue(missing.err().contains(directory.resolve("admin.pub").toString()), missing.err());
        KeyFiles.writePublic(
                directory.resolve("admin.pub"),
                SigningKey.generate().publicKey(),
                new KeyOwner.User("test", "2026-01-01T00:00:00Z", "admin@example.org"));
        Said good = say("config", "check", file.toString());
        assertEquals(0, good.exitCode(), good.err());
        assertEquals("OK", good.out().strip());
        Said shown = say("config", "show", file.toString());
        assertTrue(shown.out().contains("tick: 7\n") && shown.out().contains("drain: 10\n"), shown.out());
        assertFalse(shown.out().contains("open sesame"), "of a secret, the name of its file");
        Path again = Files.writeString(directory.resolve("again.yaml"), shown.out());
        assertEquals(MasterOptions.load(file).shown(), MasterOptions.load(again).shown());
        Files.writeString(file, "tik: 7\ndrain: never\n");
        Said bad = say("config", "check", file.toString());
        assertEquals(78, bad.exitCode());
        assertTrue(bad.err().contains(":1:1: ") && bad.err().contains("did you mean \"tick\"?"), bad.err());
        assertTrue(bad.err().contains(":2:8: "), bad.err());
    }
}
