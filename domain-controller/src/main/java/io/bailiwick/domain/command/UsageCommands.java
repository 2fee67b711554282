package io.bailiwick.domain.command;

import io.bailiwick.domain.metering.Figures;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.Connection;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.Output;
import io.bailiwick.router.command.Streams;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bailiwick usage ...}: what management realms used. */
final class UsageCommands {
    private static final String DOMAIN = "io.bailiwick.domain.";

    /** The columns of an export. Some may be added at the end; none is moved or taken away. */
    static final List<String> COLUMNS = Stream.concat(
                    Stream.of("mrealm_oid", "mrealm_name", "from", "until", "intervals"), Figures.NAMES.stream())
            .toList();

    private UsageCommands() {}

    /** What is asked for. */
    static final class Question {
        private static final int PAGE = 500;

        @Parameters(
                paramLabel = "REALM",
                arity = "0..1",
                description = "The management realm. Default: all that you run.")
        private @Nullable String realm;

        @Option(
                names = "--from",
                paramLabel = "TIME",
                description = "Intervals that began then or later: 2026-11-01, or 2026-11-01T12:00:00Z; in UTC.")
        private @Nullable String from;

        @Option(names = "--until", paramLabel = "TIME", description = "Intervals that ended then or earlier.")
        private @Nullable String until;

        @Option(
                names = "--by",
                paramLabel = "PERIOD",
                defaultValue = "day",
                description = "What is summed up: interval, hour, day, month, total. Default: ${DEFAULT-VALUE}.")
        private String by = "day";

        /** Hands over all rows, page by page. */
        @SuppressWarnings("unchecked") // dictionaries on the wire have text keys
        void ask(Connection connection, Consumer<Map<String, @Nullable Object>> taker) throws Exception {
            Map<String, @Nullable Object> keywords = new LinkedHashMap<>();
            keywords.put("from_ns", nanos("--from", from));
            keywords.put("until_ns", nanos("--until", until));
            keywords.put("by", by);
            keywords.put("limit", PAGE);
            connection.use(session -> {
                if (realm != null) {
                    keywords.put("mrealm_id", ManagementCommand.realmOid(connection, session, realm));
                }
                Object next = null;
                do {
                    keywords.put("after", next);
                    Map<String, @Nullable Object> page = ManagementCommand.dictionary(
                            connection.call(session, DOMAIN + "list_usage", new Arguments(List.of(), keywords)));
                    if (page.get("usage") instanceof List<?> rows) {
                        rows.forEach(row -> taker.accept((Map<String, @Nullable Object>) row));
                    }
                    next = page.get("next");
                } while (next != null);
                return realm == null ? "" : realm;
            });
        }

        private static @Nullable Long nanos(String option, @Nullable String text) {
            if (text == null) {
                return null;
            }
            try {
                Instant time = text.length() == "2026-11-01".length()
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : Instant.parse(text);
                return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
            } catch (DateTimeException | ArithmeticException wrong) {
                throw new CommandException(
                        ExitCode.USAGE,
                        option + ": expected a day as 2026-11-01 or a time as 2026-11-01T12:00:00Z, but found " + text);
            }
        }
    }

    /** Lists usage for people. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description =
                    "List what management realms used, in seconds of nodes, workers and sessions, and in messages.")
    static final class ListAll extends ManagementCommand {
        @Mixin
        private Question question = new Question();

        @Override
        public Integer call() throws Exception {
            List<Map<String, @Nullable Object>> rows = new ArrayList<>();
            question.ask(connection, rows::add);
            output.rows(
                    rows,
                    "mrealm_name",
                    "from",
                    "until",
                    "nodes",
                    "routers",
                    "containers",
                    "guests",
                    "proxies",
                    "sessions",
                    "msgs_call",
                    "msgs_publish",
                    "msgs_event");
            return ExitCode.OK;
        }
    }

    /** Exports usage for programs. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Print what management realms used as CSV (RFC 4180) or as JSON, one object on each line.")
    static final class Export implements Callable<Integer> {
        /** The forms of an export. */
        enum Form {
            CSV,
            JSON
        }

        @Mixin
        private Connection connection = new Connection();

        @Mixin
        private Question question = new Question();

        @Option(
                names = "--format",
                defaultValue = "csv",
                description = "The form: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
        private Form format = Form.CSV;

        @Spec
        private @Nullable CommandSpec command;

        @Override
        public Integer call() throws Exception {
            PrintWriter out =
                    command == null ? Streams.out() : command.commandLine().getOut();
            if (format == Form.CSV) {
                out.print(csv(COLUMNS));
            }
            question.ask(connection, row -> out.print(format == Form.CSV ? csv(cells(row)) : json(row)));
            out.flush();
            return ExitCode.OK;
        }

        private static List<@Nullable Object> cells(Map<String, @Nullable Object> row) {
            List<@Nullable Object> cells = new ArrayList<>();
            COLUMNS.forEach(column -> cells.add(row.get(column)));
            return cells;
        }

        private static String json(Map<String, @Nullable Object> row) {
            Map<String, @Nullable Object> shown = new LinkedHashMap<>();
            COLUMNS.forEach(column -> shown.put(column, row.get(column)));
            return Output.json(shown) + "\n";
        }
    }

    /** A line as RFC 4180 has it: commas between, CR LF at the end, and quotes around what would be misread without. */
    static String csv(List<? extends @Nullable Object> cells) {
        StringBuilder line = new StringBuilder();
        String separator = "";
        for (Object cell : cells) {
            String text = cell == null ? "" : cell.toString();
            boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
            line.append(separator).append(quoted ? '"' + text.replace("\"", "\"\"") + '"' : text);
            separator = ",";
        }
        return line.append("\r\n").toString();
    }

    /** Shows how metering goes. */
    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "Show how usage is metered and submitted, for the superuser.")
    static final class Status extends ManagementCommand {
        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(DOMAIN + "get_metering_status")));
            return ExitCode.OK;
        }
    }
}
