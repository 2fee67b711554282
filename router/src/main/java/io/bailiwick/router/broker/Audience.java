package io.bailiwick.router.broker;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.session.SessionDetails;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may receive a publication (WAMP, "Subscriber Black- and Whitelisting" and "Publisher Exclusion"): who is on every
 * list of the eligible that is present, and on no list of the excluded. An empty list of the eligible admits nobody.
 *
 * @param excluded the session id of the publisher, unless it wants its own event; else {@link #NOBODY}
 * @param eligible the eligible; null where everybody is
 * @param exclude the excluded; null where nobody is
 */
public record Audience(
        long excluded, @Nullable Lists eligible, @Nullable Lists exclude) {
    /** No session has this id. */
    public static final long NOBODY = 0;

    /** No restriction. */
    public static final Audience EVERYONE = new Audience(NOBODY, null, null);

    /** Session ids, authids and authroles; null where the option was absent. */
    public record Lists(
            @Nullable Set<Long> sessions,
            @Nullable Set<String> authids,
            @Nullable Set<String> authroles) {

        private static @Nullable Lists of(Dict options, String key) {
            Set<Long> sessions = set(options.ids(key));
            Set<String> authids = set(options.texts(key + "_authid"));
            Set<String> authroles = set(options.texts(key + "_authrole"));
            boolean absent = sessions == null && authids == null && authroles == null;
            return absent ? null : new Lists(sessions, authids, authroles);
        }

        private static <T> @Nullable Set<T> set(Optional<List<T>> list) {
            return list.<@Nullable Set<T>>map(Set::copyOf).orElse(null);
        }

        private boolean allName(SessionDetails session) {
            return (sessions == null || sessions.contains(session.session()))
                    && (authids == null || authids.contains(session.authid()))
                    && (authroles == null || authroles.contains(session.authrole()));
        }

        private boolean oneNames(SessionDetails session) {
            return (sessions != null && sessions.contains(session.session()))
                    || (authids != null && authids.contains(session.authid()))
                    || (authroles != null && authroles.contains(session.authrole()));
        }
    }

    /** Reads the lists of a PUBLISH. @throws io.bailiwick.router.message.ProtocolViolation when a list is none */
    static Audience of(long excluded, Dict options) {
        return new Audience(excluded, Lists.of(options, "eligible"), Lists.of(options, "exclude"));
    }

    /** Whether a session may receive the publication. */
    public boolean admits(SessionDetails session) {
        return session.session() != excluded && admitsReader(session);
    }

    /** Whether a session may read it later: who published it, may. */
    boolean admitsReader(SessionDetails session) {
        return (eligible == null || eligible.allName(session)) && (exclude == null || !exclude.oneNames(session));
    }

    /** Whether there are lists: without them it was for everybody, the publisher aside. */
    boolean hasLists() {
        return eligible != null || exclude != null;
    }

    /** Whether sessions are named by their ids, which say nothing about those who come later. */
    boolean namesSessions() {
        return (eligible != null && eligible.sessions != null) || (exclude != null && exclude.sessions != null);
    }

    /** A measure of the memory that the lists take, in bytes. */
    long size() {
        return size(eligible) + size(exclude);
    }

    private static long size(@Nullable Lists lists) {
        if (lists == null) {
            return 0;
        }
        return (lists.sessions == null ? 0 : 48L * lists.sessions.size())
                + textSize(lists.authids)
                + textSize(lists.authroles);
    }

    private static long textSize(@Nullable Set<String> texts) {
        return texts == null
                ? 0
                : texts.stream().mapToLong(text -> 80 + text.length()).sum();
    }
}
