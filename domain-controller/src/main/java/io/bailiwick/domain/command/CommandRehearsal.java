package io.bailiwick.domain.command;

import io.bailiwick.domain.DomainController;
import io.bailiwick.domain.MasterOptions;
import io.bailiwick.router.command.Bailiwick;
import io.bailiwick.router.transport.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What masters and their commands do, for the sake of their classes alone: a JVM that runs this, and is told to keep what it has
 * loaded, leaves an archive from which the launcher starts them in a fraction of the time. The master is made up, lives in a
 * directory of its own, and is gone when this ends.
 */
public final class CommandRehearsal {
    private static final long PATIENCE_SECONDS = 30;
    private static final PrintWriter NOWHERE = new PrintWriter(Writer.nullWriter());

    private CommandRehearsal() {}

    /** See the class. Exit code 0 when all was played. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("bailiwick-rehearsal-");
        try {
            play(directory.resolve("master"));
        } finally {
            QuickstartCommand.delete(directory);
        }
        System.exit(0);
    }

    private static void play(Path data) throws IOException {
        run("--help");
        run("version");
        MasterOptions options = MasterOptions.of(data)
                .withListeners(List.of(MasterOptions.Listener.at(Endpoint.of("tcp://127.0.0.1:0"))));
        try (DomainController domain = DomainController.start(options)) {
            String url = "ws://127.0.0.1:" + domain.endpoints().get(0).port() + "/ws";
            run("mrealm", "list", "--url", url, "--key", domain.superuserKey().toString());
            domain.localDoor().ifPresent(door -> run("node", "list", "--url", "unix:" + door));
            awaitController(domain);
        }
    }

    /** So that the start of a realm controller, and its coming in, are rehearsed too. */
    private static void awaitController(DomainController domain) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (domain.realms().stream().noneMatch(realm -> realm.state().equals("ready"))) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("expected a realm controller that is ready, but found none: " + domain.realms());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static void run(String... arguments) {
        Bailiwick.run(NOWHERE, NOWHERE, arguments);
    }
}
