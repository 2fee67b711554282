package io.bailiwick.domain.command;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bailiwick node waiting|approve|deny|forgive|import}: nodes that nobody has paired yet. */
final class WaitingCommands {
    static final String DOMAIN = "io.bailiwick.domain.";

    private WaitingCommands() {}

    /** A node on the command line: its key file, or what is written of it, its key or fingerprint. */
    private static String node(String text) throws Exception {
        return Files.isRegularFile(Path.of(text)) ? NodeCommands.publicKey(text) : text;
    }

    /** Lists nodes that wait. */
    @Command(
            name = "waiting",
            mixinStandardHelpOptions = true,
            description = "List the nodes that have knocked and wait to be approved, or those that are denied.")
    static final class Waiting extends ManagementCommand {
        @Option(names = "--denied", description = "List the keys that are denied instead.")
        private boolean denied;

        @Override
        public Integer call() throws Exception {
            if (denied) {
                output.rows(
                        rows(connection.call(DOMAIN + "list_denied_nodes")), "words", "denied", "denied_by", "pubkey");
            } else {
                output.rows(
                        rows(connection.call(DOMAIN + "list_waiting_nodes")),
                        "words",
                        "address",
                        "version",
                        "first_seen",
                        "last_seen",
                        "attempts");
            }
            return ExitCode.OK;
        }
    }

    /** Approves a node. */
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = "Pair a node that waits with a realm; it comes up within seconds.",
            footer = "%nCompare the words with those that the node shows: bailiwick node keys")
    static final class Approve extends ManagementCommand {
        @Parameters(
                index = "0",
                paramLabel = "NODE",
                description = "The words or the hexadecimal form of its fingerprint, its public key, or its key.pub.")
        private String node = "";

        @Parameters(index = "1", paramLabel = "REALM", description = "The management realm.")
        private String realmName = "";

        @Parameters(index = "2", paramLabel = "NAME", description = "The node's name (authid) in the realm.")
        private String name = "";

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(DOMAIN + "approve_node", node(node), realmName, name)));
            return ExitCode.OK;
        }
    }

    /** Turns a node away. */
    @Command(
            name = "deny",
            mixinStandardHelpOptions = true,
            description = "Forget a node that waits until it knocks again, or deny its key until it is forgiven.")
    static final class Deny extends ManagementCommand {
        @Parameters(index = "0", paramLabel = "NODE", description = "As for approve.")
        private String node = "";

        @Option(names = "--always", description = "Deny its key until it is forgiven.")
        private boolean always;

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(DOMAIN + "deny_node", node(node), always)));
            return ExitCode.OK;
        }
    }

    /** Forgives a key. */
    @Command(
            name = "forgive",
            mixinStandardHelpOptions = true,
            description = "Deny the key of a node no longer: it may wait again, and be paired.")
    static final class Forgive extends ManagementCommand {
        @Parameters(index = "0", paramLabel = "NODE", description = "As for approve.")
        private String node = "";

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(DOMAIN + "forgive_node", node(node))));
            return ExitCode.OK;
        }
    }

    /** Pairs the nodes of a list. */
    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = "Pair the nodes of a list with a realm. What is paired so already stays as it is.",
            footer = {
                "%nEach line of the file is KEY,NAME or KEY,NAME,ADDRESS: the public key, the name in the realm, and the",
                "address other nodes reach the node at. Lines that are empty or begin with # are passed over."
            })
    static final class Import extends ManagementCommand {
        private static final int MOST = 1_000;

        @Parameters(index = "0", paramLabel = "REALM", description = "The management realm.")
        private String realmName = "";

        @Parameters(index = "1", paramLabel = "FILE", description = "The list.")
        private Path file = Path.of("");

        @Option(names = "--all", description = "Pair none when one cannot be paired; for lists of at most 1000.")
        private boolean all;

        @Override
        public Integer call() throws Exception {
            List<Map<String, @Nullable Object>> nodes = read(file);
            if (all && nodes.size() > MOST) {
                throw new CommandException(
                        ExitCode.USAGE, "expected at most " + MOST + " nodes with --all, but found " + nodes.size());
            }
            List<Map<String, @Nullable Object>> results = connection.use(connection.realm(), session -> {
                List<Map<String, @Nullable Object>> found = new ArrayList<>();
                for (int from = 0; from < nodes.size(); from += MOST) {
                    List<?> part = nodes.subList(from, Math.min(nodes.size(), from + MOST));
                    found.addAll(rows(
                            connection.call(session, DOMAIN + "import_nodes", Arguments.of(realmName, part, all))));
                }
                return found;
            });
            output.rows(results, "authid", "result", "pubkey", "message");
            boolean good = results.stream()
                    .allMatch(row -> List.of("paired", "unchanged").contains(String.valueOf(row.get("result"))));
            return good ? ExitCode.OK : ExitCode.FAILURE;
        }

        private static List<Map<String, @Nullable Object>> read(Path file) throws IOException {
            List<Map<String, @Nullable Object>> nodes = new ArrayList<>();
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                String[] parts = line.split(",", -1);
                if (parts.length < 2 || parts.length > 3) {
                    throw new CommandException(
                            ExitCode.USAGE,
                            file + ", line " + (i + 1) + ": expected KEY,NAME or KEY,NAME,ADDRESS, but found "
                                    + parts.length + " fields");
                }
                Map<String, @Nullable Object> node = new LinkedHashMap<>();
                node.put("pubkey", parts[0].strip());
                node.put("authid", parts[1].strip());
                if (parts.length > 2 && !parts[2].isBlank()) {
                    node.put("authextra", Map.of("cluster_ip", parts[2].strip()));
                }
                nodes.add(node);
            }
            return nodes;
        }
    }
}
