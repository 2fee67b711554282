package io.bailiwick.node.command;

import io.bailiwick.node.JoinCodeFile;
import io.bailiwick.node.NodeAgent;
import io.bailiwick.node.NodeOptions;
import io.bailiwick.node.uplink.Joining;
import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.Connection;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.MasterFile;
import io.bailiwick.router.config.InvalidOptionsException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bailiwick node run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Run the agent of this node in the foreground until it is interrupted.",
        footer = "%nA node that is not paired says so, with its fingerprint and how to approve it, and keeps asking.")
final class NodeRunCommand implements Callable<Integer> {
    /** Where the key of this node is unless told otherwise. */
    static final Path DEFAULT_DIRECTORY = Connection.HOME.resolve("node");

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Holds key.priv and key.pub, made at the first start. Default: ~/.bailiwick/node.")
    private Path directory = DEFAULT_DIRECTORY;

    @Option(names = "--config", paramLabel = "FILE", description = "A YAML file with options.")
    private @Nullable Path config;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "A way to the master: wss://, ws://, rss:// or rs://; several are tried in turn. Default: the "
                            + "running master of this user, else ws://127.0.0.1:9000/ws.")
    private List<String> urls = List.of();

    @Option(names = "--trust", paramLabel = "PEM", description = "Certificates to trust for wss and rss.")
    private @Nullable Path trust;

    @Option(
            names = "--heartbeat",
            paramLabel = "SECONDS",
            description = "From heartbeat to heartbeat, and from the connection to the first. Default: 10, and 5.")
    private @Nullable Integer heartbeat;

    @Option(
            names = "--join-code-file",
            paramLabel = "FILE",
            description =
                    "A file with a code with which the node joins a realm by itself, for its owner's eyes only; - reads the"
                            + " code from stdin.")
    private @Nullable String joinCodeFile;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The name that the node would like to have there. Default: as the code says.")
    private @Nullable String name;

    @Override
    public Integer call() throws Exception {
        NodeAgent agent = NodeAgent.start(options());
        Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "bailiwick-shutdown"));
        NodeAgent.Ended ended = agent.awaitEnd();
        return ended.restart() ? ExitCode.FAILURE : ExitCode.OK;
    }

    private NodeOptions options() throws IOException {
        if (config != null && !urls.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "expected --config or --url, but found both");
        }
        NodeOptions options;
        try {
            options = config == null ? byArguments() : NodeOptions.read(config, directory);
        } catch (InvalidOptionsException invalid) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(invalid.getMessage()));
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()));
        }
        if (heartbeat != null) {
            Duration period = Duration.ofSeconds(heartbeat);
            options = options.withHeartbeat(period, period);
        }
        if (joinCodeFile != null || name != null) {
            options = options.withJoining(joining(options.joining()));
        }
        return trust == null ? options : options.withTrust(trust);
    }

    private Joining joining(Joining configured) throws IOException {
        Optional<String> code = configured.code();
        if (joinCodeFile != null) {
            code = joinCodeFile.equals("-")
                    ? Optional.of(JoinCodeFile.read(System.in, "stdin"))
                    : JoinCodeFile.read(Path.of(joinCodeFile));
        }
        return new Joining(code, name == null ? configured.name() : Optional.of(name));
    }

    private NodeOptions byArguments() {
        if (!urls.isEmpty()) {
            return NodeOptions.of(directory, urls.toArray(String[]::new));
        }
        return NodeOptions.of(directory, MasterFile.url(Connection.DEFAULT_DATA).orElse("ws://127.0.0.1:9000/ws"));
    }
}
