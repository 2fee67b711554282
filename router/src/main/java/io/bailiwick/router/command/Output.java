package io.bailiwick.router.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code -o table|json} and what it prints. JSON goes out whole; tables show chosen columns. */
public final class Output {
    private static final JsonMapper JSON = new JsonMapper();

    /** How results are printed. */
    public enum Style {
        /** For people. */
        TABLE,
        /** For programs: one JSON value, on one line. */
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "How to print: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Style style = Style.TABLE;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** Prints rows under the given columns. */
    public void rows(List<? extends Map<String, ? extends @Nullable Object>> rows, String... columns) {
        if (style == Style.JSON) {
            out().println(json(rows));
            return;
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of(columns));
        for (Map<String, ? extends @Nullable Object> row : rows) {
            List<String> line = new ArrayList<>();
            for (String column : columns) {
                line.add(text(row.get(column)));
            }
            lines.add(line);
        }
        print(lines);
    }

    /** Prints one object: a line for each entry. */
    public void object(Map<String, ? extends @Nullable Object> object) {
        if (style == Style.JSON) {
            out().println(json(object));
            return;
        }
        List<List<String>> lines = new ArrayList<>();
        object.forEach((key, value) -> lines.add(List.of(key, text(value))));
        print(lines);
    }

    /** Prints any value of a result. */
    @SuppressWarnings("unchecked") // decoded dictionaries have text keys
    public void value(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            object((Map<String, Object>) map);
        } else if (style == Style.TABLE && value instanceof Collection<?> list) {
            list.forEach(item -> out().println(text(item)));
        } else {
            out().println(style == Style.JSON ? json(value) : text(value));
        }
    }

    /** Says something beside the result: on stderr, so that programs need not know it. */
    public void note(String text) {
        (command == null ? Streams.err() : command.commandLine().getErr()).println(text);
    }

    /** A value as one line of JSON. */
    public static String json(@Nullable Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException("expected a value that has a JSON form", impossible);
        }
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "-";
        }
        return value instanceof Map || value instanceof Collection ? json(value) : value.toString();
    }

    private void print(List<List<String>> lines) {
        int columns = lines.isEmpty() ? 0 : lines.get(0).size();
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = line.get(i);
                text.append(cell);
                if (i < columns - 1) {
                    text.append(" ".repeat(widths[i] - cell.length() + 2));
                }
            }
            out().println(text);
        }
    }

    private PrintWriter out() {
        return command == null ? Streams.out() : command.commandLine().getOut();
    }
}
