package io.bailiwick.domain.command;

import io.bailiwick.router.command.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bailiwick node join-code create|list|revoke}. */
@Command(
        name = "join-code",
        mixinStandardHelpOptions = true,
        description = "Codes with which nodes join a realm by themselves.",
        subcommands = {JoinCodeCommands.Create.class, JoinCodeCommands.ListAll.class, JoinCodeCommands.Revoke.class})
final class JoinCodeCommands {
    JoinCodeCommands() {}

    /** Makes a code. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Make a code. It is shown once.",
            footer = {
                "%nPut it into a file on the node that only its owner may read, and run",
                "bailiwick node run --url URL --join-code-file FILE"
            })
    static final class Create extends ManagementCommand {
        @Parameters(index = "0", paramLabel = "REALM", description = "The management realm.")
        private String realmName = "";

        @Option(
                names = "--name",
                paramLabel = "NAME",
                description = "The name that the node gets, or the beginning of names and *. Default: any.")
        private @Nullable String name;

        @Option(names = "--uses", paramLabel = "N", description = "How many nodes may join by it. Default: 1.")
        private @Nullable Integer uses;

        @Option(
                names = "--expires",
                paramLabel = "SECONDS",
                description = "How long it is good, at most 30 days. Default: 3600.")
        private @Nullable Integer expires;

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(
                    connection.call(WaitingCommands.DOMAIN + "create_join_code", realmName, name, uses, expires)));
            return ExitCode.OK;
        }
    }

    /** Lists codes. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the codes of a realm, without the codes themselves.")
    static final class ListAll extends ManagementCommand {
        @Parameters(index = "0", paramLabel = "REALM", description = "The management realm.")
        private String realmName = "";

        @Override
        public Integer call() throws Exception {
            output.rows(
                    rows(connection.call(WaitingCommands.DOMAIN + "list_join_codes", realmName)),
                    "id",
                    "authid",
                    "uses_left",
                    "uses",
                    "created",
                    "expires");
            return ExitCode.OK;
        }
    }

    /** Ends a code. */
    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "End a code. Nodes that have joined by it stay.")
    static final class Revoke extends ManagementCommand {
        @Parameters(index = "0", paramLabel = "ID", description = "The first two groups of the code.")
        private String id = "";

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(WaitingCommands.DOMAIN + "revoke_join_code", id)));
            return ExitCode.OK;
        }
    }
}
