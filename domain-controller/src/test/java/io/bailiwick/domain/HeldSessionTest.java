package io.bailiwick.domain;

import static io.bailiwick.domain.testing.Calls.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The domain's own session in a real router. */
class HeldSessionTest {
    private static final String TOPIC = "io.bailiwick.test.topic";

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService workers = Executors.newSingleThreadExecutor();
    private Network network;
    private Router router;

    @BeforeEach
    void start() throws Exception {
        network = Network.open(1);
        router = Router.start(
                network,
                claim -> CompletableFuture.completedFuture(
                        Decision.Refusal.of("wamp.error.authentication_failed", "nobody")));
        router.openRealm(Roles.DOMAIN_REALM, Roles.DOMAIN);
    }

    @AfterEach
    void stop() {
        router.close();
        network.close();
        timer.shutdownNow();
        workers.shutdown();
    }

    @Test
    void what_is_published_while_the_session_is_away_is_sent_in_order_even_when_a_rejoin_fails() throws Exception {
        Connector local = router.local(Roles.DOMAIN_REALM, "domain", Roles.BACKEND);
        // The first join succeeds; the second is begun and fails when the test says so; the third succeeds.
        BlockingQueue<CompletableFuture<Link>> begun = new LinkedBlockingQueue<>();
        BlockingQueue<Integer> joins = new LinkedBlockingQueue<>(List.of(1, 2, 3));
        Connector unsteady = listener -> {
            if (!Integer.valueOf(2).equals(joins.poll())) {
                return local.connect(listener);
            }
            CompletableFuture<Link> link = new CompletableFuture<>();
            begun.add(link);
            return link;
        };
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        ClientSession listener = result(Client.join(
                router.local(Roles.DOMAIN_REALM, "listener", Roles.BACKEND),
                Identity.anonymous(Roles.DOMAIN_REALM),
                workers));
        result(listener.subscribe(
                TOPIC,
                MatchPolicy.EXACT,
                event -> heard.add(event.arguments().list().get(0))));

        try (HeldSession held = new HeldSession(Roles.DOMAIN_REALM, unsteady, workers, timer)) {
            result(held.open(List.of()));
            held.publish(TOPIC, Dict.EMPTY, 1L);
            assertEquals(1L, heard.poll(10, TimeUnit.SECONDS));
            result(router.end(
                    Roles.DOMAIN_REALM, session -> session.authid().equals("domain"), "wamp.close.killed", ""));
            CompletableFuture<Link> rejoin = begun.poll(10, TimeUnit.SECONDS);
            assertNotNull(rejoin);
            List<Object> expected = new ArrayList<>();
            for (long i = 2; i <= 6; i++) {
                held.publish(TOPIC, Dict.EMPTY, i);
                expected.add(i);
            }
            rejoin.completeExceptionally(new IOException("not yet"));
            held.publish(TOPIC, Dict.EMPTY, 7L);
            expected.add(7L);
            List<Object> came = new ArrayList<>();
            while (came.size() < expected.size()) {
                Object next = heard.poll(10, TimeUnit.SECONDS);
                assertNotNull(next, "came only " + came);
                came.add(next);
            }
            assertEquals(expected, came);
        }
    }
}
