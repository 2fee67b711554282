package io.bailiwick.domain.supervision;

import io.bailiwick.router.child.Child;
import io.bailiwick.router.child.ChildLeftException;
import io.bailiwick.router.child.Vitals;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A process that is a plain object and does what the test says. */
final class FakeChild implements Child {
    private final long pid;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Integer> exited = new CompletableFuture<>();
    private boolean stopped;
    private int kills;
    private boolean askedForThreads;
    private Vitals vitals = Vitals.UNKNOWN;
    private CompletableFuture<String> pulse = CompletableFuture.completedFuture("");

    FakeChild(long pid) {
        this.pid = pid;
    }

    void sayReady() {
        ready.complete(null);
    }

    void leave(int exitCode) {
        ready.completeExceptionally(new ChildLeftException(exitCode, lastLines()));
        exited.complete(exitCode);
    }

    /** From now on it gives no sign of life. */
    void fallSilent() {
        pulse = new CompletableFuture<>();
    }

    /** It answers what it was asked, now and from now on. */
    void speak(String trouble) {
        pulse.complete(trouble);
        pulse = CompletableFuture.completedFuture(trouble);
    }

    /** What the system tells of it, from now on. */
    void show(Vitals seen) {
        vitals = seen;
    }

    int kills() {
        return kills;
    }

    boolean isKilled() {
        return kills > 0;
    }

    boolean wasAskedForItsThreads() {
        return askedForThreads;
    }

    @Override
    public CompletableFuture<String> ping() {
        return pulse;
    }

    @Override
    public Vitals vitals() {
        return vitals;
    }

    @Override
    public void dumpThreads() {
        askedForThreads = true;
    }

    @Override
    public CompletableFuture<Integer> kill() {
        kills++;
        leave(137);
        return exited;
    }

    boolean isAlive() {
        return !exited.isDone();
    }

    boolean isStopped() {
        return stopped;
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
        return List.of("no luck today");
    }

    @Override
    public CompletableFuture<Integer> stop(Duration grace) {
        stopped = true;
        return exited;
    }
}
