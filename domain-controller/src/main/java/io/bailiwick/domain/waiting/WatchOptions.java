package io.bailiwick.domain.waiting;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Reading;
import io.bailiwick.router.config.YamlNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A directory whose key files are paired. {@code watch_to_pair} in the file of a master is the directory alone, or
 *
 * <pre>
 * watch_to_pair:
 *   directory: /srv/nodes           # each key.pub below it is the key of a node
 *   realm: default                  # where they are paired
 *   pattern: "edge-.*"              # a regular expression for the directories right below it; default: all
 *   management_url: wss://bailiwick.example.org/ws   # written into key.activate beside each key; default: no such file
 *   include_activation_code: true   # whether that file has the line activation-code, which says that there is none
 * </pre>
 *
 * @param directory whose sub-directories are looked through
 * @param realm the name of the realm
 * @param pattern what the names of the directories right below it must match
 * @param managementUrl where nodes reach this master; empty to write no activation files
 * @param activationCode whether activation files have the line of the original for a code; nodes are paired by their keys, so
 *     there is no code, and the line says so
 */
public record WatchOptions(
        Path directory,
        String realm,
        Optional<Pattern> pattern,
        Optional<String> managementUrl,
        boolean activationCode) {
    private static final String ACTIVATION_CODE = "include_activation_code";
    private static final Set<String> NAMES = Set.of("directory", "realm", "pattern", "management_url", ACTIVATION_CODE);
    /** The realm of the original. */
    private static final String DEFAULT_REALM = "default";

    /** A directory for the realm {@code default}, without activation files. */
    public static WatchOptions of(Path directory) {
        return new WatchOptions(directory, DEFAULT_REALM, Optional.empty(), Optional.empty(), true);
    }

    /** These options for another realm. */
    public WatchOptions in(String other) {
        return new WatchOptions(directory, other, pattern, managementUrl, activationCode);
    }

    /** These options, with activation files that name this URL. */
    public WatchOptions reachedAt(String url) {
        return new WatchOptions(directory, realm, pattern, Optional.of(url), activationCode);
    }

    /** These options, with activation files that say nothing of a code. */
    public WatchOptions withoutActivationCode() {
        return new WatchOptions(directory, realm, pattern, managementUrl, false);
    }

    /** Reads them: a path, or a mapping. */
    public static WatchOptions read(YamlNode node, Reading reading) throws InvalidOptionsException {
        if (node.isText()) {
            return of(reading.path(node));
        }
        node.allowOnly(NAMES);
        Optional<YamlNode> realm = node.get("realm");
        Optional<YamlNode> pattern = node.get("pattern");
        Optional<YamlNode> url = node.get("management_url");
        Optional<YamlNode> code = node.get(ACTIVATION_CODE);
        return new WatchOptions(
                reading.path(node.require("directory")),
                realm.isPresent() ? realm.get().text() : DEFAULT_REALM,
                pattern.isPresent() ? Optional.of(pattern(pattern.get())) : Optional.empty(),
                url.isPresent() ? Optional.of(url.get().text()) : Optional.empty(),
                code.isEmpty() || code.get().flag());
    }

    /** These options as a file would say them. */
    public Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("directory", directory.toString());
        shown.put("realm", realm);
        pattern.ifPresent(expression -> shown.put("pattern", expression.pattern()));
        managementUrl.ifPresent(url -> shown.put("management_url", url));
        shown.put(ACTIVATION_CODE, activationCode);
        return shown;
    }

    private static Pattern pattern(YamlNode node) throws InvalidOptionsException {
        try {
            return Pattern.compile(node.text());
        } catch (PatternSyntaxException e) {
            throw node.wrong("a regular expression", "this: " + e.getDescription());
        }
    }
}
