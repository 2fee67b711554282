package io.bailiwick.domain.isolation;

import io.bailiwick.domain.isolation.ControllerOptions.SandboxChoice;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What realm controllers are started in on this machine: bounds by the kernel where there is {@code prlimit}, a sandbox where
 * there is one. What there is not is said plainly, in the log and to who asks.
 */
public final class Confinement {
    private static final Logger LOG = LoggerFactory.getLogger(Confinement.class);

    /** All realms are served by the master: where processors are scarce it is not to wait for one of them that starts or loops. */
    private static final String NICENESS = "5";

    private final ControllerOptions options;
    private final Optional<Path> nice;
    private final Optional<Path> prlimit;
    private final Optional<Sandbox> sandbox;
    private final String statement;

    private Confinement(
            ControllerOptions options,
            Optional<Path> nice,
            Optional<Path> prlimit,
            Optional<Sandbox> sandbox,
            String statement) {
        this.options = options;
        this.nice = nice;
        this.prlimit = prlimit;
        this.sandbox = sandbox;
        this.statement = statement;
    }

    /**
     * Looks what this machine has. Where a sandbox is chosen, a JVM is started in it, to see whether it works.
     *
     * @param data the domain's data directory, absolute: of it a controller sees no more than its own directory, and what of
     *     it is in {@code seen}
     * @param place a directory in it, where that JVM begins
     * @param seen what realm controllers must see besides the system and the Java runtime that we run on: absolute paths
     * @param socket where they come to the domain; empty when they come by the network
     * @throws IOException when a sandbox is demanded and does not work, with the reason
     */
    public static Confinement of(
            ControllerOptions options, Path data, Path place, Set<Path> seen, Optional<Path> socket)
            throws IOException {
        return of(options, data, place, seen, socket, program("bwrap"));
    }

    static Confinement of(
            ControllerOptions options,
            Path data,
            Path place,
            Set<Path> seen,
            Optional<Path> socket,
            Optional<Path> bubblewrap)
            throws IOException {
        Optional<Path> prlimit = program("prlimit");
        Path javaHome = Path.of(System.getProperty("java.home"));
        Set<Path> all = new HashSet<>(seen);
        all.addAll(Sandbox.runtime(javaHome));
        socket.ifPresent(all::add);
        Optional<Sandbox> sandbox = options.sandbox() == SandboxChoice.NONE
                ? Optional.empty()
                : bubblewrap.map(program -> new Sandbox(program, data, all, socket.isEmpty()));
        Optional<String> fault = fault(options.sandbox(), sandbox, place, javaHome);
        if (options.sandbox() == SandboxChoice.BUBBLEWRAP && fault.isPresent()) {
            throw new IOException("controllers.sandbox: expected a bubblewrap that works, but " + fault.get());
        }
        String statement = fault.map(why -> "realm controllers run in no sandbox: " + why
                        + "; what keeps them apart is that they are processes with bounds of their own")
                .orElseGet(() -> "realm controllers run in bubblewrap"
                        + (socket.isEmpty() ? ", which leaves them in the network" : ""));
        LOG.info(
                "{}{}", statement, prlimit.isEmpty() ? "; there is no prlimit, so the kernel does not bound them" : "");
        return new Confinement(
                options, program("nice"), prlimit, fault.isPresent() ? Optional.empty() : sandbox, statement);
    }

    private static Optional<String> fault(SandboxChoice choice, Optional<Sandbox> sandbox, Path place, Path javaHome) {
        if (choice == SandboxChoice.NONE) {
            return Optional.of("none was chosen");
        }
        return sandbox.map(found -> found.fault(place, javaHome.resolve("bin").resolve("java")))
                .orElseGet(() -> Optional.of("there is no program bwrap"));
    }

    /**
     * The command that starts a realm controller.
     *
     * @param realm the name of its realm
     * @param home its own directory
     * @param java the JVM
     * @param flags the flags of the JVM besides those of its bounds, the class path and the main class
     */
    public List<String> command(String realm, Path home, Path java, List<String> flags) {
        ControllerLimits limits = options.of(realm);
        List<String> inner = new ArrayList<>();
        inner.add(java.toString());
        inner.addAll(limits.flags());
        inner.addAll(flags);
        List<String> command = new ArrayList<>();
        nice.ifPresent(program -> command.addAll(List.of(program.toString(), "-n", NICENESS)));
        prlimit.ifPresent(program -> command.addAll(List.of(
                program.toString(), "--core=0", "--nofile=" + limits.openFiles(), "--data=" + limits.data(), "--")));
        command.addAll(sandbox.map(around -> around.around(home, inner)).orElse(inner));
        return command;
    }

    /** How each runs. */
    public ControllerOptions options() {
        return options;
    }

    /** What is around each: {@code bubblewrap} or {@code none}. */
    public String sandbox() {
        return sandbox.isPresent() ? "bubblewrap" : "none";
    }

    /** The same as a sentence for an operator, with the reason why there is none. */
    public String statement() {
        return statement;
    }

    private static Optional<Path> program(String name) {
        String places = System.getenv("PATH");
        for (String place : (places == null ? "/usr/bin:/bin" : places).split(File.pathSeparator)) {
            Path program = Path.of(place.isEmpty() ? "." : place, name);
            // A name without a place would be looked for wherever we happen to stand.
            if (program.isAbsolute() && Files.isExecutable(program) && Files.isRegularFile(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }
}
