package io.bailiwick.domain.command;

import io.bailiwick.domain.DataDirectory;
import io.bailiwick.domain.backup.BackupCheck;
import io.bailiwick.domain.backup.BackupException;
import io.bailiwick.domain.backup.Change;
import io.bailiwick.domain.backup.DomainRestore;
import io.bailiwick.domain.backup.RestoreReport;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.Connection;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.Output;
import io.bailiwick.router.store.StoreLockedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bailiwick backup create|list|verify|restore}. */
final class BackupCommands {
    private static final String DOMAIN = "io.bailiwick.domain.";

    private BackupCommands() {}

    /** Makes a backup. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Make a backup of a running domain, or of one realm, where its configuration says.")
    static final class Create extends ManagementCommand {
        @Option(names = "--mrealm", paramLabel = "NAME", description = "Only the store of this realm.")
        private @Nullable String realm;

        @Option(names = "--keys", description = "With the key pairs of the superuser and of the master.")
        private boolean keys;

        @Override
        public Integer call() throws Exception {
            String name = realm;
            Map<String, @Nullable Object> made = ManagementCommand.dictionary(connection.use(session -> name == null
                    ? connection.call(session, DOMAIN + "backup", Arguments.of(keys))
                    : connection.call(
                            session,
                            DOMAIN + "backup_realm",
                            Arguments.of(ManagementCommand.realmOid(connection, session, name)))));
            output.object(made);
            return ExitCode.OK;
        }
    }

    /** Lists backups. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the backups of a running domain, the newest first.")
    static final class ListAll extends ManagementCommand {
        @Override
        public Integer call() throws Exception {
            output.rows(rows(connection.call(DOMAIN + "list_backups")), "id", "created", "software", "keys");
            return ExitCode.OK;
        }
    }

    /** Looks at a backup. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Read a backup back as a restore would, and say what is wrong with it; exit code 1 if anything is.",
                "BACKUP is a directory, for which no master needs to run, or the id of a backup of the running domain."
            })
    static final class Verify extends ManagementCommand {
        @Parameters(paramLabel = "BACKUP", description = "A directory, or an id.")
        private String backup = "";

        @Override
        public Integer call() throws Exception {
            Map<String, @Nullable Object> shown;
            Path directory = Path.of(backup);
            if (Files.isDirectory(directory)) {
                Path work = Files.createTempDirectory("bailiwick-verify-");
                BackupCheck check = BackupCheck.of(directory, work);
                shown = new LinkedHashMap<>();
                shown.put("id", check.id());
                shown.put("rows", check.rows());
                shown.put("problems", check.problems());
            } else {
                shown = ManagementCommand.dictionary(connection.call(DOMAIN + "verify_backup", backup));
            }
            output.object(shown);
            return shown.get("problems") instanceof List<?> problems && problems.isEmpty()
                    ? ExitCode.OK
                    : ExitCode.FAILURE;
        }
    }

    /** Restores a domain or a realm. */
    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description = {
                "Restore a domain that does not run: BACKUP is the directory of a backup, --data where the domain is to be.",
                "What is there is moved aside. Or, with --mrealm, the store of one realm of a running domain: BACKUP is an id.",
                "Lists what was paired, unpaired or revoked since the backup; keys that were revoked stay revoked."
            })
    static final class Restore implements Callable<Integer> {
        @Parameters(paramLabel = "BACKUP", description = "A directory; with --mrealm an id.")
        private String backup = "";

        @Option(names = "--data", paramLabel = "DIR", description = "The data directory of the domain.")
        private @Nullable Path data;

        @Option(
                names = "--mrealm",
                paramLabel = "NAME",
                description = "Only the store of this realm, while the domain runs.")
        private @Nullable String realm;

        @Option(
                names = "--with-revoked-keys",
                description = "Have keys count again that were revoked since the backup, as if that had not happened.")
        private boolean asItWas;

        @Mixin
        private Connection connection = new Connection();

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() throws Exception {
            String name = realm;
            Path directory = data;
            if ((name == null) == (directory == null)) {
                throw new CommandException(ExitCode.USAGE, "expected either --data or --mrealm");
            }
            List<Map<String, @Nullable Object>> changes;
            if (name != null) {
                changes = ManagementCommand.rows(connection.use(session -> connection.call(
                        session,
                        DOMAIN + "restore_realm",
                        Arguments.of(backup, ManagementCommand.realmOid(connection, session, name)))));
            } else {
                RestoreReport report = restore(directory == null ? Connection.DEFAULT_DATA : directory);
                report.aside().ifPresent(aside -> output.note("what was there is in " + aside));
                if (!report.compared()) {
                    output.note(
                            "there was no store that could be read: keys that were revoked since the backup count again");
                }
                if (!report.sameMaster()) {
                    output.note(
                            "master.priv is neither in the backup nor was it there: put it and master.pub into the data"
                                    + " directory before the first start, or the master makes a new key, and who receives its usage"
                                    + " has to be told of that one");
                }
                changes = report.changes().stream().map(Change::wire).toList();
            }
            output.rows(changes, "what", "name", "pubkey", "kept");
            return ExitCode.OK;
        }

        private RestoreReport restore(Path directory) throws Exception {
            try {
                return DomainRestore.run(Path.of(backup), DataDirectory.places(directory), asItWas);
            } catch (StoreLockedException taken) {
                throw new CommandException(ExitCode.CONFLICT, String.valueOf(taken.getMessage()));
            } catch (BackupException wrong) {
                throw new CommandException(ExitCode.FAILURE, String.valueOf(wrong.getMessage()));
            }
        }
    }
}
