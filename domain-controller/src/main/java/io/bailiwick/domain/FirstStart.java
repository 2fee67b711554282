package io.bailiwick.domain;

import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.router.audit.Actor;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.KeyOwner;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.WriteTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a domain has before anybody asked it for anything: a superuser with a key, and one management realm. */
final class FirstStart {
    private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);
    /** The realm that is there from the first start; it may be deleted, and is not made again. */
    static final String DEFAULT_REALM = "default";

    private FirstStart() {}

    /**
     * Puts the superuser and the default realm into a store that has no superuser: a new one. Records it.
     *
     * @param defaultRealm whether the realm is made
     */
    static void seed(Store<GlobalSchema> store, DomainAudit audit, Clock clock, boolean defaultRealm) {
        store.writeAll(tx -> {
            seed(tx, store.schema(), clock, defaultRealm);
            if (tx.hasWritten()) {
                audit.log()
                        .append(
                                tx,
                                new Deed(Actor.system(DomainAudit.NAME), DomainAudit.SEEDED)
                                        .on("domain", DomainAudit.NAME)
                                        .to(Map.of("default_realm", defaultRealm)));
            }
        });
    }

    static void seed(WriteTransaction tx, GlobalSchema schema, Clock clock, boolean defaultRealm) {
        if (schema.idxUsersByEmail.key(tx, User.SUPERUSER).isPresent()) {
            return;
        }
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        User superuser = new User(UUID.randomUUID(), null, null, null, User.SUPERUSER, now, null);
        schema.users.insert(tx, superuser.oid(), superuser);
        if (!defaultRealm) {
            return;
        }
        ManagementRealm realm = new ManagementRealm(
                UUID.randomUUID(), "default mrealm", null, null, DEFAULT_REALM, now, superuser.oid(), null, null);
        schema.mrealms.insert(tx, realm.oid(), realm);
        schema.usersMrealmRoles.insert(tx, new Pair<>(superuser.oid(), realm.oid()), UserMrealmRole.ofCreator());
    }

    /**
     * The keys of the superuser: the one of the data directory, which is made when there is none, and those named by the
     * configuration.
     *
     * @throws IOException naming the file and what is wrong with it
     */
    static Set<PublicKey> superusers(DataDirectory data, List<Path> configured, Clock clock) throws IOException {
        if (!Files.exists(data.superuserPrivate())) {
            KeyOwner owner = new KeyOwner.User("bailiwick", clock.instant().toString(), User.SUPERUSER);
            KeyFiles.write(data.superuserPrivate(), data.superuserPublic(), SigningKey.generate(), owner);
            LOG.info("A key of the superuser was made: {}", data.superuserPrivate());
        }
        Set<PublicKey> keys = new HashSet<>();
        keys.add(KeyFiles.readUser(data.superuserPrivate(), data.superuserPublic())
                .key()
                .publicKey());
        for (Path file : configured) {
            keys.add(KeyFiles.readPublicKey(file));
        }
        return keys;
    }

    /**
     * The domain's own key, which is made when there is none.
     *
     * @throws IOException naming the file and what is wrong with it
     */
    static SigningKey master(DataDirectory data, Clock clock) throws IOException {
        if (!Files.exists(data.masterPrivate())) {
            KeyOwner owner = new KeyOwner.User("bailiwick", clock.instant().toString(), "master");
            KeyFiles.write(data.masterPrivate(), data.masterPublic(), SigningKey.generate(), owner);
        }
        return KeyFiles.readUser(data.masterPrivate(), data.masterPublic()).key();
    }
}
