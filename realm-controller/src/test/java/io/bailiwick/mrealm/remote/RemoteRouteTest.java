package io.bailiwick.mrealm.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Uris;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteRouteTest {
    private static RemoteRoute route(String suffix, List<?> list, Map<String, ?> map) {
        return RemoteRoute.of(RemoteGroup.PREFIX + suffix, new Arguments(List.copyOf(list), Map.copyOf(map)));
    }

    private static String error(String suffix, List<?> list) {
        return assertThrows(ApplicationError.class, () -> route(suffix, list, Map.of()))
                .uri();
    }

    @Test
    void the_first_argument_names_the_node_and_the_rest_goes_to_it() {
        RemoteRoute route = route("node.get_cpu_count", List.of("n1", true), Map.of("more", 1));
        assertEquals("n1", route.node());
        assertNull(route.workerId());
        assertEquals(new Arguments(List.of(true), Map.of("more", 1)), route.arguments());
        assertEquals("crossbarfabriccenter.node.n1.get_cpu_count", route.target("n1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"node_oid", "node_id", "node"})
    void the_node_may_be_named_by_keyword(String keyword) {
        RemoteRoute route = route("node.get_worker", List.of("w1"), Map.of(keyword, "n1"));
        assertEquals("n1", route.node());
        assertEquals(new Arguments(List.of("w1"), Map.of()), route.arguments());
    }

    @Test
    void the_second_argument_of_worker_groups_names_the_worker() {
        RemoteRoute route = route("router.get_router_realms", List.of("n1", "w-1", 7), Map.of());
        assertEquals("crossbarfabriccenter.node.n1.worker.w-1.get_router_realms", route.target("n1"));
        assertEquals(List.of(7), route.arguments().list());
    }

    @Test
    void the_worker_may_be_named_by_keyword() {
        RemoteRoute route = route("container.get_components", List.of("n1"), Map.of("worker_id", "w1"));
        assertEquals("crossbarfabriccenter.node.n1.worker.w1.get_components", route.target("n1"));
        assertEquals(Arguments.NONE, route.arguments());
    }

    @Test
    void a_worker_id_cannot_reach_beyond_the_worker() {
        assertEquals(Uris.INVALID_ARGUMENT, error("worker.get_process_info", List.of("n1", "w.x")));
        assertEquals(Uris.INVALID_ARGUMENT, error("worker.get_process_info", List.of("n1", "")));
        assertEquals(Uris.INVALID_ARGUMENT, error("worker.get_process_info", List.of("n1")));
    }

    @Test
    void signing_with_the_key_of_a_node_is_refused() {
        assertEquals(Uris.NOT_AUTHORIZED, error("node.sign", List.of("n1", "text")));
        assertEquals(Uris.NOT_AUTHORIZED, error("node.sign_challenge", List.of("n1")));
        assertEquals(Uris.NOT_AUTHORIZED, error("worker.sign", List.of("n1", "w1")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node",
                "node.",
                "node.a.b",
                "nodes.get_status",
                "node.Get",
                "docker.rm",
                "realm.meta.get",
                "realm.meta.wamp",
                "node.set_node_id",
                "worker.set_node_id",
                "",
                "node.a b"
            })
    void what_is_no_group_and_procedure_is_not_there(String suffix) {
        assertEquals(Uris.NO_SUCH_PROCEDURE, error(suffix, List.of("n1")));
    }

    @Test
    void the_meta_api_of_a_realm_takes_three_names() {
        RemoteRoute route = route(
                "realm.meta.wamp.session.get", List.of("n1"), Map.of("worker_id", "w1", "realm_id", "r-1", "x", 7));
        assertEquals("crossbarfabriccenter.node.n1.worker.w1.realm.r-1.root.wamp.session.get", route.target("n1"));
        assertEquals(new Arguments(List.of(), Map.of("x", 7)), route.arguments());
        assertEquals(Uris.INVALID_ARGUMENT, error("realm.meta.wamp.session.list", List.of("n1", "w1", "r.1")));
    }

    @Test
    void names_of_the_table_are_those_of_the_node_there() {
        assertEquals(
                "crossbarfabriccenter.node.n1.create_docker_container",
                route("docker.create", List.of("n1", "image"), Map.of()).target("n1"));
        RemoteRoute status = route("worker.get_status", List.of("n1", "w1", true), Map.of());
        assertEquals("crossbarfabriccenter.node.n1.get_worker", status.target("n1"), "no worker has it");
        assertEquals(List.of("w1", true), status.arguments().list());
    }

    @Test
    void the_generic_forward_stays_below_the_node() {
        assertEquals("worker.w1.get_monitoring", RemoteRoute.suffix("worker.w1.get_monitoring"));
        for (String wrong : List.of("", ".a", "a.", "a..b", "a b", "a#")) {
            assertEquals(
                    Uris.INVALID_ARGUMENT,
                    assertThrows(ApplicationError.class, () -> RemoteRoute.suffix(wrong))
                            .uri());
        }
        for (String signing : List.of("sign", "sign_challenge", "worker.w1.sign")) {
            assertEquals(
                    Uris.NOT_AUTHORIZED,
                    assertThrows(ApplicationError.class, () -> RemoteRoute.suffix(signing))
                            .uri());
        }
    }

    @Test
    void a_call_that_names_no_node_is_refused() {
        assertEquals(Uris.INVALID_ARGUMENT, error("node.get_status", List.of()));
        assertEquals(Uris.INVALID_ARGUMENT, error("node.get_status", List.of(1)));
    }
}
