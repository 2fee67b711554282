package io.bailiwick.router.transport.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Linux' epoll, by way of Netty's native library. */
record EpollSockets() implements Sockets {
    private static final Logger log = LoggerFactory.getLogger(EpollSockets.class);

    /** Why it cannot be had on this machine; null when it can. */
    static @Nullable Throwable missing() {
        return Epoll.unavailabilityCause();
    }

    @Override
    public IoHandlerFactory handlers() {
        return EpollIoHandler.newFactory();
    }

    @Override
    public Class<? extends ServerChannel> listening(boolean unix) {
        return unix ? EpollServerDomainSocketChannel.class : EpollServerSocketChannel.class;
    }

    @Override
    public Class<? extends Channel> connecting(boolean unix) {
        return unix ? EpollDomainSocketChannel.class : EpollSocketChannel.class;
    }

    @Override
    public SocketAddress unix(Path file) {
        return new DomainSocketAddress(file.toFile());
    }

    @Override
    public void watch(Channel tcp, int silence, int between, int times) {
        tcp.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        tcp.config().setOption(EpollChannelOption.TCP_KEEPIDLE, silence);
        tcp.config().setOption(EpollChannelOption.TCP_KEEPINTVL, between);
        tcp.config().setOption(EpollChannelOption.TCP_KEEPCNT, times);
    }

    @Override
    public Optional<UserPrincipal> user(Channel accepted) {
        try {
            return Optional.of(user(((EpollDomainSocketChannel) accepted).peerCredentials()));
        } catch (IOException unknown) {
            log.debug("nothing is known of who has connected", unknown);
            return Optional.empty();
        }
    }

    /**
     * The kernel tells a number. With a sign it is no name that somebody could have, and the system's lookup takes it as the number
     * that it is. The name that belongs to it is on the directory of the process, as long as that is there.
     */
    private static UserPrincipal user(PeerCredentials peer) throws IOException {
        Path process = Path.of("/proc", Integer.toString(peer.pid()));
        UserPrincipal user = process.getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(String.format(Locale.ROOT, "%+d", peer.uid()));
        try {
            UserPrincipal named = Files.getOwner(process);
            return named.equals(user) ? named : user;
        } catch (IOException gone) {
            return user;
        }
    }
}
