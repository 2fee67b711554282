package io.bailiwick.router.web;

import io.bailiwick.router.transport.http.HttpRoute;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Small pages for those who watch the router: information, and whether it is alive and ready. */
public final class StatusRoute implements HttpRoute {
    /** Who watches gives up after a few seconds. */
    private static final long ANSWER_MILLIS = 2_000;

    private final String path;
    private final Supplier<CompletionStage<Reply>> page;

    private StatusRoute(String path, Supplier<CompletionStage<Reply>> page) {
        this.path = path;
        this.page = page;
    }

    /**
     * What {@link #info} tells.
     *
     * @param name the name of this router; a text that means something to its operators
     * @param version its version; empty to keep it back
     * @param listeners whether addresses that are listened on are told
     */
    public record Info(String name, String version, boolean listeners) {}

    /**
     * Tells name, version, uptime in seconds and listeners, as JSON.
     *
     * @param uptime how long the router has been running
     * @param listeners name and address of each listener, asked each time
     */
    public static HttpRoute info(
            String path, Info told, Supplier<Duration> uptime, Supplier<Map<String, String>> listeners) {
        return new StatusRoute(path, () -> {
            Map<String, Object> info = new LinkedHashMap<>();
            info.put("name", told.name());
            if (!told.version().isEmpty()) {
                info.put("version", told.version());
            }
            info.put("uptime", uptime.get().toSeconds());
            if (told.listeners()) {
                info.put("listeners", listeners.get());
            }
            return CompletableFuture.completedFuture(Reply.json(200, Json.write(info)));
        });
    }

    /** Whether the process does anything at all: 200 when these threads still run tasks, else 503. */
    public static HttpRoute live(String path, List<? extends Executor> threads) {
        return new StatusRoute(path, () -> {
            CompletableFuture<?>[] ran = threads.stream()
                    .map(thread -> CompletableFuture.runAsync(() -> {}, thread))
                    .toArray(CompletableFuture[]::new);
            return CompletableFuture.allOf(ran)
                    .thenApply(all -> Reply.text(200, "ok"))
                    .completeOnTimeout(Reply.text(503, "a thread is stuck"), ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> Reply.text(503, "a thread has ended"));
        });
    }

    /**
     * Whether clients may be sent here: 200 and {@code ok}, with a further line for each warning; or 503 with a line for each
     * reason why not.
     *
     * @param reasons asked each time; none when all is well
     * @param warnings asked each time: what will have to be seen to, and keeps nobody away now
     */
    public static HttpRoute ready(
            String path,
            Supplier<? extends CompletionStage<List<String>>> reasons,
            Supplier<? extends List<String>> warnings) {
        return new StatusRoute(path, () -> reasons.get()
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(List.of("the router does not answer"), ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .thenApply(why -> why.isEmpty() ? good(warnings.get()) : Reply.text(503, String.join("\n", why))));
    }

    private static Reply good(List<String> warnings) {
        return Reply.text(200, warnings.isEmpty() ? "ok" : "ok\n" + String.join("\n", warnings));
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public CompletionStage<Reply> handle(Request request) {
        return page.get();
    }
}
