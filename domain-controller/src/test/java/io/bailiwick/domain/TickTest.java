package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.config.Upkeep;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole domain ticks, as often as its file says. */
class TickTest {
    private static final long PATIENCE = 30;
    private static final String ON_TICK = "crossbarfabriccenter.domain.on_tick";

    @TempDir
    Path directory;

    @Test
    void a_domain_tells_its_users_the_time_and_counts() throws Exception {
        Upkeep standard = Upkeep.DEFAULT;
        MasterOptions options = MasterOptions.of(directory.resolve("data"))
                .withListeners(List.of(MasterOptions.Listener.at(Endpoint.of("tcp://127.0.0.1:0"))))
                .with(new Upkeep(
                        false,
                        Duration.ofSeconds(1),
                        standard.drain(),
                        standard.disk(),
                        standard.backups(),
                        standard.metering(),
                        standard.audit(),
                        standard.heartbeats()));
        ExecutorService callbacks = Executors.newSingleThreadExecutor();
        try (DomainController domain = DomainController.start(options);
                Network network = Network.open(1)) {
            Endpoint at =
                    Endpoint.of("rs://127.0.0.1:" + domain.endpoints().get(0).port());
            ClientSession session = Client.join(
                            network.connector(at, Format.JSON, Optional.empty()),
                            Identity.of(SmallDomain.DOMAIN, null, null, KeyFiles.readSigningKey(domain.superuserKey())),
                            callbacks)
                    .get(PATIENCE, TimeUnit.SECONDS);
            BlockingQueue<Map<?, ?>> ticks = SmallDomain.events(session, ON_TICK);
            Map<?, ?> one = SmallDomain.next(ticks);
            Map<?, ?> next = SmallDomain.next(ticks);
            assertEquals(1L, (Long) next.get("tick") - (Long) one.get("tick"));
            assertTrue(
                    Instant.parse((String) one.get("now")).isBefore(Instant.parse((String) next.get("now"))),
                    one + " and " + next);
        } finally {
            callbacks.shutdownNow();
        }
    }
}
