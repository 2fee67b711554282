package io.bailiwick.router.history;

import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Form.Triple;
import io.bailiwick.router.store.Schema;
import io.bailiwick.router.store.Table;

/** The events that realms have kept: realm, then match policy and topic (or pattern), then a number that counts them. */
public final class HistorySchema extends Schema {
    static final Form<Pair<String, String>> LOG = Form.pair(Form.text(), Form.text());

    /** An event under each key. */
    final Table<Triple<String, Pair<String, String>, Long>, EventRow> events =
            table("events", Form.triple(Form.text(), LOG, Form.integer()), EventRow.class);

    /** The schema. */
    public HistorySchema() {
        super("history", 1);
    }
}
