package io.bailiwick.domain.command;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.cryptosign.KeyFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bailiwick node pair|unpair|list|show}: nodes as the master knows them. */
final class NodeCommands {
    private static final String MREALM = "crossbarfabriccenter.mrealm.";

    private NodeCommands() {}

    /** A public key on the command line is either its 64 digits or the file that has it. */
    static String publicKey(String keyOrFile) throws Exception {
        if (keyOrFile.matches("[0-9A-Fa-f]{64}")) {
            return keyOrFile;
        }
        Path file = Path.of(keyOrFile);
        if (!Files.isReadable(file)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "expected a public key (64 hexadecimal digits) or a readable key file, but found " + keyOrFile);
        }
        return KeyFiles.readPublicKey(file).hex();
    }

    /** Pairs a node. */
    @Command(
            name = "pair",
            mixinStandardHelpOptions = true,
            description = "Pair a node, known by its public key, with a realm.")
    static final class Pair extends ManagementCommand {
        @Parameters(index = "0", paramLabel = "KEY", description = "The node's public key, or its key.pub.")
        private String key = "";

        @Parameters(index = "1", paramLabel = "REALM", description = "The management realm.")
        private String realmName = "";

        @Parameters(index = "2", paramLabel = "NAME", description = "The node's name (authid) in the realm.")
        private String name = "";

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(MREALM + "pair_node", publicKey(key), realmName, name, Map.of())));
            return ExitCode.OK;
        }
    }

    /** Unpairs a node. */
    @Command(
            name = "unpair",
            mixinStandardHelpOptions = true,
            description = "Unpair a node: its session is ended at once.")
    static final class Unpair extends ManagementCommand {
        @Parameters(index = "0", paramLabel = "KEY", description = "The node's public key, or its key.pub.")
        private String key = "";

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(MREALM + "unpair_node_by_pubkey", publicKey(key))));
            return ExitCode.OK;
        }
    }

    /** Lists the nodes of a realm. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the nodes of a management realm.")
    static final class ListAll extends ManagementCommand {
        @Parameters(index = "0", paramLabel = "REALM", description = "The management realm.")
        private String realmName = "";

        /** A realm may have more nodes than a message has room for. */
        private static final int PAGE = 1_000;

        @Option(names = "--status", paramLabel = "online|offline", description = "Only these.")
        private @Nullable String status;

        @Override
        public Integer call() throws Exception {
            List<Map<String, @Nullable Object>> rows = connection.use(realmName, session -> {
                List<Map<String, @Nullable Object>> found = new ArrayList<>();
                List<?> names = page(session, null);
                while (!names.isEmpty()) {
                    for (Object name : names) {
                        found.add(dictionary(connection.call(session, MREALM + "get_node", Arguments.of(name))));
                    }
                    names = page(session, names.get(names.size() - 1));
                }
                return found;
            });
            output.rows(rows, "authid", "status", "last_seen", "pubkey", "oid");
            return ExitCode.OK;
        }

        private List<?> page(ClientSession session, @Nullable Object after) throws Exception {
            Arguments arguments = Arguments.of(status, true, after, PAGE);
            Object page = connection
                    .call(session, MREALM + "get_nodes", arguments)
                    .list()
                    .get(0);
            return page instanceof List<?> names ? names : List.of();
        }
    }

    /** Shows a node. */
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Show a node of a management realm.")
    static final class Show extends ManagementCommand {
        @Parameters(index = "0", paramLabel = "REALM", description = "The management realm.")
        private String realmName = "";

        @Parameters(index = "1", paramLabel = "NODE", description = "The node's name or object id.")
        private String node = "";

        @Override
        public Integer call() throws Exception {
            output.object(connection.use(
                    realmName,
                    session ->
                            dictionary(connection.call(session, MREALM + "get_node_by_authid", Arguments.of(node)))));
            return ExitCode.OK;
        }
    }
}
