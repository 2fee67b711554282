package io.bailiwick.router.transport.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Java's own. */
record NioSockets() implements Sockets {
    private static final Logger log = LoggerFactory.getLogger(NioSockets.class);

    @Override
    public IoHandlerFactory handlers() {
        return NioIoHandler.newFactory();
    }

    @Override
    public Class<? extends ServerChannel> listening(boolean unix) {
        return unix ? NioServerDomainSocketChannel.class : NioServerSocketChannel.class;
    }

    @Override
    public Class<? extends Channel> connecting(boolean unix) {
        return unix ? NioDomainSocketChannel.class : NioSocketChannel.class;
    }

    @Override
    public SocketAddress unix(Path file) {
        return UnixDomainSocketAddress.of(file);
    }

    @Override
    public void watch(Channel tcp, int silence, int between, int times) {
        tcp.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        tcp.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), silence);
        tcp.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), between);
        tcp.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), times);
    }

    @Override
    public Optional<UserPrincipal> user(Channel accepted) {
        try {
            return Optional.ofNullable(
                            accepted.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED)))
                    .map(UnixDomainPrincipal::user);
        } catch (ChannelException | UnsupportedOperationException unknown) {
            log.debug("nothing is known of who has connected", unknown);
            return Optional.empty();
        }
    }
}
