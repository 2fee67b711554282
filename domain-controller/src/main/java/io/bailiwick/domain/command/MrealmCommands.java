package io.bailiwick.domain.command;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bailiwick mrealm ...}: management realms. */
final class MrealmCommands {
    private static final String PREFIX = "crossbarfabriccenter.mrealm.";

    private MrealmCommands() {}

    /** Creates a realm and waits until its controller is ready. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Create a management realm; done when its realm controller is ready.")
    static final class Create extends ManagementCommand {
        @Parameters(paramLabel = "NAME", description = "Its name, unique in the domain.")
        private String name = "";

        @Option(names = "--label", paramLabel = "TEXT", description = "A label for people.")
        private @Nullable String label;

        @Option(names = "--description", paramLabel = "TEXT", description = "A description for people.")
        private @Nullable String description;

        @Override
        public Integer call() throws Exception {
            Map<String, @Nullable Object> realm = new LinkedHashMap<>();
            realm.put("name", name);
            realm.put("label", label);
            realm.put("description", description);
            output.object(dictionary(connection.call(PREFIX + "create_mrealm", realm)));
            return ExitCode.OK;
        }
    }

    /** Lists realms. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the management realms you may see.")
    static final class ListAll extends ManagementCommand {
        @Override
        public Integer call() throws Exception {
            List<Map<String, @Nullable Object>> rows = connection.use(session -> {
                List<Map<String, @Nullable Object>> found = new ArrayList<>();
                List<?> oids = (List<?>) call(session, "list_mrealms").list().get(0);
                for (Object oid : oids == null ? List.of() : oids) {
                    found.add(dictionary(call(session, "get_mrealm", oid)));
                }
                return found;
            });
            output.rows(rows, "name", "oid", "controller", "label");
            return ExitCode.OK;
        }

        private Arguments call(ClientSession session, String procedure, Object... arguments) throws Exception {
            return connection.call(session, PREFIX + procedure, Arguments.of(arguments));
        }
    }

    /** Shows a realm. */
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Show a management realm.")
    static final class Show extends ManagementCommand {
        @Parameters(paramLabel = "NAME", description = "Its name.")
        private String name = "";

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(PREFIX + "get_mrealm_by_name", name)));
            return ExitCode.OK;
        }
    }

    /** Deletes a realm. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a management realm, with what its controller has stored.")
    static final class Delete extends ManagementCommand {
        @Parameters(paramLabel = "NAME", description = "Its name.")
        private String name = "";

        @Option(
                names = "--cascade",
                description = "Unpair the nodes that are paired with it; without this they stand against it.")
        private boolean cascade;

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(PREFIX + "delete_mrealm_by_name", name, cascade)));
            return ExitCode.OK;
        }
    }
}
