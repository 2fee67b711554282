package io.bailiwick.router.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What somebody does, told while it is done: which thing, in which management realm, what it was before and what it is after.
 * It becomes one record. For one thread.
 *
 * <pre>{@code
 * deed.on("node", node.oid()).in(realm.oid()).from(before).to(after);
 * }</pre>
 */
public final class Deed {
    /** The result of what was done. */
    public static final String DONE = "done";
    /** The result of what goes on elsewhere: another record tells what came of it. */
    public static final String BEGUN = "begun";

    private static final int MOST_ACTION = 256;
    private static final int MOST_NAMED = 4;
    private static final int MOST_REALMS = 16;

    private final Actor actor;
    private final String action;
    private final Set<String> mrealms = new LinkedHashSet<>();
    private Map<String, @Nullable Object> object = new LinkedHashMap<>();
    private Map<String, @Nullable Object> before = new LinkedHashMap<>();
    private Map<String, @Nullable Object> after = new LinkedHashMap<>();
    private String result = DONE;
    private long missed;
    private long begunBy;
    private final List<Deed> others = new ArrayList<>();

    /**
     * Nothing is told yet.
     *
     * @param action the URI of the procedure, or a name of ours where there is none
     */
    public Deed(Actor actor, String action) {
        this.actor = actor;
        this.action = Content.shortened(action, MOST_ACTION);
    }

    /**
     * Says which thing it is done to.
     *
     * @param kind {@code node}, {@code mrealm}, {@code user}, ...
     * @param id its oid, or what it is known by
     * @throws IllegalStateException when that was said before: one deed, one record
     */
    public Deed on(String kind, Object id) {
        if (isTold()) {
            throw new IllegalStateException(
                    "expected one thing that a deed is done to, but came " + kind + " after it was told already");
        }
        object.put("kind", kind);
        object.put("oid", id.toString());
        return this;
    }

    /** Says which management realms it is about: whoever runs one of them may read it. Null is passed over. */
    public Deed in(@Nullable UUID... realms) {
        Arrays.stream(realms).filter(Objects::nonNull).map(UUID::toString).forEach(mrealms::add);
        return this;
    }

    /** What the thing was before: a row or a dictionary; null for one that was not there. */
    public Deed from(@Nullable Object row) {
        before = Content.of(row);
        return this;
    }

    /** What the thing is after, likewise; null for one that is gone. */
    public Deed to(@Nullable Object row) {
        after = Content.of(row);
        return this;
    }

    /** Another thing that is done by the same action, with a record of its own. */
    public Deed another() {
        Deed other = new Deed(actor, action);
        others.add(other);
        return other;
    }

    /**
     * The oids among the arguments of a call: all that is recorded of what was asked for in vain, for anything else may be
     * secret.
     *
     * @param list the positional arguments
     * @param map those by keyword
     */
    public static List<UUID> oids(List<?> list, Map<String, ?> map) {
        List<UUID> oids = new ArrayList<>();
        Stream.concat(list.stream(), map.values().stream())
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(text -> text.length() == 36)
                .forEach(text -> {
                    try {
                        oids.add(UUID.fromString(text));
                    } catch (IllegalArgumentException notAnOid) {
                        // Something else of the same length.
                    }
                });
        return oids;
    }

    /** What was told of it, and of those that were done with it. */
    List<Deed> told() {
        List<Deed> told = new ArrayList<>();
        if (isTold()) {
            told.add(this);
        }
        others.forEach(other -> told.addAll(other.told()));
        return told;
    }

    /** Whether it was said what it is done to. */
    public boolean isTold() {
        return object.containsKey("kind");
    }

    /**
     * Says that it was not done.
     *
     * @param error the URI of the error
     * @param named the oids that were named with it
     * @param others how many such records before this one were not written, because there were too many
     */
    public Deed refused(String error, List<UUID> named, long others) {
        result = Content.shortened(error, MOST_ACTION);
        missed(others);
        if (!isTold() && !named.isEmpty()) {
            object.put(
                    "named",
                    named.stream().limit(MOST_NAMED).map(UUID::toString).toList());
        }
        before.clear();
        after.clear();
        return this;
    }

    /** Says that it goes on elsewhere, and that another record will tell what came of it. */
    public Deed begun() {
        result = BEGUN;
        return this;
    }

    /**
     * Says what came of something that has a record from when it was begun.
     *
     * @param seq the number of that record
     * @param outcome {@link #DONE}, or the URI of an error
     */
    public Deed ended(long seq, String outcome) {
        begunBy = seq;
        result = Content.shortened(outcome, MOST_ACTION);
        return this;
    }

    /** Says how many records like it were not written before it, because there were too many. */
    public Deed missed(long others) {
        missed = others;
        return this;
    }

    /** The members of its record, but for its place in the chain. What is the same before and after is left out. */
    Map<String, @Nullable Object> form() {
        Map<String, @Nullable Object> form = new LinkedHashMap<>();
        form.put("action", action);
        form.put("actor", actor.form());
        put(form, "object", object);
        if (!mrealms.isEmpty()) {
            form.put("mrealms", mrealms.stream().limit(MOST_REALMS).toList());
        }
        Content.Difference difference = Content.difference(before, after);
        put(form, "before", difference.before());
        put(form, "after", difference.after());
        form.put("result", result);
        if (begunBy > 0) {
            form.put("begun_by", begunBy);
        }
        if (missed > 0) {
            form.put("missed", missed);
        }
        return form;
    }

    private static void put(Map<String, @Nullable Object> form, String name, Map<String, @Nullable Object> members) {
        if (!members.isEmpty()) {
            form.put(name, members);
        }
    }
}
