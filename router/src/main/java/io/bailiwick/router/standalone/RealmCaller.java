package io.bailiwick.router.standalone;

import io.bailiwick.router.admission.Caller;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.realm.CallFailed;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.session.PayloadCodec.Values;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Calls procedures for dynamic authenticators, which are there before the router is. */
final class RealmCaller implements Caller {
    private volatile @Nullable Router router;

    /** The router is there now. */
    void started(Router started) {
        router = started;
    }

    @Override
    public CompletionStage<Returned> call(
            String realm, String procedure, List<? extends @Nullable Object> arguments, Duration limit) {
        Router running = router;
        if (running == null) {
            return CompletableFuture.failedFuture(new ErrorException(Uris.UNAVAILABLE));
        }
        return running.call(realm, procedure, new Values(arguments, Map.of()), limit)
                .handle((values, failure) -> {
                    if (failure != null) {
                        throw new CompletionException(translated(failure));
                    }
                    return new Returned(values.list(), values.map());
                });
    }

    private static Throwable translated(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof CallFailed failed)) {
            return cause;
        }
        return failed.isUnwritable() ? new UnwritableException() : new ErrorException(failed.error());
    }
}
