package io.bailiwick.node;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads {@link NodeOptions} from YAML, token by token, so that every complaint has its line and column. */
final class NodeFile {
    private static final YAMLFactory YAML = new YAMLFactory();

    /** Reads the value of a key; the parser stands on the key. */
    @FunctionalInterface
    private interface Reader {
        boolean read(String key, YAMLParser in) throws IOException;
    }

    private final Path file;
    private final List<Endpoint> urls = new ArrayList<>();
    private Optional<Path> trust = Optional.empty();
    private Format format = Format.CBOR;
    private Duration startupDelay = NodeOptions.DEFAULT_STARTUP_DELAY;
    private Duration period = NodeOptions.DEFAULT_PERIOD;

    NodeFile(Path file) {
        this.file = file;
    }

    NodeOptions read(Path directory) throws IOException {
        try (YAMLParser in = YAML.createParser(Files.newInputStream(file))) {
            JsonToken first = in.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw wrong(in, "settings", "keys and values", kind(first));
            }
            keys(in, "url, trust, format, heartbeat", this::readSetting);
            if (urls.isEmpty()) {
                throw wrong(in, "url", "at least one way to the domain", "none");
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(noYaml(e), e);
        }
        return new NodeOptions(directory, urls, trust, format, startupDelay, period);
    }

    private void keys(YAMLParser in, String known, Reader reader) throws IOException {
        Set<String> seen = new HashSet<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String key = in.currentName();
            if (!seen.add(key)) {
                throw wrong(in, key, "each key once", "it again");
            }
            if (!reader.read(key, in)) {
                throw wrong(in, key, "one of " + known, "another key");
            }
        }
    }

    private boolean readSetting(String key, YAMLParser in) throws IOException {
        switch (key) {
            case "url" -> readUrls(in);
            case "trust" -> trust = Optional.of(file.toAbsolutePath().resolveSibling(text(in, key, in.nextToken())));
            case "format" -> format = format(in);
            case "heartbeat" -> {
                JsonToken token = in.nextToken();
                if (token != JsonToken.START_OBJECT) {
                    throw wrong(in, key, "startup_delay_ms and period_ms", kind(token));
                }
                keys(in, "startup_delay_ms, period_ms", this::readHeartbeat);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readHeartbeat(String key, YAMLParser in) throws IOException {
        switch (key) {
            case "startup_delay_ms" -> startupDelay = millis(in, key, 0);
            case "period_ms" -> period = millis(in, key, 1);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void readUrls(YAMLParser in) throws IOException {
        JsonToken token = in.nextToken();
        if (token != JsonToken.START_ARRAY) {
            urls.add(url(in, token));
            return;
        }
        for (token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            urls.add(url(in, token));
        }
    }

    private Endpoint url(YAMLParser in, @Nullable JsonToken token) throws IOException {
        String text = text(in, "url", token);
        try {
            return Endpoint.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(at(in.currentTokenLocation()) + "url: " + e.getMessage(), e);
        }
    }

    private Format format(YAMLParser in) throws IOException {
        String text = text(in, "format", in.nextToken());
        for (Format format : Format.values()) {
            if (format.id().equals(text)) {
                return format;
            }
        }
        throw wrong(in, "format", "json, msgpack or cbor", text);
    }

    private Duration millis(YAMLParser in, String key, long least) throws IOException {
        JsonToken token = in.nextToken();
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw wrong(in, key, "milliseconds", kind(token));
        }
        long millis = in.getLongValue();
        if (millis < least || millis > Duration.ofDays(1).toMillis()) {
            throw wrong(in, key, "milliseconds from " + least + " to those of a day", String.valueOf(millis));
        }
        return Duration.ofMillis(millis);
    }

    private String text(YAMLParser in, String key, @Nullable JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING || in.getText().isEmpty()) {
            throw wrong(in, key, "a text", kind(token));
        }
        return in.getText();
    }

    private static String kind(@Nullable JsonToken token) {
        return token == null
                ? "an empty file"
                : token.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private IllegalArgumentException wrong(YAMLParser in, String key, String expected, String found) {
        return new IllegalArgumentException(
                at(in.currentTokenLocation()) + key + ": expected " + expected + ", but found " + found);
    }

    private String at(@Nullable JsonLocation location) {
        return location == null ? file + ": " : file + ":" + location.getLineNr() + ":" + location.getColumnNr() + ": ";
    }

    private String noYaml(JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            Mark mark = marked.getProblemMark();
            return file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1) + ": expected YAML, but "
                    + marked.getProblem();
        }
        return at(e.getLocation()) + "expected YAML, but "
                + e.getOriginalMessage().lines().findFirst().orElse("found something else");
    }
}
