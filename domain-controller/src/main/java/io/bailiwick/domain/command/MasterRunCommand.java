package io.bailiwick.domain.command;

import io.bailiwick.domain.DomainController;
import io.bailiwick.domain.Logins;
import io.bailiwick.domain.MasterOptions;
import io.bailiwick.domain.waiting.WatchOptions;
import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.Connection;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.MasterFile;
import io.bailiwick.router.command.ServiceNotice;
import io.bailiwick.router.command.Signals;
import io.bailiwick.router.command.Streams;
import io.bailiwick.router.store.CorruptStoreException;
import io.bailiwick.router.store.NewerStoreException;
import io.bailiwick.router.store.StoreLockedException;
import io.bailiwick.router.transport.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bailiwick master run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Run the master in the foreground until it is interrupted.",
        footer = {
            "%nLogs go to stderr. SIGTERM (or Ctrl-C) stops it: pending calls end, as long as drain: says, sessions are told,",
            "realm controllers leave, stores are closed. A second one ends it at once. SIGHUP reads the file again, as far as",
            "it can be changed; with faults in it, nothing changes. See docs/operations.md."
        })
final class MasterRunCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(MasterRunCommand.class);

    @Option(names = "--config", paramLabel = "FILE", description = "A YAML file with options.")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Where everything is kept. Default: what the file says as data:, else the directory data beside the"
                            + " file; without a file ~/.bailiwick/master.")
    private @Nullable Path data;

    @Option(
            names = "--listen",
            paramLabel = "ENDPOINT",
            description =
                    "Listen here instead of where the file says: tcp://host:port or unix:/path; port 0 takes a free one.")
    private List<String> listen = List.of();

    @Option(
            names = "--admin-socket",
            paramLabel = "FILE",
            description =
                    "Where an administrator of this machine comes in without a key. Default: what the file says, else"
                            + " admin.sock in the data directory.")
    private @Nullable Path adminSocket;

    /** As in Crossbar.io FX: the public key file of a superuser. */
    private static final String SUPERUSER = "CROSSBAR_FABRIC_SUPERUSER";
    /** As there: a directory whose key files are paired, and the URL that is written beside them. */
    private static final String WATCH = "CROSSBAR_WATCH_TO_PAIR";

    private static final String MANAGEMENT_URL = "CROSSBAR_FABRIC_URL";

    private static final String RUNNING = "the master is running";

    /** For the end of a start that is under way and for the close; systemd is as patient. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Signals that stop the master, and their numbers. */
    private static final Map<String, Integer> STOPS = Map.of("INT", 2, "TERM", 15);

    /** The exit code of who was ended by a signal, without its number. */
    private static final int SIGNALLED = 128;

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() throws Exception {
        MasterOptions options = options();
        CompletableFuture<Void> interrupted = new CompletableFuture<>();
        CountDownLatch closed = new CountDownLatch(1);
        // Before the start, so that a signal in the middle of it also closes what was opened.
        STOPS.forEach((signal, code) -> Signals.handle(signal, () -> stop(interrupted, signal, code)));
        // Where signals are not heard, this is.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(interrupted, closed), "bailiwick-shutdown"));
        try {
            runUntil(interrupted, options);
        } finally {
            closed.countDown();
        }
        return ExitCode.OK;
    }

    private void runUntil(CompletableFuture<Void> interrupted, MasterOptions options) throws Exception {
        try (DomainController domain = start(options)) {
            try {
                MasterFile.write(options.data(), clientUrl(domain.endpoints().get(0), options), domain.localDoor());
                Signals.handle("HUP", () -> CompletableFuture.runAsync(() -> reload(domain)));
                PrintWriter out =
                        command == null ? Streams.out() : command.commandLine().getOut();
                out.println(
                        "the master is running: " + clientUrl(domain.endpoints().get(0), options));
                out.println("the superuser's key is " + domain.superuserKey());
                ServiceNotice.ready(RUNNING);
                CompletableFuture<String> failed = domain.failed();
                CompletableFuture.anyOf(interrupted, failed).get();
                ServiceNotice.stopping("pending calls end, then sessions and realm controllers");
                if (failed.isDone()) {
                    throw new CommandException(ExitCode.STORE, "the master cannot go on: " + failed.join());
                }
                domain.drain();
            } finally {
                // Before the close: once the store is free, the file may be the next master's.
                MasterFile.delete(options.data());
            }
        }
    }

    /** The first one asks the master to end, the second one ends it. */
    private static void stop(CompletableFuture<Void> interrupted, String signal, int code) {
        if (!interrupted.complete(null)) {
            LOG.warn("SIG{} came again: the master ends at once", signal);
            Runtime.getRuntime().halt(SIGNALLED + code);
        }
        LOG.info("SIG{}: the master is ending", signal);
    }

    private void reload(DomainController domain) {
        ServiceNotice.reloading();
        try {
            domain.reload(options());
        } catch (IOException | RuntimeException wrong) {
            LOG.error("All is as before: {}", wrong.getMessage());
        }
        ServiceNotice.ready(RUNNING);
    }

    /** The JVM halts when this returns, whatever the thread of the command is doing. */
    private static void leave(CompletableFuture<Void> interrupted, CountDownLatch closed) {
        interrupted.complete(null);
        try {
            closed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static DomainController start(MasterOptions options) throws IOException {
        try {
            return DomainController.start(options);
        } catch (StoreLockedException taken) {
            throw new CommandException(ExitCode.CONFLICT, String.valueOf(taken.getMessage()));
        } catch (CorruptStoreException | NewerStoreException unusable) {
            throw new CommandException(ExitCode.STORE, String.valueOf(unusable.getMessage()));
        }
    }

    private MasterOptions options() throws IOException {
        MasterOptions options =
                config == null ? MasterOptions.of(Connection.DEFAULT_DATA) : ConfigCommands.load(config);
        List<MasterOptions.Listener> listeners = listen.isEmpty()
                ? options.listeners()
                : listen.stream().map(MasterRunCommand::listener).toList();
        MasterOptions chosen = options.withData(data == null ? options.data() : data.toAbsolutePath())
                .withListeners(listeners)
                .with(adminSocket == null ? options.logins() : options.logins().at(adminSocket.toAbsolutePath()));
        chosen = chosen.with(watching(chosen.logins()));
        String superuser = System.getenv(SUPERUSER);
        return superuser == null || superuser.isEmpty()
                ? chosen
                : chosen.withSuperuser(Path.of(superuser).toAbsolutePath());
    }

    private static Logins watching(Logins logins) {
        String directory = System.getenv(WATCH);
        if (directory == null || directory.isEmpty() || logins.watch().isPresent()) {
            return logins;
        }
        WatchOptions watch = WatchOptions.of(Path.of(directory).toAbsolutePath());
        String url = System.getenv(MANAGEMENT_URL);
        return logins.watching(url == null || url.isEmpty() ? watch : watch.reachedAt(url));
    }

    private static MasterOptions.Listener listener(String endpoint) {
        try {
            return MasterOptions.Listener.at(Endpoint.of(endpoint));
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, "--listen: " + wrong.getMessage());
        }
    }

    /** How a client on this machine reaches a listener. */
    private static String clientUrl(Endpoint endpoint, MasterOptions options) {
        if (endpoint.scheme().equals("unix")) {
            return endpoint.toString();
        }
        String host = endpoint.host().equals("0.0.0.0") ? "127.0.0.1" : endpoint.host();
        String scheme = endpoint.scheme().equals("tls") ? "wss" : "ws";
        return new Endpoint(
                        scheme,
                        host,
                        endpoint.port(),
                        options.listeners().get(0).webSocketPath())
                .toString();
    }
}
