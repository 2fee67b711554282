package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.domain.config.AuditOptions;
import io.bailiwick.domain.config.BackupOptions;
import io.bailiwick.domain.config.HeartbeatOptions;
import io.bailiwick.domain.config.Upkeep;
import io.bailiwick.domain.isolation.ControllerOptions;
import io.bailiwick.domain.metering.MeteringOptions;
import io.bailiwick.router.child.Lifecycle;
import io.bailiwick.router.space.SpaceLimits;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.socket.NetworkOptions;
import io.bailiwick.router.transport.tls.CertificateFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReloadPlanTest {
    private final MasterOptions now = MasterOptions.of(Path.of("/data"));

    private static MasterOptions.Listener tls(String chain) {
        return new MasterOptions.Listener(
                Endpoint.of("tls://127.0.0.1:443"),
                "/ws",
                Optional.of(new CertificateFiles(Path.of(chain), Path.of("key.pem"))),
                false);
    }

    @Test
    void the_same_file_changes_nothing() {
        ReloadPlan plan = ReloadPlan.of(now, now);
        assertEquals(now, plan.next());
        assertEquals(List.of(), plan.waiting());
    }

    @Test
    void what_may_change_while_the_domain_runs_is_taken_at_once() {
        MasterOptions file = new MasterOptions(
                now.data(),
                now.listeners(),
                List.of(Path.of("admin.pub")),
                Duration.ofSeconds(5),
                7,
                3,
                now.maxConcurrentStarts(),
                now.restarts(),
                now.logins(),
                ControllerOptions.STANDARD,
                now.network(),
                new Upkeep(
                        true,
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        new SpaceLimits(20, 10, 1),
                        new BackupOptions(Optional.of(Path.of("/backups")), 3),
                        MeteringOptions.DEFAULT,
                        new AuditOptions(400, 100_000),
                        new HeartbeatOptions(Duration.ofSeconds(45), 30, 5_000_000, 1L << 32)));
        ReloadPlan plan = ReloadPlan.of(now, file);
        assertEquals(file, plan.next());
        assertEquals(List.of(), plan.waiting());
    }

    @Test
    void what_needs_a_restart_is_told_by_name_and_stays_as_it_is() {
        MasterOptions file = new MasterOptions(
                Path.of("/elsewhere"),
                List.of(new MasterOptions.Listener(Endpoint.of("tcp://127.0.0.1:1"), "/wamp", Optional.empty(), true)),
                List.of(),
                now.startDeadline(),
                now.maxRealms(),
                now.maxRealmsOwned(),
                5,
                new Lifecycle(
                        List.of(Duration.ZERO),
                        Duration.ofSeconds(1),
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1)),
                new Logins(Optional.of(Path.of("/a.sock")), Optional.empty(), Set.of("example.org")),
                ControllerOptions.STANDARD,
                new NetworkOptions(1, NetworkOptions.Transport.NIO),
                Upkeep.DEFAULT.withDefaultRealm(false));
        ReloadPlan plan = ReloadPlan.of(now, file);
        assertEquals(now, plan.next());
        assertEquals(
                List.of(
                        "data",
                        "admin_socket",
                        "mail_domains",
                        "max_concurrent_starts",
                        "restarts",
                        "threads",
                        "transport",
                        "default_realm",
                        "listeners.1.endpoint",
                        "listeners.1.websocket_path",
                        "listeners.1.anonymous"),
                plan.waiting());
    }

    @Test
    void a_listener_takes_another_certificate_and_a_listener_more_waits() {
        MasterOptions before = now.withListeners(List.of(tls("old.pem")));
        MasterOptions file = now.withListeners(List.of(tls("new.pem")));
        assertEquals(file, ReloadPlan.of(before, file).next());
        assertEquals(List.of(), ReloadPlan.of(before, file).waiting());
        MasterOptions more = now.withListeners(List.of(tls("new.pem"), MasterOptions.Listener.loopback()));
        assertEquals(file, ReloadPlan.of(before, more).next());
        assertEquals(List.of("listeners"), ReloadPlan.of(before, more).waiting());
    }
}
