package io.bailiwick.node;

import io.bailiwick.node.uplink.Joining;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@link NodeOptions} from YAML. */
final class NodeFile {
    private static final int DAY_MILLIS = 86_400_000;

    private NodeFile() {}

    static NodeOptions read(Path file, Path directory) throws IOException {
        YamlNode root = YamlNode.read(file);
        root.allowOnly(Set.of("url", "trust", "format", "heartbeat", "join_code_file", "name"));
        Optional<YamlNode> trust = root.get("trust");
        Optional<YamlNode> format = root.get("format");
        NodeOptions options = new NodeOptions(
                directory,
                urls(root.require("url")),
                trust.isPresent()
                        ? Optional.of(
                                file.toAbsolutePath().resolveSibling(trust.get().text()))
                        : Optional.empty(),
                format.isPresent() ? format(format.get()) : Format.CBOR,
                NodeOptions.DEFAULT_STARTUP_DELAY,
                NodeOptions.DEFAULT_PERIOD,
                joining(root, file));
        Optional<YamlNode> heartbeat = root.get("heartbeat");
        if (heartbeat.isEmpty()) {
            return options;
        }
        heartbeat.get().allowOnly(Set.of("startup_delay_ms", "period_ms"));
        return options.withHeartbeat(
                millis(heartbeat.get(), "startup_delay_ms", 0, options.startupDelay()),
                millis(heartbeat.get(), "period_ms", 1, options.period()));
    }

    private static Joining joining(YamlNode root, Path file) throws IOException {
        Optional<YamlNode> code = root.get("join_code_file");
        Optional<YamlNode> name = root.get("name");
        return new Joining(
                code.isPresent()
                        ? JoinCodeFile.read(
                                file.toAbsolutePath().resolveSibling(code.get().text()))
                        : Optional.empty(),
                name.isPresent() ? Optional.of(name.get().text()) : Optional.empty());
    }

    private static List<Endpoint> urls(YamlNode node) throws InvalidOptionsException {
        List<Endpoint> urls = new ArrayList<>();
        for (YamlNode url : node.isList() ? node.items() : List.of(node)) {
            try {
                urls.add(Endpoint.of(url.text()));
            } catch (IllegalArgumentException e) {
                throw url.wrong("a URL", "this: " + e.getMessage());
            }
        }
        if (urls.isEmpty()) {
            throw node.wrong("at least one way to the domain", "none");
        }
        return urls;
    }

    private static Format format(YamlNode node) throws InvalidOptionsException {
        String text = node.text();
        for (Format format : Format.values()) {
            if (format.id().equals(text)) {
                return format;
            }
        }
        throw node.wrong("json, msgpack or cbor", text);
    }

    private static Duration millis(YamlNode heartbeat, String name, int least, Duration otherwise)
            throws InvalidOptionsException {
        Optional<YamlNode> found = heartbeat.get(name);
        return found.isPresent() ? Duration.ofMillis(found.get().number(least, DAY_MILLIS)) : otherwise;
    }
}
