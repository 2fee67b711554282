package io.bailiwick.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Nobody who is called from outside writes to a store past the audit log: procedures write through {@code Work} or
 * {@code RealmAudit}, which demand a caller and find out what was not told.
 */
class AuditedTest {
    private static final Pattern PAST_THE_LOG = Pattern.compile(
            "\\b(store|opened|stored)\\s*(\\.\\s*)(write|writeAll|writeAsync)\\(|\\.writeA(ll|sync)\\(");

    private static boolean writes(String source) {
        return source.contains("@Procedure(") && PAST_THE_LOG.matcher(source).find();
    }

    @Test
    void procedures_write_through_the_audit_log_only() throws IOException {
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (Path file : SourceTree.mainFiles()) {
            String path = file.toString();
            if (path.contains("/domain-controller/") || path.contains("/realm-controller/")) {
                String source = Files.readString(file);
                seen += source.contains("@Procedure(") ? 1 : 0;
                if (writes(source)) {
                    wrong.add(path);
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(seen > 10, seen + " files with procedures");
    }

    @Test
    void who_writes_past_it_is_seen() {
        assertTrue(writes("@Procedure(value = \"x\") void x() { store.write(tx -> tx); }"));
        assertTrue(writes("@Procedure(value = \"x\") void x() { work.store().writeAsync(tx -> tx); }"));
    }
}
