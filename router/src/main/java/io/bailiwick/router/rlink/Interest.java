package io.bailiwick.router.rlink;

import io.bailiwick.router.session.PayloadCodec.Values;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What is subscribed to, or registered, in a realm, as its meta API tells: all that is there at the start, and what comes and
 * goes after. One of them counts as long as somebody holds it for whom the link is to mirror it.
 */
final class Interest {
    /** Of what. */
    enum Kind {
        /** Subscriptions. */
        TOPICS("wamp.subscription.", "subscribe", "list_subscribers"),
        /** Registrations. */
        PROCEDURES("wamp.registration.", "register", "list_callees");

        private final String prefix;
        private final String verb;
        private final String holders;

        Kind(String prefix, String verb, String holders) {
            this.prefix = prefix;
            this.verb = verb;
            this.holders = holders;
        }
    }

    /** Told what is to be mirrored. */
    interface Observer {
        /** It is wanted from now on. */
        void wanted(Target target);

        /** It is not wanted any more. */
        void unwanted(Target target);
    }

    private static final class Entry {
        private final Target target;
        private final Set<Long> holders = new HashSet<>();
        private boolean wanted;

        Entry(Target target) {
            this.target = target;
        }
    }

    private final End end;
    private final Kind kind;
    private final LongPredicate counts;
    private final Observer observer;
    private final Map<Long, Entry> entries = new HashMap<>();
    private final Queue<Long> unknown = new ArrayDeque<>();
    private boolean asking;

    /**
     * Interest in a realm.
     *
     * @param counts whether what this session holds is to be mirrored
     */
    Interest(End end, Kind kind, LongPredicate counts, Observer observer) {
        this.end = end;
        this.kind = kind;
        this.counts = counts;
        this.observer = observer;
    }

    void start() {
        end.listen(kind.prefix + "on_create", values -> {
            if (values.list().get(1) instanceof Map<?, ?> description) {
                entries.put(number(description.get("id")), new Entry(Target.of(description)));
            }
        });
        end.listen(kind.prefix + "on_" + kind.verb, values -> added(at(values, 0), at(values, 1)));
        end.listen(kind.prefix + "on_un" + kind.verb, values -> removed(at(values, 0), at(values, 1)));
        end.listen(kind.prefix + "on_delete", values -> deleted(at(values, 1)));
        end.ask(kind.prefix + "list", Values.NONE, answer -> {
            if (answer != null && !answer.list().isEmpty() && answer.list().get(0) instanceof Map<?, ?> byMatch) {
                byMatch.values().forEach(ids -> unknown.addAll(numbers(ids)));
                next();
            }
        });
    }

    private void added(long session, long id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            unknown.add(id);
            next();
        } else {
            entry.holders.add(session);
            weigh(entry);
        }
    }

    private void removed(long session, long id) {
        Entry entry = entries.get(id);
        if (entry != null) {
            entry.holders.remove(session);
            weigh(entry);
        }
    }

    private void deleted(long id) {
        Entry entry = entries.remove(id);
        if (entry != null) {
            entry.holders.clear();
            weigh(entry);
        }
    }

    private void weigh(Entry entry) {
        boolean wanted = entry.holders.stream().anyMatch(counts::test);
        if (wanted != entry.wanted) {
            entry.wanted = wanted;
            if (wanted) {
                observer.wanted(entry.target);
            } else {
                observer.unwanted(entry.target);
            }
        }
    }

    /** Asks for one that was there before. The answers come in order with the events, so none is missed between. */
    private void next() {
        while (!asking) {
            Long id = unknown.poll();
            if (id == null) {
                return;
            }
            if (!entries.containsKey(id)) {
                ask(id);
            }
        }
    }

    private void ask(long id) {
        asking = true;
        end.ask(kind.prefix + "get", Values.of(id), description -> {
            if (description == null || !(description.list().get(0) instanceof Map<?, ?> known)) {
                asked();
                return;
            }
            Target target = Target.of(known);
            end.ask(kind.prefix + kind.holders, Values.of(id), holders -> found(id, target, holders));
        });
    }

    private void found(long id, Target target, @Nullable Values holders) {
        if (holders != null) {
            Entry entry = entries.computeIfAbsent(id, absent -> new Entry(target));
            entry.holders.addAll(numbers(holders.list().get(0)));
            weigh(entry);
        }
        asked();
    }

    private void asked() {
        asking = false;
        next();
    }

    private static long at(Values values, int place) {
        return number(values.list().get(place));
    }

    static long number(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalArgumentException("expected an id, but found something else");
    }

    static List<Long> numbers(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Interest::number).toList();
        }
        throw new IllegalArgumentException("expected a list of ids, but found something else");
    }
}
