package io.bailiwick.router.server;

import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.pattern.PatternMap;
import io.bailiwick.router.session.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The realms that were made because somebody joined them. Who is in one is counted here, from before it joins until its link is
 * gone, so that no realm is closed under somebody who is about to join. Guarded by its lock; no message passes here.
 */
final class MadeRealms {
    /** The most characters of the name of such a realm: a stranger chooses it. */
    private static final int MOST_CHARACTERS = 255;

    private static final Logger log = LoggerFactory.getLogger(MadeRealms.class);

    private final Router router;
    private PatternMap<RealmFamily> families = new PatternMap<>();
    private final Map<String, Made> made = new HashMap<>();

    /** A realm that was made. */
    private static final class Made {
        private final OpenRealm open;
        private RealmFamily family;
        private int visitors;
        private @Nullable ScheduledFuture<?> end;

        Made(OpenRealm open, RealmFamily family) {
            this.open = open;
            this.family = family;
        }
    }

    /**
     * What became of who wanted to enter.
     *
     * @param realm where it is now; null where it was refused
     * @param reason the URI of the refusal
     * @param message says why
     */
    record Entry(@Nullable OpenRealm realm, String reason, String message) {
        private static Entry refused(String reason, String message) {
            return new Entry(null, reason, message);
        }
    }

    /** None, of no family. */
    MadeRealms(Router router) {
        this.router = router;
    }

    /**
     * From now on there are these families. A realm whose family is gone, or whose name is wanted otherwise, is closed; the
     * others get the roles that their family has now.
     */
    synchronized void offer(List<RealmFamily> offered, Set<String> names) {
        PatternMap<RealmFamily> patterns = new PatternMap<>();
        offered.forEach(family -> patterns.put(family.match(), family.pattern(), family));
        families = patterns;
        for (Map.Entry<String, Made> each : List.copyOf(made.entrySet())) {
            String realm = each.getKey();
            RealmFamily now = names.contains(realm) ? null : families.best(realm);
            if (now == null || !now.name().equals(each.getValue().family.name())) {
                close(realm, each.getValue());
            } else {
                each.getValue().family = now;
                router.changeRoles(realm, now.template().roles());
            }
        }
    }

    /** The family that makes a realm of this name, or has made it; null when there is none. Nothing is made. */
    synchronized @Nullable RealmFamily familyOf(String realm) {
        OpenRealm open = router.realm(realm);
        Made known = made.get(realm);
        boolean taken = open != null && (known == null || known.open != open);
        boolean named = realm.length() <= MOST_CHARACTERS && !Uris.isReserved(realm) && UriRule.LOOSE.allows(realm);
        return taken || !named ? null : families.best(realm);
    }

    /** The realms that a family has made. */
    synchronized List<String> of(String family) {
        List<String> realms = new ArrayList<>();
        made.forEach((realm, each) -> {
            if (each.family.name().equals(family)) {
                realms.add(realm);
            }
        });
        return realms;
    }

    /**
     * Somebody who has proven itself enters a realm, which is made if it is not there.
     *
     * @param promised the family of the realm when it was decided on the claim
     */
    synchronized Entry enter(String realm, RealmFamily promised, String authrole) {
        RealmFamily family = familyOf(realm);
        if (family == null || !family.name().equals(promised.name()) || router.isClosed()) {
            return Entry.refused(Uris.NO_SUCH_REALM, "expected an open realm, but " + realm + " is not");
        }
        Made there = made.get(realm);
        if (there != null && !router.isOpen(there.open)) {
            made.remove(realm);
            there = null;
        }
        if (there == null) {
            Entry refusal = refusal(realm, family, authrole);
            if (refusal != null) {
                return refusal;
            }
            there = make(realm, family);
        }
        there.visitors++;
        if (there.end != null) {
            there.end.cancel(false);
            there.end = null;
        }
        return new Entry(there.open, "", "");
    }

    private @Nullable Entry refusal(String realm, RealmFamily family, String authrole) {
        if (!family.template().roles().roles().containsKey(authrole)) {
            String text = "expected a role of realm " + realm + ", but " + authrole + " is none";
            return Entry.refused(Uris.NO_SUCH_ROLE, text);
        }
        if (of(family.name()).size() >= family.most()) {
            String text = "expected at most " + family.most() + " realms of this kind, but found one more";
            return Entry.refused(Limits.EXCEEDED, text);
        }
        return null;
    }

    private Made make(String realm, RealmFamily family) {
        OpenRealm open = router.open(
                realm, family.template(), router.counted(), family.histories().apply(realm));
        Made fresh = new Made(open, family);
        made.put(realm, fresh);
        log.info("realm {} was made from {}", realm, family.name());
        return fresh;
    }

    /** Somebody who has entered is gone. */
    synchronized void leave(OpenRealm realm) {
        String name = realm.realm().name();
        Made left = made.get(name);
        if (left == null || left.open != realm) {
            return;
        }
        left.visitors--;
        long idle = left.family.idle().toMillis();
        if (left.visitors == 0 && idle > 0) {
            try {
                left.end = router.network().loop().schedule(() -> idle(name, left), idle, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                log.debug("the network is closed, and the realm with it", e);
            }
        }
    }

    private synchronized void idle(String realm, Made left) {
        if (left.visitors == 0 && made.get(realm) == left) {
            log.info("nobody was in realm {} for {}", realm, left.family.idle());
            close(realm, left);
        }
    }

    private void close(String realm, Made gone) {
        made.remove(realm);
        if (router.isOpen(gone.open)) {
            router.closeRealm(realm);
        }
    }
}
