package io.bailiwick.router.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a record holds of a thing. */
class ContentTest {
    private static Map<String, Object> dict(Object... entries) {
        Map<String, Object> dict = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            dict.put((String) entries[i], entries[i + 1]);
        }
        return dict;
    }

    @Test
    void a_dictionary_is_what_comes_back_from_its_json() {
        assertEquals(dict("a", "b", "n", 5, "gone", null), Content.of(dict("a", "b", "n", 5, "gone", null)));
        assertEquals(dict("a", "b", "n", 5), Content.of(dict("a", "b", "n", 5L)));
    }

    @Test
    void only_what_is_different_is_told() {
        Content.Difference difference = Content.difference(
                dict("oid", "1", "label", "a", "gone", "x"), dict("oid", "1", "label", "b", "gone", null, "new", 5));
        assertEquals(dict("label", "a", "gone", "x"), difference.before());
        assertEquals(dict("label", "b", "gone", null, "new", 5), difference.after());
    }

    @Test
    void what_is_secret_is_withheld_but_seen_to_differ() {
        for (String name :
                List.of("password", "client_secret", "ticket", "seed", "private_key", "code", "code_hash", "Token")) {
            Content.Difference difference = Content.difference(dict(name, "old-1"), dict(name, "new-2"));
            assertEquals(Map.of(name, Content.WITHHELD), difference.before());
            assertEquals(Map.of(name, Content.WITHHELD), difference.after());
            String nested = Content.difference(dict(), dict("x", List.of(Map.of(name, "s3cret"))))
                    .after()
                    .toString();
            assertFalse(nested.contains("s3cret"), nested);
        }
        assertEquals(
                Map.of("pubkey", "ab"),
                Content.difference(dict(), dict("pubkey", "ab")).after());
    }

    @Test
    void what_a_node_is_told_is_shown_by_its_names_only() {
        Content.Difference difference =
                Content.difference(dict(), dict("authextra", dict("wifi", "hunter2", "list", List.of("hunter2"))));
        assertEquals(
                Map.of("authextra", Map.of("wifi", Content.WITHHELD, "list", Content.WITHHELD)), difference.after());
    }

    @Test
    void a_record_is_bounded_whatever_it_is_about() {
        Map<String, Object> many = new LinkedHashMap<>();
        for (int i = 0; i < 1_000; i++) {
            many.put("name" + i, "\u20ac".repeat(200));
        }
        many.put("long", "x".repeat(1_000_000));
        Deed deed = new Deed(new Actor("a".repeat(9_000), "r", null, null, 1L, "x".repeat(9_000)), "u".repeat(9_000))
                .on("node", "n")
                .from(many)
                .to(Map.of("long", "y".repeat(1_000_000)));
        String line = AuditRecord.written(deed.form());
        assertTrue(line.length() < 12_000, line.length() + " characters");
        assertTrue(line.contains("sha256"), line);
    }

    @Test
    void a_value_is_written_out_up_to_its_bound_in_escaped_characters() {
        String escaped = "\u20ac".repeat(170);
        assertEquals(
                dict("label", escaped),
                Content.difference(dict(), dict("label", escaped)).after());
        Object tooLong = Content.difference(dict(), dict("label", escaped + "\u20ac"))
                .after()
                .get("label");
        assertTrue(tooLong instanceof Map<?, ?> digest && digest.containsKey("sha256"), String.valueOf(tooLong));
    }

    @Test
    void members_that_are_short_are_together_within_the_bound() {
        Map<String, Object> many = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("name" + i, "x".repeat(40));
        }
        assertTrue(Content.difference(dict(), many).after().containsKey("sha256"));
        Map<String, Object> few = new LinkedHashMap<>();
        for (int i = 0; i < 60; i++) {
            few.put("name" + i, "x".repeat(40));
        }
        assertEquals(few, Content.difference(dict(), few).after());
    }

    @Test
    void text_that_has_no_utf8_is_hashed_as_it_is_kept() {
        String line = AuditRecord.written(new Deed(Actor.system("x"), "y")
                .on("node", "n")
                .to(Map.of("label", "\ud800"))
                .form());
        assertTrue(line.contains("\\uD800"), line);
    }
}
