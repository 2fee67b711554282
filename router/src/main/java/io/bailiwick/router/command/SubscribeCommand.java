package io.bailiwick.router.command;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.message.MatchPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bailiwick subscribe}. */
@Command(
        name = "subscribe",
        mixinStandardHelpOptions = true,
        description = "Print events as they arrive, one line of JSON each, until interrupted.")
final class SubscribeCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Parameters(arity = "1..*", paramLabel = "URI", description = "Topics or patterns.")
    private List<String> topics = List.of();

    @Option(
            names = "--match",
            defaultValue = "exact",
            description = "How topics match: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private MatchPolicy match = MatchPolicy.EXACT;

    @Option(names = "--count", paramLabel = "N", description = "Leave after this many events.")
    private int count;

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() throws Exception {
        return connection.use(session -> {
            CompletableFuture<Void> enough = new CompletableFuture<>();
            AtomicInteger seen = new AtomicInteger();
            for (String topic : topics) {
                session.subscribe(topic, match, event -> {
                            print(event);
                            if (seen.incrementAndGet() == count) {
                                enough.complete(null);
                            }
                        })
                        .get(30, TimeUnit.SECONDS);
            }
            CompletableFuture.anyOf(enough, session.closed()).join();
            if (!enough.isDone()) {
                ClientSession.Closed closed = session.closed().join();
                throw new CommandException(
                        ExitCode.UNREACHABLE, "the session ended: " + closed.reason() + " " + closed.message());
            }
            return ExitCode.OK;
        });
    }

    private void print(ClientSession.Event event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("topic", event.topic());
        line.put("args", event.arguments().list());
        line.put("kwargs", event.arguments().map());
        if (command != null) {
            CommandLine owner = command.commandLine();
            owner.getOut().println(Output.json(line));
        }
    }
}
