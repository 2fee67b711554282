package io.bailiwick.domain.command;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.router.audit.AuditAnswers;
import io.bailiwick.router.audit.AuditHead;
import io.bailiwick.router.audit.Chain;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.Streams;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bailiwick audit list|verify|export|cut}: the log of what was done, of the domain or of the realm named by --realm. */
final class AuditCommands {
    private AuditCommands() {}

    /** Which records. */
    static final class Filter {
        @Option(names = "--mrealm", paramLabel = "OID", description = "About this management realm.")
        private @Nullable String mrealm;

        @Option(names = "--object", paramLabel = "OID", description = "Done to this thing.")
        private @Nullable String object;

        @Option(names = "--actor", paramLabel = "WHO", description = "By this authid, user oid or public key.")
        private @Nullable String actor;

        @Option(
                names = "--action",
                paramLabel = "URI",
                description = "This action; all that begin so when it ends with a dot.")
        private @Nullable String action;

        @Option(names = "--from", paramLabel = "TIME", description = "Not before, as 2026-01-31T12:00:00Z.")
        private @Nullable String from;

        @Option(names = "--until", paramLabel = "TIME", description = "Before, likewise.")
        private @Nullable String until;

        Map<String, @Nullable Object> arguments() {
            Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
            arguments.put("mrealm_oid", mrealm);
            arguments.put("object_oid", object);
            arguments.put("actor", actor);
            arguments.put("action", action);
            arguments.put("from_time", from);
            arguments.put("until_time", until);
            arguments.values().removeIf(Objects::isNull);
            return arguments;
        }
    }

    /** What the three have in common. */
    abstract static class AuditCommand extends ManagementCommand {
        Map<String, @Nullable Object> ask(
                ClientSession session, String procedure, Map<String, @Nullable Object> arguments) throws Exception {
            String prefix =
                    session.realm().equals(Roles.DOMAIN_REALM) ? "io.bailiwick.domain." : "io.bailiwick.mrealm.";
            return dictionary(connection.call(session, prefix + procedure, new Arguments(List.of(), arguments)));
        }

        /** All records that are wanted, so many at most, page by page. */
        void each(Map<String, @Nullable Object> wanted, long most, Consumer<@Nullable Object> record) throws Exception {
            connection.use(session -> {
                Map<String, @Nullable Object> arguments = new LinkedHashMap<>(wanted);
                long left = most;
                Object next = 0L;
                while (next instanceof Number start && left > 0) {
                    arguments.put("start", start.longValue());
                    arguments.put("limit", Math.min(left, 500));
                    Map<String, @Nullable Object> page = ask(session, "list_audit", arguments);
                    List<?> records = page.get("records") instanceof List<?> list ? list : List.of();
                    records.forEach(record);
                    left -= records.size();
                    next = page.get("next");
                }
                return left;
            });
        }
    }

    /** Lists records. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List what was done, the newest first, as far as you may know it.")
    static final class ListAll extends AuditCommand {
        @ArgGroup(exclusive = false)
        private Filter filter = new Filter();

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "How many records at most. Default: ${DEFAULT-VALUE}.")
        private int limit;

        @Override
        public Integer call() throws Exception {
            List<Map<String, @Nullable Object>> rows = new ArrayList<>();
            each(filter.arguments(), limit, record -> rows.add(row(record)));
            output.rows(rows, "seq", "time", "actor", "action", "object", "result");
            return ExitCode.OK;
        }

        private static Map<String, @Nullable Object> row(@Nullable Object record) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            if (record instanceof Map<?, ?> map) {
                map.forEach((name, value) -> row.put(String.valueOf(name), value));
            }
            if (row.get("actor") instanceof Map<?, ?> actor) {
                row.put("actor", actor.get("authid"));
            }
            if (row.get("object") instanceof Map<?, ?> object) {
                row.put("object", object.get("kind") == null ? null : object.get("kind") + " " + object.get("oid"));
            }
            return row;
        }
    }

    /** Exports records. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Write records, the oldest first, one line of JSON each, as they can be verified.")
    static final class Export extends AuditCommand {
        @ArgGroup(exclusive = false)
        private Filter filter = new Filter();

        @Parameters(
                paramLabel = "FILE",
                arity = "0..1",
                description = "The file, which must not exist yet. Default: standard output.")
        private @Nullable Path file;

        @Override
        public Integer call() throws Exception {
            Map<String, @Nullable Object> wanted = filter.arguments();
            wanted.put("forward", true);
            wanted.put("verbatim", true);
            if (file == null) {
                PrintWriter out = Streams.out();
                each(wanted, Long.MAX_VALUE, out::println);
                return ExitCode.OK;
            }
            if (Files.exists(file)) {
                throw new CommandException(ExitCode.CONFLICT, "expected no file " + file + ", but there is one");
            }
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
                each(wanted, Long.MAX_VALUE, record -> out.append(String.valueOf(record))
                        .append('\n'));
                if (out.checkError()) {
                    throw new CommandException(ExitCode.FAILURE, "expected to write " + file + ", but it failed");
                }
            }
            return ExitCode.OK;
        }
    }

    /** Removes the oldest records. */
    @Command(
            name = "cut",
            mixinStandardHelpOptions = true,
            description =
                    "Remove the oldest records of the domain's log, and record that; what is left can be verified.",
            footer = "%nExport them first. Run by a timer, it is the retention of the log.")
    static final class Cut extends AuditCommand {
        @Option(names = "--keep-days", paramLabel = "DAYS", description = "Those that are older go.")
        private @Nullable Integer days;

