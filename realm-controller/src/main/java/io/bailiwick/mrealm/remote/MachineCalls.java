package io.bailiwick.mrealm.remote;

import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Uris;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calls that reach beyond a node, to the machine that it runs on: they read and write its files, run programs of the caller's
 * choice, or open a shell. Whoever runs nodes may not therefore have their machines: such a call is made by admins and owners
 * only, and by no path with {@code ..} in it.
 */
final class MachineCalls {
    /** Files: the id of a container, a path, and what is written there. */
    private static final Set<String> FILES = Set.of("fs_docker_open", "fs_docker_get", "fs_docker_put");
    /** What is loaded, and from where; a shell in the process; a container with mounts of the caller's choice, or a shell in one. */
    private static final Set<String> CODE = Set.of(
            "add_pythonpath",
            "start_manhole",
            "create_docker_container",
            "request_docker_tty",
            "shell_docker_container",
            "keystroke_docker_container");
    /** What is written may be any text. */
    private static final String DATA = "data";

    private static final int DATA_POSITION = 2;
    private static final String START_WORKER = "start_worker";
    private static final String GUEST = "guest";
    /** Of the options of a worker, those that say which program it is. */
    private static final Set<String> PROGRAM = Set.of("python", "pythonpath", "env");

    private MachineCalls() {}

    /**
     * Checks a call before it goes to a node.
     *
     * @param suffix where the node has the procedure, below its own prefix
     * @param arguments what goes to the node
     * @param call who asks for it
     * @throws ApplicationError {@code wamp.error.not_authorized}, or {@code wamp.error.invalid_argument} for a path
     */
    static void check(String suffix, Arguments arguments, Invocation call) {
        String name = suffix.substring(suffix.lastIndexOf('.') + 1);
        boolean files = FILES.contains(name);
        if (files || CODE.contains(name) || (name.equals(START_WORKER) && runsProgram(arguments))) {
            Right.ADMINISTERS.require(call);
        }
        if (files) {
            demandPaths(arguments.list().stream().limit(DATA_POSITION));
            demandPaths(arguments.map().entrySet().stream()
                    .filter(named -> !named.getKey().equals(DATA))
                    .map(Map.Entry::getValue));
        } else if (name.equals("add_pythonpath")) {
            demandPaths(Stream.concat(arguments.list().stream(), arguments.map().values().stream()));
        }
    }

    /** Whether a worker is a program of the caller's choice: its type comes second, its options third, or by their names. */
    private static boolean runsProgram(Arguments arguments) {
        return Stream.concat(
                        arguments.list().stream().skip(1),
                        arguments.map().entrySet().stream()
                                .filter(named -> !named.getKey().equals("worker_id"))
                                .map(Map.Entry::getValue))
                .anyMatch(value -> GUEST.equals(value)
                        || (value instanceof Map<?, ?> options
                                && (GUEST.equals(options.get("type"))
                                        || options.keySet().stream().anyMatch(PROGRAM::contains))));
    }

    private static void demandPaths(Stream<? extends @Nullable Object> values) {
        values.forEach(value -> {
            Collection<?> each = value instanceof Collection<?> list ? list : List.of(String.valueOf(value));
            for (Object path : each) {
                if (Stream.of(String.valueOf(path).split("[/\\\\]", -1)).anyMatch(".."::equals)) {
                    throw new ApplicationError(
                            Uris.INVALID_ARGUMENT, "path: expected one without .. in it, but found one with it");
                }
            }
        });
    }
}
