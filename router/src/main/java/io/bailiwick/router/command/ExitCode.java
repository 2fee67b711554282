package io.bailiwick.router.command;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.JoinRefusedException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** What the exit codes of every command mean. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;
    /** It failed in a way that no other code names. */
    public static final int FAILURE = 1;
    /** The command line is wrong. */
    public static final int USAGE = 2;
    /** What was named does not exist (or may not be seen). */
    public static final int NOT_FOUND = 3;
    /** The router refused the key, or the role may not do this. */
    public static final int NOT_AUTHORIZED = 4;
    /** It exists already, or something else stands against it. */
    public static final int CONFLICT = 5;
    /** The router cannot be reached, or did not answer in time. */
    public static final int UNREACHABLE = 6;
    /** The store cannot be opened, because it is damaged or newer than this program, or has failed while it was in use. */
    public static final int STORE = 7;
    /** The configuration file is wrong ({@code EX_CONFIG} of sysexits). */
    public static final int CONFIGURATION = 78;

    private ExitCode() {}

    /** The exit code for what a command failed with. */
    public static int of(Throwable failure) {
        Throwable cause = rootOf(failure);
        if (cause instanceof CommandException command) {
            return command.exitCode();
        } else if (cause instanceof ApplicationError error) {
            return ofUri(error.uri());
        } else if (cause instanceof JoinRefusedException) {
            return NOT_AUTHORIZED;
        } else if (cause instanceof NoSuchFileException) {
            return USAGE;
        } else if (cause instanceof FileSystemException) {
            return FAILURE;
        } else if (cause instanceof IOException || cause instanceof TimeoutException) {
            return UNREACHABLE;
        }
        return FAILURE;
    }

    /** What a command failed with, without the wrappers that futures put around it. */
    static Throwable rootOf(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static int ofUri(String uri) {
        String name = uri.substring(Math.max(uri.lastIndexOf('.'), uri.lastIndexOf('/')) + 1);
        return switch (name) {
            case "no_such_object", "no_such_procedure", "no-such-realm", "node-not-exist", "no_such_realm" -> NOT_FOUND;
            case "not_authorized", "not-authorized", "authorization_failed" -> NOT_AUTHORIZED;
            case "already_exists", "node-already-paired", "node-not-paired", "dependent_objects" -> CONFLICT;
            case "timeout", "network_failure", "realm-start-timeout", "node-offline" -> UNREACHABLE;
            default -> FAILURE;
        };
    }
}
