package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.testing.Hangup;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.command.Bailiwick;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.KeyOwner;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.store.Store;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line as a user meets it: help, exit codes, errors that say what is wrong. */
class CommandLineTest {
    private record Said(int exitCode, String out, String err) {}

    private static Said say(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Bailiwick.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Said(exitCode, out.toString(), err.toString());
    }

    @Test
    void everyCommandOfEveryLevelHasHelp() {
        List<String> commands = new ArrayList<>();
        collect("", Bailiwick.commandLine(), commands);
        assertTrue(
                commands.containsAll(List.of(
                        "quickstart",
                        "master run",
                        "node run",
                        "node keys",
                        "node pair",
                        "node unpair",
                        "node list",
                        "node show",
                        "audit list",
                        "audit verify",
                        "audit export",
                        "audit cut",
                        "node waiting",
                        "node approve",
                        "node deny",
                        "node forgive",
                        "node import",
                        "node join-code create",
                        "node join-code list",
                        "node join-code revoke",
                        "mrealm create",
                        "mrealm list",
                        "mrealm show",
                        "mrealm delete",
                        "user login",
                        "user codes",
                        "user keys",
                        "user revoke",
                        "call",
                        "subscribe",
                        "publish",
                        "config check",
                        "config show",
                        "backup create",
                        "backup list",
                        "backup verify",
                        "backup restore",
                        "store export",
                        "store import",
                        "store check",
                        "version")),
                commands.toString());
        for (String command : commands) {
            List<String> words = new ArrayList<>(List.of(command.split(" ")));
            words.add("--help");
            Said said = say(words.toArray(String[]::new));
            assertEquals(0, said.exitCode(), command + said.err());
            assertTrue(said.out().startsWith("Usage: bailiwick " + command), command + ": " + said.out());
        }
    }

    private static void collect(String prefix, CommandLine command, List<String> found) {
        for (Map.Entry<String, CommandLine> entry : command.getSubcommands().entrySet()) {
            if (!entry.getKey().equals("help")) {
                found.add(prefix + entry.getKey());
                collect(prefix + entry.getKey() + " ", entry.getValue(), found);
            }
        }
    }

    @Test
    void aWrongCommandLineIsExitCode2() {
        assertEquals(2, say("nonsense").exitCode());
        assertEquals(2, say("mrealm", "create").exitCode());
        assertEquals(
                2,
                say("node", "pair", "nokey", "realm", "name", "--url", "ws://127.0.0.1:1/ws")
                        .exitCode());
    }

