package io.bailiwick.router.realm;

import io.bailiwick.router.session.Authorizer.Permission;
import org.jspecify.annotations.Nullable;

/**
 * URIs that a session has been allowed lately to call, or to publish to: the same answer holds as long as its rights are the
 * same, and most sessions ask for few. Of two that have one place the later one stays.
 */
final class Granted {
    private static final int PLACES = 16;
    private static final Entry[] NONE = {};

    private Entry last;
    /** Made for a second URI; many sessions have but one. */
    private @Nullable Entry[] others = NONE;

    private record Entry(String uri, Permission permission) {}

    /** The first. */
    Granted(String uri, Permission permission) {
        this.last = new Entry(uri, permission);
    }

    /** What was granted for a URI; null when that is not known. */
    @Nullable
    Permission find(String uri) {
        if (last.uri.equals(uri)) {
            return last.permission;
        }
        Entry other = others == NONE ? null : others[place(uri)];
        return other != null && other.uri.equals(uri) ? other.permission : null;
    }

    void keep(String uri, Permission permission) {
        if (others == NONE) {
            others = new @Nullable Entry[PLACES];
            others[place(last.uri)] = last;
        }
        last = new Entry(uri, permission);
        others[place(uri)] = last;
    }

    private static int place(String uri) {
        int hash = uri.hashCode();
        return (hash ^ (hash >>> 16)) & (PLACES - 1);
    }
}
