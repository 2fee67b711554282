package io.bailiwick.mrealm.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which calls to nodes are calls to their machines, and who may make them. */
class MachineCallsTest {
    private record Case(String suffix, List<?> list, Map<String, ?> map) {
        void by(String role) {
            MachineCalls.check(
                    suffix,
                    new Arguments(List.copyOf(list), Map.copyOf(map)),
                    new Invocation("p", Arguments.NONE, Dict.of("caller_authrole", role)));
        }
    }

    private static Case of(String suffix, Object... list) {
        return new Case(suffix, List.of(list), Map.of());
    }

    static Stream<Case> ofTheMachine() {
        return Stream.of(
                of("fs_docker_open", "c1", "/etc"),
                of("fs_docker_get", "c1", "/etc/..hidden"),
                of("fs_docker_put", "c1", "/tmp/x", "../ is text here"),
                new Case("fs_docker_put", List.of("c1"), Map.of("path", "/tmp/x", "data", "a/../b")),
                of("create_docker_container", "image", Map.of("volumes", Map.of("/", "/host"))),
                of("shell_docker_container", "c1", Map.of()),
                of("request_docker_tty", "c1"),
                of("keystroke_docker_container", "c1", "ls"),
                of("worker.w1.add_pythonpath", List.of("/opt/lib")),
                of("start_manhole", Map.of()),
                of("worker.w1.start_manhole", Map.of()),
                of("start_worker", "w1", "guest", Map.of("executable", "/bin/sh")),
                new Case("start_worker", List.of("w1"), Map.of("worker_type", "guest")),
                new Case("start_worker", List.of(), Map.of("worker_id", "w1", "worker_type", "guest")),
                of("start_worker", "w1", "router", Map.of("python", "/tmp/mine")),
                of("start_worker", "w1", "container", Map.of("pythonpath", List.of("/tmp"))),
                new Case(
                        "start_worker",
                        List.of("w1", "container"),
                        Map.of("worker_options", Map.of("env", Map.of("vars", Map.of())))));
    }

    static Stream<Case> ofTheNode() {
        return Stream.of(
                of("start_worker", "w1", "router"),
                of("start_worker", "guest", "router"),
                of("start_worker", "w1", "container", Map.of("title", "mine")),
                of("worker.w1.get_pythonpath"),
                of("get_docker_container", "c1"),
                of("stop_manhole"));
    }

    static Stream<Case> paths() {
        return Stream.of(
                of("fs_docker_get", "c1", "../../etc/shadow"),
                of("fs_docker_get", "c1", "/data/.."),
                of("fs_docker_get", "c1", "data\\..\\x"),
                of("fs_docker_open", "..", "x"),
                of("fs_docker_put", "c1", "a/../b", "text"),
                new Case("fs_docker_put", List.of("c1"), Map.of("path", "a/../b", "data", "text")),
                of("worker.w1.add_pythonpath", List.of("/opt/lib", "/opt/../tmp")),
                of("worker.w1.add_pythonpath", "../lib"));
    }

    @ParameterizedTest
    @MethodSource("ofTheMachine")
    void what_reaches_the_machine_of_a_node_is_for_admins_and_owners(Case call) {
        call.by("owner");
        call.by("admin");
        assertEquals(
                Uris.NOT_AUTHORIZED,
                assertThrows(ApplicationError.class, () -> call.by("operator")).uri());
    }

    @ParameterizedTest
    @MethodSource("ofTheNode")
    void what_reaches_the_node_only_is_for_operators_too(Case call) {
        call.by("operator");
    }

    @ParameterizedTest
    @MethodSource("paths")
    void a_path_that_leads_upwards_is_refused_whoever_asks(Case call) {
        assertEquals(
                Uris.INVALID_ARGUMENT,
                assertThrows(ApplicationError.class, () -> call.by("owner")).uri());
    }
}
