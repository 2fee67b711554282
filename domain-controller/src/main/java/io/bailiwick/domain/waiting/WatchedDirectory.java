package io.bailiwick.domain.waiting;

import io.bailiwick.domain.procedure.NodeProcedures;
import io.bailiwick.domain.procedure.NodeProcedures.Paired;
import io.bailiwick.domain.procedure.NodeProcedures.Pairing;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.User;
import io.bailiwick.router.audit.Actor;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.cryptosign.Fingerprint;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.KeyOwner;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.WriteTransaction;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pairs the nodes whose {@code key.pub} lies below a directory ("watch to pair" of Crossbar.io FX): under the name that the file
 * gives, with a hyphen for what may not stand in the name of a node, else one made of the key's fingerprint, and in one write each, so that a file with a fault harms no other. What is
 * wrong with a file is logged once, until the file or the fault is another; the file stays where it is. What the domain refuses, as
 * a denied key or a name that is taken, is recorded once, and tried again when the file, or what the domain has to say, is another.
 *
 * <p>Looks when the system tells of a change, and every ten seconds in any case. What is paired already stays as it is; what
 * was unpaired or denied since stays so, for that was somebody's will. One thread of its own.
 */
public final class WatchedDirectory implements AutoCloseable {
    /** A node was paired because its key file was put into the directory. */
    private static final String PAIRED = "io.bailiwick.audit.node_paired_by_file";

