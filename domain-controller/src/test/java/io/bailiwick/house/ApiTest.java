package io.bailiwick.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.house.ApiPage.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
