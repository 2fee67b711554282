package io.bailiwick.router.command;

import io.bailiwick.router.codec.Arguments;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bailiwick call}. */
@Command(
        name = "call",
        mixinStandardHelpOptions = true,
        description = "Call a procedure and print its result.",
        footer = "%nExample: bailiwick call --realm default crossbarfabriccenter.mrealm.get_nodes '\"online\"'")
final class CallCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Parameters(index = "0", paramLabel = "URI", description = "The procedure.")
    private String procedure = "";

    @Parameters(
            index = "1..*",
            paramLabel = "ARGUMENT",
            description = "Arguments: JSON values; what is not JSON is taken as text.")
    private List<String> arguments = List.of();

    @Option(names = "-k", paramLabel = "NAME=VALUE", description = "A keyword argument.")
    private Map<String, String> keywords = Map.of();

    @Override
    public Integer call() throws Exception {
        Arguments result =
                connection.use(session -> connection.call(session, procedure, ArgumentText.parse(arguments, keywords)));
        @Nullable Object value = result.list().size() == 1 ? result.list().get(0) : result.list();
        output.value(result.map().isEmpty() ? value : Map.of("args", result.list(), "kwargs", result.map()));
        return ExitCode.OK;
    }
}
