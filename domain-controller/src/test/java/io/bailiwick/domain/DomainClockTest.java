package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.domain.testing.MovableClock;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.space.Disk;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock of the machine is set by hours and months, to and fro, under a whole domain with a real realm controller. */
class DomainClockTest {
    private static final long PATIENCE = 60;

    @TempDir
    Path directory;

    private final MovableClock clock = new MovableClock();
    private final Network network = Network.open(1);
    private final ExecutorService callbacks = Executors.newFixedThreadPool(2);
    private DomainController domain;

    @BeforeEach
    void start() throws Exception {
        MasterOptions options = MasterOptions.of(directory.resolve("data"))
                .withListeners(List.of(MasterOptions.Listener.at(Endpoint.of("tcp://127.0.0.1:0"))));
        domain = DomainController.start(options, Disk.of(directory), clock);
    }

    @AfterEach
    void stop() {
        domain.close();
        network.close();
        callbacks.shutdownNow();
    }

    private ClientSession join(Identity identity) throws Exception {
        Endpoint at = Endpoint.of("rs://127.0.0.1:" + domain.endpoints().get(0).port());
        return Client.join(network.connector(at, Format.CBOR, Optional.empty()), identity, callbacks)
                .get(PATIENCE, TimeUnit.SECONDS);
    }

    private ClientSession superuser(String realm) throws Exception {
        return join(Identity.of(realm, null, null, KeyFiles.readSigningKey(domain.superuserKey())));
    }

    private String state() {
        return domain.realms().get(0).state() + " " + domain.realms().get(0).pid() + " "
                + domain.realms().get(0).restarts();
    }

    @Test
    void nobody_is_thrown_out_no_controller_is_started_again_and_all_that_was_allowed_still_is() throws Exception {
        ClientSession manager = superuser(Fleet.DOMAIN);
        ClientSession realm = superuser("default");
        Fleet.until("its procedures", () -> Fleet.call(realm, Fleet.MREALM + "get_status"));
        SigningKey first = SigningKey.generate();
        Fleet.call(manager, Fleet.MREALM + "pair_node", first.publicKey().hex(), "default", "node0", Map.of());
        ClientSession node = join(Identity.of(null, null, "node", first));
        String before = state();
        int number = 0;
        for (Duration jump : List.of(
                Duration.ofHours(1),
                Duration.ofHours(-1),
                Duration.ofDays(30),
                Duration.ofDays(-30),
                Duration.ofDays(-30),
                Duration.ofDays(30))) {
            clock.move(jump);
            String when = "after a jump of " + jump;
            String name = "node" + ++number;
            SigningKey key = SigningKey.generate();
            Fleet.call(manager, Fleet.MREALM + "pair_node", key.publicKey().hex(), "default", name, Map.of());
            assertEquals(name, join(Identity.of(null, null, "node", key)).authid(), when);
            Fleet.call(realm, Fleet.MREALM + "get_status");
            superuser(Fleet.DOMAIN).close();
            assertEquals(before, state(), when);
            for (ClientSession held : List.of(manager, realm, node)) {
                assertFalse(held.closed().isDone(), when);
            }
        }
        Map<String, Object> log = Fleet.dictionary(manager, "io.bailiwick.domain.verify_audit");
        assertEquals(true, log.get("ok"), log.toString());
        kill();
        Fleet.until("another controller", () -> state().startsWith("ready") && !state().equals(before));
    }

    @Test
    void a_code_is_no_longer_good_than_it_was_said_to_be() throws Exception {
        ClientSession manager = superuser(Fleet.DOMAIN);
        String code =
                String.valueOf(Fleet.dictionary(manager, "io.bailiwick.domain.create_join_code", "default", null, 10)
                        .get("code"));
        assertEquals("a1", join(withCode(code, "a1")).authid());
        clock.move(Duration.ofMinutes(-4));
        assertEquals("a2", join(withCode(code, "a2")).authid(), "a clock that is set right is no harm");
        clock.move(Duration.ofDays(-30));
        assertThrows(ExecutionException.class, () -> join(withCode(code, "a3")));
        clock.move(Duration.ofDays(30));
        assertEquals("a3", join(withCode(code, "a3")).authid());
        clock.move(Duration.ofDays(30));
        assertThrows(ExecutionException.class, () -> join(withCode(code, "a4")));
    }

    private static Identity withCode(String code, String name) {
        return new Identity(null, name, "node", SigningKey.generate(), Dict.of("join_code", code));
    }

    /** After a jump back by a month a controller that dies is not waited for by a month. */
    private void kill() throws Exception {
        clock.move(Duration.ofDays(-30));
        ProcessHandle controller =
                ProcessHandle.of(domain.realms().get(0).pid()).orElseThrow();
        controller.destroyForcibly();
        controller.onExit().get(PATIENCE, TimeUnit.SECONDS);
    }
}
