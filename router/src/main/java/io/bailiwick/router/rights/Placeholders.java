package io.bailiwick.router.rights;

import io.bailiwick.router.session.SessionDetails;
import org.jspecify.annotations.Nullable;

/** What stands in a rule for something of the session that it is applied to. */
final class Placeholders {
    private static final String AUTHID = "{authid}";
    private static final String AUTHROLE = "{authrole}";
    private static final String SESSION = "{session}";

    private Placeholders() {}

    /** Whether there is one. */
    static boolean areIn(String uri) {
        return end(uri) > 0;
    }

    /** Whether there is one in the last component: then another value that begins alike would match as well. */
    static boolean isOpen(String uri) {
        return end(uri) > uri.lastIndexOf('.') + 1;
    }

    /** Where the last one ends; 0 when there is none. */
    private static int end(String uri) {
        int end = 0;
        for (String placeholder : new String[] {AUTHID, AUTHROLE, SESSION}) {
            int at = uri.lastIndexOf(placeholder);
            end = at < 0 ? end : Math.max(end, at + placeholder.length());
        }
        return end;
    }

    /** The URI for a session; null when a value is no component of a URI, and could reach for the names of others. */
    static @Nullable String resolve(String uri, SessionDetails session) {
        boolean sound = (!uri.contains(AUTHID) || isComponent(session.authid()))
                && (!uri.contains(AUTHROLE) || isComponent(session.authrole()));
        if (!sound) {
            return null;
        }
        // A value cannot bring in a placeholder that is replaced after it: none of them is left of its own.
        return uri.replace(SESSION, Long.toString(session.session()))
                .replace(AUTHROLE, session.authrole())
                .replace(AUTHID, session.authid());
    }

    private static boolean isComponent(String value) {
        return !value.isEmpty()
                && value.chars()
                        .noneMatch(c -> c == '.' || c == '#' || c == '{' || c == '}' || Character.isWhitespace(c));
    }
}
