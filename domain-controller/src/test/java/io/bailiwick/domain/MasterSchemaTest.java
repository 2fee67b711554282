package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bailiwick.domain.config.Upkeep;
import io.bailiwick.domain.mail.SmtpOptions;
import io.bailiwick.router.config.FaultyFileException;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.tls.CertificateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The published schema of a master's file, and the code that reads and shows one, say the same: every property of the schema is put
 * to the reader with values inside and outside of what it allows, and every value that is shown to the schema.
 */
class MasterSchemaTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path SCHEMA = Path.of("..", "docs", "master.schema.json");
    /** What a mapping must have besides the property that is looked at. */
    private static final Map<String, String> NEEDED = Map.of(
            "/listeners/0", "{\"endpoint\": \"tcp://127.0.0.1:0\"}",
            "/metering/receiver", "{\"url\": \"http://127.0.0.1/usage\"}",
            "/mail", "{\"host\": \"smtp.example.org\", \"from\": \"a@example.org\"}",
            "/watch_to_pair", "{\"directory\": \"keys\"}");
    /** Text that stands for itself where any text would do for the schema. */
    private static final Map<String, String> TEXTS = Map.of(
            "/listeners/0/endpoint", "tcp://127.0.0.1:1",
            "/listeners/0/websocket_path", "/elsewhere",
            "/mail/from", "b@example.org",
            "/metering/receiver/url", "https://example.org/usage",
            "/mail_domains/0", "example.org");

    @TempDir
    Path directory;

    /** A property of the schema: where it is in a file, and what may stand there. */
    private record Property(String path, JsonNode schema) {}

    private static JsonNode schema() throws IOException {
        return JSON.readTree(SCHEMA.toFile());
    }

    private static List<Property> leaves() throws IOException {
        List<Property> found = new ArrayList<>();
        collect("", schema(), found);
        return found;
    }

    private static void collect(String path, JsonNode of, List<Property> found) {
        JsonNode schema = mapping(of);
        if (schema.path("type").asText().equals("object")) {
            parts(schema).forEach((name, part) -> collect(path + "/" + name, part, found));
        } else if (schema.path("type").asText().equals("array")) {
            collect(path + "/0", schema.path("items"), found);
        } else {
            found.add(new Property(path, schema));
        }
    }

    /** Of a text or a mapping, the mapping. */
    private static JsonNode mapping(JsonNode schema) {
        return schema.has("oneOf") ? schema.path("oneOf").get(1) : schema;
    }

    /** What is in a mapping, by name; where any name will do, by one. */
    private static Map<String, JsonNode> parts(JsonNode schema) {
        Map<String, JsonNode> parts = new LinkedHashMap<>();
        schema.path("properties").properties().forEach(each -> parts.put(each.getKey(), each.getValue()));
        if (schema.path("additionalProperties").isObject()) {
            parts.put("plant", schema.path("additionalProperties"));
        }
        return parts;
    }

    /** A file with one value at a path, and what must stand beside it. */
    private static JsonNode file(String path, JsonNode value) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        JsonNode at = root;
        String so = "";
        String[] names = path.substring(1).split("/");
        for (int i = 0; i < names.length; i++) {
            so += "/" + names[i];
            boolean last = i == names.length - 1;
            JsonNode next = last
                    ? value
                    : names[i + 1].equals("0") ? JSON.createArrayNode() : JSON.readTree(NEEDED.getOrDefault(so, "{}"));
            if (at instanceof ArrayNode list) {
                list.add(next);
            } else {
                ((ObjectNode) at).set(names[i], next);
            }
            at = next;
        }
        return root;
    }

    /** All faults of a file; none when it is good. JSON is YAML. */
    private List<String> faults(JsonNode file) throws IOException {
        try {
            MasterOptions.load(Files.write(directory.resolve("master.yaml"), JSON.writeValueAsBytes(file)));
            return List.of();
        } catch (FaultyFileException faulty) {
            return faulty.faults();
        }
    }

    private boolean isRead(String path, JsonNode value) throws IOException {
        return faults(file(path, value)).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> every_property_is_read_within_its_bounds_and_no_further() throws IOException {
        return leaves().stream().map(property -> dynamicTest(property.path(), () -> probe(property)));
    }

    private void probe(Property property) throws IOException {
        JsonNode schema = property.schema();
        String path = property.path();
        String type = schema.path("type").asText(schema.has("enum") ? "enum" : "");
        assertTrue(!isRead(path, JSON.readTree("[[]]")), "a list of lists is nowhere right");
        switch (type) {
            case "integer" -> {
                long least = schema.required("minimum").longValue();
                long most = schema.required("maximum").longValue();
                assertTrue(isRead(path, JSON.getNodeFactory().numberNode(most)) || path.endsWith("scarce_percent"));
                assertTrue(isRead(path, JSON.getNodeFactory().numberNode(least)) || path.endsWith("low_percent"));
                assertTrue(!isRead(path, JSON.getNodeFactory().numberNode(least - 1)));
                assertTrue(!isRead(path, JSON.getNodeFactory().numberNode(most + 1)));
                assertTrue(!isRead(path, JSON.getNodeFactory().textNode("7")));
            }
            case "boolean" -> {
                assertTrue(isRead(path, JSON.getNodeFactory().booleanNode(true)));
                assertTrue(isRead(path, JSON.getNodeFactory().booleanNode(false)));
                assertTrue(!isRead(path, JSON.getNodeFactory().textNode("true")));
            }
            case "enum" -> {
                for (JsonNode each : schema.path("enum")) {
                    assertTrue(isRead(path, each), each.asText());
                }
                assertTrue(!isRead(path, JSON.getNodeFactory().textNode("another")));
            }
            case "string" -> {
                String text = TEXTS.getOrDefault(path, "some.file");
                assertTrue(schema.path("pattern").isMissingNode()
                        || Pattern.compile(schema.path("pattern").asText())
                                .matcher(text)
                                .find());
                List<String> faults = faults(file(path, JSON.getNodeFactory().textNode(text)));
                // Certificates belong to tls, users to password files: known, and not right alone.
                assertTrue(
                        faults.stream().noneMatch(fault -> fault.contains("expected one of") || fault.contains("text")),
                        faults.toString());
                assertTrue(!isRead(path, JSON.getNodeFactory().numberNode(7)));
                if (schema.has("pattern")) {
                    assertTrue(!isRead(path, JSON.getNodeFactory().textNode("nonsense")));
                }
            }
            default -> throw new AssertionError("a type that this test does not know: " + type);
        }
    }

    @Test
    void every_name_that_is_read_is_in_the_schema_and_no_other() throws IOException {
        Pattern names = Pattern.compile("expected one of (.*), but found \"stranger\"");
        Map<String, JsonNode> mappings = new LinkedHashMap<>();
        mappings(schema(), "", mappings);
        for (Map.Entry<String, JsonNode> mapping : mappings.entrySet()) {
            JsonNode file =
                    file(mapping.getKey() + "/stranger", JSON.getNodeFactory().numberNode(1));
            String fault = faults(file).stream()
                    .filter(each -> each.contains("\"stranger\""))
                    .findFirst()
                    .orElseThrow();
            Matcher matcher = names.matcher(fault);
            assertTrue(matcher.find(), fault);
            Set<String> read = new TreeSet<>(Arrays.asList(matcher.group(1).split(", ")));
            Set<String> published = new TreeSet<>();
            mapping.getValue().path("properties").fieldNames().forEachRemaining(published::add);
            assertEquals(published, read, "at the top or in " + mapping.getKey());
            assertEquals(false, mapping.getValue().path("additionalProperties").booleanValue(), mapping.getKey());
        }
    }

    private static void mappings(JsonNode of, String path, Map<String, JsonNode> found) {
        JsonNode schema = mapping(of);
        if (schema.has("properties")) {
            found.put(path, schema);
        }
        parts(schema).forEach((name, part) -> mappings(part, path + "/" + name, found));
        if (schema.has("items")) {
            mappings(schema.path("items"), path + "/0", found);
        }
    }

    @Test
    void what_is_shown_of_the_defaults_is_what_the_schema_says_they_are() throws IOException {
        MasterOptions defaults = MasterOptions.load(Files.writeString(directory.resolve("master.yaml"), ""));
        JsonNode shown = JSON.valueToTree(defaults.shown());
        assertEquals(List.of(), unfit(shown, schema(), ""));
        for (Property leaf : leaves()) {
            JsonNode published = leaf.schema().path("default");
            JsonNode held = shown.at(leaf.path());
            if (!published.isMissingNode()
                    && !held.isMissingNode()
                    && !leaf.path().equals("/data")) {
                assertEquals(published.asText(), held.asText(), leaf.path());
            }
        }
    }

    /** What is in a value and not in the schema. */
    private static List<String> unfit(JsonNode value, JsonNode of, String path) {
        JsonNode schema = mapping(of);
        List<String> unfit = new ArrayList<>();
        if (value.isObject()) {
            for (Iterator<String> names = value.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                JsonNode part = schema.path("properties").path(name);
                if (part.isMissingNode()) {
                    unfit.add(path + "/" + name);
                } else {
                    unfit.addAll(unfit(value.get(name), part, path + "/" + name));
                }
            }
        } else if (value.isArray()) {
            value.forEach(item -> unfit.addAll(unfit(item, schema.path("items"), path + "/0")));
        } else if (value.isIntegralNumber() != schema.path("type").asText().equals("integer")
                || value.isBoolean() != schema.path("type").asText().equals("boolean")) {
            unfit.add(path + " is " + value);
        }
        return unfit;
    }

    @Test
    void what_is_shown_can_be_read_and_says_the_same_again() throws IOException {
        MasterOptions options = MasterOptions.of(directory.resolve("data"))
                .withListeners(List.of(
                        new MasterOptions.Listener(
                                Endpoint.of("tls://0.0.0.0:443"),
                                "/wamp",
                                Optional.of(new CertificateFiles(
                                        directory.resolve("chain.pem"), directory.resolve("key.pem"))),
                                true),
                        MasterOptions.Listener.loopback()))
                .withSuperuser(directory.resolve("admin.pub"))
                .with(new Logins(
                        Optional.of(directory.resolve("a.sock")),
                        Optional.of(new SmtpOptions(
                                "smtp.example.org",
                                465,
                                SmtpOptions.Security.TLS,
                                "a@example.org",
                                Optional.of(new SmtpOptions.Login("me", directory.resolve("password"))),
                                Optional.of(directory.resolve("ca.pem")))),
                        Set.of("example.org")))
                .with(Upkeep.DEFAULT.withDefaultRealm(false));
        JsonNode shown = JSON.valueToTree(options.shown());
        assertEquals(List.of(), unfit(shown, schema(), ""));
        MasterOptions read =
                MasterOptions.load(Files.write(directory.resolve("shown.yaml"), JSON.writeValueAsBytes(shown)));
        assertEquals(options.shown(), read.shown());
        assertEquals(options.listeners(), read.listeners());
        assertEquals(options.logins(), read.logins());
        assertEquals(options.restarts(), read.restarts());
    }

    @Test
    void all_faults_of_a_file_are_told_at_once_each_with_its_place() throws IOException {
        Path file = Files.writeString(directory.resolve("master.yaml"), """
                data: 7
                tick: 0
                disk: {low_percent: 3}
                backups: {keep: many, where: here}
                listeners:
                  - endpoint: nonsense
                    anonymous: perhaps
                mail: {host: h, from: nobody at all, port: 0}
                """);
        List<String> faults = assertThrows(FaultyFileException.class, () -> MasterOptions.load(file))
                .faults();
        String all = String.join("\n", faults);
        for (String place : List.of("1:7", "2:7", "3:7", "4:17", "4:23", "6:15", "7:16", "8:23", "8:44")) {
            assertTrue(all.contains(file + ":" + place + ": expected"), place + " in\n" + all);
        }
        assertEquals(9, faults.size(), all);
    }
}
