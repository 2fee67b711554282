package io.bailiwick.router.command;

import io.bailiwick.router.codec.Arguments;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bailiwick call}. */
@Command(
        name = "call",
        mixinStandardHelpOptions = true,
        description = "Call a procedure and print its result.",
        footer = "%nExample: bailiwick call --realm default crossbarfabriccenter.mrealm.get_nodes '\"online\"'")
final class CallCommand implements Callable<Integer> {
    @Mixin
    private CallArguments wanted = new CallArguments();

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        Arguments result = connection.use(session -> connection.call(session, wanted.uri(), wanted.arguments()));
        @Nullable Object value = result.list().size() == 1 ? result.list().get(0) : result.list();
        output.value(result.map().isEmpty() ? value : Map.of("args", result.list(), "kwargs", result.map()));
        return ExitCode.OK;
    }
}