    @Test
    void aBadConfigurationIsExitCode78WithLineAndColumn() throws Exception {
        Path file = Files.createTempFile("options", ".yaml");
        try {
            Files.writeString(file, "data: here\nlistners:\n  - endpoint: tcp://127.0.0.1:0\n");
            Said said = say("master", "run", "--config", file.toString());
            assertEquals(78, said.exitCode(), said.err());
            assertTrue(said.err().contains("2") && said.err().contains("listeners"), said.err());
            Files.writeString(file, "url: ws://127.0.0.1:1/ws\nheartbeet: 3\n");
            Said node = say("node", "run", "--directory", file + ".d", "--config", file.toString());
            assertEquals(78, node.exitCode(), node.err());
            assertTrue(node.err().contains("2"), node.err());
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aMasterWhoseStoreHasFailedEndsWithItsReason() throws Exception {
        try (Fleet fleet = new Fleet()) {
            Process master = fleet.startMaster();
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            // Another process takes the store over, past both locks, as nobody should.
            Path store = fleet.data.resolve("domain");
            byte[] identity = Files.readAllBytes(store.resolve("identity"));
            Files.delete(store.resolve("identity"));
            Files.delete(store.resolve("xd.lck"));
            Files.write(store.resolve("identity"), identity);
            Store<GlobalSchema> thief = Store.open(store, new GlobalSchema());
            try {
                var refused = domain.call(Fleet.MREALM + "create_mrealm", Map.of("name", "mrealm1"));
                assertTrue(master.waitFor(60, TimeUnit.SECONDS), fleet.log("master"));
                assertTrue(refused.isCompletedExceptionally());
            } finally {
                thief.close();
            }
            assertEquals(7, master.exitValue(), fleet.log("master"));
            assertTrue(fleet.log("master").contains("the master cannot go on: expected to write to " + store));
            assertFalse(Files.exists(fleet.data.resolve("master.json")));
        }
    }

    @Test
    void anExportThatFailsLeavesNoFile(@TempDir Path directory) {
        Path file = directory.resolve("export.ndjson");
        Path none = directory.resolve("none");
        assertNotEquals(
                0, say("store", "export", none.toString(), file.toString()).exitCode());
        assertFalse(Files.exists(file));
    }

    @Test
    void nobodyListeningIsExitCode6() throws Exception {
        try (Fleet fleet = new Fleet()) {
            fleet.startMaster();
            Said said = say(
                    "call",
                    "crossbarfabriccenter.domain.get_status",
                    "--url",
                    "ws://127.0.0.1:1/ws",
                    "--key",
                    fleet.superuserKeyFile().toString());
            assertEquals(6, said.exitCode(), said.err());
            Said stranger = say(
                    "node",
                    "keys",
                    "--directory",
                    fleet.directory.resolve("stranger").toString());
            assertEquals(0, stranger.exitCode(), stranger.err());
            Said refused = say(
                    "call",
                    "crossbarfabriccenter.domain.get_status",
                    "--url",
                    fleet.url(),
                    "--key",
                    fleet.directory.resolve("stranger").resolve("key.priv").toString());
            assertEquals(4, refused.exitCode(), refused.err());
            Said missing = say(
                    "mrealm",
                    "show",
                    "nowhere",
                    "--url",
                    fleet.url(),
                    "--key",
                    fleet.superuserKeyFile().toString());
            assertEquals(3, missing.exitCode(), missing.err());
            Said again = say(
                    "mrealm",
                    "create",
                    "default",
                    "--url",
                    fleet.url(),
                    "--key",
                    fleet.superuserKeyFile().toString());
            assertEquals(5, again.exitCode(), again.err());
        }
    }

    @Test
    void aPersonRegistersByTheCommandLineAndAnAdministratorNeedsNoKey() throws Exception {
        try (Fleet fleet = new Fleet()) {
            fleet.startMaster();
            String door = "unix:" + fleet.data.resolve("admin.sock");
            Path key = fleet.directory.resolve("home/alice.priv");
            List<String> login =
                    List.of("user", "login", "alice@example.org", "--url", fleet.url(), "--key", key.toString());
            Said asked = say(login.toArray(String[]::new));
            assertEquals(0, asked.exitCode(), asked.err());
            assertTrue(asked.out().contains("alice@example.org"), asked.out());
            Said codes = say("user", "codes", "--url", door, "-o", "json");
            assertEquals(0, codes.exitCode(), codes.err());
            Matcher code =
                    Pattern.compile("[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}").matcher(codes.out());
            assertTrue(code.find(), codes.out());
            List<String> wrong = new ArrayList<>(login);
            wrong.addAll(List.of("--code", "AAAA-AAAA-AAAA"));
            assertEquals(4, say(wrong.toArray(String[]::new)).exitCode());
            List<String> right = new ArrayList<>(login);
            right.addAll(List.of("--code", code.group()));
            Said in = say(right.toArray(String[]::new));
            assertEquals(0, in.exitCode(), in.err());
            Said keys = say("user", "keys", "--url", fleet.url(), "--key", key.toString(), "-o", "json");
            String hex = KeyFiles.readSigningKey(key).publicKey().hex();
            assertTrue(keys.out().contains(hex), keys.out() + keys.err());
            assertEquals(0, say("user", "revoke", hex, "--url", door).exitCode());
            assertEquals(4, say(login.toArray(String[]::new)).exitCode());
            assertFalse(fleet.log("master").contains(code.group()), "the log tells no code");
        }
    }

    @Test
    void theKeysOfSuperusersAreReadAgainAtAHangup() throws Exception {
        try (Fleet fleet = new Fleet()) {
            SigningKey first = SigningKey.generate();
            SigningKey second = SigningKey.generate();
            KeyOwner.User owner = new KeyOwner.User("test", "2026-01-01T00:00:00Z", "admin@example.org");
            Path file = fleet.directory.resolve("admin.pub");
            KeyFiles.writePublic(file, first.publicKey(), owner);
            // As with Crossbar.io FX; those of the configuration are in LoginTest.
            fleet.environment.put("CROSSBAR_FABRIC_SUPERUSER", file.toString());
            Process master = fleet.startMaster();
            ClientSession session = fleet.join(Identity.of(Fleet.DOMAIN, null, null, first));
            assertEquals("superuser", session.authid());
            Files.delete(file);
            KeyFiles.writePublic(file, second.publicKey(), owner);
            Hangup.send(master);
            assertEquals(
                    "wamp.close.auth-changed",
                    session.closed().get(60, TimeUnit.SECONDS).reason());
            assertEquals(
                    "superuser",
                    fleet.join(Identity.of(Fleet.DOMAIN, null, null, second)).authid());
        }
    }

    @Test
    void aSecondMasterOnTheSameDataIsRefusedAndNamesTheFirst() throws Exception {
        try (Fleet fleet = new Fleet()) {
            Process master = fleet.startMaster();
            Fleet.Outcome second =
                    fleet.run("master", "run", "--data", fleet.data.toString(), "--listen", "tcp://127.0.0.1:0");
            assertEquals(5, second.exitCode(), second.out() + second.err());
            assertTrue(second.err().contains(String.valueOf(master.pid())), second.err());
            assertTrue(master.isAlive());
        }
    }

    @Test
    void theStoreOfAStoppedMasterIsCheckedExportedAndImported() throws Exception {
        try (Fleet fleet = new Fleet()) {
            Process master = fleet.startMaster();
            Path store = fleet.data.resolve("domain");
            assertEquals(5, say("store", "check", store.toString()).exitCode(), "a store in use");
            master.destroy();
            master.waitFor();
            assertFalse(Files.exists(fleet.data.resolve("master.json")), "nobody runs there");
            assertEquals(0, say("store", "check", store.toString()).exitCode());
            Path file = fleet.directory.resolve("export.ndjson");
            assertEquals(
                    0, say("store", "export", store.toString(), file.toString()).exitCode());
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                    "the store's secrets");
            assertEquals(
                    5, say("store", "export", store.toString(), file.toString()).exitCode(), "the file is there");
            Path copy = fleet.directory.resolve("copy");
            assertEquals(
                    0, say("store", "import", copy.toString(), file.toString()).exitCode());
            Said report = say("store", "check", "-o", "json", copy.toString());
            assertEquals(0, report.exitCode(), report.out() + report.err());
            assertTrue(report.out().contains("\"problems\":[]"), report.out());
        }
    }
}
