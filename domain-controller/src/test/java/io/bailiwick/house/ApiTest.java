package io.bailiwick.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.house.ApiPage.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The API is whole: nothing of Crossbar.io FX is missing, and all that there is is described and shown by a test. */
class ApiTest {
    private static final ApiPage PAGE = ApiPage.read();

    @Test
    void everyProcedureSaysWhatItGivesAndIsNamedByATest() {
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
            Part part = Part.valueOf(words[0]);
            Set<String> known = new HashSet<>(words[1].equals("procedure") ? PAGE.procedures(part) : PAGE.topics(part));
            if (!known.contains(words[2])) {
                missing.add(line);
            }
        }
        assertEquals(List.of(), missing);
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
