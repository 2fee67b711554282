package io.bailiwick.node.command;

import io.bailiwick.node.NodeKey;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.Output;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bailiwick node keys}. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = "Show the public key of this node; make its key first if there is none.")
final class NodeKeysCommand implements Callable<Integer> {
    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Holds key.priv and key.pub. Default: ~/.bailiwick/node.")
    private Path directory = NodeRunCommand.DEFAULT_DIRECTORY;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("pubkey", NodeKey.of(directory).publicKey().hex());
        shown.put("file", directory.resolve("key.pub").toString());
        output.object(shown);
        return ExitCode.OK;
    }
}
