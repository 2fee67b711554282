package io.bailiwick.router.standalone;

import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.credential.TicketHash;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bailiwick router secret}: the lines of a principal for a secret, which never stands in an argument. */
@Command(
        name = "secret",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "METHOD",
        description = "Make the lines of a principal for a secret.",
        subcommands = {SecretCommands.Ticket.class, SecretCommands.WampCra.class, SecretCommands.Scram.class})
final class SecretCommands {
    private static final int MAX_SECRET = 4096;

    /** As YAML text that can also stand in braces, where a comma ends it otherwise. */
    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    /** What the methods have in common. */
    private abstract static class Making implements Callable<Integer> {
        @Option(
                names = "--random",
                description = "Make a random secret of 256 bits and print it on stderr, instead of reading one.")
        private boolean random;

        @Spec
        private @Nullable CommandSpec command;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
            String secret = random ? TicketHash.newTicket() : read();
            lines(secret).lines().forEach(out::println);
            if (random) {
                PrintWriter err = command.commandLine().getErr();
                err.println(secret);
                err.flush();
            }
            out.flush();
            return ExitCode.OK;
        }

        boolean isRandom() {
            return random;
        }

        abstract String lines(String secret);

        /** The first line of stdin. */
        private static String read() throws IOException {
            byte[] given = System.in.readNBytes(MAX_SECRET + 1);
            String secret = new String(given, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
            if (secret.isEmpty() || given.length > MAX_SECRET) {
                throw new CommandException(
                        ExitCode.USAGE,
                        "expected a secret of 1 to " + MAX_SECRET + " bytes on stdin, or --random, but found "
                                + (secret.isEmpty() ? "none" : "more"));
            }
            return secret;
        }
    }

    /** {@code bailiwick router secret ticket}. */
    @Command(
            name = "ticket",
            mixinStandardHelpOptions = true,
            description = "For ticket: a hash, by Argon2id where the ticket is read from stdin.")
    static final class Ticket extends Making {
        @Override
        String lines(String secret) {
            return "ticket: " + quoted((isRandom() ? TicketHash.ofRandom(secret) : TicketHash.ofChosen(secret)).text());
        }
    }

    /** {@code bailiwick router secret wampcra}. */
    @Command(
            name = "wampcra",
            mixinStandardHelpOptions = true,
            description = "For wampcra: a derived key and its salt.")
    static final class WampCra extends Making {
        @Option(
                names = "--iterations",
                paramLabel = "N",
                defaultValue = "100000",
                description = "Rounds of PBKDF2, which every client has to do. Default: ${DEFAULT-VALUE}.")
        private int iterations;

        @Override
        String lines(String secret) {
            CraSecret derived = CraSecret.derive(secret, iterations);
            CraSecret.Salting salting = derived.salting().orElseThrow();
            return "wampcra:\n  key: " + quoted(derived.derivedKey().orElseThrow()) + "\n  salt: "
                    + quoted(salting.salt()) + "\n  iterations: " + salting.iterations() + "\n  keylen: "
                    + salting.keylen();
        }
    }

    /** {@code bailiwick router secret scram}. */
    @Command(
            name = "scram",
            mixinStandardHelpOptions = true,
            description = "For wamp-scram (as specified), or with --autobahn for scram (as Autobahn speaks it).")
    static final class Scram extends Making {
        @Option(names = "--autobahn", description = "For the dialect of Autobahn and Crossbar.io.")
        private boolean autobahn;

        @Option(names = "--argon2id", description = "Argon2id with 64 MiB and 3 passes, instead of PBKDF2.")
        private boolean argon2;

        @Option(
                names = "--iterations",
                paramLabel = "N",
                defaultValue = "100000",
                description = "Rounds of PBKDF2. Default: ${DEFAULT-VALUE}.")
        private int iterations;

        @Override
        String lines(String secret) {
            ScramDialect dialect = autobahn ? ScramDialect.AUTOBAHN : ScramDialect.WAMP;
            ScramParameters parameters =
                    argon2 ? ScramParameters.argon2id(3, 64 << 10) : ScramParameters.pbkdf2(iterations);
            ScramCredential made = ScramCredential.derive(dialect, secret, parameters);
            return dialect.method() + ":\n  kdf: " + dialect.nameOf(parameters.kdf()) + "\n  salt: "
                    + quoted(parameters.saltText()) + "\n  iterations: " + parameters.iterations()
                    + (parameters.memory() == 0 ? "" : "\n  memory: " + parameters.memory())
                    + "\n  stored_key: " + quoted(made.storedKey()) + "\n  server_key: " + quoted(made.serverKey());
        }
    }
}
