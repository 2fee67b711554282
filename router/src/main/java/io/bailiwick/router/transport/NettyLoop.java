package io.bailiwick.router.transport;

import io.bailiwick.router.link.Loop;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** An event loop of a network, for those who know no Netty. It ends with the network, and no sooner. */
final class NettyLoop extends AbstractExecutorService implements Loop {
    private final EventExecutor loop;

    NettyLoop(EventExecutor loop) {
        this.loop = loop;
    }

    @Override
    public boolean isCurrent() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return loop.schedule(task, delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        return loop.schedule(task, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long delay, long period, TimeUnit unit) {
        return loop.scheduleAtFixedRate(task, delay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long delay, long pause, TimeUnit unit) {
        return loop.scheduleWithFixedDelay(task, delay, pause, unit);
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException("expected the network to be closed, but one of its loops was");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException("expected the network to be closed, but one of its loops was");
    }

    @Override
    public boolean isShutdown() {
        return loop.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return loop.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return loop.awaitTermination(timeout, unit);
    }
}
