package io.bailiwick.router.audit;

import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Schema;
import io.bailiwick.router.store.Table;

/** A store that has a log, and things that are changed. */
final class AuditSchema extends Schema {
    record Line(String text) {}

    record Thing(String name) {}

    final Table<Long, Line> log = compactTable("audit_log", Form.integer(), Line.class);
    final Table<String, Thing> things = table("things", Form.text(), Thing.class);

    AuditSchema() {
        super("audited", 1);
    }
}
