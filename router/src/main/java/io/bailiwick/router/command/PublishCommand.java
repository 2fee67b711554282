package io.bailiwick.router.command;

import io.bailiwick.router.message.Dict;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bailiwick publish}. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        description = "Publish an event; done when the router has taken it.")
final class PublishCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "URI", description = "The topic.")
    private String topic = "";

    @Parameters(
            index = "1..*",
            paramLabel = "ARGUMENT",
            description = "Arguments: JSON values; what is not JSON is taken as text.")
    private List<String> arguments = List.of();

    @Option(names = "-k", paramLabel = "NAME=VALUE", description = "A keyword argument.")
    private Map<String, String> keywords = Map.of();

    @Override
    public Integer call() throws Exception {
        return connection.use(session -> {
            session.publish(topic, ArgumentText.parse(arguments, keywords), Dict.EMPTY)
                    .get(30, TimeUnit.SECONDS);
            return ExitCode.OK;
        });
    }
}
