package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.domain.config.Upkeep;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.space.Disk;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole domain on a disk whose room the test says. */
class DiskSpaceTest {
    private static final String DOMAIN = "com.crossbario.fabric";
    private static final long TOTAL = 1000L << 20;
    private static final long PATIENCE = 30;

    @TempDir
    Path directory;

    private final AtomicLong free = new AtomicLong(TOTAL);
    private final SigningKey alice = SigningKey.generate();
    private final Network network = Network.open(1);
    private final ExecutorService callbacks = Executors.newFixedThreadPool(2);
    private DomainController domain;
    private String last = "plenty";

    @BeforeEach
    void start() throws Exception {
        Path data = directory.resolve("data");
        try (Population population = new Population(DataDirectory.prepare(data).store())) {
            population.user("alice@example.org", alice.publicKey());
        }
        MasterOptions options = MasterOptions.of(data)
                .withListeners(List.of(MasterOptions.Listener.at(Endpoint.of("tcp://127.0.0.1:0"))))
                .with(Upkeep.DEFAULT.withDefaultRealm(false));
        domain = DomainController.start(options, () -> new Disk.Room(TOTAL, free.get()));
    }

    @AfterEach
    void stop() {
        domain.close();
        network.close();
        callbacks.shutdownNow();
    }

    private ClientSession join(SigningKey key) throws Exception {
        Endpoint at = Endpoint.of("rs://127.0.0.1:" + domain.endpoints().get(0).port());
        return Client.join(
                        network.connector(at, Format.CBOR, Optional.empty()),
                        Identity.of(DOMAIN, null, null, key),
                        callbacks)
                .get(PATIENCE, TimeUnit.SECONDS);
    }

    private static Object call(ClientSession session, String procedure, Object... arguments) throws Exception {
        return session.call(procedure, Arguments.of(arguments), Duration.ofSeconds(PATIENCE))
                .get(PATIENCE, TimeUnit.SECONDS)
                .list()
                .get(0);
    }

    private static String level(ClientSession session) throws Exception {
        Map<?, ?> status = (Map<?, ?>) call(session, "crossbarfabriccenter.domain.get_status");
        return String.valueOf(((Map<?, ?>) status.get("disk")).get("level"));
    }

    private static BlockingQueue<Map<?, ?>> events(ClientSession session) throws Exception {
        BlockingQueue<Map<?, ?>> events = new LinkedBlockingQueue<>();
        session.subscribe(
                        "io.bailiwick.domain.on_disk_space",
                        MatchPolicy.EXACT,
                        event -> events.add((Map<?, ?>) event.arguments().list().get(0)))
                .get(PATIENCE, TimeUnit.SECONDS);
        return events;
    }

    @Test
    void low_room_is_told_and_below_the_floor_changes_are_refused_until_there_is_room_again() throws Exception {
        ClientSession superuser = join(KeyFiles.readSigningKey(domain.superuserKey()));
        ClientSession user = join(alice);
        BlockingQueue<Map<?, ?>> told = events(superuser);
        BlockingQueue<Map<?, ?>> toldToUser = events(user);
        assertEquals("plenty", level(user));
        expect(told, 99, "low");
        expect(told, 70, "low");
        expect(told, 60, "full");
        assertEquals("full", level(user), "reads go on");
        String create = "crossbarfabriccenter.user.create_organization";
        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> call(user, create, Map.of("name", "acme")));
        ApplicationError error = assertInstanceOf(ApplicationError.class, refused.getCause());
        assertEquals("fabric.no-space", error.uri());
        join(alice).close();
        assertEquals(List.of(), call(user, "crossbarfabriccenter.user.list_organizations", true));
        expect(told, 900, "plenty");
        assertEquals("acme", ((Map<?, ?>) call(user, create, Map.of("name", "acme"))).get("name"));
        assertEquals(0, toldToUser.size(), "how full the disk is, is for the superuser");
    }

    /** Leaves so much room, and waits for the event if the level is another one then. */
    private void expect(BlockingQueue<Map<?, ?>> told, long mebibytes, String level) throws Exception {
        boolean other = !level.equals(last);
        last = level;
        free.set(mebibytes << 20);
        if (other) {
            Map<?, ?> event = told.poll(PATIENCE, TimeUnit.SECONDS);
            assertEquals(level, event == null ? "no event" : event.get("level"));
            assertEquals(mebibytes << 20, ((Number) event.get("free")).longValue());
        }
    }

    @Test
    void a_domain_whose_disk_is_full_still_opens_and_lets_people_in() throws Exception {
        domain.close();
        free.set(1 << 20);
        MasterOptions options = MasterOptions.of(directory.resolve("data"))
                .withListeners(List.of(MasterOptions.Listener.at(Endpoint.of("tcp://127.0.0.1:0"))));
        domain = DomainController.start(options, () -> new Disk.Room(TOTAL, free.get()));
        assertEquals("full", level(join(alice)));
    }
}
