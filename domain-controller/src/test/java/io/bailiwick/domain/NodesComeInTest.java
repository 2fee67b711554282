package io.bailiwick.domain;

import static io.bailiwick.domain.Fleet.DOMAIN;
import static io.bailiwick.domain.Fleet.MREALM;
import static io.bailiwick.domain.Fleet.call;
import static io.bailiwick.domain.Fleet.dictionary;
import static io.bailiwick.domain.Fleet.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.command.Bailiwick;
import io.bailiwick.router.cryptosign.Fingerprint;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real node agents at a real master, by the command line: they wait, are approved, join by a code, and are in one place. */
class NodesComeInTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final JsonMapper JSON = new JsonMapper();

    private Fleet fleet;

    @BeforeEach
    void start() throws Exception {
        fleet = new Fleet();
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
    }

    private JsonNode bailiwick(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(
                "-o",
                "json",
                "--url",
                fleet.url(),
                "--key",
                fleet.superuserKeyFile().toString()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                Bailiwick.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
        assertEquals(0, exitCode, err.toString());
        return JSON.readTree(out.toString());
    }

    private ClientSession realm(String name) throws Exception {
        ClientSession domain = fleet.join(DOMAIN);
        call(domain, MREALM + "create_mrealm", Map.of("name", name));
        return domain;
    }

    private void startNode(String name, Path home, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("node", "run", "--directory", home.toString(), "--url", fleet.url(), "--heartbeat", "1"));
        arguments.addAll(List.of(more));
        fleet.start(name, arguments);
    }

    private static boolean online(ClientSession realm, String name) throws Exception {
        return ((List<?>) call(realm, MREALM + "get_nodes", "online", true)).contains(name);
    }

    @Test
    void a_node_that_waits_is_shown_alike_on_both_sides_outlives_a_restart_and_is_up_soon_after_it_is_approved()
            throws Exception {
        fleet.startMaster();
        realm("plant");
        String key = fleet.startNode("press1");
        until("it waits", () -> bailiwick("node", "waiting").size() == 1);
        JsonNode row = bailiwick("node", "waiting").get(0);
        Fingerprint fingerprint = Fingerprint.of(PublicKey.of(key));
        assertEquals(key, row.get("pubkey").asText());
        assertEquals(fingerprint.words(), row.get("words").asText());
        assertTrue(row.get("version").asText().startsWith("bailiwick node agent"), row.toString());
        Fleet.Outcome keys = fleet.run(
                "node",
                "keys",
                "-o",
                "json",
                "--directory",
                fleet.directory.resolve("press1").toString());
        assertEquals(row.get("words"), JSON.readTree(keys.out()).get("words"));
        assertEquals(row.get("fingerprint"), JSON.readTree(keys.out()).get("fingerprint"));
        until(
                "the node says it too",
                () -> fleet.log("press1").contains(fingerprint.words())
                        && fleet.log("press1").contains(fingerprint.groups()));

        Process master = fleet.process("master");
        master.destroy();
        master.waitFor();
        fleet.startMaster();
        JsonNode again = bailiwick("node", "waiting").get(0);
        assertEquals(row.get("first_seen"), again.get("first_seen"), "remembered");

        long approved = System.nanoTime();
        bailiwick("node", "approve", fingerprint.words(), "plant", "press1");
        ClientSession plant = fleet.join("plant");
        until("it is up", () -> online(plant, "press1"));
        Duration took = Duration.ofNanos(System.nanoTime() - approved);
        assertTrue(took.compareTo(SOON) < 0, "up after " + took);
        assertEquals(0, bailiwick("node", "waiting").size());
        JsonNode listed = bailiwick("node", "list", "plant", "--status", "online");
        assertEquals(1, listed.size(), listed.toString());
        assertEquals("press1", listed.get(0).get("authid").textValue());
    }

    @Test
    void a_node_joins_by_a_code_in_a_file_that_only_its_owner_may_read() throws Exception {
        fleet.startMaster();
        realm("plant");
        ClientSession plant = fleet.join("plant");
        String code = bailiwick("node", "join-code", "create", "plant", "--name", "press-*", "--uses", "2")
                .get("code")
                .asText();
        Path file = fleet.directory.resolve("code.txt");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        Files.writeString(file, code + "\n");
        Path home = fleet.directory.resolve("press1");
        Fleet.Outcome open = fleet.run(
                "node",
                "run",
                "--directory",
                home.toString(),
                "--url",
                fleet.url(),
                "--join-code-file",
                file.toString());
        assertFalse(open.exitCode() == 0);
        assertTrue(open.err().contains("only its owner may read"), open.err());
        assertFalse(open.err().contains(code));

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        startNode("press1", home, "--join-code-file", file.toString(), "--name", "press-1");
        until("it is up", () -> online(plant, "press-1"));
        assertEquals(
                1,
                bailiwick("node", "join-code", "list", "plant")
                        .get(0)
                        .get("uses_left")
                        .asInt());
        assertFalse(fleet.log("master").contains(code), "no secret in a log");
        assertFalse(fleet.log("press1").contains(code), "no secret in a log");
    }

    @Test
    void a_copy_of_a_disk_does_not_come_in_beside_the_original_and_a_crashed_node_comes_back() throws Exception {
        fleet.startMaster();
        ClientSession domain = realm("plant");
        ClientSession plant = fleet.join("plant");
        Path home = fleet.directory.resolve("press1");
        Object oid = dictionary(domain, MREALM + "pair_node", fleet.startNode("press1"), "plant", "press1")
                .get("oid");
        until("it is up", () -> online(plant, "press1"));
        Object session = dictionary(domain, MREALM + "stat_node", oid).get("session");

        Path copy = fleet.directory.resolve("copy");
        Files.createDirectory(copy, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (Stream<Path> files = Files.list(home)) {
            for (Path each : files.toList()) {
                Files.copy(each, copy.resolve(each.getFileName()), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        startNode("copy", copy);
        until(
                "the copy is seen",
                () -> dictionary(domain, MREALM + "stat_node", oid).get("duplicate") != null);
        assertEquals(session, dictionary(domain, MREALM + "stat_node", oid).get("session"), "the original stays");
        fleet.process("copy").destroy();
        fleet.process("copy").waitFor();

        fleet.process("press1").destroyForcibly().waitFor();
        startNode("press1", home);
        until("it is back", () -> {
            Map<String, Object> stat = dictionary(domain, MREALM + "stat_node", oid);
            return "online".equals(stat.get("status")) && !session.equals(stat.get("session"));
        });
    }

    @Test
    void keys_in_a_watched_directory_and_in_a_list_come_up_without_another_word() throws Exception {
        Path nodes = Files.createDirectory(fleet.directory.resolve("nodes"));
        Path config = fleet.directory.resolve("master.yaml");
        Files.writeString(config, "watch_to_pair:\n  directory: nodes\n  realm: plant\n");
        fleet.startMaster("--config", config.toString());
        realm("plant");
        ClientSession plant = fleet.join("plant");
        startNode("press1", nodes.resolve("press1"));
        String host = java.net.InetAddress.getLocalHost().getHostName();
        until("the node of the directory", () -> online(plant, host.replace('.', '-')) || online(plant, host));

        String listed = fleet.startNode("press2");
        Path list = fleet.directory.resolve("list.csv");
        Files.writeString(
                list,
                "# key, name, address\n" + listed + ",press2,10.0.0.2\n"
                        + SigningKey.generate().publicKey().hex() + ",press3\n");
        JsonNode results = bailiwick("node", "import", "plant", list.toString());
        assertEquals(List.of("paired", "paired"), results.findValuesAsText("result"));
        until("the node of the list", () -> online(plant, "press2"));
        results = bailiwick("node", "import", "plant", list.toString(), "--all");
        assertEquals(List.of("unchanged", "unchanged"), results.findValuesAsText("result"));

        String bad = bailiwick("node", "deny", SigningKey.generate().publicKey().hex(), "--always")
                .get("pubkey")
                .asText();
        assertEquals(
                bad,
                bailiwick("node", "waiting", "--denied").get(0).get("pubkey").asText());
        bailiwick("node", "forgive", bad);
        assertEquals(0, bailiwick("node", "waiting", "--denied").size());
    }
}
