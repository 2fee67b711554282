package io.bailiwick.domain;

import static io.bailiwick.domain.SmallDomain.MREALM;
import static io.bailiwick.domain.SmallDomain.call;
import static io.bailiwick.domain.SmallDomain.within;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.schema.User;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A crowd at the door, each with a fresh key that it proves. */
class StrangersTest {
    private static final int CROWD = 40;
    private static final int ENOUGH = 1_200;
    private static final Duration AS_ALWAYS = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    @Test
    void a_crowd_of_strangers_leaves_a_bounded_room_and_keeps_no_paired_node_out() throws Exception {
        try (SmallDomain domain = new SmallDomain(directory)) {
            ClientSession root = domain.join(User.SUPERUSER);
            call(root, MREALM + "create_mrealm", Map.of("name", "plant"));
            SigningKey key = SigningKey.generate();
            call(root, MREALM + "pair_node", key.publicKey().hex(), "plant", "n1");
            AtomicInteger refused = new AtomicInteger();
            int slowest = 0;
            List<CompletableFuture<Void>> crowd = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                crowd.add(CompletableFuture.runAsync(
                        () -> {
                            while (refused.get() < ENOUGH) {
                                domain.refusal(Identity.of(null, null, "node", SigningKey.generate()));
                                refused.incrementAndGet();
                            }
                        },
                        task -> new Thread(task).start()));
            }
            while (refused.get() < ENOUGH) {
                long began = System.nanoTime();
                ClientSession node = domain.node(key);
                int took = (int) Duration.ofNanos(System.nanoTime() - began).toMillis();
                slowest = Math.max(slowest, took);
                node.close();
                within(node.closed());
            }
            for (CompletableFuture<Void> each : crowd) {
                within(each);
            }
            assertTrue(slowest < AS_ALWAYS.toMillis(), "a paired node waited " + slowest + " ms for its login");
            List<?> waiting = (List<?>) call(root, "io.bailiwick.domain.list_waiting_nodes");
            assertTrue(waiting.size() <= 250, waiting.size() + " wait");
            within(domain.nodes.write(true));
            long rows = domain.population.store.read(
                    tx -> domain.population.schema().waitingNodes.count(tx));
            assertTrue(rows <= 250, rows + " rows");
        }
    }
}
