package io.bailiwick.router.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whatever is done to the lines of a log is found. */
class ChainTest {
    private static final Actor ACTOR =
            new Actor("alice@example.org", "user", null, "ab".repeat(32), 7L, "tcp:192.0.2.7:1");

    /** So many records, each after the one before. */
    private static List<String> chain(int number) {
        List<String> lines = new ArrayList<>();
        String previous = AuditRecord.NONE;
        for (int i = 1; i <= number; i++) {
            String line = line(
                    "domain",
                    i,
                    previous,
                    new Deed(ACTOR, "x.y.do" + i).on("node", "n" + i).to(Map.of("a", i)));
            lines.add(line);
            previous = AuditRecord.hash(line);
        }
        return lines;
    }

    private static String line(String log, long seq, String previous, Deed deed) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("log", log);
        members.put("seq", seq);
        members.put("time", "2026-01-01T00:00:00.000000Z");
        members.putAll(deed.form());
        members.put("previous", previous);
        return AuditRecord.written(members);
    }

    private static Chain.Verdict verdict(List<String> lines, Optional<AuditHead> anchor) {
        Chain chain = Chain.whole(anchor);
        lines.forEach(chain::add);
        return chain.end();
    }

    private static Chain.Fault fault(List<String> lines) {
        return verdict(lines, Optional.empty()).fault();
    }

    private static AuditHead head(String line) {
        AuditRecord found = AuditRecord.of(line);
        return new AuditHead(found.seq(), found.hash());
    }

    @Test
    void a_log_as_it_was_written_is_whole() {
        List<String> lines = chain(5);
        Chain.Verdict verdict = verdict(lines, Optional.of(head(lines.get(2))));
        assertNull(verdict.fault());
        assertEquals(new Chain.Verdict(1, 5, 5, AuditRecord.of(lines.get(4)).hash(), null), verdict);
        assertNull(verdict(List.of(), Optional.empty()).fault());
    }

    @Test
    void every_single_changed_octet_of_a_record_is_found() {
        List<String> lines = chain(3);
        String second = lines.get(1);
        for (int at = 0; at < second.length(); at++) {
            for (int flip : new int[] {1, 2, 16}) {
                char other = (char) (second.charAt(at) ^ flip);
                List<String> changed = new ArrayList<>(lines);
                changed.set(1, second.substring(0, at) + other + second.substring(at + 1));
                assertNotNull(fault(changed), "octet " + at);
            }
        }
    }

    @Test
    void a_record_that_is_gone_or_doubled_or_moved_is_found() {
        List<String> lines = chain(6);
        for (int i = 0; i < 5; i++) {
            List<String> gone = new ArrayList<>(lines);
            gone.remove(i);
            assertNotNull(fault(gone), "without " + i);
            List<String> twice = new ArrayList<>(lines);
            twice.add(i, lines.get(i));
            assertNotNull(fault(twice), "twice " + i);
            List<String> swapped = new ArrayList<>(lines);
            Collections.swap(swapped, i, i + 1);
            assertNotNull(fault(swapped), "swapped " + i);
        }
    }

    @Test
    void records_that_are_cut_off_at_the_end_are_found_by_a_head_that_was_kept() {
        List<String> lines = chain(6);
        AuditHead kept = head(lines.get(5));
        assertNull(verdict(lines, Optional.of(kept)).fault());
        for (int left = 0; left < 6; left++) {
            assertNotNull(verdict(lines.subList(0, left), Optional.of(kept)).fault(), left + " left");
        }
    }

    @Test
    void a_log_that_was_written_anew_is_found_by_a_head_that_was_kept() {
        AuditHead kept = head(chain(6).get(3));
        List<String> other = new ArrayList<>();
        String previous = AuditRecord.NONE;
        for (int i = 1; i <= 6; i++) {
            other.add(line("domain", i, previous, new Deed(ACTOR, "other").on("node", "n")));
            previous = AuditRecord.hash(other.get(i - 1));
        }
        assertNull(fault(other));
        assertEquals(4, verdict(other, Optional.of(kept)).fault().seq());
    }

    @Test
    void a_record_of_another_log_does_not_pass() {
        List<String> lines = chain(2);
        lines.add(line("other", 3, AuditRecord.hash(lines.get(1)), new Deed(ACTOR, "x").on("node", "n")));
        assertEquals(3, fault(lines).seq());
    }

    @Test
    void a_log_without_its_oldest_records_is_whole_only_if_it_says_so() {
        List<String> lines = chain(6);
        assertEquals(2, fault(lines.subList(2, 6)).seq());
        String last = lines.get(5);
        String gone = lines.get(1);
        Deed cut = new Deed(ACTOR, "cut")
                .on(AuditLog.KIND, "domain")
                .from(Map.of("until", 2, "hash", AuditRecord.hash(gone)));
        lines.add(line("domain", 7, AuditRecord.hash(last), cut));
        assertNull(fault(lines.subList(2, 7)));
        assertNotNull(fault(lines.subList(3, 7)), "more is gone than it says");
    }

    @Test
    void a_part_is_checked_from_anywhere() {
        List<String> lines = chain(6);
        Chain chain = Chain.part();
        lines.subList(2, 5).forEach(chain::add);
        assertEquals(new Chain.Verdict(3, 5, 3, AuditRecord.of(lines.get(4)).hash(), null), chain.end());
    }

    @Test
    void the_hash_is_what_the_document_says() throws Exception {
        String line = chain(1).get(0);
        // The recipe of docs/audit.md: the line without its last member.
        String body = line.substring(0, line.length() - 75) + "}";
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.US_ASCII));
        assertTrue(line.endsWith(",\"hash\":\"" + HexFormat.of().formatHex(hash) + "\"}"), line);
        assertTrue(line.chars().allMatch(c -> c >= 0x20 && c < 0x7F));
    }
}