        @Option(
                names = "--keep-records",
                paramLabel = "N",
                description = "When there are a tenth more than so many, the oldest go.")
        private @Nullable Long records;

        @Override
        public Integer call() throws Exception {
            if (days == null && records == null) {
                throw new CommandException(ExitCode.USAGE, "expected --keep-days, --keep-records or both");
            }
            long all = connection.use(session -> {
                long sum = 0;
                for (long gone = cut(session); gone > 0; gone = cut(session)) {
                    sum += gone;
                }
                return sum;
            });
            output.value(all + " records are gone");
            return ExitCode.OK;
        }

        private long cut(ClientSession session) throws Exception {
            Object gone = connection
                    .call(session, "io.bailiwick.domain.cut_audit", Arguments.of(days, records))
                    .list()
                    .get(0);
            return gone instanceof Number number ? number.longValue() : 0;
        }
    }

    /** Verifies a log. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Check that nothing of a log was changed: of a running master, or exported to a file.",
            footer = "%nExit code 1 when something was.")
    static final class Verify extends AuditCommand {
        @Option(names = "--file", paramLabel = "FILE", description = "An export of a whole log; no master is asked.")
        private @Nullable Path file;

        @Option(
                names = "--anchor",
                paramLabel = "SEQ:HASH",
                description = "Number and hash of a record that were kept elsewhere, as this command prints them.")
        private @Nullable String anchor;

        @Override
        public Integer call() throws Exception {
            Optional<AuditHead> kept = kept();
            Map<String, @Nullable Object> verdict;
            if (file != null) {
                verdict = AuditAnswers.form(ofFile(file, kept));
            } else {
                Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
                kept.ifPresent(head -> {
                    arguments.put("anchor_seq", head.seq());
                    arguments.put("anchor_hash", head.hash());
                });
                verdict = connection.use(session -> ask(session, "verify_audit", arguments));
            }
            output.object(verdict);
            return Boolean.TRUE.equals(verdict.get("ok")) ? ExitCode.OK : ExitCode.FAILURE;
        }

        private Optional<AuditHead> kept() {
            if (anchor == null) {
                return Optional.empty();
            }
            String[] parts = anchor.split(":", 2);
            try {
                return AuditAnswers.anchor(Long.valueOf(parts[0]), parts.length == 2 ? parts[1] : null);
            } catch (IllegalArgumentException wrong) {
                throw new CommandException(
                        ExitCode.USAGE, "--anchor: expected the number of a record, a colon and its hash");
            }
        }

        private static Chain.Verdict ofFile(Path file, Optional<AuditHead> kept) throws IOException {
            Chain chain = Chain.whole(kept);
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                boolean sound = true;
                for (String line = lines.readLine(); sound && line != null; line = lines.readLine()) {
                    sound = chain.add(line);
                }
            }
            return chain.end();
        }
    }
}
