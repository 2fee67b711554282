package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.command.Bailiwick;
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
                        "mrealm create",
                        "mrealm list",
                        "mrealm show",
                        "mrealm delete",
                        "call",
                        "subscribe",
                        "publish",
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
            assertEquals(1, master.exitValue(), fleet.log("master"));
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
