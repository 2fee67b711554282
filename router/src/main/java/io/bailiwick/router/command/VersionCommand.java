package io.bailiwick.router.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** {@code bailiwick version}. */
@Command(
        name = "version",
        mixinStandardHelpOptions = true,
        description = "Show the versions of Bailiwick and of its runtime.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        Map<String, Object> versions = new LinkedHashMap<>();
        versions.put("bailiwick", version());
        versions.put("java", Runtime.version().toString());
        versions.put("vm", System.getProperty("java.vm.name"));
        versions.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        output.object(versions);
        return ExitCode.OK;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"bailiwick " + version()};
    }

    private static String version() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "built from source" : version;
    }
}
