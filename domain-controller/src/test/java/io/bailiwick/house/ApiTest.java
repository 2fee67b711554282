package io.bailiwick.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.house.ApiPage.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The API is whole: nothing of Crossbar.io FX is missing, and all that there is is described and shown by a test. */
class ApiTest {
    private static final ApiPage PAGE = ApiPage.read();
    /** In the list of originals, what is forwarded to nodes or published of them. */
    private static final String REMOTE = "REMOTE";

    @Test
    void everyProcedureSaysWhatItGivesAndIsCalledByATest() {
        assertEquals(List.of(), PAGE.incomplete());
    }

    /** Where a hundred call at once: each procedure that is called there is tried by them. */
    private static final Set<String> CROWDS =
            Set.of("HundredClientsTest.java", "ContestedTest.java", "MetadataCrowdTest.java");

    /** What is tried elsewhere, as {@code Test.method}; or why a hundred at once would show nothing. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            Map.entry("io.bailiwick.domain.approve_node", "WaitingApiTest.of_a_hundred_who_approve_one_node_one_does"),
            Map.entry("io.bailiwick.domain.backup", "BackupsTest.of_many_who_ask_at_once_exactly_one_makes_a_backup"),
            Map.entry(
                    "io.bailiwick.domain.backup_realm",
                    "BackupsTest.of_many_who_ask_at_once_exactly_one_makes_a_backup"),
            Map.entry("io.bailiwick.domain.restore_realm", "begins behind the same lock as a backup"),
            Map.entry(
                    "io.bailiwick.domain.store_usage",
                    "UsageIntakeTest.of_a_hundred_at_once_one_is_stored_and_announced"),
            Map.entry("io.bailiwick.mrealm.call_node", "changes nothing here: what comes of it is the node's affair"),
            Map.entry("io.bailiwick.mrealm.export_store", "changes nothing, and has one caller: the domain"),
            Map.entry("io.bailiwick.mrealm.settle_usage", "has one caller: the domain"),
            Map.entry(
                    "io.bailiwick.mrealm.store_heartbeat",
                    "RealmControllerTest.of_heartbeats_that_come_faster_than_they_are_stored_none_is_lost"));

    @Test
    void everyProcedureThatChangesSomethingIsTriedByAHundredAtOnce() throws IOException {
        assertEquals(Set.of(), PAGE.untried(CROWDS, ELSEWHERE.keySet()));
        for (String where : ELSEWHERE.values()) {
            String[] test = where.split("\\.");
            if (test.length == 2) {
                Path file = SourceTree.allFiles().stream()
                        .filter(each -> each.endsWith(test[0] + ".java"))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(where));
                assertTrue(Files.readString(file).contains(" " + test[1] + "("), where);
            }
        }
    }

    @Test
    void everyTopicIsDescribed() {
        assertEquals(Set.of(), PAGE.undescribed());
    }

    @Test
    void everyProcedureAndTopicOfTheOriginalIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String line : originals()) {
            String[] words = line.split(" ");
            Set<String> known = words[1].equals("procedure") ? procedures(words[0]) : topics(words[0]);
            if (!known.contains(words[2]) && !words[2].startsWith(RemotePage.META)) {
                missing.add(line);
            }
        }
        assertEquals(List.of(), missing);
    }

    private static Set<String> procedures(String part) {
        return part.equals(REMOTE) ? RemotePage.procedures() : PAGE.procedures(Part.valueOf(part));
    }

    private static Set<String> topics(String part) {
        return part.equals(REMOTE) ? RemotePage.topics() : PAGE.topics(Part.valueOf(part));
    }

    /** Lines of {@code PART procedure|topic URI}: what Crossbar.io FX registers or documents. */
    private static List<String> originals() throws IOException {
        try (InputStream file = ApiTest.class.getResourceAsStream("original-api.txt")) {
            assertTrue(file != null, "original-api.txt is there");
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