    private static final Logger LOG = LoggerFactory.getLogger(WatchedDirectory.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    /** A file that was changed so recently may be half written: what is wrong with it is no fault yet. */
    private static final Duration FRESH = Duration.ofSeconds(2);
    /** Changes come in bursts. */
    private static final long SETTLE_MILLIS = 100;

    private static final long WRITE_SECONDS = 30;

    private final WatchOptions options;
    private final Work work;
    private final GlobalSchema schema;
    private final NodeProcedures pairing;
    private final InstantSource clock;
    private final WatchService service;
    private final Thread thread;
    private final Map<Path, WatchKey> registered = new HashMap<>();
    /** What was said of each file or directory last. */
    private final Map<Path, String> said = new HashMap<>();
    /** Files that need no second look, by how they were when they were seen. */
    private final Map<Path, FileTime> done = new HashMap<>();

    /** Files that the domain has refused. */
    private final Map<Path, Refusal> refused = new HashMap<>();

    private volatile boolean closed;

    /**
     * That a file was refused.
     *
     * @param changed how the file was then
     * @param why in words
     */
    private record Refusal(FileTime changed, String why) {}

    private WatchedDirectory(
            WatchOptions options, Work work, NodeProcedures pairing, InstantSource clock, WatchService service) {
        this.options = options;
        this.work = work;
        this.schema = work.schema();
        this.pairing = pairing;
        this.clock = clock;
        this.service = service;
        this.thread = new Thread(this::watch, "bailiwick-watch");
        thread.setDaemon(true);
    }

    /**
     * Watches from now on. A directory that is not there is waited for.
     *
     * @throws IOException when the system cannot watch
     */
    public static WatchedDirectory open(WatchOptions options, Work work, NodeProcedures pairing, InstantSource clock)
            throws IOException {
        WatchedDirectory watched = new WatchedDirectory(
                options, work, pairing, clock, FileSystems.getDefault().newWatchService());
        watched.thread.start();
        return watched;
    }

    private void watch() {
        try {
            while (!closed) {
                boolean unsettled;
                try {
                    unsettled = look();
                } catch (RuntimeException failure) {
                    LOG.error("{} could not be looked through", options.directory(), failure);
                    unsettled = false;
                }
                WatchKey changed = service.poll((unsettled ? FRESH : PAUSE).toMillis(), TimeUnit.MILLISECONDS);
                while (changed != null) {
                    changed.pollEvents();
                    changed.reset();
                    changed = service.poll(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException | java.nio.file.ClosedWatchServiceException end) {
            LOG.debug("{} is not watched any more", options.directory());
        }
    }

    /** Looks once; whether something is to be looked at again soon. */
    private boolean look() throws InterruptedException {
        KeyFileSearch search = KeyFileSearch.of(options);
        register(search);
        Map<Path, String> faults = new LinkedHashMap<>(search.faults());
        boolean unsettled = false;
        for (Path file : search.keys()) {
            try {
                look(file);
            } catch (IOException | RuntimeException e) {
                if (isFresh(file)) {
                    unsettled = true;
                } else {
                    faults.put(file, KeyFileSearch.text(e));
                }
            }
        }
        done.keySet().retainAll(new HashSet<>(search.keys()));
        refused.keySet().retainAll(new HashSet<>(search.keys()));
        say(faults);
        return unsettled;
    }

    private void look(Path file) throws IOException, InterruptedException {
        FileTime changed = Files.getLastModifiedTime(file);
        if (changed.equals(done.get(file))) {
            return;
        }
        KeyFiles.Public<KeyOwner.Node> read = KeyFiles.readNodePublic(file);
        Refusal before = refused.get(file);
        if (before != null && before.changed().equals(changed) && isStillRefused(read, before.why())) {
            throw new IOException(before.why());
        }
        try {
            pair(file, read);
        } catch (ApplicationError error) {
            refused.put(file, new Refusal(changed, String.valueOf(error.getMessage())));
            throw error;
        }
        done.put(file, changed);
    }

    /** By a look only: another attempt would be another record in the log. */
    private boolean isStillRefused(KeyFiles.Public<KeyOwner.Node> read, String why)
            throws IOException, InterruptedException {
        return result(work.read(tx -> {
            try {
                pairing.demandPairable(tx, realm(tx), wanted(read));
                return false;
            } catch (ApplicationError error) {
                return why.equals(error.getMessage());
            }
        }));
    }

    private void register(KeyFileSearch search) {
        Set<Path> now = new HashSet<>(search.directories());
        registered.entrySet().removeIf(entry -> {
            boolean gone = !now.contains(entry.getKey()) || !entry.getValue().isValid();
            if (gone) {
                entry.getValue().cancel();
            }
            return gone;
        });
        for (Path directory : now) {
            if (!registered.containsKey(directory)) {
                try {
                    registered.put(
                            directory,
                            directory.register(
                                    service,
                                    StandardWatchEventKinds.ENTRY_CREATE,
                                    StandardWatchEventKinds.ENTRY_MODIFY));
                } catch (IOException e) {
                    LOG.debug("{} is looked at every {} s only", directory, PAUSE.toSeconds(), e);
                }
            }
        }
    }

    private boolean isFresh(Path file) {
        try {
            return isFresh(Files.getLastModifiedTime(file).toInstant(), clock.instant());
        } catch (IOException gone) {
            return false;
        }
    }

    /** A file of the future may be there for long: that says nothing of when it was written. */
    static boolean isFresh(Instant changed, Instant now) {
        return !changed.isAfter(now) && now.isBefore(changed.plus(FRESH));
    }

    private void say(Map<Path, String> faults) {
        faults.forEach((path, fault) -> {
            if (!fault.equals(said.get(path))) {
                LOG.warn("{} is not paired: {}", path, fault);
            }
        });
        said.clear();
        said.putAll(faults);
    }

    /** What is in the store of a node whose file was read. */
    private record Known(ManagementRealm realm, Optional<Node> node, boolean here) {}

    private void pair(Path file, KeyFiles.Public<KeyOwner.Node> read) throws IOException, InterruptedException {
        Known known = result(work.write(Actor.system("watched directory"), PAIRED, (tx, deed) -> pair(tx, deed, read)));
        if (!known.here()) {
            LOG.debug("the node of {} is known, and not in realm {}: it stays where it is", file, options.realm());
            return;
        }
        Path directory = file.getParent();
        Node node = known.node().orElseThrow();
        if (options.managementUrl().isPresent() && directory != null) {
            ActivationFile.write(
                    directory,
                    options.managementUrl().get(),
                    known.realm(),
                    node,
                    clock.instant(),
                    options.activationCode());
        }
    }

    private Supplier<CompletableFuture<Known>> pair(
            WriteTransaction tx, Deed deed, KeyFiles.Public<KeyOwner.Node> read) {
        ManagementRealm realm = realm(tx);
        Optional<Node> node = schema.idxNodesByPubkey.get(tx, read.key().hex());
        if (node.isPresent()) {
            Known known = new Known(realm, node, realm.oid().equals(node.get().mrealmOid()));
            return () -> CompletableFuture.completedFuture(known);
        }
        User superuser = schema.idxUsersByEmail
                .get(tx, User.SUPERUSER)
                .orElseThrow(() -> new IllegalStateException("there is no superuser"));
        Paired paired = pairing.pair(tx, deed, superuser.oid(), realm, wanted(read));
        return () -> {
            LOG.info(
                    "node {} of realm {} was paired by its key file",
                    paired.node().authid(),
                    realm.name());
            pairing.tell(paired);
            return CompletableFuture.completedFuture(new Known(realm, Optional.of(paired.node()), true));
        };
    }

    private ManagementRealm realm(ReadTransaction tx) {
        return schema.idxMrealmsByName
                .get(tx, options.realm())
                .orElseThrow(() -> new IllegalStateException("there is no management realm " + options.realm()));
    }

    private static Pairing wanted(KeyFiles.Public<KeyOwner.Node> read) {
        String[] words = Fingerprint.of(read.key()).words().split("-", 3);
        String name = read.owner().authid();
        String address = read.owner().clusterIp();
        Map<String, @Nullable Object> extra = address == null ? Map.of() : Map.of("cluster_ip", address);
        return Pairing.of(
                read.key().hex(),
                name == null ? "node-" + words[0] + "-" + words[1] : name.replaceAll("[^A-Za-z0-9_@-]", "-"),
                extra.isEmpty() ? null : extra);
    }

    private static <T> T result(CompletableFuture<T> written) throws IOException, InterruptedException {
        try {
            return written.get(WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof ApplicationError error) {
                throw error;
            }
            throw new IOException("expected to write it to the store, but: " + cause, e);
        } catch (TimeoutException e) {
            throw new IOException("expected to write it within " + WRITE_SECONDS + " s, but it took longer", e);
        }
    }

    /** Watches no more. A write that is under way may still end. */
    @Override
    public void close() throws IOException {
        closed = true;
        service.close();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(WRITE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
