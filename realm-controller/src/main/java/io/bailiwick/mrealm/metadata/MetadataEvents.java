package io.bailiwick.mrealm.metadata;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the realm what was written down, when it is on disk and in the order in which it was written. */
public final class MetadataEvents {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataEvents.class);

    private final ClientSession session;
    private final Executor thread;

    /**
     * Events on a realm that is joined.
     *
     * @param thread the controller's one thread
     */
    public MetadataEvents(ClientSession session, Executor thread) {
        this.session = session;
        this.thread = thread;
    }

    /** When the write is on disk, publishes what is made of it, and passes it on. Nothing is published for null. */
    <T> CompletableFuture<T> after(
            CompletableFuture<T> write, String topic, Function<T, @Nullable Map<String, @Nullable Object>> event) {
        return write.thenApplyAsync(
                written -> {
                    Map<String, @Nullable Object> told = event.apply(written);
                    if (told != null) {
                        publish(topic, told);
                    }
                    return written;
                },
                thread);
    }

    private void publish(String topic, Map<String, @Nullable Object> event) {
        session.publish(topic, Arguments.of(event), Dict.EMPTY).exceptionally(failure -> {
            LOG.warn("Event {} could not be published: {}", topic, failure.toString());
            return null;
        });
    }

    /** The same, on the controller's thread. */
    <T> CompletableFuture<T> onThread(CompletableFuture<T> stage) {
        return stage.thenApplyAsync(Function.identity(), thread);
    }

    /** Who has called: an authid. */
    static String author(Invocation invocation) {
        return invocation.details().text("caller_authid").orElse("");
    }

    /** A dictionary of three entries. */
    static Map<String, @Nullable Object> event(
            String key1,
            @Nullable Object value1,
            String key2,
            @Nullable Object value2,
            String key3,
            @Nullable Object value3) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put(key1, value1);
        event.put(key2, value2);
        event.put(key3, value3);
        return event;
    }
}
