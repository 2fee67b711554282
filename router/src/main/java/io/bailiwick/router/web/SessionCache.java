package io.bailiwick.router.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The sessions of a bridge by identity, so that a thousand requests need no thousand logins. A session lives for a bounded
 * time, however busy it is: then the identity has to be proven again. Safe on any thread.
 */
final class SessionCache {
    private final int most;
    private final long idleNanos;
    private final long lifeNanos;
    private final LongSupplier nanoTime;
    // Guarded by this; the one that was not used longest comes first.
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Entry {
        private final WampSession session;
        private final long born;
        private long used;

        private Entry(WampSession session, long now) {
            this.session = session;
            this.born = now;
            this.used = now;
        }
    }

    /**
     * An empty cache.
     *
     * @param nanoTime the time, as {@link System#nanoTime}
     */
    SessionCache(int most, Duration idle, Duration life, LongSupplier nanoTime) {
        this.most = most;
        this.idleNanos = idle.toNanos();
        this.lifeNanos = life.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * The session of an identity, perhaps not joined yet; logs in where there is none.
     *
     * @param sessions makes one, not joined yet
     */
    WampSession session(String identity, Supplier<WampSession> sessions) {
        WampSession made = sessions.get();
        List<Entry> over = new ArrayList<>();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            Entry known = entries.get(identity);
            if (known != null && !isOver(known, now)) {
                known.used = now;
                return known.session;
            }
            if (known != null) {
                over.add(known);
            }
            entries.put(identity, new Entry(made, now));
            if (entries.size() > most) {
                Iterator<Entry> eldest = entries.values().iterator();
                over.add(eldest.next());
                eldest.remove();
            }
        }
        retire(over);
        made.join(() -> forget(identity, made));
        return made;
    }

    /** Takes a session out that is of no use any more. */
    private synchronized void forget(String identity, WampSession session) {
        Entry known = entries.get(identity);
        if (known != null && known.session == session) {
            entries.remove(identity);
        }
    }

    private boolean isOver(Entry entry, long now) {
        return !entry.session.isOpen() || now - entry.used > idleNanos || now - entry.born > lifeNanos;
    }

    /** Ends the sessions whose time is over. To be done now and then. */
    void sweep() {
        List<Entry> over = new ArrayList<>();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            entries.values().stream().filter(entry -> isOver(entry, now)).forEach(over::add);
            entries.values().removeAll(over);
        }
        retire(over);
    }

    private static void retire(List<Entry> over) {
        over.forEach(entry -> entry.session.retire());
    }

    synchronized int size() {
        return entries.size();
    }

    /** Ends all sessions. */
    void close() {
        List<Entry> all;
        synchronized (this) {
            all = new ArrayList<>(entries.values());
            entries.clear();
        }
        retire(all);
    }
}
