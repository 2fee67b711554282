package io.bailiwick.router.command;

import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options with which a command reaches a router, and the session that they give. */
public final class Connection {
    /** Where everything of this user is unless told otherwise: {@code $BAILIWICK_HOME}, else {@code ~/.bailiwick}. */
    public static final Path HOME = Objects.requireNonNullElseGet(
            environmentPath("BAILIWICK_HOME"), () -> Path.of(System.getProperty("user.home"), ".bailiwick"));
    /** Where a master keeps its data unless told otherwise. */
    public static final Path DEFAULT_DATA = HOME.resolve("master");

    private static final Duration PAUSE = Duration.ofMillis(200);

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "The router: ws://, wss://, rs://, rss:// or unix:. Default: the running master of this user, by its"
                            + " local door where no key is named, else ws://127.0.0.1:9000/ws.")
    private @Nullable String url = System.getenv("BAILIWICK_URL");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "The private key file to log in with. Default: none over unix:, else superuser.priv of the master's"
                            + " data directory.")
    private @Nullable Path key = environmentPath("BAILIWICK_KEY");

    @Option(
            names = "--realm",
            paramLabel = "REALM",
            description = "The realm to join. Default: com.crossbario.fabric, the domain's own.")
    private String realm = "com.crossbario.fabric";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "The role to ask for. Default: what the router assigns.")
    private @Nullable String role;

    @Option(names = "--anonymous", description = "Log in without a key.")
    private boolean anonymous;

    @Option(names = "--trust", paramLabel = "PEM", description = "Certificates to trust for wss and rss.")
    private @Nullable Path trust;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait for an answer. Default: ${DEFAULT-VALUE}.")
    private int timeout;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "How long to wait for the router to be there. Default: ${DEFAULT-VALUE}.")
    private int patience;

    private static @Nullable Path environmentPath(String name) {
        String value = System.getenv(name);
        return value == null ? null : Path.of(value);
    }

    /** What a command does with its session. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. */
        T with(ClientSession session) throws Exception;
    }

    /** The realm named on the command line. */
    public String realm() {
        return realm;
    }

    /** Joins the realm of the options, works, leaves. */
    public <T> T use(Work<T> work) throws Exception {
        return use(realm, work);
    }

    /** Joins a realm, works, leaves. */
    public <T> T use(String realmToJoin, Work<T> work) throws Exception {
        return use(endpoint -> identity(realmToJoin, endpoint), work);
    }

    /**
     * Joins the realm of the options as somebody, works, leaves.
     *
     * @param keyFile the private key file to log in with
     * @param authextra more for {@code authextra}
     */
    public <T> T useAs(String authid, Path keyFile, Dict authextra, Work<T> work) throws Exception {
        SigningKey signingKey = KeyFiles.readSigningKey(keyFile);
        return use(endpoint -> new Identity(realm, authid, role, signingKey, authextra), work);
    }

    /** The private key file that was named; empty for the standard one. */
    public Optional<Path> keyFile() {
        return Optional.ofNullable(key);
    }

    /** Who somebody is at an endpoint. */
    @FunctionalInterface
    private interface Who {
        Identity at(Endpoint endpoint) throws IOException;
    }

    private <T> T use(Who who, Work<T> work) throws Exception {
        ExecutorService callbacks = Executors.newSingleThreadExecutor();
        try (Network network = Network.open(1)) {
            ClientSession session = join(network, who, callbacks);
            try {
                return work.with(session);
            } finally {
                session.close();
            }
        } finally {
            callbacks.shutdownNow();
        }
    }

    /** Calls one procedure of the domain realm (or the realm of the options). */
    public Arguments call(String procedure, @Nullable Object... arguments) throws Exception {
        return use(session -> call(session, procedure, Arguments.of(arguments)));
    }

    /** Calls one procedure of a session, with the time limit of the options. */
    public Arguments call(ClientSession session, String procedure, Arguments arguments) throws Exception {
        return session.call(procedure, arguments, Duration.ofSeconds(timeout)).get(timeout + 1L, TimeUnit.SECONDS);
    }

    private ClientSession join(Network network, Who who, ExecutorService callbacks) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(patience).toNanos();
        while (true) {
            try {
                Endpoint endpoint = endpoint();
                var connector = network.connector(endpoint, Format.CBOR, Optional.ofNullable(trust));
                Duration limit = Duration.ofSeconds(timeout);
                return Client.join(connector, who.at(endpoint), callbacks, Client.Carrier.JAWAMPA, limit)
                        .get(timeout + 1L, TimeUnit.SECONDS);
            } catch (ExecutionException | CommandException failure) {
                boolean notThere = ExitCode.of(failure) == ExitCode.UNREACHABLE || failure instanceof CommandException;
                if (!notThere || System.nanoTime() > end) {
                    throw failure;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            }
        }
    }

    private Endpoint endpoint() {
        String given = url == null ? ofMaster() : url;
        try {
            return Endpoint.of(given);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, "--url: " + wrong.getMessage());
        }
    }

    private String ofMaster() {
        Optional<String> door = key == null && !anonymous ? MasterFile.door(DEFAULT_DATA) : Optional.empty();
        return door.or(() -> MasterFile.url(DEFAULT_DATA)).orElse("ws://127.0.0.1:9000/ws");
    }

    private Identity identity(String realmToJoin, Endpoint endpoint) throws IOException {
        if (anonymous || (key == null && endpoint.isUnix())) {
            return new Identity(realmToJoin, null, role, (SigningKey) null, Dict.EMPTY);
        }
        Path file = key == null ? MasterFile.superuserKey(DEFAULT_DATA) : key;
        if (!Files.exists(file)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "expected a private key file, but " + file
                            + " does not exist; name one with --key, or start a master first");
        }
        SigningKey signingKey = KeyFiles.readSigningKey(file);
        return new Identity(realmToJoin, null, role, signingKey, Dict.EMPTY);
    }
}
