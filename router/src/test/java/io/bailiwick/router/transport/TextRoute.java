package io.bailiwick.router.transport;

import io.bailiwick.router.transport.http.HttpRoute;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** Answers with what was asked, at once or when the test says so. */
final class TextRoute implements HttpRoute {
    final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<CompletableFuture<Reply>> open = new LinkedBlockingQueue<>();
    private final String path;
    private final Set<String> methods;
    private final boolean waits;

    TextRoute(String path, boolean waits, String... methods) {
        this.path = path;
        this.waits = waits;
        this.methods = Set.of(methods);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Set<String> methods() {
        return methods;
    }

    @Override
    public int maxBody() {
        return 100;
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of("text/plain");
    }

    @Override
    public CompletionStage<Reply> handle(Request request) {
        requests.add(request);
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        if (waits) {
            open.add(reply);
        } else {
            reply.complete(Reply.text(200, request.method() + " of " + request.body().length + " bytes"));
        }
        return reply;
    }
}
