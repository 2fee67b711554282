package io.bailiwick.router.admission;

import io.bailiwick.router.message.Dict;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which cookie belongs to whom: put in after a login was proven, found at the next. Of bounded size, and nothing is
 * remembered longer than its age, counted from the login that was proven. Only the hash of a cookie is in it. Safe on any
 * thread.
 */
public final class CookieTable {
    /**
     * Who a cookie belongs to.
     *
     * @param realm the realm joined
     * @param authid the identity
     * @param authrole the role
     * @param authmethod how the login was proven
     * @param authprovider who decided
     * @param authextra for {@code WELCOME.Details.authextra}
     * @param until when it is forgotten
     * @param provenBy marks of what that login rested on, as in {@code Admission}; empty where they are not known, as after a
     *     restart
     */
    public record Remembered(
            String realm,
            String authid,
            String authrole,
            String authmethod,
            String authprovider,
            Dict authextra,
            Instant until,
            Set<String> provenBy) {
        /** Copies the marks. */
        public Remembered {
            provenBy = Set.copyOf(provenBy);
        }

        /** A login of which it is not known any more what it rested on. */
        public Remembered(
                String realm,
                String authid,
                String authrole,
                String authmethod,
                String authprovider,
                Dict authextra,
                Instant until) {
            this(realm, authid, authrole, authmethod, authprovider, authextra, until, Set.of());
        }
    }

    private final int most;
    private final Duration age;
    private final InstantSource clock;
    private final CookieStore store;
    /** In the order in which they were put; guarded by this. */
    private final Map<String, Remembered> byHash = new LinkedHashMap<>();

    /**
     * A table, with what its store has kept.
     *
     * @param most how many cookies are remembered; the eldest gives way
     * @param age how long
     */
    public CookieTable(int most, Duration age, InstantSource clock, CookieStore store) {
        this.most = most;
        this.age = age;
        this.clock = clock;
        this.store = store;
        store.load().forEach(this::put);
        drop(remembered -> !remembered.until().isAfter(clock.instant()));
    }

    /** When what is put in now will be forgotten. */
    Instant until() {
        return clock.instant().plus(age);
    }

    /** Remembers whose cookie this is, in place of whoever had it. */
    public void remember(String cookie, Remembered remembered) {
        String hash = hash(cookie);
        synchronized (this) {
            put(hash, remembered);
            store.put(hash, remembered);
        }
    }

    private synchronized void put(String hash, Remembered remembered) {
        byHash.remove(hash);
        byHash.put(hash, remembered);
        if (byHash.size() > most) {
            Iterator<String> eldest = byHash.keySet().iterator();
            store.remove(eldest.next());
            eldest.remove();
        }
    }

    /** Whose cookie this is. */
    public synchronized Optional<Remembered> find(String cookie) {
        String hash = hash(cookie);
        Remembered found = byHash.get(hash);
        if (found != null && !found.until().isAfter(clock.instant())) {
            byHash.remove(hash);
            store.remove(hash);
            return Optional.empty();
        }
        return Optional.ofNullable(found);
    }

    /** Forgets a cookie. */
    public synchronized void forget(String cookie) {
        String hash = hash(cookie);
        if (byHash.remove(hash) != null) {
            store.remove(hash);
        }
    }

    /**
     * Forgets every cookie of an authid, in all realms. Its open sessions stay open.
     *
     * @return how many there were
     */
    public int revoke(String authid) {
        return drop(remembered -> remembered.authid().equals(authid));
    }

    /**
     * Forgets every cookie of an authid in one realm.
     *
     * @return how many there were
     */
    public int revoke(String realm, String authid) {
        return drop(remembered ->
                remembered.realm().equals(realm) && remembered.authid().equals(authid));
    }

    /**
     * Forgets every cookie but these.
     *
     * @return how many were forgotten
     */
    public int retain(Predicate<Remembered> which) {
        return drop(which.negate());
    }

    private synchronized int drop(Predicate<Remembered> which) {
        int dropped = 0;
        Iterator<Map.Entry<String, Remembered>> entries = byHash.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, Remembered> entry = entries.next();
            if (which.test(entry.getValue())) {
                entries.remove();
                store.remove(entry.getKey());
                dropped++;
            }
        }
        return dropped;
    }

    private static String hash(String cookie) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(cookie.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
