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
 * @param excluded the publisher, unless it wants its own event
 * @param eligible the eligible; null where everybody is
 * @param exclude the excluded; null where nobody is
 */
record Audience(
        @Nullable PubSubSession excluded,
        @Nullable Lists eligible,
        @Nullable Lists exclude) {
    static final Audience EVERYONE = new Audience(null, null, null);

    /** Session ids, authids and authroles; null where the option was absent. */
    record Lists(
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

    /** Reads the options of a PUBLISH. */
    static Audience of(PubSubSession publisher, Dict options) {
        PubSubSession excluded = options.flag("exclude_me", true) ? publisher : null;
        return new Audience(excluded, Lists.of(options, "eligible"), Lists.of(options, "exclude"));
    }

    boolean admits(PubSubSession session) {
        return session != excluded
                && (eligible == null || eligible.allName(session.member().details()))
                && (exclude == null || !exclude.oneNames(session.member().details()));
    }
}
