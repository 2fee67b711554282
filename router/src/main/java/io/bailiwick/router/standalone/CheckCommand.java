package io.bailiwick.router.standalone;

import io.bailiwick.router.command.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bailiwick router check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Check a configuration file: says OK, or each fault with line and column.")
final class CheckCommand implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", required = true, description = "The YAML file.")
    private @Nullable Path config;

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() throws Exception {
        RunCommand.load(Objects.requireNonNull(config));
        PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
        out.println("OK");
        return ExitCode.OK;
    }
}
