package io.bailiwick.domain.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Invocations as the router makes them, and what comes of them. */
public final class Calls {
    private Calls() {}

    /** A call of a user on the domain realm. */
    public static Invocation by(String authid) {
        return by(authid, "user");
    }

    public static Invocation by(String authid, String authrole) {
        return new Invocation("", Arguments.NONE, Dict.of("caller_authid", authid, "caller_authrole", authrole));
    }

    public static <T> T result(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Expects a call to end with this error, whether thrown or by its future; returns its text. */
    public static String refused(String uri, Supplier<CompletableFuture<?>> call) {
        Throwable thrown = assertThrows(RuntimeException.class, () -> result(call.get()));
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        ApplicationError error = assertInstanceOf(ApplicationError.class, cause);
        assertEquals(uri, error.uri());
        return String.valueOf(error.arguments().list().get(0));
    }
}
