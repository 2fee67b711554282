package io.bailiwick.router.command;

import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command {@code bailiwick}: everything the launcher script can do. */
@Command(
        name = "bailiwick",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A management domain for fleets of edge nodes.",
        subcommands = {
            HelpCommand.class,
            CallCommand.class,
            SubscribeCommand.class,
            PublishCommand.class,
            VersionCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:the command line is wrong",
            "3:what was named does not exist",
            "4:not authorized",
            "5:conflict: it exists already, or something depends on it",
            "6:the router cannot be reached, or did not answer in time",
            "78:the configuration file is wrong"
        })
public final class Bailiwick {
    private static final Map<String, String> GROUPS = Map.of(
            "audit", "See what was done by whom, check that nothing of it was changed, take it elsewhere.",
            "backup", "Make, list, verify and restore backups of a domain and its realms.",
            "config", "Check and show the configuration file of a master.",
            "master", "Run the master: the router with the domain controller in it.",
            "mrealm", "Create, list, show and delete management realms.",
            "node", "Run node agents, and pair them with management realms.",
            "router", "Run a WAMP router on its own, without a domain controller.",
            "usage", "List and export what management realms used.",
            "user", "Register and log in with a new key; see activation codes and keys, revoke keys.",
            "store", "Check, export and import the stores of a master that is not running.");

    private Bailiwick() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(Streams.out(), Streams.err(), arguments));
    }

    /** Runs one command; returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine().setOut(out).setErr(err).execute(arguments);
    }

    /** The whole tree of commands, for help and for the generated documentation. */
    public static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Bailiwick());
        Map<String, CommandLine> groups = new TreeMap<>();
        add(
                root,
                groups,
                "store",
                List.of(new StoreCommands.Check(), new StoreCommands.Export(), new StoreCommands.Import()));
        for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
            provider.commands().forEach((group, commands) -> add(root, groups, group, commands));
        }
        groups.forEach(root::addSubcommand);
        root.setExecutionExceptionHandler(Bailiwick::explain);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpAutoWidth(true);
        return root;
    }

    private static void add(
            CommandLine root, Map<String, CommandLine> groups, String group, List<? extends Object> commands) {
        CommandLine parent = group.isEmpty() ? root : groups.computeIfAbsent(group, Bailiwick::group);
        commands.forEach(parent::addSubcommand);
    }

    private static CommandLine group(String name) {
        CommandLine group = new CommandLine(new Group());
        group.getCommandSpec().name(name).usageMessage().description(GROUPS.getOrDefault(name, name));
        return group;
    }

    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        Throwable cause = ExitCode.rootOf(failure);
        String text = cause instanceof NoSuchFileException missing
                ? "expected a file " + missing.getFile() + ", but there is none"
                : cause.getMessage();
        command.getErr()
                .println("bailiwick: " + (text == null ? cause.getClass().getSimpleName() : text));
        if (Boolean.getBoolean("bailiwick.trace")) {
            failure.printStackTrace(command.getErr());
        }
        return ExitCode.of(failure);
    }

    /** A command that only holds others. */
    @Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", subcommands = HelpCommand.class)
    static final class Group {}
}
