package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.domain.testing.Hangup;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a master's file says of heartbeats, through a real master and its realm controllers. */
class HeartbeatOptionsTest {
    private static void beat(ClientSession node, long seq) throws Exception {
        Map<String, Object> beat =
                Map.of("timestamp", seq, "period", 10, "mrealm_id", "default", "seq", seq, "state", 1);
        Fleet.call(node, "io.bailiwick.mrealm.store_heartbeat", "n1", beat);
    }

    private static Object lease(ClientSession realm) throws Exception {
        return Fleet.dictionary(realm, Fleet.MREALM + "get_node", "n1").get("lease_seconds");
    }

    @Test
    void realm_controllers_are_told_of_leases_and_of_what_is_kept_and_after_a_reload_of_what_has_changed()
            throws Exception {
        try (Fleet fleet = new Fleet()) {
            Path file = Files.writeString(
                    fleet.directory.resolve("master.yaml"), "heartbeats: {lease: 45, keep_count: 20}\n");
            Process master = fleet.startMaster("--config", file.toString());
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            ClientSession realm = fleet.join("default");
            SigningKey key = SigningKey.generate();
            Fleet.call(domain, Fleet.MREALM + "pair_node", key.publicKey().hex(), "default", "n1", Map.of());
            ClientSession node = fleet.join(Identity.of(null, null, "node", key));
            Fleet.until("the first heartbeat", () -> {
                beat(node, 1);
                return true;
            });
            assertEquals(45.0, lease(realm));
            AtomicLong last = new AtomicLong(1);
            Fleet.until("the oldest to be removed", () -> {
                beat(node, last.incrementAndGet());
                Object kept = Fleet.call(realm, "io.bailiwick.mrealm.get_heartbeats", "n1", null, null, 500);
                return ((List<?>) kept).size() < last.get();
            });
            Files.writeString(file, "heartbeats: {lease: 60}\n");
            Hangup.send(master);
            Fleet.until("the reload", () -> fleet.log("master").contains("The configuration was read again"));
            long before = Fleet.controllerPid(domain, "default");
            ProcessHandle.of(before).orElseThrow().destroyForcibly();
            Fleet.until("another controller with another lease", () -> {
                beat(node, last.incrementAndGet());
                return lease(realm).equals(60.0) && Fleet.controllerPid(domain, "default") != before;
            });
        }
    }
}
