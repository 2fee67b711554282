package io.bailiwick.router.command;

import io.bailiwick.router.message.Dict;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bailiwick publish}. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        description = "Publish an event; done when the router has taken it.")
final class PublishCommand implements Callable<Integer> {
    @Mixin
    private CallArguments wanted = new CallArguments();

    @Mixin
    private Connection connection = new Connection();

    @Override
    public Integer call() throws Exception {
        return connection.use(session -> {
            session.publish(wanted.uri(), wanted.arguments(), Dict.EMPTY).get(30, TimeUnit.SECONDS);
            return ExitCode.OK;
        });
    }
}
