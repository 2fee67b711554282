package io.bailiwick.domain;

import io.bailiwick.router.child.Child;
import io.bailiwick.router.child.ChildLeftException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A realm controller that is a plain object: ready when the test says so, and gone when it is asked to leave. */
class PlainChild implements Child {
    private static final AtomicLong PIDS = new AtomicLong();

    private final long pid = PIDS.incrementAndGet();
    final CompletableFuture<Void> ready = new CompletableFuture<>();
    final CompletableFuture<Integer> exited = new CompletableFuture<>();

    /** One that is ready at once. */
    static PlainChild atOnce() {
        PlainChild child = new PlainChild();
        child.ready.complete(null);
        return child;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public CompletableFuture<Void> ready() {
        return ready;
    }

    @Override
    public CompletableFuture<Integer> exited() {
        return exited;
    }

    @Override
    public List<String> lastLines() {
        return List.of();
    }

    void leave(int code) {
        ready.completeExceptionally(new ChildLeftException(code, lastLines()));
        exited.complete(code);
    }

    @Override
    public CompletableFuture<Integer> stop(Duration grace) {
        leave(0);
        return exited;
    }
}
