package io.bailiwick.router.standalone;

import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.ServiceNotice;
import io.bailiwick.router.command.Signals;
import io.bailiwick.router.config.FaultyFileException;
import io.bailiwick.router.standalone.config.RouterOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bailiwick router run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Run a router in the foreground until it is interrupted.",
        footer = {
            "%nPrints a line for each listener, and then READY. Logs go to stderr.",
            "SIGHUP reads the file again, as far as it can be changed; SIGTERM says goodbye to all sessions and stops."
        })
final class RunCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(RunCommand.class);
    private static final String RUNNING = "the router is running";
    /** For the goodbyes. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "The YAML file.")
    private @Nullable Path config;

    @Spec
    private @Nullable CommandSpec command;

    /** What a signal asks for. */
    private enum Wish {
        RELOAD,
        STOP
    }

    @Override
    public Integer call() throws Exception {
        RouterOptions options = load(Objects.requireNonNull(config));
        BlockingQueue<Wish> wishes = new LinkedBlockingQueue<>();
        CountDownLatch closed = new CountDownLatch(1);
        // Before the start, so that a signal in the middle of it also closes what was opened.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(wishes, closed), "bailiwick-shutdown"));
        Signals.handle("HUP", () -> wishes.add(Wish.RELOAD));
        try (StandaloneRouter router = start(options)) {
            PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
            router.endpoints().forEach((name, endpoint) -> out.println(name + " " + endpoint));
            out.println("READY");
            out.flush();
            ServiceNotice.ready(RUNNING);
            while (wishes.take() == Wish.RELOAD) {
                ServiceNotice.reloading();
                reload(router, Objects.requireNonNull(config));
                ServiceNotice.ready(RUNNING);
            }
            ServiceNotice.stopping("all sessions are told");
        } finally {
            closed.countDown();
        }
        return ExitCode.OK;
    }

    /** The JVM halts when this returns, whatever the thread of the command is doing. */
    private static void leave(BlockingQueue<Wish> wishes, CountDownLatch closed) {
        wishes.add(Wish.STOP);
        try {
            closed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static StandaloneRouter start(RouterOptions options) {
        try {
            return StandaloneRouter.start(options);
        } catch (IOException cannot) {
            throw new CommandException(ExitCode.FAILURE, String.valueOf(cannot.getMessage()));
        }
    }

    /** A file with faults changes nothing. */
    private static void reload(StandaloneRouter router, Path file) {
        try {
            router.reload(RouterOptions.load(file));
        } catch (IOException faulty) {
            log.error("nothing was changed, since the file cannot be used: {}", faulty.getMessage());
        } catch (RuntimeException failure) {
            // The sessions that are there are worth more than the end of a reload.
            log.error("the file was not taken over in whole", failure);
        }
    }

    /** Reads the file. */
    static RouterOptions load(Path file) throws IOException {
        try {
            return RouterOptions.load(file);
        } catch (FaultyFileException faulty) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(faulty.getMessage()));
        }
    }
}
