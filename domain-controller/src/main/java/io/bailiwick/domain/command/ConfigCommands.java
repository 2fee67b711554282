package io.bailiwick.domain.command;

import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.bailiwick.domain.MasterOptions;
import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.Streams;
import io.bailiwick.router.config.FaultyFileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bailiwick config check|show}: the file of a master. */
final class ConfigCommands {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    private ConfigCommands() {}

    /** Reads the file; all that is wrong with it becomes exit code 78. */
    static MasterOptions load(Path file) throws IOException {
        try {
            return MasterOptions.load(file);
        } catch (FaultyFileException faulty) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(faulty.getMessage()));
        }
    }

    private static PrintWriter out(@Nullable CommandSpec command) {
        return command == null ? Streams.out() : command.commandLine().getOut();
    }

    /** Checks a file. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = {
                "Check the configuration file of a master: says OK, or each fault with line and column.",
                "Then looks whether the files that it names (keys, certificates, passwords) can be used."
            })
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The YAML file.")
        private Path file = Path.of("");

        @Spec
        private @Nullable CommandSpec command;

        @Override
        public Integer call() throws Exception {
            List<String> unusable = load(file).unusableFiles();
            if (!unusable.isEmpty()) {
                throw new CommandException(ExitCode.CONFIGURATION, String.join(System.lineSeparator(), unusable));
            }
            out(command).println("OK");
            return ExitCode.OK;
        }
    }

    /** Shows what holds by a file. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Show all settings that hold by a configuration file of a master, defaults too, as such a file.",
                "Secrets are in files of their own, whose names it shows."
            })
    static final class Show implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The YAML file.")
        private Path file = Path.of("");

        @Spec
        private @Nullable CommandSpec command;

        @Override
        public Integer call() throws Exception {
            out(command).print(YAML.writeValueAsString(load(file).shown()));
            out(command).flush();
            return ExitCode.OK;
        }
    }
}
