package io.bailiwick.router.transport.socket;

import io.bailiwick.router.transport.socket.NetworkOptions.Transport;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.AbstractNioChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The sockets of one kind: what makes them, and what each kind has a way of its own for. */
public interface Sockets {
    /** Java's own. Nothing of the others is loaded for them. */
    static Sockets plain() {
        return new NioSockets();
    }

    /**
     * Those that were asked for.
     *
     * @throws IOException when they cannot be had here, and why
     */
    static Sockets of(Transport wanted) throws IOException {
        return wanted == Transport.NIO ? plain() : of(wanted, EpollSockets::missing);
    }

    /** As {@link #of(Transport)}, where the native library is missing as it is told. */
    static Sockets of(Transport wanted, Supplier<@Nullable Throwable> missing) throws IOException {
        return switch (wanted) {
            case NIO -> plain();
            case EPOLL -> epoll(missing.get());
            case AUTO -> missing.get() == null ? new EpollSockets() : plain();
        };
    }

    private static Sockets epoll(@Nullable Throwable missing) throws IOException {
        if (missing != null) {
            Throwable reason = missing.getCause() == null ? missing : missing.getCause();
            throw new IOException(
                    "transport epoll: expected Linux and the native library, but found: " + reason.getMessage(),
                    missing);
        }
        return new EpollSockets();
    }

    /** Those that a channel over a socket is of. */
    static Sockets of(Channel channel) {
        return channel instanceof AbstractNioChannel ? plain() : new EpollSockets();
    }

    /** What an event loop waits with. */
    IoHandlerFactory handlers();

    /** What listens. */
    Class<? extends ServerChannel> listening(boolean unix);

    /** What connects. */
    Class<? extends Channel> connecting(boolean unix);

    /** The address of a unix socket. */
    SocketAddress unix(Path file);

    /**
     * Lets the kernel watch a TCP peer: after so many seconds of silence it is asked for a sign of life, and is gone when it
     * has given none for {@code times} times {@code between} seconds.
     */
    void watch(Channel tcp, int silence, int between, int times);

    /** Who runs the process at the other end of a unix socket; empty where the kernel does not say. */
    Optional<UserPrincipal> user(Channel accepted);
}
