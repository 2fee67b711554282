package io.bailiwick.bench.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** The one event loop of the load: all clients of all servers. */
public final class Generator implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;
    /** Nothing is held back: what may be in flight is the load's business. */
    private static final WriteBufferWaterMark NO_MARK = new WriteBufferWaterMark(1 << 28, 1 << 29);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final AtomicInteger clients = new AtomicInteger();
    private List<Client> dirty = new ArrayList<>();
    private List<Client> flushing = new ArrayList<>();
    private boolean scheduled;

    /** Runs something on the loop and waits for what it returns. */
    public <T> T ask(Callable<T> question) {
        try {
            return loop.submit(question).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the generator failed: " + e, e);
        }
    }

    /** Runs something on the loop. */
    public void run(Runnable task) {
        loop.execute(task);
    }

    /** Runs something on the loop later. */
    public void later(Runnable task, long nanos) {
        loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    /** Connects and logs in. Any thread. */
    public CompletableFuture<Client> connect(Target target, Part part, Optional<Key> key, Ear ear) {
        Client client = new Client(
                this,
                clients.incrementAndGet(),
                target.speech().wire(target.path()),
                target.speech().dialect(part, key),
                part,
                ear);
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, NO_MARK)
                .handler(client)
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
        connecting.addListener(end -> {
            if (!end.isSuccess()) {
                client.failed("cannot connect: " + end.cause());
            }
        });
        return client.whenJoined();
    }

    /** Connects many, a few at a time, and waits until they have joined. Not on the loop. */
    public List<Client> connect(Target target, List<Part> parts, Ear ear) {
        List<Client> connected = new ArrayList<>();
        int together = 64;
        for (int from = 0; from < parts.size(); from += together) {
            List<CompletableFuture<Client>> some = new ArrayList<>();
            for (Part part : parts.subList(from, Math.min(parts.size(), from + together))) {
                some.add(connect(target, part, Optional.empty(), ear));
            }
            some.forEach(each -> connected.add(await(each)));
        }
        return connected;
    }

    /** Waits, half a minute at most. Not on the loop. */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause().getMessage()), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("expected an answer within " + PATIENCE_SECONDS + " s, but found none", e);
        }
    }

    /** This client has something to send. */
    void touched(Client client) {
        dirty.add(client);
        if (!scheduled) {
            scheduled = true;
            // For what is written outside of a read.
            loop.execute(this::flush);
        }
    }

    /** Sends what all clients have written. */
    void flush() {
        scheduled = false;
        List<Client> now = dirty;
        dirty = flushing;
        flushing = now;
        for (Client client : now) {
            client.flush();
        }
        now.clear();
    }

    /** Closes connections, without failures. */
    public void close(List<Client> some) {
        ask(() -> {
            some.forEach(Client::close);
            return Channel.class;
        });
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
}
