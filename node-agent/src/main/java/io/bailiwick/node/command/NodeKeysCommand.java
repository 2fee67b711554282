package io.bailiwick.node.command;

import io.bailiwick.node.NodeKey;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.Output;
import io.bailiwick.router.cryptosign.Fingerprint;
import io.bailiwick.router.cryptosign.PublicKey;
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
        description = "Show the public key of this node and its fingerprint; make its key first if there is none.")
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
        PublicKey key = NodeKey.of(directory).publicKey();
        shown.put("pubkey", key.hex());
        shown.put("fingerprint", Fingerprint.of(key).groups());
        shown.put("words", Fingerprint.of(key).words());
        shown.put("file", directory.resolve("key.pub").toString());
        output.object(shown);
        return ExitCode.OK;
    }
}
