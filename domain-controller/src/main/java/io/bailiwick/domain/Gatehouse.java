package io.bailiwick.domain;

import io.bailiwick.domain.activation.Activations;
import io.bailiwick.domain.activation.CodeDelivery;
import io.bailiwick.domain.activation.Letter;
import io.bailiwick.domain.activation.OperatorCodes;
import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.admission.ControllerKeys;
import io.bailiwick.domain.admission.DomainAdmission;
import io.bailiwick.domain.admission.Doors;
import io.bailiwick.domain.admission.SuperuserKeys;
import io.bailiwick.domain.mail.SmtpOptions;
import io.bailiwick.domain.mail.SmtpPostman;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.waiting.NodeDoor;
import io.bailiwick.domain.waiting.WaitingRoom;
import io.bailiwick.router.admission.Throttle;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that has a say in who comes in, put together: keys, codes, doors, and the bounds for strangers. */
final class Gatehouse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gatehouse.class);
    /** The name of the listener that is the local door. */
    static final String LOCAL_DOOR = "administrator";

    private static final String ROOT = "root";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A fleet behind one address comes back at once, and whoever proves a key costs nothing; a stranger's thousand do. */
    private static final Throttle.Limits LIMITS =
            new Throttle.Limits(5_000, Duration.ofMillis(10), 10, Duration.ofSeconds(10), 65_536);

    private final DataDirectory data;
    private final Clock clock;
    private final SuperuserKeys superusers;
    private final UserKeys keys;
    private final OperatorCodes operator;
    private final Optional<SmtpPostman> postman;
    private final Activations activations;
    private final RestingRealms resting;
    private final NodeDoor nodes;
    private final Authenticator authenticator;

    /**
     * Puts it together, and brings the keys in the store into the form of this release.
     *
     * @param executor reads the store for those who knock; may refuse
     * @throws IOException naming what could not be read: a key, the owner of the data directory
     */
    Gatehouse(
            MasterOptions options,
            DataDirectory data,
            Store<GlobalSchema> store,
            ControllerKeys controllers,
            Executor executor,
            Clock clock)
            throws IOException {
        this.data = data;
        this.clock = clock;
        this.superusers = new SuperuserKeys(FirstStart.superusers(data, options.superusers(), clock));
        this.keys = new UserKeys(store.schema());
        store.writeAll(keys::migrate);
        this.operator = new OperatorCodes(clock);
        Optional<SmtpOptions> mail = options.logins().mail();
        this.postman = mail.isPresent() ? Optional.of(new SmtpPostman(mail.get())) : Optional.empty();
        CodeDelivery delivery = postman.<CodeDelivery>map(sender -> sender).orElse(operator);
        Activations.Limits limits =
                Activations.Limits.DEFAULT.within(options.logins().domains());
        this.activations = new Activations(store, keys, delivery, limits, clock);
        this.nodes = new NodeDoor(store, WaitingRoom.Limits.DEFAULT, clock);
        DomainAdmission admission = new DomainAdmission(
                store,
                superusers,
                controllers,
                keys,
                activations,
                doors(options.listeners(), data),
                nodes,
                nodes.places(),
                executor);
        this.resting = new RestingRealms(admission, options.controllers(), System::nanoTime);
        // Realms make no difference to who is counted: in cryptosign, nothing can be guessed.
        this.authenticator = new Throttle(
                resting,
                LIMITS,
                realm -> "",
                clock,
                (listener, bound) -> LOG.debug("an attempt at {} is one too many for its {}", listener, bound));
    }

    /** The administrators of this machine: who runs the domain, and root. */
    private static Doors doors(List<MasterOptions.Listener> listeners, DataDirectory data) throws IOException {
        Set<String> anonymous = new HashSet<>();
        for (int i = 0; i < listeners.size(); i++) {
            if (listeners.get(i).anonymous()) {
                anonymous.add(listener(i));
            }
        }
        Path ours = Files.createTempFile(data.root(), ".owner", "");
        Set<UserPrincipal> administrators = new HashSet<>();
        try {
            administrators.add(Files.getOwner(ours));
            administrators.add(
                    ours.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ROOT));
        } finally {
            Files.delete(ours);
        }
        return new Doors(anonymous, Set.of(LOCAL_DOOR), administrators);
    }

    /** The name of a listener of the options, by its place among them. */
    static String listener(int index) {
        return "listener" + (index + 1);
    }

    Authenticator authenticator() {
        return authenticator;
    }

    /** The realms whose controllers run when somebody comes. */
    RestingRealms resting() {
        return resting;
    }

    UserKeys keys() {
        return keys;
    }

    /** Which nodes come in. */
    NodeDoor nodes() {
        return nodes;
    }

    /** The codes that wait for the operator. */
    List<Letter> codes() {
        return operator.waiting();
    }

    /** Removes codes that are not good any more, of people and of nodes. Returns at once. */
    void clean() {
        activations.clean().thenCombine(nodes.clean(), Integer::sum).whenComplete((removed, failure) -> {
            if (failure != null) {
                LOG.warn("Codes that are over could not be removed", failure);
            } else if (removed > 0) {
                LOG.info("{} codes are over and were removed", removed);
            }
        });
    }

    /**
     * Reads superusers' key files.
     *
     * @param files those of the configuration, besides the key of the data directory
     * @return the keys that do not count any more: the sessions of their holders are to be ended
     * @throws IOException naming what could not be read; then all is as before
     */
    Set<PublicKey> reload(List<Path> files) throws IOException {
        Set<PublicKey> read = FirstStart.superusers(data, files, clock);
        Set<PublicKey> gone = superusers.replace(read);
        LOG.info("{} superuser keys count now, {} do not any more", read.size(), gone.size());
        return gone;
    }

    /** No code is sent any more, and who waits is written. */
    @Override
    public void close() {
        nodes.write(true)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(failure -> {
                    LOG.warn("Who waits was not written in time", failure);
                    return null;
                })
                .join();
        postman.ifPresent(SmtpPostman::close);
    }
}
