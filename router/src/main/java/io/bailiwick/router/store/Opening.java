package io.bailiwick.router.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import jetbrains.exodus.env.EnvironmentConfig;

/**
 * How a store is opened, in this order: lock; look at the manifest and refuse without a trace; copy what an older version
 * wrote; move the epoch, so that whoever thinks to have the store finds out; open the log; check all of it; build the indexes
 * that are new and migrate the rows, in one transaction; say in the manifest what there is now.
 */
final class Opening<S extends Schema> {
    private final S schema;
    private final List<Table<?, ?>> tables;

    Opening(S schema) {
        this.schema = schema;
        this.tables = schema.attach();
    }

    Store<S> open(Path path, Duration lockWait, Consumer<EnvironmentConfig> adjust) {
        Engine.requireOpenChannels(EnvironmentConfig.class.getModule());
        StoreDirectory directory = StoreDirectory.lock(path, true, lockWait);
        try {
            Optional<Manifest> found = directory.manifest();
            found.ifPresent(manifest -> requireMine(manifest, directory.path()));
            if (found.filter(this::isOlder).isPresent()) {
                OlderCopies.make(directory.path(), found.get().schemaVersion());
            }
            long acknowledged = directory.acknowledged(found.isPresent());
            Manifest manifest = found.orElseGet(
                    () -> new Manifest(Manifest.FORMAT, directory.id(), schema.name(), schema.version(), 0, List.of()));
            Manifest mine = manifest.withEpoch(manifest.epoch() + 1);
            directory.write(mine);
            directory.name();
            return open(directory, mine, acknowledged, adjust);
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    private Store<S> open(
            StoreDirectory directory, Manifest before, long acknowledged, Consumer<EnvironmentConfig> adjust) {
        directory.keepTail();
        Engine engine = Engine.open(directory.path(), false, adjust);
        try {
            engine.attach(spaces(before));
            Set<String> toBuild = indexesToBuild(before);
            long commits = verified(engine, before, toBuild, acknowledged, directory.path());
            directory.dropTail();
            if (!toBuild.isEmpty() || isOlder(before)) {
                commits = build(engine, toBuild, commits, before);
            }
            Manifest now = before.with(schema.version(), described(before));
            if (!now.equals(before)) {
                directory.write(now);
            }
            return new Store<>(schema, directory, engine, now, commits);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    private void requireMine(Manifest manifest, Path path) {
        if (!manifest.schema().equals(schema.name())) {
            throw new IllegalStateException("expected a store of schema " + schema.name() + " in " + path
                    + ", but found one of " + manifest.schema());
        }
        if (manifest.schemaVersion() > schema.version()) {
            throw new NewerStoreException("expected a store of " + schema.name() + " version " + schema.version()
                    + " or less in " + path + ", but found version " + manifest.schemaVersion());
        }
        for (Table<?, ?> table : tables) {
            Manifest.Space declared = table.described();
            manifest.table(table.name())
                    .filter(known -> !known.key().equals(declared.key()))
                    .ifPresent(known -> {
                        throw new IllegalStateException("expected table " + table.name() + " with a key of "
                                + declared.key() + ", but found one of " + known.key() + " in " + path);
                    });
        }
    }

    private Set<String> spaces(Manifest before) {
        Set<String> names = new LinkedHashSet<>(schema.names());
        names.addAll(before.spaces());
        return names;
    }

    private long verified(Engine engine, Manifest before, Set<String> except, long acknowledged, Path path) {
        try (ByteTransaction bytes = engine.snapshot()) {
            new Verifier(bytes)
                    .commits(acknowledged)
                    .spaces(before.tables(), except)
                    .requireSound(path.toString());
            return Engine.commits(bytes);
        }
    }

    private Set<String> indexesToBuild(Manifest before) {
        boolean older = isOlder(before);
        Set<Manifest.Space> known = new HashSet<>();
        before.tables().forEach(table -> known.addAll(table.indexes()));
        Set<String> names = new HashSet<>();
        for (Table<?, ?> table : tables) {
            for (Index<?, ?, ?> index : table.indexes()) {
                if (older || !known.contains(index.described())) {
                    names.add(index.name());
                }
            }
        }
        return names;
    }

    private boolean isOlder(Manifest manifest) {
        return manifest.schemaVersion() < schema.version();
    }

    private long build(Engine engine, Set<String> names, long commits, Manifest before) {
        try (ByteTransaction bytes = engine.exclusive()) {
            tables.forEach(table -> build(bytes, table, names));
            if (isOlder(before)) {
                migrate(bytes, before.schemaVersion());
            }
            bytes.commit(commits + 1);
            return commits + 1;
        }
    }

    private void migrate(ByteTransaction bytes, int from) {
        WriteTransaction transaction = new WriteTransaction(bytes, schema);
        bytes.beginWork();
        try {
            schema.migrate(transaction, from);
        } finally {
            transaction.end();
            bytes.endWork();
        }
    }

    private static <K, R> void build(ByteTransaction bytes, Table<K, R> table, Set<String> names) {
        for (Index<?, K, R> index : table.indexes()) {
            if (names.contains(index.name())) {
                bytes.beginWork();
                table.build(bytes, index);
                bytes.endWork();
            }
        }
    }

    // A table that the schema no longer has keeps its rows, so its description stays; its indexes go stale and are
    // dropped.
    private List<Manifest.Space> described(Manifest before) {
        Map<String, Manifest.Space> described = new LinkedHashMap<>();
        tables.forEach(table -> described.put(table.name(), table.described()));
        before.tables()
                .forEach(table ->
                        described.putIfAbsent(table.name(), new Manifest.Space(table.name(), table.key(), List.of())));
        return new ArrayList<>(described.values());
    }
}
