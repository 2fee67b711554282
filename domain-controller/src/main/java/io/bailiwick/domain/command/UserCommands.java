package io.bailiwick.domain.command;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code bailiwick user codes|keys|revoke}: who may join the domain. */
final class UserCommands {
    private static final String USER = "crossbarfabriccenter.user.";

    private UserCommands() {}

    @SuppressWarnings("unchecked") // dictionaries on the wire have text keys
    private static List<Map<String, @Nullable Object>> rows(Arguments result) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        Object found = result.list().get(0);
        for (Object row : found instanceof List<?> list ? list : List.of()) {
            rows.add((Map<String, @Nullable Object>) row);
        }
        return rows;
    }

    /** Lists codes that wait for the operator. */
    @Command(
            name = "codes",
            mixinStandardHelpOptions = true,
            description = "List the activation codes that wait to be handed over, where the master sends no mail.")
    static final class Codes extends ManagementCommand {
        @Override
        public Integer call() throws Exception {
            output.rows(
                    rows(connection.call(USER + "list_activation_codes")),
                    "authid",
                    "code",
                    "expires",
                    "type",
                    "pubkey");
            return ExitCode.OK;
        }
    }

    /** Lists keys. */
    @Command(
            name = "keys",
            mixinStandardHelpOptions = true,
            description = "List the keys of a user, those that were revoked too.")
    static final class Keys extends ManagementCommand {
        @Parameters(paramLabel = "USER", arity = "0..1", description = "Mail address or oid. Default: you.")
        private @Nullable String user;

        @Override
        public Integer call() throws Exception {
            output.rows(rows(connection.call(USER + "list_keys", user)), "pubkey", "authid", "added", "revoked");
            return ExitCode.OK;
        }
    }

    /** Revokes a key. */
    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Revoke a key for ever: sessions that joined with it end at once.")
    static final class Revoke extends ManagementCommand {
        @Parameters(paramLabel = "KEY", description = "The public key, or the file that has it.")
        private String key = "";

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(USER + "revoke_key", NodeCommands.publicKey(key))));
            return ExitCode.OK;
        }
    }
}
