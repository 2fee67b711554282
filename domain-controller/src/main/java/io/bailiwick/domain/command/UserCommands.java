package io.bailiwick.domain.command;

import io.bailiwick.domain.activation.Activations;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.command.Connection;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.KeyOwner;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bailiwick user login|codes|keys|revoke}: who may join the domain. */
final class UserCommands {
    private static final String USER = "crossbarfabriccenter.user.";

    private UserCommands() {}

    /** Registers, or logs in with a new key. */
    @Command(
            name = "login",
            mixinStandardHelpOptions = true,
            description = "Register, or log in with a new key: ask for an activation code, or bring it.",
            footer = "%nThe key is that of --key, else user.priv in ~/.bailiwick; it is made if there is none.")
    static final class Login extends ManagementCommand {
        private static final Set<String> A_CODE_IS_THERE = Set.of(Activations.CODE_SENT, Activations.PENDING);
        private static final String PRIVATE = ".priv";

        @Parameters(paramLabel = "EMAIL", description = "Your mail address.")
        private String email = "";

        @Option(names = "--code", paramLabel = "CODE", description = "The code that you got.")
        private @Nullable String code;

        @Option(names = "--new-code", description = "Ask for another code in place of the one before.")
        private boolean newCode;

        @Override
        public Integer call() throws Exception {
            Path file = connection.keyFile().orElse(Connection.HOME.resolve("user" + PRIVATE));
            if (!Files.exists(file)) {
                make(file);
            }
            Map<String, @Nullable Object> extra = new LinkedHashMap<>();
            if (code != null) {
                extra.put("activation_code", code);
            }
            if (newCode) {
                extra.put("request_new_activation_code", true);
            }
            try {
                output.value(connection.useAs(
                        email, file, Dict.of(extra), session -> "You are " + session.authid() + " with this key."));
            } catch (ExecutionException failure) {
                if (failure.getCause() instanceof JoinRefusedException refused
                        && A_CODE_IS_THERE.contains(refused.reason())) {
                    output.value(refused.getMessage());
                } else {
                    throw failure;
                }
            }
            return ExitCode.OK;
        }

        private void make(Path file) throws IOException {
            String name = file.toAbsolutePath().toString();
            String stem = name.endsWith(PRIVATE) ? name.substring(0, name.length() - PRIVATE.length()) : name;
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            KeyFiles.write(
                    file,
                    Path.of(stem + ".pub"),
                    SigningKey.generate(),
                    new KeyOwner.User("bailiwick", Instant.now().toString(), email));
        }
    }

    /** Lists codes that wait for the operator. */
    @Command(
            name = "codes",
            mixinStandardHelpOptions = true,
            description = "List the activation codes that wait to be handed over, where the master sends no mail.")
    static final class Codes extends ManagementCommand {
        @Override
        public Integer call() throws Exception {
            output.rows(
                    rows(connection.call(USER + "list_activation_codes")),
                    "authid",
                    "code",
                    "expires",
                    "type",
                    "pubkey");
            return ExitCode.OK;
        }
    }

    /** Lists keys. */
    @Command(
            name = "keys",
            mixinStandardHelpOptions = true,
            description = "List the keys of a user, those that were revoked too.")
    static final class Keys extends ManagementCommand {
        @Parameters(paramLabel = "USER", arity = "0..1", description = "Mail address or oid. Default: you.")
        private @Nullable String user;

        @Override
        public Integer call() throws Exception {
            output.rows(rows(connection.call(USER + "list_keys", user)), "pubkey", "authid", "added", "revoked");
            return ExitCode.OK;
        }
    }

    /** Revokes a key. */
    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Revoke a key for ever: sessions that joined with it end at once.")
    static final class Revoke extends ManagementCommand {
        @Parameters(paramLabel = "KEY", description = "The public key, or the file that has it.")
        private String key = "";

        @Override
        public Integer call() throws Exception {
            output.object(dictionary(connection.call(USER + "revoke_key", NodeCommands.publicKey(key))));
            return ExitCode.OK;
        }
    }
}
